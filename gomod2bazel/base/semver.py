"""The order of versions (https://semver.org/#spec-item-11, as golang.org/x/mod/semver has it)."""

from __future__ import annotations

import re

__all__ = ["Key", "go_release", "key", "newest"]

# A number by its length and then its digits: so it may have any number of them.
_Number = tuple[int, str]
Key = tuple[_Number, _Number, _Number, int, tuple[tuple[int, _Number, str], ...]]

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_RELEASE = re.compile(r"go(\d+)\.(\d+)(?:\.(\d+))?(?:(beta|rc)(\d+))?")


def key(version: str) -> Key:
    """Return what versions are ordered by; build metadata such as ``+incompatible`` has no part in it.

    Args:
        version: with or without its v; minor and patch may be left out.

    Raises:
        ValueError: it is no version.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no version")
    major, minor, patch = (_number(part or "0") for part in match.groups()[:3])
    pre = tuple(_identifier(word) for word in (match[4] or "").split(".") if word)
    return (major, minor, patch, 0 if pre else 1, pre)


def _number(digits: str) -> _Number:
    plain = digits.lstrip("0")
    return len(plain), plain


def _identifier(word: str) -> tuple[int, _Number, str]:
    return (0, _number(word), "") if word.isdecimal() else (1, (0, ""), word)


def newest(one: str, other: str) -> str:
    """Return the higher of two versions, the first where they are equal."""
    return other if key(other) > key(one) else one


def go_release(text: str) -> str:
    """Return a Go toolchain's name as a version: ``1.22.0-rc.1`` for go1.22rc1, as vulnerability records have it.

    Raises:
        ValueError: it is no release's name.
    """
    match = _RELEASE.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no Go release")
    major, minor, patch, kind, number = match.groups()
    return f"{major}.{minor}.{patch or 0}" + (f"-{kind}.{number}" if kind else "")
