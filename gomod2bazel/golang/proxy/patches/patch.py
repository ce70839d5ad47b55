"""Apply git-style unified diffs to files in memory; names are below the module's root once one folder is taken off.

What is applied is what `git diff` and `git format-patch` write for text: changed, new, removed and renamed files. A
hunk applies where all its lines are as it says, at its own place or at the nearest one; nothing is guessed. Content is
taken as lines that LF ends, so that CR and a missing last LF are kept.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError

__all__ = ["Change", "Hunk", "apply_patch", "normal_diff", "parse_patch"]

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@.*")
_UNSUPPORTED = re.compile(r"(GIT binary patch|Binary files .* differ|copy from .*|new file mode (?:120000|160000))")
_NULL = "/dev/null"
_HINT = f"recreate it with git diff against the module's files: see {page('baseline.md#patches')}"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One change of some lines.

    Attributes:
        header: its @@ line.
        start: line in the old file, from 0, that it begins at.
        old, new: lines before and after; the last lacks its LF only if the patch marks that.
    """

    header: str
    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a patch does to one file.

    Attributes:
        old: its name before; empty for a new file.
        new: its name after; empty for one that is removed.
        hunks: in order.
        line: where in the patch it begins.
    """

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    line: int


def parse_patch(text: str, where: str) -> tuple[Change, ...]:
    """Read a patch.

    Args:
        text: its content; what comes before the first change of a file, such as a mail's head, is passed over.
        where: its name, for errors.

    Raises:
        UsageError: it changes nothing, is cut off, leads out of the module, or does what is not supported.
    """
    changes = tuple(_Reader(text.split("\n"), where).changes())
    if not changes:
        raise UsageError("changes no file", where=where, hint=_HINT)
    return changes


class _Reader:
    """Reads the changes of one patch, line by line."""

    def __init__(self, lines: Sequence[str], where: str) -> None:
        self.lines = lines
        self.where = where
        self.at = 0

    def changes(self) -> Iterator[Change]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if _UNSUPPORTED.fullmatch(line):
                raise self.wrong(f"{line!r} is not supported: only text files are patched")
            if line.startswith("@@ "):
                raise self.wrong(
                    f"{line[:60]!r} is not a hunk: the line numbers are missing, or the file names before it"
                )
            if line.startswith("diff --git ") or self._begins_names():
                yield self._change()
            else:
                self.at += 1

    def _begins_names(self) -> bool:
        following = self.lines[self.at + 1 : self.at + 2]
        return self.lines[self.at].startswith("--- ") and bool(following) and following[0].startswith("+++ ")

    def _change(self) -> Change:
        line, renamed = self.at + 1, {"from": "", "to": ""}
        headed = self.lines[self.at].startswith("diff --git ")
        self.at += headed
        while headed and self.at < len(self.lines) and not self._begins_names():
            word = self.lines[self.at]
            if word.startswith("diff --git ") or _UNSUPPORTED.fullmatch(word):
                break
            match = re.fullmatch(r"rename (from|to) (.*)", word)
            if match:
                renamed[match[1]] = self._inside(_unquoted(match[2]))
            self.at += 1
        old, new = renamed["from"], renamed["to"]
        if self.at < len(self.lines) and self._begins_names():
            old = self._name(self.lines[self.at][4:])
            new = self._name(self.lines[self.at + 1][4:])
            self.at += 2
        elif not old or not new:
            # A change of mode alone, or a new file without content: neither says anything of what is compiled.
            raise UsageError("changes no line of a file", where=f"{self.where}:{line}", hint=_HINT)
        hunks = tuple(self._hunks())
        if not hunks and not renamed["to"]:
            raise self.wrong("no hunk follows the names of a file")
        return Change(old=old, new=new, hunks=hunks, line=line)

    def _hunks(self) -> Iterator[Hunk]:
        while self.at < len(self.lines) and (match := _HUNK.fullmatch(self.lines[self.at])):
            header, counts = (
                self.lines[self.at],
                [int(count if count is not None else 1) for count in match.group(2, 3)],
            )
            self.at += 1
            old, new = self._body(counts[0], counts[1])
            # A hunk without old lines says after which line it is.
            yield Hunk(header=header, start=int(match[1]) - (1 if counts[0] else 0), old=old, new=new)

    def _body(self, olds: int, news: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        sides: tuple[list[str], list[str]] = ([], [])
        while len(sides[0]) < olds or len(sides[1]) < news or self._ends_without_newline():
            if self.at >= len(self.lines):
                raise self.wrong("the patch ends within a hunk")
            # Some mailers strip the blank of an empty line.
            line = self.lines[self.at] or " "
            if line.startswith("\\"):
                self._strip_newline(sides)
            elif line[0] in " -+":
                for side, marks in zip(sides, (" -", " +"), strict=True):
                    side += [line[1:] + "\n"] if line[0] in marks else []
            else:
                raise self.wrong(f"{line!r} is not a line of a hunk")
            self.at += 1
        if (len(sides[0]), len(sides[1])) != (olds, news):
            raise self.wrong("the hunk has more lines than its header states")
        return tuple(sides[0]), tuple(sides[1])

    def _ends_without_newline(self) -> bool:
        return self.at < len(self.lines) and self.lines[self.at].startswith("\\")

    def _strip_newline(self, sides: tuple[list[str], list[str]]) -> None:
        before = self.lines[self.at - 1][:1] or " "
        for side, marks in zip(sides, (" -", " +"), strict=True):
            if before in marks and side:
                side[-1] = side[-1].removesuffix("\n")

    def _name(self, text: str) -> str:
        """Return the file that a ``---`` or ``+++`` line names, without its first folder; nothing for /dev/null."""
        name = _unquoted(text.partition("\t")[0].removesuffix("\r"))
        if name == _NULL:
            return ""
        first, slash, rest = name.partition("/")
        if not slash or not first:
            raise self.wrong(f"{name!r} has no folder to strip: names begin with a/ and b/, as git writes them")
        return self._inside(rest)

    def _inside(self, name: str) -> str:
        elements = name.split("/")
        if {"", ".", ".."} & set(elements) or "\\" in name or any(ord(char) < 0x20 for char in name):
            raise self.wrong(f"{name!r} is outside the module, or is not a valid file name in a module")
        return name

    def wrong(self, what: str) -> UsageError:
        return UsageError(what, where=f"{self.where}:{self.at + 1}", hint=_HINT)


def _unquoted(name: str) -> str:
    """Undo git's quoting of names with blanks at their ends, control characters or bytes beyond ASCII."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    plain = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), name[1:-1])
    plain = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), plain)
    return plain.encode("latin-1", "replace").decode("utf-8", "replace") if plain != name[1:-1] else plain


