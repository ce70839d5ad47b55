"""-compiler gccgo and flags for it: refused, or passed over as the go command does."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.user import User

from gomod2bazel.errors import ToolError, UsageError
from gomod2bazel.gccgo import check_compiler
from gomod2bazel.options import BuildOptions
from gomod2bazel.process import SubprocessRunner


def _user(folder: Path, **environment: str) -> User:
    return User(folder, SubprocessRunner(), environment={"PATH": str(folder), **environment})


def test_gccgo_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match='gccgo: exec: "gccgo-9": executable file not found in \\$PATH'):
        check_compiler(_user(tmp_path, GCCGO="gccgo-9").session, BuildOptions(compiler="gccgo"))


def test_gccgo_is_there(tmp_path: Path) -> None:
    program = tmp_path / "gccgo"
    program.write_text("#!/bin/sh\necho 'gccgo (Some 12.2.0-1) 12.2.0'\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(UsageError, match=r"not supported.* 12\.2\.0, has the library of Go 1\.18"):
        check_compiler(_user(tmp_path).session, BuildOptions(compiler="gccgo"))


def test_flags_for_gccgo_are_told_of(tmp_path: Path) -> None:
    user = _user(tmp_path)
    check_compiler(user.session, BuildOptions(gccgoflags=("-O3",)))
    assert "when using gc toolchain, please pass compile flags using -gcflags" in user.out[0]
