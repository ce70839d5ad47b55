"""Take out of rules what lock, go.mod and SDK know, which earlier versions of gomod2bazel wrote into each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import libcst as cst

from gomod2bazel.generate.buildfile.attributes import Place, merge_attribute
from gomod2bazel.generate.buildfile.existing_rules import attached_comments, is_kept
from gomod2bazel.generate.buildfile.kinds import GOMOD2BAZEL
from gomod2bazel.generate.buildfile.printing import print_call
from gomod2bazel.generate.buildfile.starlark import Call, File, Item, Sum, items_of, literal

__all__ = ["make_lean"]

_GONE: Mapping[str, frozenset[str]] = {
    "go_binary": frozenset(("buildinfo", "flags", "godebug")),
    "go_library": frozenset(("embed_patterns", "lang", "module", "package_name")),
    "go_source": frozenset(("embed_patterns",)),
    "go_test": frozenset(("buildinfo", "embed_patterns", "flags", "godebug", "lang", "module", "runner")),
}
"""The attributes that rules have no more."""

_STANDARD = "@go_sdk//:"
"""What labels of the standard library's packages begin with, which are in no deps any more."""


def make_lean(file: File) -> None:
    """Take such attributes and deps out of all rules of a BUILD file, those that are not generated too.

    What a ``# keep`` comment is for stays.

    Args:
        file: it is changed.
    """
    kinds = dict(_loaded(file))
    for statement in file.statements:
        call = statement.call
        if call is None or call.function not in kinds:
            continue
        if not is_kept([*attached_comments(statement.before), statement.tail.strip()]) and _changed(
            call, _GONE[kinds[call.function]]
        ):
            statement.text = print_call(call) + statement.tail


def _loaded(file: File) -> Iterator[tuple[str, str]]:
    """Yield the name and kind of each rule that a file loads."""
    for statement in file.statements:
        call = statement.call
        if call and call.function == "load" and call.arguments:
            source, *symbols = call.arguments
            for item in symbols if literal(source.node) == GOMOD2BAZEL.source else ():
                kind = literal(item.node)
                if isinstance(kind, str) and kind in _GONE:
                    yield item.name or kind, kind


def _changed(call: Call, gone: frozenset[str]) -> bool:
    """Make a call lean; return whether that changed it."""
    before = [(item.name, item.text) for item in call.arguments]
    call.arguments = [item for item in call.arguments if item.name not in gone or is_kept([*item.before, item.after])]
    call.arguments = [item for item in map(_without_standard, call.arguments) if item]
    return before != [(item.name, item.text) for item in call.arguments]


def _without_standard(item: Item) -> Item | None:
    """Return an argument, ``deps`` without the standard library's packages; None where nothing is left of it."""
    if item.name != "deps" or item.node is None:
        return item
    items = [element for term in Sum.of(item.node).terms for element in (items_of(term) or ([], []))[0]]
    labels = [value for element in items if isinstance(value := literal(element.node), str)]
    if not any(label.startswith(_STANDARD) for label in labels):
        return item
    text = merge_attribute(
        "deps", item, [label for label in labels if not label.startswith(_STANDARD)], Place(package="")
    )
    return None if text is None else replace(item, text=text, node=cst.parse_expression(text))
