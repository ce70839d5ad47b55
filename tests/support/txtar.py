"""Trees of files written as text: a line ``-- NAME --``, then the content (golang.org/x/tools/txtar)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from support.proxy import Proxy, make_proxy

__all__ = ["proxy", "read", "write"]

_MARKER = re.compile(r"^-- (.+) --\n", re.MULTILINE)


def read(text: str) -> dict[str, str]:
    """Return the files of a txtar text; what comes before the first is a comment."""
    _, *rest = _MARKER.split(text)
    return dict(zip(rest[::2], rest[1::2], strict=True))


def write(folder: Path, text: str) -> Path:
    """Write the files of a txtar text below ``folder`` and return it."""
    for name, content in read(text).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def proxy(folder: Path, modules: Mapping[str, str]) -> Proxy:
    """Pack modules, given by ``NAME@VERSION`` and txtar text, into the goproxy ``folder/goproxy``."""
    archives = []
    for name, text in modules.items():
        path = folder / "archives" / f"{name}.txtar"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        archives.append(path)
    return make_proxy(folder / "goproxy", archives)
