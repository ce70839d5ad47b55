"""The frame of each page: head, policy, navigation, styles and scripts. The page needs nothing of the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from gomod2bazel.release.report.html.markup import Child, Element, data_script, element, html_of

__all__ = ["Section", "facts_list", "page"]

_STYLES = ("page.css", "figures.css")
_SCRIPTS = ("dom.js", "tables.js", "data.js", "treemap.js", "graph.js", "timeline.js", "start.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a page.

    Attributes:
        id: its anchor.
        title: its heading, which the navigation has too.
        content: what is in it.
    """

    id: str
    title: str
    content: tuple[Element, ...]


def page(
    title: str, kind: str, facts: Iterable[tuple[str, str]], sections: Sequence[Section], data: Mapping[str, Any]
) -> str:
    """Return a whole page.

    Args:
        title: what it is about, such as a module with its version.
        kind: what it is, such as ``Build report``.
        facts: label and value of what is shown first.
        sections: in their order.
        data: what the scripts draw; values of JSON.
    """
    style, script = _assets(_STYLES), _assets(_SCRIPTS)
    head = element(
        "head",
        {},
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(style, script)}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("meta", {"name": "generator", "content": "gomod2bazel"}),
        element("title", {}, f"{title} - {kind}"),
        element("link", {"rel": "icon", "href": "data:,"}),
        _literal("style", style),
    )
    body = element(
        "body",
        {},
        element("a", {"class": "skip", "href": "#main"}, "Skip to the content"),
        element(
            "header",
            {},
            element("p", {"class": "kind"}, kind),
            element("h1", {}, title),
            facts_list(facts),
        ),
        _navigation(sections),
        element("main", {"id": "main", "tabindex": "-1"}, *map(_section, sections)),
        element("footer", {}, element("p", {}, "Made by gomod2bazel. This page loads nothing from the network.")),
        data_script("report-data", data),
        _literal("script", script),
    )
    return f"<!DOCTYPE html>\n{html_of(element('html', {'lang': 'en'}, head, body))}\n"


def facts_list(facts: Iterable[tuple[str, str]]) -> Element:
    """Return a list of labels and values."""
    groups = [element("div", {}, element("dt", {}, label), element("dd", {}, value)) for label, value in facts]
    return element("dl", {"class": "facts"}, *groups)


def _navigation(sections: Sequence[Section]) -> Element:
    links = [element("li", {}, element("a", {"href": f"#{section.id}"}, section.title)) for section in sections]
    return element("nav", {"aria-label": "Sections"}, element("ul", {}, *links))


def _section(section: Section) -> Element:
    heading: Child = element("h2", {"id": f"{section.id}-title"}, section.title)
    attributes = {"id": section.id, "aria-labelledby": f"{section.id}-title"}
    return element("section", attributes, heading, *section.content)


def _assets(names: Iterable[str]) -> str:
    """Return the text of files in the package, one after the other."""
    folder = files("gomod2bazel.release.report.html") / "assets"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def _literal(tag: str, text: str) -> Element:
    """Return an element with a file of this package, which is not escaped."""
    made = Element(tag)
    made.text = text
    return made


def _policy(style: str, script: str) -> str:
    """Return the policy: nothing may be loaded, and only the page's own style and script apply."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
