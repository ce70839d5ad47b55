"""Packed modules: what is in the zip, in which order, and that it is what the go command or a goproxy would make."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from support import txtar
from support.driver import Done, Driver

from gomod2bazel.base.process.programs import version_tuple
from gomod2bazel.base.version import escape
from gomod2bazel.golang.proxy.dirhash import hash_zip

pytestmark = pytest.mark.bazel

_TREE = """
-- sub/go.mod --
module example.com/r/sub

go 1.24
-- sub/a.go --
package sub
-- sub/a/a.go --
package a
-- sub/a-b/b.go --
package b
-- sub/.gitattributes --
a.go export-ignore
a-b/b.go export-subst
-- sub/secret/s.go --
package secret // $Format:%H$
-- LICENSE --
the root's
-- go.mod --
module example.com/r
"""
_NAMES = [".gitattributes", "a-b/b.go", "a.go", "a/a.go", "go.mod", "secret/s.go", "LICENSE"]

# Zips that the public proxy made, with the Go whose compressor it had then: that of Go 1.27 gives other bytes.
_SERVED = [
    ("github.com/mattn/go-isatty", "v0.0.20", "old"),
    ("golang.org/x/term", "v0.26.0", "old"),
    ("filippo.io/age", "v1.2.0", "old"),
    ("github.com/google/wire", "v0.7.0", "old"),
    ("github.com/BurntSushi/toml", "v1.4.0", "old"),
    ("github.com/junegunn/fzf", "v0.56.3", "old"),
    ("sigs.k8s.io/kind", "v0.33.0", "new"),
]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with a module below its root, tagged."""
    root = txtar.write(tmp_path / "r", _TREE)
    (root / "sub" / "link.go").symlink_to("a.go")
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "all")
    _git(root, "tag", "sub/v1.2.3")
    _git(root, "tag", "v3.0.0")
    return root


def _git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=n", "-c", "user.email=e")
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_COMMITTER_DATE": "1700000000 +0200"}
    subprocess.run(["git", *name, *arguments], cwd=root, env=environment, check=True, timeout=60)


def _pack(driver: Driver, work: Path, *arguments: str) -> Done:
    return driver.run("pack", "-destination", "/srv", "-prefix", work / "prefix", *arguments, cwd=work)


def _names(work: Path, module: str, version: str) -> list[str]:
    with zipfile.ZipFile(work / "prefix" / "srv" / escape(module) / "@v" / f"{version}.zip") as archive:
        return [info.filename.removeprefix(f"{module}@{version}/") for info in archive.infolist()]


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_a_tagged_commit_is_packed_as_the_go_command_packs_it(driver: Driver, repository: Path) -> None:
    (repository / "elsewhere.txt").write_text("not committed, and not in the module", encoding="utf-8")
    work = repository.parent
    done = _pack(driver, work, "r/sub")
    assert done.code == 0, done.err
    base = work / "prefix" / "srv" / "example.com" / "r" / "sub" / "@v"
    assert json.loads((base / "v1.2.3.info").read_text()) == {"Version": "v1.2.3", "Time": "2023-11-14T22:13:20Z"}
    assert (base / "list").read_text() == "v1.2.3\n"
    assert _names(work, "example.com/r/sub", "v1.2.3") == _NAMES
    with zipfile.ZipFile(base / "v1.2.3.zip") as archive:
        assert archive.read("example.com/r/sub@v1.2.3/secret/s.go") == b"package secret // $Format:%H$\n"
        assert archive.read("example.com/r/sub@v1.2.3/LICENSE") == b"the root's\n"
    # The folder as it is there gives the same zip, as nothing but a link is there besides.
    before = (base / "v1.2.3.zip").read_bytes()
    shutil.rmtree(work / "prefix")
    again = _pack(driver, work, "-version", "v1.2.3", "r/sub/go.mod")
    assert again.code == 0, again.err
    assert "left out, not a regular file: link.go" in again.err
    assert (base / "v1.2.3.zip").read_bytes() == before
    # The go command takes it: its own checks hold for what was packed.
    fetched = driver.go(
        "mod", "download", "-json", "example.com/r/sub@latest", cwd=work, GOPROXY=(work / "prefix" / "srv").as_uri()
    )
    assert json.loads(fetched.out)["Version"] == "v1.2.3"


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_what_differs_from_the_commit_is_not_packed_under_its_tag(driver: Driver, repository: Path) -> None:
    (repository / "sub" / "a.go").write_text("package sub // changed\n", encoding="utf-8")
    (repository / "sub" / "new.go").write_text("package sub\n", encoding="utf-8")
    done = _pack(driver, repository.parent, "r/sub")
    assert done.code == 2
    assert "sub/a.go differs from commit" in done.err
    assert "sub/new.go differs from commit" in done.err
    assert not (repository.parent / "prefix").exists()


def test_what_is_too_large_is_refused_unread(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "large", "\n-- go.mod --\nmodule example.com/large\n-- large.bin --\n")
    os.truncate(tree / "large.bin", 500 << 20)
    done = _pack(driver, tmp_path, "-version", "v1.0.0", "large")
    assert done.code == 1
    assert "module source tree too large (max size is 524288000 bytes)" in done.err
    os.truncate(tree / "large.bin", 0)
    (tree / "LICENSE").touch()
    os.truncate(tree / "LICENSE", (16 << 20) + 1)
    done = _pack(driver, tmp_path, "-version", "v1.0.0", "large")
    assert done.code == 1
    assert "LICENSE: LICENSE file too large" in done.err
    assert not (tmp_path / "prefix").exists()


def test_repacked_zips_are_those_that_the_proxy_served(networked: Driver, tmp_path: Path) -> None:
    wanted = [f"{module}@{version}" for module, version, _ in _SERVED]
    done = networked.go("mod", "download", "-json", *wanted, cwd=tmp_path)
    decoder, text, found = json.JSONDecoder(), done.out.strip(), {}
    while text:
        item, end = decoder.raw_decode(text)
        found[item["Path"]], text = item, text[end:].lstrip()
    running = "new" if version_tuple(networked.go("env", "GOVERSION", cwd=tmp_path).out[2:]) >= (1, 27) else "old"
    for module, version, made_by in _SERVED:
        packed = _pack(networked, tmp_path, "-version", version, found[module]["Dir"])
        assert packed.code == 0, packed.err
        ours = tmp_path / "prefix" / "srv" / escape(module) / "@v" / f"{version}.zip"
        assert hash_zip(ours) == found[module]["Sum"]
        assert _entries(ours) == _entries(Path(found[module]["Zip"]))
        if made_by == running:
            assert ours.read_bytes() == Path(found[module]["Zip"]).read_bytes(), module
        assert ours.with_suffix(".mod").read_bytes() == Path(found[module]["GoMod"]).read_bytes()


def _entries(path: Path) -> list[tuple[object, ...]]:
    """Return all that a zip says of its entries but for their compressed sizes, in order."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    return [(e.filename, e.date_time, e.compress_type, e.flag_bits, e.CRC, e.external_attr, e.extra) for e in entries]
