"""What is wrong with go.mod and go.work: the file and line of each error, and what helps."""

from __future__ import annotations

import os
import re
from pathlib import Path

from gomod2bazel.base.errors import BuildError, Gomod2bazelError
from gomod2bazel.base.near_names import did_you_mean

__all__ = ["file_error_of", "unusable_folder"]

_PARSING = re.compile(r"(?:errors parsing|parsing) (?P<file>\S+):\n(?P<lines>(?:\S[^\n]*:\d+(?::\d+)?: [^\n]*\n?)+)")
_LINE = re.compile(r"^(?P<file>\S[^\n]*?):(?P<line>\d+)(?::\d+)?: (?P<what>[^\n]*)$", re.MULTILINE)
_NO_MODULE_LINE = re.compile(r"error reading (?P<file>\S+): missing module declaration")
_NO_FOLDER = re.compile(
    r"cannot load module (?P<folder>\S+) listed in go\.work file: open \S+: no such file or directory"
)
_OLD_WORK = re.compile(
    r"module (?P<folder>\S+) listed in go\.work file requires go >= (?P<needed>[\w.]+), "
    r"but go\.work lists go (?P<has>[\w.]+)"
)
_USE = re.compile(r"^\s*(?:use\s+)?\"?(?P<folder>\.{0,2}/?[^\s()\"]+)\"?\s*(?://.*)?$")
_DIRECTIVES = (
    "module", "go", "toolchain", "godebug", "require", "tool", "exclude", "replace", "retract", "ignore", "use",
)  # fmt: skip
_UNKNOWN = re.compile(r"unknown directive: (\S+)")


def file_error_of(error: Gomod2bazelError, folder: Path, cwd: Path, go_work: str = "") -> Gomod2bazelError:
    """Return the error about go.mod or go.work that a message of the go command means, or the error as it was.

    Args:
        error: it has the message.
        folder: where the go command ran: its names of files are relative to that.
        cwd: what names are to be relative to, where that is shorter.
        go_work: the workspace file; empty for none.
    """
    message = error.what
    if match := _PARSING.search(message):
        return _unreadable(match["lines"], folder, cwd)
    if match := _NO_MODULE_LINE.search(message):
        where = _shown(folder / match["file"], cwd)
        return BuildError("no module line", where=where, hint="add one: go mod edit -module=example.com/m")
    if match := _NO_FOLDER.search(message):
        return unusable_folder(Path(os.path.normpath(folder / match["folder"])), Path(go_work), cwd)
    if match := _OLD_WORK.search(message):
        used = Path(os.path.normpath(folder / match["folder"]))
        return BuildError(
            f"go.work has go {match['has']}, but {_shown(used, cwd)}/go.mod requires go {match['needed']}",
            where=_shown(Path(go_work), cwd),
            hint="raise the go line of go.work: go work use",
        )
    return error


def unusable_folder(used: Path, go_work: Path, cwd: Path) -> BuildError:
    """Return the error for a folder that go.work uses, and that has no module.

    Args:
        used: the folder, absolute.
        go_work: the workspace file.
        cwd: what names are to be relative to, where that is shorter.
    """
    entry, place = _use_line(used, go_work, cwd)
    return BuildError(
        f"go.work uses the folder {entry}, which {'has no go.mod' if used.is_dir() else 'is missing'}",
        where=place,
        hint=f"correct the line, or remove it: go work edit -dropuse={entry}",
    )


def _unreadable(lines: str, folder: Path, cwd: Path) -> BuildError:
    """Return the error for a file with lines that are wrong."""
    problems = [(_shown(folder / match["file"], cwd), match["line"], match["what"]) for match in _LINE.finditer(lines)]
    file, number, what = problems[0]
    more = [f"{name}:{line}: {text}" for name, line, text in problems[1:]]
    unknown = _UNKNOWN.fullmatch(what)
    near = did_you_mean(unknown[1], _DIRECTIVES) if unknown else ""
    kind = "work" if file.endswith(".work") else "mod"
    help_text = f"https://go.dev/ref/{'mod#workspaces' if kind == 'work' else 'mod#go-mod-file'} describes the file"
    return BuildError("\n".join([what, *more]), where=f"{file}:{number}", hint=near or f"correct the line; {help_text}")


def _use_line(used: Path, go_work: Path, cwd: Path) -> tuple[str, str]:
    """Return how go.work names a folder, and FILE:LINE of that."""
    shown = _shown(go_work, cwd)
    try:
        lines = go_work.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return _shown(used, cwd), shown
    for number, line in enumerate(lines, 1):
        match = _USE.match(line)
        if match and os.path.normpath(go_work.parent / match["folder"]) == str(used):
            return match["folder"], f"{shown}:{number}"
    return _shown(used, cwd), shown


def _shown(path: Path, cwd: Path) -> str:
    """Return a path relative to the user's folder where that is shorter."""
    whole = os.path.normpath(path)
    return min(whole, os.path.relpath(whole, cwd), key=len)