def apply_patch(files: Mapping[str, str], changes: Sequence[Change], where: str) -> dict[str, str | None]:
    """Return the files that a patch changes, with their new content; None for those that are gone.

    Args:
        files: content of each file there is, by name.
        changes: the patch.
        where: its name, for errors.

    Raises:
        UsageError: hunks that do not apply, files that are missing or in the way; all of them at once.
    """
    result: dict[str, str | None] = {}
    problems: list[str] = []
    for change in changes:
        before = result[change.old] if change.old in result else files.get(change.old)
        existing = result[change.new] if change.new in result else files.get(change.new)
        at = f"{where}:{change.line}"
        if change.old and before is None:
            problems.append(f"{at}: {change.old}: no such file")
        elif change.new and change.new != change.old and existing is not None:
            problems.append(f"{at}: {change.new}: the file already exists")
        else:
            after, failed = _applied(before or "", change)
            problems += [f"{at}: {change.old or change.new}: the hunk {header!r} does not apply" for header in failed]
            if change.old and change.old != change.new:
                result[change.old] = None
            if change.new:
                result[change.new] = after
            elif after:
                problems.append(f"{at}: {change.old}: cannot be removed: its lines differ from the patch")
    if problems:
        raise UsageError("\n".join(problems), hint=_HINT)
    return result


def _applied(content: str, change: Change) -> tuple[str, list[str]]:
    """Return the new content, and the headers of hunks that fit nowhere."""
    lines = _lines(content)
    result: list[str] = []
    failed, done, offset = [], 0, 0
    for hunk in change.hunks:
        at = _place(lines, hunk.old, hunk.start + offset, done)
        if at is None:
            failed.append(hunk.header)
            continue
        result += [*lines[done:at], *hunk.new]
        done, offset = at + len(hunk.old), at - hunk.start
    return "".join([*result, *lines[done:]]), failed


def _lines(content: str) -> list[str]:
    """Split content after each LF; str.splitlines splits at other characters too."""
    lines = [line + "\n" for line in content.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    return lines if lines[-1] else lines[:-1]


def _place(lines: Sequence[str], old: Sequence[str], expected: int, first: int) -> int | None:
    """Return where ``old`` is in ``lines``: at ``expected``, or as near to it as can be; not before ``first``."""
    last = len(lines) - len(old)
    places = sorted(range(first, last + 1), key=lambda at: (abs(at - expected), at))
    # Without old lines anything fits everywhere: only the place that is named can be meant.
    places = [at for at in places if old or at == expected]
    return next((at for at in places if list(lines[at : at + len(old)]) == list(old)), None)


def normal_diff(before: str, after: str) -> str:
    """Return the hunks of a unified diff whose lines are those between two LF, also what follows the last.

    rules/private/lock/patch.bzl applies it, at the very lines that it names.
    """
    lines = list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=3))
    return "\n".join(lines[2:])
