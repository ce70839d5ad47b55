"""Whether two files are the same bytes, and where they differ first if not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["Difference", "digest", "first_difference", "module_information"]

_EXPLAIN = Path(__file__).parent / "explain" / "main.go"

# Variables to remove when the go command builds a program that runs here.
_HERE = ("GOOS", "GOARCH", "GOEXPERIMENT", "GOFIPS140", "CC", "CXX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs first.

    Attributes:
        kind: ``missing``, ``module information``, ``section``, ``symbol`` or ``bytes``.
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
    plain = {name: value for name, value in go.environment.items() if name not in _HERE}
    here = replace(go, environment={**plain, "CGO_ENABLED": "0", "GO111MODULE": "off"}, relay=None)
    done = here.run("run", str(_EXPLAIN), str(ours), str(theirs), cwd=_EXPLAIN.parent)
    kind, _, text = done.out.strip().partition("\t")
    if done.code or not text:
        return Difference(kind="bytes", text=f"bytes differ ({done.describe().strip()})")
    return Difference(kind=kind, text=text)


def _shown(line: str | None) -> str:
    return "no line" if line is None else repr(line.strip())
