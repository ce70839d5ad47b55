"""Copies docs/ to where the site is built from: links lead to pages of the site or to the forge, indexes list pages.

The pages are written for the forge, which shows README.md for a folder. On the site it is ``index``. The navigation of
the site is what the indexes link to: each section of docs/README.md is a part of it, in the order of the links.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gomod2bazel.base import documentation

__all__ = ["stage"]

_DOCS = documentation.page("")
_FORGE = _DOCS.removesuffix("docs/")
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_FENCED = re.compile(r"(^```.*?^```$)", re.M | re.S)
_ITEM = re.compile(r"^- .*$", re.M)


def stage(root: Path, folder: Path) -> None:
    """Write the pages and pictures of the documentation to ``folder``.

    Args:
        root: The repository.
        folder: Where they go; it must not exist.
    """
    docs = root / "docs"
    shutil.copytree(docs, folder, ignore=shutil.ignore_patterns("*.md"))
    listed: set[PurePosixPath] = set()
    # Folders come before the index above them, which lists what is in no index below.
    for page in sorted(docs.rglob("*.md"), key=lambda page: (-len(page.parts), page)):
        name = PurePosixPath(page.relative_to(docs).as_posix())
        text = page.read_text(encoding="utf-8")
        if name.name == "README.md":
            text += "".join(_navigation(text, name, listed))
        (folder / _staged(name)).write_text(_with_links(text, name, root), encoding="utf-8")


def _staged(name: PurePosixPath) -> PurePosixPath:
    return name.with_name("index.md") if name.name == "README.md" else name


def _navigation(text: str, index: PurePosixPath, listed: set[PurePosixPath]) -> Iterator[str]:
    """Yield a toctree for each section of an index, with the pages that no other toctree has; they are then listed."""
    head, *sections = re.split(r"^## (.*)$", text, flags=re.M)
    for caption, section in [("", head), *zip(sections[::2], sections[1::2], strict=True)]:
        pages = dict.fromkeys(_pages(section, index))
        new = [page for page in pages if page not in listed and page != index]
        listed.update(new)
        if new:
            title = f":caption: {caption}\n" if caption else ""
            entries = "".join(f"/{_staged(page).with_suffix('')}\n" for page in new)
            yield f"\n```{{toctree}}\n:hidden:\n{title}\n{entries}```\n"


def _pages(section: str, index: PurePosixPath) -> Iterator[PurePosixPath]:
    for item in _ITEM.findall(section):
        for _, link, _ in _LINK.findall(item):
            path = link.partition("#")[0]
            if path.endswith(".md") and ":" not in path:
                yield _relative(index, path)


def _relative(page: PurePosixPath, link: str) -> PurePosixPath:
    return PurePosixPath(os.path.normpath(page.parent / link))


def _with_links(text: str, page: PurePosixPath, root: Path) -> str:
    """Return the text of a page with links that work on the site; blocks of code do not change."""
    parts = _FENCED.split(text)
    prose = [_LINK.sub(lambda match: f"{match[1]}{_site_link(match[2], page, root)}{match[3]}", p) for p in parts[::2]]
    return "".join(part for pair in zip(prose, [*parts[1::2], ""], strict=True) for part in pair)


def _site_link(link: str, page: PurePosixPath, root: Path) -> str:
    """Return the address of what ``link`` on ``page`` leads to."""
    path, mark, anchor = link.partition("#")
    if path.startswith(_DOCS):
        path = os.path.relpath(path.removeprefix(_DOCS), page.parent)
    elif not path or re.match(r"\w+:", path):
        return link
    target = _relative(page, path)
    if target.parts[0] == "..":
        kind = "tree" if (root / "docs" / target).is_dir() else "blob"
        above = os.path.normpath(PurePosixPath("docs", target))
        return f"{_FORGE.replace('/blob/', f'/{kind}/')}{above}{mark}{anchor}"
    return f"{PurePosixPath(path).with_name(_staged(target).name)}{mark}{anchor}"
