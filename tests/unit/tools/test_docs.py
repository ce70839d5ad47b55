"""What the documentation mentions exists: pages and headings that it links to, and attributes of rules."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gomod2bazel.base import documentation

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]

# A file of this repository on the forge.
_FILES = documentation.page("").removesuffix("docs/")

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
        path, _, anchor = link.partition("#")
        if path.startswith(_FILES):
            # The README is also the description of the package, which has no other files.
            yield link, ROOT / path.removeprefix(_FILES), anchor
        elif not re.match(r"\w+:", link):
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


def strings_of_python(file: Path) -> Iterator[str]:
    """Yield what a Python file may print: its strings but for docstrings."""
    tree = ast.parse(file.read_bytes())
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value


def pages_of_messages() -> Iterator[tuple[Path, str]]:
    """Yield each page that the driver, its rules and its builder name: the file that does, and the page's address."""
    for file in [*(ROOT / "gomod2bazel").rglob("*.py"), *(ROOT / "rules").rglob("*.py")]:
        for call in (node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "page" and isinstance(call.args[0], ast.Constant):
                yield file, documentation.page(str(call.args[0].value))
        for text in strings_of_python(file):
            yield from ((file, address) for address in re.findall(r"[\w:./-]*docs/[\w/-]+\.md[#\w-]*", text))
    for file in (ROOT / "rules").rglob("*.bzl"):
        code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", file.read_text(encoding="utf-8"))
        yield from ((file, address) for address in re.findall(r"[\w:./-]*docs/[\w/-]+\.md(?:#[\w-]+)?", code))


def test_messages_name_pages_by_their_addresses() -> None:
    folder = documentation.page("")
    addresses = dict(pages_of_messages())
    assert {file.suffix for file in addresses} == {".py", ".bzl"}
    for file, address in pages_of_messages():
        place = f"{file.relative_to(ROOT)}: {address}"
        assert address.startswith(folder), f"{place}: who installed a wheel has no folder docs"
        name, _, anchor = address.removeprefix(folder).partition("#")
        assert (DOCS / name).is_file(), place
        assert not anchor or anchor in anchors(DOCS / name), place


def test_the_package_names_the_same_documentation() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["urls"]["Documentation"] == documentation.page("README.md")
