"""What a go_install target does, down from what its rule wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.driver import ROOT

from gomod2bazel.base.errors import UsageError
from gomod2bazel.install import result
from gomod2bazel.install.install_target import install_built, read_manifest
from gomod2bazel.install.record import Input

Install = Callable[..., list[str]]

LINES = [
    "path\texample.com/m/cmd/x",
    "mod\texample.com/m\tv1.0.0\th1:m=",
    "dep\texample.com/d\tv0.1.0",
    "=>\texample.com/fork\tv0.2.0\th1:f=",
    "",
    "dep\texample.com/local\tv0.3.0",
    "=>\t./local\t(devel)\t",
    "",
]


def _binary(name: str, **changes: Any) -> dict[str, Any]:
    plain = {"file": f"main/{name}", "name": name, "kind": "executable", "set": "target", "buildinfo": []}
    plain |= {"goos": "linux", "goarch": "amd64"}
    return {**plain, "import_path": f"example.com/m/cmd/{name}", **changes}


MANIFEST: dict[str, Any] = {
    "binaries": [
        _binary("x", buildinfo=LINES),
        _binary("lib.a", kind="c-archive", set=""),
        _binary("lib.h", kind="header", set="", import_path="example.com/m/cmd/lib.a"),
    ],
    "go_version": "go1.26.0",
    "label": "//:install",
}


@pytest.fixture
def run(tmp_path: Path) -> Install:
    """Return what runs the target in ``tmp_path / "user"`` and returns what it said."""
    (tmp_path / "runfiles/main").mkdir(parents=True)
    (tmp_path / "user").mkdir()
    for one in MANIFEST["binaries"]:
        (tmp_path / "runfiles" / one["file"]).write_text(one["name"], encoding="utf-8")

    def installed(*argv: str) -> list[str]:
        said: list[str] = []
        install_built(argv, MANIFEST, root=tmp_path / "runfiles", cwd=tmp_path / "user", say=said.append)
        return said

    return installed


def test_files_are_where_they_belong_and_are_told(run: Install, tmp_path: Path) -> None:
    user = tmp_path / "user"
    flags = ("-prefix=stage", "--destination", "/usr/bin", "-result-file=files", "-binary=example.com/m/cmd/x=y")
    assert run(*flags) == ["3 files in /usr/bin"]
    assert {path.name: path.stat().st_mode & 0o111 != 0 for path in (user / "stage/usr/bin").iterdir()} == {
        "y": True, "lib.a": False, "lib.h": False
    }  # fmt: skip
    assert (user / "files").read_text(encoding="utf-8") == "/usr/bin/lib.a\n/usr/bin/lib.h\n/usr/bin/y\n"
    assert run(*flags) == ["3 files in /usr/bin, 3 as before"]


def test_what_json_says_of_the_modules(run: Install, tmp_path: Path) -> None:
    run("-destination=bin", "-result-file=r.json", "-result-format=json")
    said = result.parse(tmp_path / "user/r.json", "json")
    assert (said.run.go_version, said.run.input) == ("go1.26.0", "//:install")
    one = next(one for one in said.binaries if one.path == "bin/x")
    assert (one.set, one.module, one.version, one.goos, one.goarch) == (
        "target", "example.com/m", "v1.0.0", "linux", "amd64"
    )  # fmt: skip
    assert one.inputs == (
        Input(module="example.com/m", version="v1.0.0", sum="h1:m=", verified=True),
        Input(module="example.com/d", version="v0.1.0", sum="h1:f=", verified=True),
        Input(module="example.com/local", version="v0.3.0"),
    )


def test_module_information_that_was_found_when_linking(tmp_path: Path) -> None:
    """A manifest names a file where the rule does not know the lines."""
    (tmp_path / "x_modinfo").write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    (tmp_path / "y_modinfo").write_text("path\tm\n", encoding="utf-8")
    entries = [_binary("x", buildinfo=LINES), _binary("x", modinfo="x_modinfo"), _binary("x", modinfo="")]
    known, found, none = read_manifest({"binaries": entries}, tmp_path)
    assert found.binary == known.binary != none.binary
    (bare,) = read_manifest({"binaries": [_binary("y", modinfo="y_modinfo")]}, tmp_path)
    assert (bare.binary.module, bare.binary.inputs) == ("", ())


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("-set=all",), "-set is not a flag of a go_install target"),
        (("more",), "unexpected arguments: more"),
        (("-result-format=proto",), "-result-format proto is not possible with a go_install target"),
        (
            ("-binary=example.com/none=n", "-binary=example.com/m/cmd/x"),
            "none: the target does not install it\n-binary",
        ),
        (("-binary=example.com/m/cmd/x=lib.h",), "chosen binaries share a file name"),
        (("-prefix=p", "-destination=../out"), "could leave the prefix"),
    ],
)
def test_refused(argv: tuple[str, ...], said: str, run: Install, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        run(*argv)
    assert said in raised.value.what
    assert not any((tmp_path / "user").iterdir())


def test_the_program_needs_nothing_but_the_runfiles(run: Install, tmp_path: Path) -> None:
    root = tmp_path / "runfiles"
    run()
    (root / "driver").symlink_to(ROOT)
    (root / "main/manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    settings = json.dumps(json.dumps({"driver": "driver", "manifest": "main/manifest.json"}))
    text = (ROOT / "rules/private/driver/installer.py").read_text(encoding="utf-8")
    program = tmp_path / "install"
    program.write_text(text.replace('"{SETTINGS}"', settings), encoding="utf-8")
    environment = {"RUNFILES_DIR": str(root), "BUILD_WORKING_DIRECTORY": str(tmp_path / "user")}
    command = [sys.executable, "-IS", str(program)]
    done = subprocess.run([*command, "-o=x"], env=environment, capture_output=True, text=True, check=False)
    refusal = "gomod2bazel: error: -o is not a flag of a go_install target"
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, refusal)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "gomod2bazel: 3 files in ., 3 as before\n")


@pytest.mark.parametrize("word", ["-h", "-help", "--help"])
def test_help_names_its_flags_and_installs_nothing(word: str, run: Install, tmp_path: Path) -> None:
    (text,) = run("-destination=bin", word)
    assert text.startswith("usage: bazel run //:install -- [flags]\n")
    assert "\n  -destination DIR: " in text
    assert "-ldflags" not in text
    assert not (tmp_path / "user" / "bin").exists()


def test_a_flag_that_is_near(run: Install) -> None:
    with pytest.raises(UsageError, match="flag provided but not defined: -dest") as caught:
        run("-dest=bin")
    assert caught.value.hint == "did you mean -destination?"
