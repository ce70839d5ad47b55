"""The bundled example: packed reproducibly, hashed as the go command hashes it, and buildable by it offline.

So the hashes of dirhash.py and the reader of go.sum are tested here too, against the go command.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from support.realgo import RealGo

from gomod2bazel.base.errors import TrustError
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.dirhash import entry_name, hash_go_mod, hash_zip, summarise
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.classify import classify_module, view_module

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
VERSIONS = [("example.com/hello", "v1.0.0"), ("example.com/hello", "v1.1.0"), ("example.com/words", "v0.2.0")]


def packer() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("pack_examples", str(ROOT / "tools/pack_examples"))
    spec = importlib.util.spec_from_loader("pack_examples", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def run_go(go: RealGo, tmp_path: Path, *arguments: str) -> str:
    """Run the go command with the bundled goproxy and return what it prints."""
    changes = {"GOMODCACHE": str(tmp_path / "modules"), "GOBIN": str(tmp_path / "bin")}
    done = go.run(*arguments, cwd=tmp_path, GOPROXY=f"file://{EXAMPLES}/goproxy", **changes)
    assert done.code == 0, done.err
    return done.out


def test_the_goproxy_is_what_the_sources_give(capsys: pytest.CaptureFixture[str]) -> None:
    status = packer().main(["-check"])
    assert (status, capsys.readouterr().err) == (0, "")


def test_packing_notices_and_mends_every_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool, copy = packer(), tmp_path / "examples"
    shutil.copytree(EXAMPLES, copy)
    versions = copy / "goproxy/example.com/hello/@v"
    (versions / "v1.0.0.zip").write_bytes(b"")
    (versions / "v1.1.0.info").unlink()
    (versions / "v9.9.9.mod").write_text("module example.com/hello\n")
    (copy / "go.sum").write_text("")
    assert tool.main(["-check", "-examples", str(copy)]) == 1
    complaints = capsys.readouterr().err
    for name in ("v1.0.0.zip", "v1.1.0.info", "v9.9.9.mod", "go.sum"):
        assert name in complaints
    assert tool.main(["-examples", str(copy)]) == 0
    assert tool.main(["-check", "-examples", str(copy)]) == 0
    for path in (p for p in EXAMPLES.rglob("*") if p.is_file()):
        assert (copy / path.relative_to(EXAMPLES)).read_bytes() == path.read_bytes()
    assert not (versions / "v9.9.9.mod").exists()


def test_a_wrong_go_sum_in_a_source_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "examples"
    shutil.copytree(EXAMPLES, copy)
    words = copy / "src/example.com/words@v0.2.0.txtar"
    words.write_text(words.read_text(encoding="utf-8").replace("Saluton", "Saluton al vi"), encoding="utf-8")
    assert packer().main(["-examples", str(copy)]) == 2
    complaint = capsys.readouterr().err
    assert "example.com/hello@v1.0.0: its go.sum should read" in complaint
    assert "example.com/words v0.2.0 h1:" in complaint


@pytest.mark.parametrize("name", ["../evil", "/evil", "a//b", "a/./b"])
def test_a_source_cannot_name_a_file_outside_its_module(tmp_path: Path, name: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/m@v1.0.0.txtar").write_text(f"-- go.mod --\nmodule m\n-- {name} --\n")
    assert packer().main(["-examples", str(tmp_path)]) == 2


def test_the_example_has_a_binary_of_each_set(tmp_path: Path) -> None:
    with zipfile.ZipFile(EXAMPLES / "goproxy/example.com/hello/@v/v1.1.0.zip") as archive:
        archive.extractall(tmp_path)
    found = classify_module(view_module(tmp_path / "example.com/hello@v1.1.0", "example.com/hello"))
    assert {one.set for one in found} == set(SETS)


def test_hashes_are_those_of_the_go_command(go: RealGo, tmp_path: Path) -> None:
    listed = gosum.read(EXAMPLES / "go.sum")
    text = run_go(go, tmp_path, "mod", "download", "-json", *(f"{path}@{version}" for path, version in VERSIONS))
    decoder, downloads = json.JSONDecoder(), []
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        downloads.append(value)
        text = text.lstrip()[end:]
    assert [(d["Path"], d["Version"]) for d in downloads] == VERSIONS
    for download in downloads:
        assert hash_zip(Path(download["Zip"])) == download["Sum"]
        assert hash_go_mod(Path(download["GoMod"]).read_bytes()) == download["GoModSum"]
        assert listed.confirm_zip(download["Path"], download["Version"], download["Sum"])
        assert listed.confirm_go_mod(download["Path"], download["Version"], download["GoModSum"])


def test_the_go_command_builds_the_example_offline(go: RealGo, tmp_path: Path) -> None:
    run_go(go, tmp_path, "install", "-trimpath", "example.com/hello/...@v1.1.0")
    programs = {path.name for path in (tmp_path / "bin").iterdir()}
    assert programs == {"hello", "hello-admin", "echo", "check", "greet", "gen"}

    def run(name: str, *arguments: str, stdin: str = "") -> str:
        command = [str(tmp_path / "bin" / name), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, timeout=60).stdout

    assert run("hello", "Ada", "fr") == "Bonjour, Ada!\n"
    assert run("check", stdin=run("hello-admin")) == "all greetings are there\n"
    # Each module by its own language version: go 1.20 shares a loop variable, go 1.22 does not.
    assert "loops in example.com/words: one variable for all iterations\n" in run("hello-admin")
    assert "loops in example.com/hello: one variable for each iteration is true\n" in run("hello-admin")
    source = (EXAMPLES / "src/example.com/hello@v1.1.0.txtar").read_text(encoding="utf-8")
    assert run("gen") in source


def test_the_hash_is_taken_in_byte_order_of_the_names() -> None:
    # sha256 of "00  B\n11  a\n22  ä\n", computed with sha256sum and base64.
    expected = "h1:XgieQ57U6q2kCKS4rrrio9jSWjUfpMSUgIiG/jMbQbg="
    assert summarise([("ä", "22"), ("a", "11"), ("B", "00")]) == expected


def test_a_line_break_in_a_name_cannot_be_hashed() -> None:
    with pytest.raises(TrustError, match="line break"):
        summarise([("a\nb", "00")])


def test_names_are_read_as_bytes_whatever_the_zip_says_of_them() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m@v1/größe", b"x")
    plain = bytearray(buffer.getvalue())
    plain[7] &= ~0x08  # bit 11 of the flags, in the local header
    plain[plain.index(b"PK\x01\x02") + 9] &= ~0x08  # and in the directory
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        assert [entry_name(info) for info in archive.infolist()] == ["m@v1/größe"]
    assert hash_zip(io.BytesIO(plain)) == hash_zip(buffer)


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "missing"])
def test_a_broken_zip_is_refused(tmp_path: Path, damage: str) -> None:
    good = (EXAMPLES / "goproxy/example.com/words/@v/v0.2.0.zip").read_bytes()
    flipped = good.replace(b"Saluton", b"Salutoj", 1)
    path = tmp_path / "m.zip"
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut": good[:-30], "flipped": flipped}[damage])
    with pytest.raises(TrustError, match="not a readable zip") as caught:
        hash_zip(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_go_sum_vouches_refuses_or_knows_nothing() -> None:
    sums = gosum.parse("m v1.0.0 h1:zip\nm v1.0.0/go.mod h1:mod\n\nm v1.1.0 h2:other\n", "go.sum")
    assert sums.confirm_zip("m", "v1.0.0", "h1:zip") is True
    assert sums.confirm_go_mod("m", "v1.0.0", "h1:mod") is True
    assert sums.confirm_zip("m", "v1.1.0", "h1:zip") is False  # an algorithm we do not know verifies nothing
    assert sums.confirm_go_mod("m", "v1.1.0", "h1:mod") is False
    with pytest.raises(TrustError, match=r"m@v1.0.0: checksum mismatch: .*h1:bad, go.sum lists h1:zip") as caught:
        sums.confirm_zip("m", "v1.0.0", "h1:bad")
    assert (caught.value.where, caught.value.exit_code) == ("go.sum:1", 4)
    with pytest.raises(TrustError, match=r"m@v1\.0\.0/go\.mod"):
        sums.confirm_go_mod("m", "v1.0.0", "h1:zip")


def test_malformed_go_sum_lines_are_all_named() -> None:
    with pytest.raises(TrustError) as caught:
        gosum.parse("m v1.0.0 h1:zip\nm v1\n\nm v1 h1:x y\n", "dir/go.sum")
    assert "dir/go.sum:2: malformed go.sum: 2 fields" in str(caught.value)
    assert "dir/go.sum:4: malformed go.sum: 4 fields" in str(caught.value)


def test_the_hash_of_nothing_is_no_hash() -> None:
    sums = gosum.parse("m v1/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n", "go.sum")
    assert sums.confirm_go_mod("m", "v1", "h1:real") is False


def test_go_sum_files_are_merged(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("n v1 h1:n\nm v1 h1:m1\n")
    sums = gosum.parse("m v1 h1:m1\n", "a").merged([gosum.read(tmp_path / "b"), gosum.read(tmp_path / "missing")])
    assert sums.confirm_zip("n", "v1", "h1:n")
    assert sums.confirm_zip("m", "v1", "h1:m1")


@pytest.mark.parametrize("actual", ["h1:m1", "h1:m2"])
def test_where_go_sum_files_disagree_neither_hash_will_do(actual: str) -> None:
    sums = gosum.parse("m v1 h1:m1\n", "a").merged([gosum.parse("m v1 h1:m2\n", "b")])
    with pytest.raises(TrustError, match="checksum mismatch"):
        sums.confirm_zip("m", "v1", actual)


def test_a_go_sum_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="cannot read") as caught:
        gosum.read(tmp_path)
    assert caught.value.where == str(tmp_path)
