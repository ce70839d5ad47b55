"""Pages: one text for one data, nothing from the network, and no name that breaks out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from support.report_data import HOSTILE, report_data

from gomod2bazel.release.report.html.markup import data_script, element, html_of, visible
from gomod2bazel.release.report.pages.build_page import build_page


class Reader(HTMLParser):
    """Collects the elements of a page, and the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style", "title", "code"):
            self._inside.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if self._inside:
            self.texts[self._inside[-1]][-1] += data

    def count(self, tag: str) -> int:
        """Return how many elements of a kind there are."""
        return sum(name == tag for name, _ in self.elements)


@pytest.fixture(scope="module")
def plain() -> Reader:
    return Reader(build_page(report_data(200)))


@pytest.fixture(scope="module")
def hostile() -> Reader:
    return Reader(build_page(report_data(200, hostile=HOSTILE)))


def test_the_same_data_are_the_same_text() -> None:
    assert build_page(report_data(50)) == build_page(report_data(50))


def test_no_name_makes_an_element(plain: Reader, hostile: Reader) -> None:
    tags = {tag for tag, _ in plain.elements}
    assert {tag for tag, _ in hostile.elements} == tags
    assert [hostile.count(tag) for tag in sorted(tags)] == [plain.count(tag) for tag in sorted(tags)]
    assert hostile.count("script") == 2
    assert not [name for _, attributes in hostile.elements for name in attributes if name.startswith("on")]


def test_names_are_shown_as_they_are_but_for_what_nobody_sees(hostile: Reader) -> None:
    shown = visible(f"example.com/app{HOSTILE}")
    assert shown in hostile.texts["code"]
    assert hostile.texts["title"] == [f"{shown} - Build report"]
    assert not re.search("[\x00\u202e\udcff]", shown)
    assert '<script>document.title="hostile"</script>' in shown


def test_scripts_get_the_names_too(hostile: Reader) -> None:
    data = json.loads(hostile.texts["script"][0])
    assert data["binaries"][0]["path"] == visible(f"example.com/app{HOSTILE}")


def test_only_the_own_style_and_script_may_be_used(plain: Reader) -> None:
    policy = next(a["content"] for tag, a in plain.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for text in (plain.texts["style"][0], plain.texts["script"][1]):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_is_loaded(plain: Reader) -> None:
    addresses = [a[name] for _, a in plain.elements for name in ("src", "href", "action") if a.get(name)]
    assert {address for address in addresses if not str(address).startswith("#")} == {"data:,"}


def test_each_link_leads_to_a_place(plain: Reader) -> None:
    ids = [str(a["id"]) for _, a in plain.elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = {str(a["href"])[1:] for tag, a in plain.elements if tag == "a"}
    labels = {str(a["aria-labelledby"]) for _, a in plain.elements if "aria-labelledby" in a}
    assert links | labels <= set(ids)


def test_tables_have_everything_without_scripts(plain: Reader) -> None:
    assert {f"example.com/m{at // 10:03}/p{at:04}" for at in range(196)} <= set(plain.texts["code"])


def test_a_thousand_packages_are_a_small_page() -> None:
    assert len(build_page(report_data(1000, actions=1500)).encode()) < 1_000_000


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "\u2028", "]]>", "&lt;"])
def test_no_text_ends_a_data_script(text: str) -> None:
    whole = html_of(data_script("x", {text: [text]}))
    inside = whole.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028")
    assert json.loads(inside) == {visible(text): [visible(text)]}


def test_quotes_in_attributes_are_escaped() -> None:
    made = element("a", {"title": '"><b>', "hidden": True, "lang": False}, "<", element("b", {}, "x"), ">")
    assert html_of(made) == '<a title="&quot;&gt;<b&gt;" hidden="">&lt;<b>x</b>&gt;</a>'
