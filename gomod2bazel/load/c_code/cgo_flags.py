"""Refuse #cgo flags that could make a C compiler or linker do more than compile, by the go command's own list."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.golang.command.gocommand import REFUSED_C_FLAG, GoCommand
from gomod2bazel.golang.command.golist import Package

__all__ = ["check_cgo_flags"]

_REFUSAL = re.compile(r"(?:go: |go build )?(?P<package>\S+): .*")


def check_cgo_flags(go: GoCommand, packages: Iterable[Package], flags: Sequence[str], cwd: Path) -> tuple[Package, ...]:
    """Ask the go command whether it would accept the #cgo lines of ``packages``.

    ``go build -n`` checks them (`go help c`: the allow-list, and CGO_CFLAGS_ALLOW and the like) and runs nothing. It is
    asked only when a package outside the standard library uses cgo.

    Returns:
        The packages; each that is refused has the go command's message among its errors, so that only what needs it
        is not built.
    """
    whole = tuple(packages)
    paths = [package.import_path for package in whole if package.cgo and not package.standard and not package.errors]
    if not paths:
        return whole
    # Nothing is written, but a folder that has a lone binary's name would be an error.
    done = go.run("build", "-n", f"-o={os.devnull}", *flags, "--", *paths, cwd=cwd)
    lines = done.err.splitlines() if done.code else []
    refused: dict[str, dict[str, None]] = {}
    for line in lines:
        refusal = _REFUSAL.fullmatch(line)
        if refusal and any(phrase in line for phrase in REFUSED_C_FLAG):
            refused.setdefault(refusal["package"], {})[line] = None
    return tuple(
        replace(package, errors=(*package.errors, *(("", line) for line in refused.get(package.import_path, ()))))
        for package in whole
    )
