"""One value for a module version everywhere; escaping only where a path in a goproxy or module cache is made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gomod2bazel.base.errors import UsageError

__all__ = [
    "Precedence",
    "Version",
    "check_path",
    "escape",
    "go_release",
    "is_exact",
    "is_pseudo",
    "lang",
    "newest",
    "precedence",
    "unescape",
]

# A number by its length and then its digits: so it may have any number of them.
_Number = tuple[int, str]
Precedence = tuple[_Number, _Number, _Number, int, tuple[tuple[int, _Number, str], ...]]

# A canonical semantic version with its leading v: what names one module version and no query does.
_EXACT = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+incompatible)?")
# What module.CheckPath of golang.org/x/mod allows, less its finer rules, which the go command applies.
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9_~.-]*[A-Za-z0-9_~-])*")

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_RELEASE = re.compile(r"go(\d+)\.(\d+)(?:\.(\d+))?(?:(beta|rc)(\d+))?")
# golang.org/x/mod/module, IsPseudoVersion.
_PSEUDO = re.compile(r"v[0-9]+\.(0\.0-|\d+\.\d+-([^+]*\.)?0\.)\d{14}-[A-Za-z0-9]+(\+incompatible)?")


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
    """Return whether ``version`` names one version and not a query (Go Modules Reference, "Version queries")."""
    return _EXACT.fullmatch(version) is not None


def is_pseudo(version: str) -> bool:
    """Return whether a version names a commit without a tag; list files do not have those."""
    return _PSEUDO.fullmatch(version) is not None


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
            f"{text!r} is not an escaped module path",
            hint="write a capital letter as ! and the lowercase letter: github.com/!azure",
        )
    return plain


def check_path(path: str) -> str:
    """Return ``path`` when it can be a module path.

    Raises:
        UsageError: it cannot, for example because it is a flag, holds ``..`` or blanks.
    """
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise UsageError(f"malformed module path {path!r}", hint="write a module path such as example.com/m")
    return path


def lang(version: str, default: str) -> str:
    """Return the language version (``1.N``) of a go line's value, such as ``1.21`` of ``1.21rc2``."""
    match = re.match(r"\d+\.\d+", version or default)
    return match[0] if match else default


def precedence(version: str) -> Precedence:
    """Return what versions are ordered by (https://semver.org/#spec-item-11); build metadata has no part in it.

    Args:
        version: with or without its v; minor and patch may be left out.

    Raises:
        ValueError: it is not a version.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a version")
    major, minor, patch = (_number(part or "0") for part in match.groups()[:3])
    pre = tuple(_identifier(word) for word in (match[4] or "").split(".") if word)
    return (major, minor, patch, 0 if pre else 1, pre)


def _number(digits: str) -> _Number:
    plain = digits.lstrip("0")
    return len(plain), plain


def _identifier(word: str) -> tuple[int, _Number, str]:
    return (0, _number(word), "") if word.isdecimal() else (1, (0, ""), word)


def newest(version: str, other: str) -> str:
    """Return the higher of two versions, the first where they are equal."""
    return other if precedence(other) > precedence(version) else version


def go_release(text: str) -> str:
    """Return a Go toolchain's name as a version: ``1.22.0-rc.1`` for go1.22rc1, as vulnerability records have it.

    Raises:
        ValueError: it is not the name of a release.
    """
    match = _RELEASE.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not a Go release")
    major, minor, patch, kind, number = match.groups()
    return f"{major}.{minor}.{patch or 0}" + (f"-{kind}.{number}" if kind else "")
