"""Refuse #cgo flags that could make a C compiler or linker do more than compile, by the go command's own list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gomod2bazel.errors import TrustError
from gomod2bazel.gocommand import GoCommand
from gomod2bazel.golist import Package

__all__ = ["check_cgo_flags"]


def check_cgo_flags(go: GoCommand, packages: Iterable[Package], flags: Sequence[str], cwd: Path) -> None:
    """Ask the go command whether it would accept the #cgo lines of ``packages``.

    ``go build -n`` checks them (`go help c`: the allow-list, and CGO_CFLAGS_ALLOW and its like) and runs nothing. It is
    asked only when a package outside the standard library uses cgo.

    Raises:
        TrustError: a flag is not allowed; the message is the go command's.
    """
    paths = [package.import_path for package in packages if package.cgo and not package.standard and not package.errors]
    if not paths:
        return
    done = go.run("build", "-n", *flags, "--", *paths, cwd=cwd)
    refused = [line for line in done.err.splitlines() if "invalid flag in" in line or "invalid pkg-config" in line]
    if done.code and refused:
        hint = "CGO_CFLAGS_ALLOW and its like allow more (go help environment)"
        raise TrustError("\n".join(dict.fromkeys(refused)), hint=hint)
