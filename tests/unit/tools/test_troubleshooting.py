"""docs/troubleshooting.md is in alphabetical order, and each message on it is one of ours, or expected by a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gomod2bazel.commands.table.help.topics import EXIT_CODES

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
HEADINGS = re.findall(r"^## (.*)$", PAGE, re.M)

# What stands for a name, a path or a version in a heading.
_NAME = re.compile(r"\b[A-Z]{3,}\b")
_OF_GO = {"GOMODCACHE"}


def texts() -> Iterator[str]:
    """Yield what is printed: strings of the driver, the rules and the builder, and what tests expect."""
    for folder in ("gomod2bazel", "rules/private/builder"):
        for file in (ROOT / folder).rglob("*.py"):
            yield from strings(ast.parse(file.read_bytes()))
    yield from (file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__))
    for file in (ROOT / "rules").rglob("*.bzl"):
        yield re.sub(r'" \+\n\s*"', "", file.read_text("utf-8"))
    for name in ("stderr", "stdout"):
        yield from (file.read_text("utf-8") for file in (ROOT / "tests/cases").glob(f"*/{name}"))


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module; what is put into them at run time is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "\0".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def parts(heading: str) -> list[str]:
    """Return the pieces of a message between names."""
    pieces = re.split(_NAME, heading) if not any(name in heading for name in _OF_GO) else [heading]
    return [piece.strip(" :") for piece in pieces if piece.strip(" :")]


def test_messages_exist() -> None:
    everything = "\n".join(texts())
    assert len(HEADINGS) >= 40
    missing = [h for h in HEADINGS for part in parts(h.strip("`")) if part not in everything]
    assert missing == []


def test_each_message_is_quoted_and_in_its_place() -> None:
    assert [heading for heading in HEADINGS if not re.fullmatch(r"`[^`]+`", heading)] == []
    words = [re.sub(r"\W+", " ", heading).strip().lower() for heading in HEADINGS]
    assert words == sorted(words)
    assert len(set(words)) == len(words)


def test_each_message_has_a_remedy() -> None:
    bodies = re.split(r"^## .*$", PAGE, flags=re.M)[1:]
    assert [h for h, body in zip(HEADINGS, bodies, strict=True) if len(body.split()) < 8 and "See `" not in body] == []
    for name in re.findall(r"^See `([^`]+)`\.$", PAGE, re.M):
        assert f"`{name}`" in HEADINGS


def test_all_exit_codes_are_listed() -> None:
    codes = sorted(code for code in EXIT_CODES if code)
    assert sorted(map(int, re.findall(r"^\| (\d+) \|", PAGE, re.M))) == codes
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes\n")[2].partition("\n## ")[0]
    assert sorted(map(int, re.findall(r"(?:^|; )(\d+) ", readme, re.M))) == [0, *codes]
