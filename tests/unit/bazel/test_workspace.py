"""The private workspace: names of repositories, and files that change only when their content does."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.samples import lock, package

from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import Contents, Workspace, module_folders
from gomod2bazel.golang.command.golist import Package

ELEMENTS = ["a", "A", "-", "_", "~", "+", ".", "/", "-a", "-u", "-ca", "--", "u", "v1"]


def test_names_differ_for_each_module() -> None:
    middles = ["".join(parts) for n in range(3) for parts in itertools.product(ELEMENTS, repeat=n)]
    paths = {first + middle + "y" for first in ("x", "1", "d", "d-d1", "go/sdk", "go_sdk") for middle in middles}
    paths |= {"go_sdk", "go/sdk", "1"}
    names = {
        (path, version): repository_name(path, version) for path in paths for version in ("", "v1.0.0", "v1.0.0-A")
    }
    assert len(set(names.values())) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names.values())
    assert len({name.lower() for name in names.values()}) == len(names), "some file systems know no case"


def _workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path / "workspace", rules=tmp_path / 'ru"les')


def _write(workspace: Workspace, **fields: Any) -> None:
    workspace.root.mkdir(exist_ok=True)
    packages = (
        package("example.com/m/p", Dir="/src/p", Module={"Path": "example.com/m", "Main": True, "Dir": "/src"}),
        package("a/p", Dir="/b/p", Module={"Path": "a", "Version": "v1.0.0", "Replace": {"Path": "../b", "Dir": "/b"}}),
        package("c/d/p", Dir="/src/vendor/c/d/p", Module={"Path": "c/d", "Version": "v2.0.0"}),
        package("e", Dir="/src/vendor/e", Module={"Path": "e", "Version": "v3.0.0"}),
        package("fmt", Standard=True),
    )
    _put(workspace, lock(**fields).to_json(), packages, "/go", "example.com_m")


def _put(workspace: Workspace, text: str, packages: tuple[Package, ...], goroot: str, main: str) -> None:
    contents = Contents(lock=text, folders=module_folders(packages), inputs={"": main})
    workspace.write(contents, goroot=goroot)


def test_write(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    _write(workspace)
    module = (workspace.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert f"path = {json.dumps(str(workspace.rules))}," in module
    assert '"input",' in module
    host = json.loads((workspace.root / "host.json").read_text(encoding="utf-8"))
    assert (host["goroot"], host["inputs"]) == ("/go", {"": "example.com_m"})
    assert Path(host["python"]).samefile(sys.executable)
    assert host["dirs"] == {
        "example.com_m": "/src",
        "a-av1.0.0": "/b",
        "c_d-av2.0.0": "/src/vendor/c/d",
        "e-av3.0.0": "/src/vendor/e",
    }
    assert (workspace.root / "gomod2bazel.lock.json").read_text(encoding="utf-8") == lock().to_json()
    assert (workspace.root / "WORKSPACE.bzlmod").read_text(encoding="utf-8") == ""


def test_another_module_leaves_bazels_module_file_as_it_is(tmp_path: Path) -> None:
    """What it names, Bazel's server has to load again."""
    workspace = _workspace(tmp_path)
    _write(workspace)
    before = (workspace.root / "MODULE.bazel").read_bytes()
    other = package("example.com/n/p", Dir="/n/p", Module={"Path": "example.com/n", "Version": "v1.0.0", "Dir": "/n"})
    _put(workspace, lock().to_json(), (other,), "/go", "example.com_n-av1.0.0")
    assert (workspace.root / "MODULE.bazel").read_bytes() == before
    assert json.loads((workspace.root / "host.json").read_text())["inputs"] == {"": "example.com_n-av1.0.0"}


def test_folders_with_names_of_any_bytes(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path / "workspace", rules=tmp_path / "ru ж")
    workspace.root.mkdir()
    one = package("m/p", Dir="/s\udcff/ü/p", Module={"Path": "m", "Main": True, "Dir": "/s\udcff/ü"})
    for _ in range(2):
        _put(workspace, lock().to_json(), (one,), "/gö", "m")
    host = (workspace.root / "host.json").read_bytes()
    assert b'"goroot": "/g\xc3\xb6"' in host, "Starlark's JSON reader makes one byte of an escape"
    assert b'"m": "/s\xff/\xc3\xbc"' in host
    module = (workspace.root / "MODULE.bazel").read_bytes()
    assert module.isascii(), "Bazel 7 reads this file alone as UTF-8"
    assert (workspace.root / "rules").readlink() == workspace.rules


def test_build_settings_of_a_folder(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    workspace.root.mkdir()
    contents = Contents(lock="{}", folders={}, inputs={"a": "m"}, configurations={"a": {"goos": "windows"}})
    workspace.write(contents, goroot="/go")
    host = json.loads((workspace.root / "host.json").read_text(encoding="utf-8"))
    assert host["configurations"] == {"a": {"goos": "windows"}}


def test_unchanged_files_are_left_alone(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    _write(workspace)
    for path in workspace.root.iterdir():
        os.utime(path, ns=(1, 1))
    _write(workspace, broken={"x": ("target", "why")})
    assert {path.stat().st_mtime_ns for path in workspace.root.iterdir()} == {1}
    _write(workspace, standard=())
    (workspace.root / "host.json").write_bytes(b"\xff")
    _write(workspace)
    assert json.loads((workspace.root / "host.json").read_text(encoding="utf-8"))["goroot"] == "/go"
    assert not [path for path in workspace.root.iterdir() if path.name.startswith(".")]


HOLD = """
import sys
from pathlib import Path
from gomod2bazel.bazel.workspace import Workspace, module_folders
with Workspace(root=Path(sys.argv[1]), rules=Path()).held(lambda line: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_run_waits(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLD, str(workspace.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        said: list[str] = []

        def say(line: str) -> None:
            said.append(line)
            assert other.poll() is None, "the other still holds it"
            assert other.stdin is not None
            other.stdin.close()

        with workspace.held(say):
            assert other.wait(10) == 0, "it was let go before we went on"
    assert said == ["waiting for another gomod2bazel build"]


def test_held_alone_says_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with _workspace(tmp_path).held(said.append):
            assert said == []
