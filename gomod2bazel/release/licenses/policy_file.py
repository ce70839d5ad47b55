"""The file that -license-policy names: TOML, read once into a `LicensePolicy` (docs/how-to/licenses.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import file_errors
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.release.licenses.policy import Answer, LicensePolicy
from gomod2bazel.release.licenses.texts.expression import canonical

__all__ = ["read_policy"]

# Thousands of answers fit; what is larger is another file by mistake. Bytes.
_LARGEST = 1 << 20

_HINT = f"see {page('how-to/licenses.md')} for the format"
_NAME_A_FILE = "name a TOML file with allow, deny or [[module]]"

_KEYS = ("allow", "deny", "module")
_ANSWER_KEYS = ("path", "version", "expression", "reason")
_REQUIRED = ("path", "expression", "reason")

# Identifiers of the SPDX licence list, of which a part may be any text.
_PATTERN = re.compile(r"[A-Za-z0-9.+*?-]+(?: WITH [A-Za-z0-9.*?-]+)?", re.IGNORECASE)


def read_policy(path: Path, shown: str) -> LicensePolicy:
    """Return what a policy file asks for.

    Args:
        path: where it is.
        shown: what messages call it.

    Raises:
        UsageError: it is missing, or not a policy; all problems at once.
        FileError: it cannot be read.
    """
    content = _content(_text(path, shown), shown)
    problems = list(_problems(content))
    if problems:
        raise UsageError("\n".join(f"{shown}: {problem}" for problem in problems), hint=_HINT)
    allow = content.get("allow")
    return LicensePolicy(
        shown=shown,
        allow=None if allow is None else tuple(allow),
        deny=tuple(content.get("deny", ())),
        answers=tuple(
            Answer(**{**table, "expression": canonical(table["expression"])}) for table in content.get("module", ())
        ),
    )


def _text(path: Path, shown: str) -> str:
    if not path.exists():
        raise UsageError("not found", where=shown, hint=_NAME_A_FILE)
    if not path.is_file():
        raise UsageError("is not a plain file", where=shown, hint=_NAME_A_FILE)
    with file_errors("read", path), path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UsageError(f"is larger than {_LARGEST} bytes", where=shown, hint=_NAME_A_FILE)
    try:
        # Some editors begin a file with a byte order mark.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("is not UTF-8", where=f"{shown}:{line}", hint="convert it to UTF-8") from error


def _content(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        line = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        what = str(error)[: line.start()] if line else str(error)
        raise UsageError(f"is not TOML: {what}", where=f"{shown}:{line[1]}" if line else shown, hint=_HINT) from error
    except RecursionError as error:
        raise UsageError("is nested too deeply", where=shown, hint=_HINT) from error


def _problems(content: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with a file."""
    yield from _unknown_keys(content, _KEYS)
    if not set(content) & set(_KEYS):
        yield "has neither allow nor deny nor [[module]]"
    for key in ("allow", "deny"):
        yield from _pattern_problems(key, content.get(key, []))
    tables = content.get("module", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        yield "module is not a list of tables; write [[module]] above each"
        return
    for number, table in enumerate(tables, 1):
        yield from (f"module {number}: {problem}" for problem in _answer_problems(table))


def _unknown_keys(table: Mapping[str, object], known: Sequence[str]) -> Iterator[str]:
    for key in table:
        if key not in known:
            question = did_you_mean(key, known)
            yield f"unknown key {key!r}{'; ' if question else ''}{question}"


def _pattern_problems(key: str, patterns: object) -> Iterator[str]:
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        yield f"{key} is not a list of strings"
        return
    for pattern in patterns:
        problem = _pattern_problem(pattern)
        if problem:
            yield f"{key}: {pattern!r} {problem}"


def _pattern_problem(pattern: str) -> str:
    if re.search(r"\s(?:AND|OR)\s", pattern, re.IGNORECASE):
        return "is an expression: write the licences one by one"
    if not _PATTERN.fullmatch(pattern):
        return "is not an SPDX licence identifier, in which * is any text"
    if re.search(r"[*?]", pattern):
        return ""
    try:
        canonical(pattern)
    except UsageError:
        return "is not in the SPDX licence list"
    return ""


def _answer_problems(table: Mapping[str, object]) -> Iterator[str]:
    yield from _unknown_keys(table, _ANSWER_KEYS)
    yield from (f"has no {key}" for key in _REQUIRED if not table.get(key))
    for key in _ANSWER_KEYS:
        value = table.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            yield f"{key} is not one line of text"
        elif key == "expression" and value:
            yield from _expression_problem(value)


def _expression_problem(expression: str) -> Iterator[str]:
    try:
        canonical(expression)
    except UsageError as error:
        yield f"expression: {error}"
