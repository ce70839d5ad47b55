"""Find the scripts that build or install, and those of them that nothing but the text shows to be not applicable."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from scripts.goflags import GoLine, read_line

__all__ = ["builds", "outright"]

_BUILD = re.compile(r"^\s*(?:\[[^\]]*\]\s*)*[!?]?\s*go\s+((?:-C\s+\S+\s+)?(?:build|install)\b[^#&]*)")
_MODE = re.compile(r"^\s*env\s+(?:.*\s)?GO111MODULE=(\S*)", re.MULTILINE)
_MARKER = re.compile(r"^-- .* --$", re.MULTILINE)


def builds(script: Path) -> tuple[GoLine, ...]:
    """Return the `go build` and `go install` lines of a script, with their variables as they stand."""
    return tuple(_lines(_text(script)))


def outright(script: Path) -> str:
    """Return why a script has nothing for the driver to do, or nothing where it has to be run to know."""
    text, lines = _text(script), builds(script)
    modes = _MODE.findall(text)
    if modes and set(modes) == {"off"} and text.index("GO111MODULE=off") < _first(text):
        return "GOPATH mode"
    reasons = dict.fromkeys(_reason(line) for line in lines)
    return "; ".join(reasons) if all(reasons) else ""


def _reason(line: GoLine) -> str:
    whole = [word for word in line.packages if word in ("std", "cmd") or word.startswith("cmd/")]
    return "the standard library as a whole, or a command of it" if whole else ""


def _text(script: Path) -> str:
    return _MARKER.split(script.read_text(encoding="utf-8", errors="replace"))[0]


def _first(text: str) -> int:
    return next((match.start() for match in re.finditer(_BUILD.pattern, text, re.MULTILINE)), 0)


def _lines(text: str) -> Iterator[GoLine]:
    for line in text.splitlines():
        match = _BUILD.match(line)
        if match:
            words = shlex.shlex(match[1].replace("\\", "\\\\"), posix=True, punctuation_chars="")
            words.whitespace_split, words.commenters = True, ""
            yield read_line(list(words))
