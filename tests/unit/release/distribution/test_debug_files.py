"""Debug files: split off by objcopy, named by build IDs; what objcopy cannot do is reported with a hint."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from gomod2bazel.base.errors import BuildError, ToolError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.release.distribution.debug_files import Splitter, debug_name, find_objcopy
from gomod2bazel.release.distribution.gnu_build_id import build_id, write_build_id

_IDENTIFIER = "abcdef0123456789abcdef0123456789abcdef01"


def test_a_debug_file_is_found_by_the_build_id() -> None:
    assert debug_name(_IDENTIFIER) == ".build-id/ab/cdef0123456789abcdef0123456789abcdef01.debug"


def test_objcopy_is_on_path_or_named(tmp_path: Path) -> None:
    for name in ("objcopy", "aarch64-objcopy"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": str(tmp_path)}
    assert find_objcopy(path) == tmp_path / "objcopy"
    assert find_objcopy({**path, "OBJCOPY": "aarch64-objcopy"}) == tmp_path / "aarch64-objcopy"
    with pytest.raises(ToolError, match='"missing" not found') as caught:
        find_objcopy({**path, "OBJCOPY": "missing"})
    assert caught.value.hint.startswith("install binutils, or set OBJCOPY")


def test_what_objcopy_says_is_shown(tmp_path: Path) -> None:
    objcopy = tmp_path / "objcopy"
    objcopy.write_text('#!/bin/sh\necho "$2: file format not recognized" >&2\nexit 1\n')
    objcopy.chmod(0o755)
    splitter = Splitter(objcopy=objcopy, runner=SubprocessRunner(), environment={"PATH": os.defpath})
    with pytest.raises(BuildError, match="file format not recognized") as caught:
        splitter.split(tmp_path / "binary", _IDENTIFIER, tmp_path / "out")
    assert caught.value.hint.startswith("set OBJCOPY")


def _run(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, errors="replace").stdout


def _sections(path: Path) -> str:
    return _run("readelf", "-SW", path)


def _tools(names: Sequence[str]) -> bool:
    return all(map(shutil.which, names))


@pytest.mark.skipif(not _tools(["gcc", "objcopy", "readelf"]), reason="no gcc or binutils")
def test_a_binary_is_split(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int answer(void) { return 42; }\nint main(void) { return answer() - 42; }\n")
    linked = tmp_path / "linked"
    _run("gcc", "-g", f"-Wl,--build-id=0x{'00' * 20}", "-o", linked, tmp_path / "main.c")
    identifier = write_build_id(linked, tmp_path / "binary")
    objcopy = find_objcopy(os.environ)
    splitter = Splitter(objcopy=objcopy, runner=SubprocessRunner(), environment=os.environ)
    results = [splitter.split(tmp_path / "binary", identifier, tmp_path / name) for name in ("one", "two")]
    stripped, debug = results[0]
    # The same bytes again, in another folder.
    assert [path.read_bytes() for path in results[1]] == [stripped.read_bytes(), debug.read_bytes()]
    assert debug == tmp_path / "one" / debug_name(identifier)
    assert build_id(stripped) == build_id(debug) == identifier
    assert ".debug_info" in _sections(debug)
    assert ".symtab" in _sections(debug)
    assert ".debug_info" not in _sections(stripped)
    assert ".symtab" not in _sections(stripped)
    assert f"{identifier[2:]}.debug" in _run("readelf", "--string-dump=.gnu_debuglink", stripped)
    _run(stripped)
