"""Places of a page in which scripts draw; without scripts, the tables next to them tell the same."""

from __future__ import annotations

from gomod2bazel.release.report.html.markup import Element, element

__all__ = ["figure"]


def figure(identity: str, title: str, explanation: str) -> Element:
    """Return the place of a figure, which is shown once a script has drawn it.

    Args:
        identity: its id, by which the script finds it.
        title: what it shows.
        explanation: how to read it.
    """
    return element(
        "div",
        {"class": "figure", "id": identity, "hidden": True, "role": "group", "aria-label": title},
        element("h3", {}, title),
        element("p", {"class": "hint"}, explanation),
    )
