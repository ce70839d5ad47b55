"""//go:debug lines that the go command refuses; `go list` does not look at them, only `go build` does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.golist import Package

__all__ = ["check_directives"]

_LINE = re.compile(rb"^//go:debug", re.MULTILINE)

# What reportCmd of cmd/go/internal/work prints above a package's errors, and checkDirectives as such.
_PACKAGE = re.compile(r"# (\S+)")
_REFUSED = re.compile(r"(?P<file>\S.*?)(?P<at>:\d+:\d+): (?P<what>(?:invalid|repeated) //go:debug.*)")
_BEFORE = re.compile(r"\t(?P<file>\S.*?)(?P<at>:\d+:\d+): (?P<what>previous //go:debug)")


def check_directives(
    go: GoCommand, packages: Iterable[Package], flags: Sequence[str], cwd: Path, overlay: Mapping[str, str]
) -> tuple[Package, ...]:
    """Ask the go command whether it would accept the //go:debug lines of ``packages``.

    ``go build -n`` checks them (cmd/go/internal/work, checkDirectives) and runs nothing. It is asked only when a file
    outside the standard library has such a line.

    Args:
        go: the go command that listed the packages.
        packages: with their errors; those that have any are not asked about.
        flags: of the listing.
        cwd: the folder that it was made in.
        overlay: what is read in place of a file, from `overlay.read_overlay`.

    Returns:
        The packages; each that is refused has the go command's messages among its errors, positions absolute, so that
        only what needs it is not built.
    """
    whole = tuple(packages)
    paths = [p.import_path for p in whole if not p.standard and not p.errors and _has_lines(p, overlay)]
    if not paths:
        return whole
    done = go.run("build", "-n", f"-o={os.devnull}", *flags, "--", *paths, cwd=cwd)
    refused = _refused(done.err, cwd) if done.code else {}
    return tuple(replace(package, errors=(*package.errors, *refused.get(package.import_path, ()))) for package in whole)


def _has_lines(package: Package, overlay: Mapping[str, str]) -> bool:
    names = (*package.files.get("GoFiles", ()), *package.files.get("CgoFiles", ()))
    paths = (f"{package.dir}/{name}" for name in names)
    return any(_LINE.search(_content(Path(overlay.get(path) or path))) for path in paths)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        check_shortage("read", path, error)
        # It existed a moment ago; its compilation reports the error.
        return b""


def _refused(text: str, cwd: Path) -> dict[str, list[tuple[str, str]]]:
    """Return position and message of each refused line, by import path."""
    refusals: dict[str, list[tuple[str, str]]] = {}
    package = ""
    for line in text.splitlines():
        if named := _PACKAGE.fullmatch(line):
            package = named[1]
        elif match := _REFUSED.fullmatch(line):
            refusals.setdefault(package, []).append((_position(match, cwd), match["what"]))
        elif (match := _BEFORE.fullmatch(line)) and refusals.get(package):
            position, what = refusals[package].pop()
            # Both are in the package's folder.
            before = Path(match["file"]).name + match["at"]
            refusals[package].append((position, f"{what}\n\t{before}: {match['what']}"))
    return refusals


def _position(match: re.Match[str], cwd: Path) -> str:
    return os.path.normpath(cwd / match["file"]) + match["at"]
