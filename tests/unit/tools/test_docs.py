"""What the documentation mentions is there: pages and headings it links to, attributes, flags and commands."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.options.flags import parse

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]

# Attributes of every rule of Bazel's, of tests, and of what is executable.
COMMON = {"name", "tags", "visibility", "testonly", "target_compatible_with", "exec_properties"}
COMMON |= {"args", "env", "flaky", "shard_count", "size", "timeout"}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges name them."""
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield each link of a page to another one: as written, the file, and the anchor."""
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if not re.match(r"\w+:", link):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path if path else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    found = [(link, path, anchor) for link, path, anchor in links(page)]
    assert [link for link, path, _ in found if not path.exists()] == []
    assert [link for link, path, anchor in found if anchor and anchor not in anchors(path)] == []


def test_every_page_is_linked() -> None:
    linked = {path.resolve() for page in PAGES for _, path, _ in links(page)}
    assert [str(page) for page in DOCS.rglob("*.md") if page not in linked] == []


def blocks(page: Path, *languages: str) -> Iterator[str]:
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", text_of(page), re.M | re.S):
        if language in languages:
            yield text


def attributes() -> dict[str, set[str]]:
    """Return the attributes in docs/reference.md, by what its headings say."""
    sections = re.split(r"^#{3,4} (\S+)$", text_of(DOCS / "reference.md"), flags=re.M)
    return {
        name: set(re.findall(r"^\| `(\w+)` \|", text, re.M))
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_guides_use_attributes_that_the_rules_have() -> None:
    known = attributes()
    seen: set[str] = set()
    for page in GUIDES:
        for block in blocks(page, "starlark"):
            for call in (node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Call)):
                rule = ast.unparse(call.func)
                if rule in known:
                    seen.add(rule)
                    unknown = {word.arg for word in call.keywords if word.arg} - known[rule] - COMMON
                    assert not unknown, f"{page.name}: {rule} has no {', '.join(sorted(unknown))}"
    assert seen >= {"go_binary", "go_install", "go_library", "go_test", "go_modules.from_file"}


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the commands of ours on a page: in blocks of a shell, indented, or between backquotes."""
    text = text_of(page)
    found = re.findall(r"^(?:    |\$ )(gomod2bazel [^|\n]*)", text, re.M) + re.findall(r"`(gomod2bazel [^`\n]*)`", text)
    for line in found:
        yield shlex.split(line.partition(" || ")[0].partition(" >")[0], comments=True)


@pytest.mark.parametrize("page", GUIDES, ids=[page.stem for page in GUIDES])
def test_guides_give_commands_and_flags_that_are_there(page: Path) -> None:
    for words in commands(page):
        assert words[1] in COMMANDS, shlex.join(words)
        parse(words[2:])
