"""Assignments of main packages to sets, as -as and overrides files write them, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gomod2bazel.base.errors import FlagError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.options.set_names import SETS

__all__ = ["is_relative", "parse_as", "suggestion", "unfit_module", "unfit_name", "unfit_pattern", "unfit_set"]

#: What a rule may call a main package. ``testonly`` is detected and cannot be set.
_SAYABLE = (*SETS, "fixture")

# As install.py has it, which checks every name again; here the message has the rule's position.
_UNFIT_NAME = re.compile(r"\.{0,2}|.*[/\x00-\x1f\x7f].*", re.DOTALL)


def is_relative(pattern: str) -> bool:
    """Return whether an import path pattern is relative to the root of a module."""
    return pattern == "." or pattern.startswith("./")


def parse_as(text: str) -> tuple[str, str]:
    """Read a value of -as, ``PATTERN=SET``.

    Returns:
        The pattern and the set.

    Raises:
        UsageError: it does not have that form, the pattern is invalid, or the set does not exist.
    """
    # A folder's name may hold an equals sign, no set's name does.
    pattern, equals, name = text.rpartition("=")
    if not equals:
        raise FlagError(f"-as {text!r} names no set", hint="write -as PATTERN=SET")
    problem = unfit_pattern(pattern)
    if problem:
        raise FlagError(f"-as {text!r}: the pattern {problem}", hint="write -as PATTERN=SET")
    problem = unfit_set(name)
    if problem:
        raise FlagError(f"-as {text!r}: {problem}")
    return pattern, name


def unfit_pattern(text: str) -> str:
    """Say what is wrong with an import path pattern, or nothing."""
    first, *rest = text.split("/")
    if not text.strip():
        return "is empty"
    if not text.isprintable() or text != text.strip():
        return "contains a space or a control character"
    if "*" in text or "?" in text:
        return "contains * or ?: the wildcard of import paths is ..."
    if "\\" in text:
        return "contains a backslash: import paths are written with /"
    if not first:
        return "is a folder, not an import path"
    if ".." in (first, *rest):
        return "contains '..', which leads out of the module"
    if "" in rest or "." in rest:
        return "has an element that is empty or '.'"
    return ""


def unfit_module(text: str) -> str:
    """Say what is wrong with a module path pattern, or nothing."""
    if is_relative(text):
        return "is relative, which a module path cannot be"
    if "@" in text:
        return "names a version: rules apply to all versions of a module"
    return unfit_pattern(text)


def unfit_set(text: str) -> str:
    """Say what is wrong with the name of a set, or nothing."""
    if text in _SAYABLE:
        return ""
    if text == "testonly":
        return "testonly is for packages with only _test.go files; rules cannot assign it"
    return f"unknown set {text!r}{suggestion(text, _SAYABLE)}; use one of {', '.join(_SAYABLE)}"


def unfit_name(text: str) -> str:
    """Say what is wrong with a file name, or nothing."""
    return "is not a file name" if _UNFIT_NAME.fullmatch(text) else ""


def suggestion(text: str, known: Iterable[str]) -> str:
    """Return `` (did you mean WORD?)`` where one of the known words is near, else nothing."""
    hint = did_you_mean(text, known, most=1)
    return f" ({hint})" if hint else ""
