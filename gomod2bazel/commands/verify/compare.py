"""Whether two files are the same bytes, and where they differ first if not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from gomod2bazel.commands.verify.explainer import explain
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["Difference", "digest", "file_difference", "first_difference", "module_information"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs first.

    Attributes:
        kind: ``missing``, ``module information``, ``signature``, ``section``, ``symbol`` or ``bytes``; for a binary
            that is rebuilt also ``toolchain``, ``flags`` and ``modules``.
        text: what it is, in words.
    """

    kind: str
    text: str


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def module_information(go: GoCommand, path: Path) -> tuple[str, ...]:
    """Return what ``go version -m`` prints of a file, without the file's name; nothing if it is not a Go executable."""
    done = go.run("version", "-m", str(path), cwd=path.parent)
    return tuple(done.out.removeprefix(f"{path}: ").splitlines()) if done.code == 0 else ()


def first_difference(go: GoCommand, ours: Path, theirs: Path) -> Difference | None:
    """Return what differs first between a file and the one it should equal, or None.

    Lines of the module information come first: who reads them, knows the cause. Then the first section that differs,
    and the symbol in it where there are symbols.

    Args:
        go: the go command that made ``theirs``; it reads the information and, where that is equal, the sections.
        ours: the file in question.
        theirs: what it should be.
    """
    if digest(ours) == digest(theirs):
        return None
    lines = zip_longest(module_information(go, ours), module_information(go, theirs))
    for our_line, their_line in lines:
        if our_line != their_line:
            text = f"go version -m: {_shown(our_line)}; go build has {_shown(their_line)}"
            return Difference(kind="module information", text=text)
    return file_difference(go, ours, theirs)


def file_difference(go: GoCommand, ours: Path, theirs: Path, name: str = "go's") -> Difference:
    """Return what differs first in the sections of two files that are not equal.

    Args:
        go: the go command that compiles what reads them.
        ours: the file in question.
        theirs: what it should be.
        name: what messages call the latter.
    """
    done = explain(go, "compare", name, str(ours), str(theirs))
    kind, _, text = done.out.strip().partition("\t")
    if done.code or not text:
        return Difference(kind="bytes", text=f"bytes differ ({done.describe().strip()})")
    return Difference(kind=kind, text=text)


def _shown(line: str | None) -> str:
    return "no line" if line is None else repr(line.strip())
