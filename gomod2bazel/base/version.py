"""One value for a module version everywhere; escaping only where a path in a goproxy or module cache is made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gomod2bazel.base.errors import UsageError

__all__ = ["Version", "escape", "is_exact", "lang", "unescape"]

# A canonical semantic version with its leading v: what names one module version and no query does.
_EXACT = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+incompatible)?")
# What module.CheckPath of golang.org/x/mod allows, less its finer rules, which the go command applies.
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9_~.-]*[A-Za-z0-9_~-])*")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A module path and its version.

    Attributes:
        path: module path, unescaped.
        version: semantic version with its v; empty for a main module.
    """

    path: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.path}@{self.version}" if self.version else self.path


def is_exact(version: str) -> bool:
    """Tell whether ``version`` names one version and not a query (Go Modules Reference, "Version queries")."""
    return _EXACT.fullmatch(version) is not None


def escape(text: str) -> str:
    """Escape a module path or version for a goproxy: each capital becomes ``!`` and its small letter."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), text)


def unescape(text: str) -> str:
    """Undo `escape`.

    Raises:
        UsageError: the text holds capitals or a stray ``!``, so no escaped path reads so.
    """
    plain = re.sub("!([a-z])", lambda match: match[1].upper(), text)
    if "!" in plain or re.search("[A-Z]", text):
        raise UsageError(
            f"{text!r} is not an escaped module path", hint="capitals are written as ! and the small letter"
        )
    return plain


def check_path(path: str) -> str:
    """Return ``path`` when it can be a module path.

    Raises:
        UsageError: it cannot, for example because it is a flag, holds ``..`` or blanks.
    """
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise UsageError(f"malformed module path {path!r}", hint="a module path looks like example.com/m")
    return path


def lang(version: str, default: str) -> str:
    """Return the language version (``1.N``) of a go line's value, such as ``1.21`` of ``1.21rc2``."""
    match = re.match(r"\d+\.\d+", version or default)
    return match[0] if match else default
