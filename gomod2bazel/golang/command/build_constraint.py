"""A build constraint: the expression that selects the builds that include a file (``go help buildconstraint``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

__all__ = ["constraint_of", "holds", "is_set_by_go", "tags_of", "taken_by_default"]

# Operating systems, architectures and the tags that the toolchain sets itself, and two that are set for odd platforms.
_SET_BY_GO = re.compile(
    r"aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|unix|wasip1|windows"
    r"|386|amd64|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x|wasm"
    r"|cgo|gc|gccgo|race|msan|asan|go1\.\d+"
    r"|purego|appengine"
)

_LINE = re.compile(r"//go:build[ \t]+(.*)", re.DOTALL)
_OLD_LINE = re.compile(r"//[ \t]*\+build[ \t]+(.*)", re.DOTALL)
_WORD = re.compile(r"&&|\|\||!|[()]|[\w.]+")
_TAG = re.compile(r"\w[\w.]*")
_BINDS = {"||": 1, "&&": 2, "!": 3}

# The go command takes no expression of more operators and tags (go/build/constraint); what follows is cut off.
_MOST_WORDS = 1000


def constraint_of(comments: Iterable[str]) -> str:
    """Return the constraint that a file's comments before its package clause hold, or nothing.

    Lines of the older form, ``// +build a,b c``, all have to hold; they are written as gofmt would.
    """
    comments = list(comments)
    for text in comments:
        match = _LINE.match(text)
        if match:
            return match[1].strip()
    lines = [match[1].split() for text in comments if (match := _OLD_LINE.match(text))]
    alternatives = [" || ".join(" && ".join(word.split(",")) for word in words) for words in lines]
    return " && ".join(f"({text})" if " || " in text and len(lines) > 1 else text for text in alternatives)


def tags_of(expression: str) -> tuple[str, ...]:
    """Return the tags that an expression names, those of the toolchain among them."""
    return tuple(_TAG.findall(expression)[:_MOST_WORDS])


def taken_by_default(expression: str) -> bool:
    """Return whether a constraint holds for some platform and toolchain when no other tag is given.

    What the go command would refuse holds for none.
    """
    return _evaluated(expression, lambda tag: (True, True) if is_set_by_go(tag) else (False, True))


def is_set_by_go(tag: str) -> bool:
    """Return whether the toolchain sets a tag for some build, as it does with ``linux`` and ``cgo``."""
    return _SET_BY_GO.fullmatch(tag) is not None


def holds(expression: str, tags: Collection[str]) -> bool:
    """Return whether a constraint holds where exactly these tags are set, those of the toolchain among them."""
    return _evaluated(expression, lambda tag: (tag in tags, tag not in tags))


def _evaluated(expression: str, value: Callable[[str], tuple[bool, bool]]) -> bool:
    """Return whether a constraint may hold.

    Args:
        expression: the constraint.
        value: returns whether a tag may be set, and whether it may not.
    """
    evaluation = _Evaluation(value=value)
    for word in _WORD.findall(expression)[:_MOST_WORDS]:
        evaluation.take(word)
    return evaluation.result()


@dataclass(slots=True)
class _Evaluation:
    """Evaluates words of an expression as they come, without recursion: parentheses may be nested in any depth.

    Attributes:
        value: of a tag: whether it may be set, and whether it may not.
        values: of the parts so far: whether each may hold, and whether it may not, as platforms differ.
        waiting: operators and parentheses whose right side is not complete.
    """

    value: Callable[[str], tuple[bool, bool]]
    values: list[tuple[bool, bool]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def take(self, word: str) -> None:
        """Take the next word."""
        if word in ("(", "!"):
            self.waiting.append(word)
        elif word == ")":
            self._apply(1)
            if self.waiting:
                self.waiting.pop()
        elif word in _BINDS:
            self._apply(_BINDS[word])
            self.waiting.append(word)
        else:
            self.values.append(self.value(word))

    def result(self) -> bool:
        """Return whether all of it may hold."""
        self._apply(1)
        return len(self.values) == 1 and not self.waiting and self.values[0][0]

    def _apply(self, binds: int) -> None:
        """Apply what waits and binds at least as much, back to an open parenthesis."""
        while self.waiting and _BINDS.get(self.waiting[-1], 0) >= binds:
            operator = self.waiting.pop()
            right = self.values.pop() if self.values else (False, True)
            if operator == "!":
                self.values.append((right[1], right[0]))
                continue
            left = self.values.pop() if self.values else (False, True)
            both = operator == "&&"
            holds = left[0] and right[0] if both else left[0] or right[0]
            fails = left[1] or right[1] if both else left[1] and right[1]
            self.values.append((holds, fails))
