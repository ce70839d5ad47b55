"""The site: every page of docs/ is in its navigation, links lead to its pages or to the forge, nothing is loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import site
from pages.staging import stage

from gomod2bazel.base import documentation

ROOT = Path(__file__).resolve().parents[3]
FORGE = documentation.page("").removesuffix("docs/")


def staged(folder: Path, pages: dict[str, str]) -> dict[str, str]:
    """Stage pages of a small repository, and return what became of them."""
    for name, text in pages.items():
        path = folder / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made = folder / "staged"
    stage(folder / "repository", made)
    return {path.relative_to(made).as_posix(): path.read_text("utf-8") for path in made.rglob("*.md")}


def toctrees(text: str) -> list[list[str]]:
    return [
        re.findall(r"^(/\S+)$", tree, re.M) for tree in re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.M | re.S)
    ]


def test_every_page_of_this_repository_is_in_one_place_of_the_navigation(tmp_path: Path) -> None:
    stage(ROOT, tmp_path / "staged")
    pages = {path.relative_to(tmp_path / "staged").as_posix() for path in (tmp_path / "staged").rglob("*.md")}
    listed = [
        f"{page[1:]}.md"
        for path in (tmp_path / "staged").rglob("index.md")
        for tree in toctrees(path.read_text("utf-8"))
        for page in tree
    ]
    assert len(listed) > 50
    assert sorted(listed) == sorted(pages - {"index.md"})
    index = (tmp_path / "staged/index.md").read_text("utf-8")
    assert ":caption: Three ways in\n\n/for/monorepo-owners\n/for/packagers\n/for/release-engineers\n" in index


def test_links(tmp_path: Path) -> None:
    text = f"""\
# A page

[other](../b.md#part), [index](../README.md), [how](README.md#x), [self](#y), [far](https://example.com/README.md),
[source](../../gomod2bazel/x.py), [folder](../../gomod2bazel), [readme]({FORGE}README.md#z),
[page]({FORGE}docs/b.md#part)

```md
[code](../README.md)
```
"""
    index = "## One\n\n- [b](b.md)\n- [how](how/README.md)\n\n## Two\n\n- [a](how/a.md), [b](b.md), [c](c.md)\n"
    pages = {
        "docs/README.md": index,
        "docs/b.md": "# B\n",
        "docs/c.md": "# C\n",
        "docs/how/README.md": "# How\n\n- [a](a.md): see [c](../c.md)\n",
        "docs/how/a.md": text,
        "gomod2bazel/x.py": "",
    }
    made = staged(tmp_path, pages)
    assert set(made) == {"index.md", "b.md", "c.md", "how/index.md", "how/a.md"}
    assert re.findall(r"\]\((.*?)\)", made["how/a.md"]) == [
        "../b.md#part",
        "../index.md",
        "index.md#x",
        "#y",
        "https://example.com/README.md",
        f"{FORGE}gomod2bazel/x.py",
        f"{FORGE.replace('/blob/', '/tree/')}gomod2bazel",
        f"{FORGE}README.md#z",
        "../b.md#part",
        "../README.md",
    ]
    assert toctrees(made["how/index.md"]) == [["/how/a", "/c"]]
    assert toctrees(made["index.md"]) == [["/b", "/how/index"]], "each page once, and no empty part"


@pytest.mark.parametrize(
    ("name", "text", "address"),
    [
        ("a.html", '<script src="https://example.com/x.js"></script>', "https://example.com/x.js"),
        ("a.html", "<img alt='' src=//example.com/x.png>", "//example.com/x.png"),
        ("a.html", '<link href="https://example.com/x.css" rel="stylesheet">', "https://example.com/x.css"),
        ("a.css", "@import 'https://example.com/x.css';", "https://example.com/x.css"),
        ("b/a.css", "src: url(https://example.com/x.woff2)", "https://example.com/x.woff2"),
        ("a.html", '<a href="https://example.com/">x</a><script src="_static/x.js"></script>', None),
        ("a.html", '<link rel="canonical" href="https://example.com/">', None),
        ("a.css", "src: url(data:font/woff2;base64,aHR0cHM6Ly8)", None),
        ("a.js", 'fetch("https://example.com")', None),
    ],
)
def test_what_a_page_loads(tmp_path: Path, name: str, text: str, address: str | None) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(site.loaded_from_elsewhere(tmp_path)) == ([f"{name}: loads {address}"] if address else [])


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(site.SiteError, match="has something other than a site"):
        site.build(ROOT, tmp_path)
    with pytest.raises(site.SiteError, match="has something other than a site"):
        site.build(ROOT, tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
