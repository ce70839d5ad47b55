"""Directives in BUILD files: comments ``# gomod2bazel:NAME VALUE`` at the left margin; they hold below their folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.set_names import SETS

__all__ = ["Directives", "read_directives"]

_LINE = re.compile(r"#[ \t]*gomod2bazel:(\S*)[ \t]*(.*?)[ \t]*")
_NAMES = ("build_file_name", "go_test", "ignore", "prefix", "set", "tags", "visibility")
_VALUES: Mapping[str, Sequence[str]] = {"go_test": ("default", "off"), "set": ("", *SETS)}
_HINT = f"see {page('generate.md#directives')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directives:
    """What holds in one folder.

    Attributes:
        ignored: whether the folder and all below it are left alone.
        tags: added to the tags of generated rules.
        set: of main packages, or empty for what the evidence says.
        visibility: of new rules; empty for the usual one.
        prefix: import path that the directive's folder must have, with that folder relative to the repository, or None.
        build_file_name: of new files.
        go_test: ``default`` for a go_test of each package with tests, ``off`` for none.
    """

    ignored: bool = False
    tags: tuple[str, ...] = ()
    set: str = ""
    visibility: tuple[str, ...] = ()
    prefix: tuple[str, str] | None = None
    build_file_name: str = "BUILD.bazel"
    go_test: str = "default"


def read_directives(text: str, file: str, folder: str, inherited: Directives) -> Directives:
    """Return what holds in a folder.

    Args:
        text: its BUILD file.
        file: what messages call that.
        folder: relative to the repository's root.
        inherited: what holds in the folder above.

    Raises:
        UsageError: a directive is unknown or has no such value; all of the file at once.
    """
    directives, problems = inherited, []
    # Most files have none.
    for number, line in enumerate(text.split("\n") if "gomod2bazel:" in text else (), 1):
        match = _LINE.fullmatch(line.rstrip("\r"))
        if not match:
            continue
        try:
            directives = _with(directives, match[1], match[2], folder)
        except ValueError as error:
            problems.append(f"{file}:{number}: {error}")
    if problems:
        raise UsageError("\n".join(problems), hint=_HINT)
    return directives


def _with(before: Directives, name: str, value: str, folder: str) -> Directives:
    if name not in _NAMES:
        raise ValueError(f"# gomod2bazel:{name}: unknown directive; use one of {', '.join(_NAMES)}")
    if name == "ignore":
        if value:
            raise ValueError("# gomod2bazel:ignore takes no value")
        return replace(before, ignored=True)
    if name == "tags":
        return replace(before, tags=tuple(re.split(r"[ ,]+", value)) if value else ())
    if name in _VALUES:
        if value not in _VALUES[name]:
            raise ValueError(
                f"# gomod2bazel:{name} {value}: unknown {name}; use one of {', '.join(filter(None, _VALUES[name]))}"
            )
        return replace(before, set=value) if name == "set" else replace(before, go_test=value)
    if name == "visibility":
        return replace(before, visibility=_labels(value))
    if name == "prefix":
        return replace(before, prefix=(value, folder) if value else None)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", value):
        raise ValueError(f"# gomod2bazel:build_file_name {value}: not a plain file name")
    return replace(before, build_file_name=value)


def _labels(value: str) -> tuple[str, ...]:
    labels = tuple(re.split(r"[ ,]+", value)) if value else ()
    wrong = [
        label for label in labels if not re.fullmatch(r"(@[\w.~+-]*)?//[^\s\"':]*(:[^\s\"':]+)?|:[^\s\"':]+", label)
    ]
    if wrong:
        raise ValueError(
            f"# gomod2bazel:visibility {value}: {wrong[0]} is not a label; write //visibility:public, //x:__pkg__"
        )
    return labels
