"""Whether the compilers that a build needs are there, before it begins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.golang.command.gccgo import check_target, check_users
from gomod2bazel.options.quoting import split

__all__ = ["check_compiler_of"]


def check_compiler_of(session: Session, prepared: PreparedModule) -> None:
    """Refuse to begin where a package needs cgo and its compiler is not there.

    Args:
        session: environment and runner.
        prepared: what will be built.

    Raises:
        ToolError: the compiler does not exist.
        UsageError: it has no memory sanitizer, and -msan needs one.
    """
    users, configuration = prepared.cgo_packages, prepared.configuration
    if configuration.compiler == "gccgo":
        check_target(session, configuration.goos, configuration.goarch)
        check_users(list(prepared.swig_packages))
    compiler = (split(prepared.settings["CC"], "CC") or ("",))[0]
    program = shutil.which(compiler, path=session.environment.get("PATH", os.defpath)) if users else None
    if program and "/" not in compiler and not program.startswith("/"):
        # As the go command, which cgo is (cmd/go/internal/cfg, LookPath; os/exec, ErrDot).
        raise ToolError(
            f'cgo: C compiler "{compiler}" not found: exec: "{compiler}": cannot run executable found relative to '
            f"current directory",
            hint="remove . from PATH, or set CC to the compiler",
        )
    if users and not program:
        raise ToolError(
            f'cgo: C compiler "{compiler}" not found, and {users[0]} needs it',
            hint="install it, set CC to another compiler, or build without cgo: CGO_ENABLED=0",
        )
    if configuration.instrument == "msan":
        _check_memory_sanitizer(session, split(prepared.settings["CC"], "CC"))


def _check_memory_sanitizer(session: Session, compiler: Sequence[str]) -> None:
    """Refuse -msan with a C compiler that has no such thing, as gcc: runtime/cgo would not compile."""
    command = [*compiler, "-fsanitize=memory", "-E", "-x", "c", os.devnull]
    done = session.runner.run(command, env=session.environment)
    if done.code:
        raise UsageError(f"-msan: {done.err.strip()}", hint="use clang, which has the memory sanitizer: CC=clang")
