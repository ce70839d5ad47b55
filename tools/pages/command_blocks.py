"""The blocks of commands on a page, and who runs them.

A block of commands is fenced as ``sh`` or ``console``, or is indented or fenced without a language and has a line that
begins with one of `PROGRAMS` or with ``tools/``. A comment before it says who runs it:

    <!-- run by: tests/integration/test_tutorial.py -->
    <!-- not run: REASON -->

Such a comment before the first paragraph of a page is for all blocks of the page without a comment.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["PROGRAMS", "Block", "command_blocks", "commands_of_text", "inline_commands"]

PROGRAMS = frozenset(
    "bazel cd curl docker eval export git go gomod2bazel jq pip pipx protoc python3 set tar uv uvx".split()  # noqa: SIM905
)
"""How a line begins that is a command."""

_SHELLS = ("sh", "console")
_MARKER = re.compile(r"<!-- (run by|not run): (.*?) -->")
_FENCE = re.compile(r"( *)```(\w*)")
_OPERATORS = frozenset(("|", "||", "&&", ";", "&", "(", ")"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of commands.

    Attributes:
        line: The number of its first line on the page.
        text: Its lines, without the indentation of the block.
        marker: ``run by``, ``not run``, or empty where no comment says who runs it.
        value: The test that runs it, or the reason why none does.
    """

    line: int
    text: str
    marker: str
    value: str


def command_blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of commands of a page.

    Args:
        page: The text of the page.
    """
    default, marker = ("", ""), None
    in_prose = False
    for number, language, lines in _parts(page):
        text = "\n".join(lines)
        if language is None:
            for line in lines:
                if match := _MARKER.fullmatch(line.strip()):
                    marker = (match[1], match[2])
                    default = default if in_prose else marker
                elif line.strip():
                    marker = None
                    in_prose = in_prose or not line.startswith("#")
            continue
        if language in _SHELLS or (not language and _has_commands(lines)):
            kind, value = marker or default
            yield Block(line=number, text=text, marker=kind, value=value)
        marker = None


def _parts(page: str) -> Iterator[tuple[int, str | None, list[str]]]:
    """Yield prose (None) and blocks (their language) with the number of the first line, in the order of the page."""
    lines = page.split("\n")
    prose: list[str] = []
    start = at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        indented = lines[at].startswith("    ") and not (prose and prose[-1].strip())
        if not fence and not indented:
            prose.append(lines[at])
            at += 1
            continue
        yield start + 1, None, prose
        prose = []
        end = _end_of_fence(lines, at) if fence else _end_of_indented(lines, at)
        inside = lines[at + 1 : end - 1] if fence else lines[at:end]
        margin = min((len(line) - len(line.lstrip()) for line in inside if line.strip()), default=0)
        yield at + 1, fence[2] if fence else "", [line[margin:] for line in inside]
        start = at = end
    yield start + 1, None, prose


def _end_of_fence(lines: Sequence[str], at: int) -> int:
    return next((n + 1 for n in range(at + 1, len(lines)) if lines[n].strip() == "```"), len(lines))


def _end_of_indented(lines: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and (lines[end].startswith("    ") or (not lines[end].strip() and _goes_on(lines, end))):
        end += 1
    return end


def _goes_on(lines: Sequence[str], at: int) -> bool:
    after = next((line for line in lines[at:] if line.strip()), "")
    return after.startswith("    ") and not _FENCE.match(after)


def _has_commands(lines: Sequence[str]) -> bool:
    programs = (line.removeprefix("$ ").split(" ")[0] for line in lines)
    return any(program in PROGRAMS or program.startswith("tools/") for program in programs)


def commands_of_text(text: str, program: str = "gomod2bazel") -> Iterator[list[str]]:
    """Yield the words of each command of ``program`` in the text of a shell.

    Args:
        text: Lines of a shell, or a session with ``$ `` before each command.
        program: The program, with or without a folder.
    """
    session = any(line.startswith("$ ") for line in text.split("\n"))
    for line in re.sub(r"\\\n\s*", "", text).split("\n"):
        if session and not line.startswith("$ "):
            continue
        for words in _simple_commands(line.removeprefix("$ ")):
            if words and words[0].rpartition("/")[2] == program:
                yield words[1:]


def _simple_commands(line: str) -> Iterator[list[str]]:
    """Split a line where the shell would; leave redirections and variables before the program out."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    redirected = False
    for word in lexer:
        if word.startswith("#") or word == "[":
            break
        if word in _OPERATORS:
            yield words
            words = []
        elif redirected or word in (">", ">>", "<", ">&"):
            redirected = not redirected
            words = words[:-1] if redirected and words[-1:] in (["1"], ["2"]) else words
        elif words or not re.fullmatch(r"\w+=.*", word, re.DOTALL):
            words.append(word)
    yield words


def inline_commands(page: str, program: str = "gomod2bazel") -> Iterator[list[str]]:
    """Yield the words of each command of ``program`` between backquotes in the prose of a page."""
    for _, language, lines in _parts(page):
        if language is None:
            for span in re.findall(rf"`((?:tools/)?{program}\s[^`]*)`", "\n".join(lines)):
                yield from commands_of_text(span.replace("\n", " "), program)
