"""Where the documentation is, for messages: an installed driver has no folder docs."""

from __future__ import annotations

__all__ = ["page"]

_DOCS = "https://github.com/gomod2bazel/gomod2bazel/blob/main/docs"
"""The folder docs of the repository, as in ``project.urls`` of pyproject.toml."""


def page(name: str) -> str:
    """Return the URL of a page.

    Args:
        name: The page's path below docs, with an anchor if it has one: ``generate.md#directives``.
    """
    return f"{_DOCS}/{name}"
