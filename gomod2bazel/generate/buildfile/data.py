"""Add to the data of an existing go_test what tests mention: all that is there already is the user's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from gomod2bazel.generate.buildfile.attributes import GROUPS, Place, full_label
from gomod2bazel.generate.buildfile.existing_rules import is_kept
from gomod2bazel.generate.buildfile.kinds import Glob
from gomod2bazel.generate.buildfile.printing import item_of, label_key, print_glob, print_items
from gomod2bazel.generate.buildfile.starlark import Item, Sum, call_of, items_of, literal

__all__ = ["extend_data", "merge_glob", "new_data"]

_TESTDATA = "testdata/**"
_GROUP = f":{GROUPS['data']}"


def new_data(new: Glob) -> Glob | None:
    """Return the data for an existing go_test without any, whose user may not want that of its folder testdata."""
    patterns = tuple(pattern for pattern in new.patterns if pattern != _TESTDATA)
    return Glob(patterns=patterns, more=new.more) if patterns or new.more else None


def merge_glob(name: str, item: Item, new: Glob) -> str:
    """Return the text of an attribute that is generated as a glob: what it is, or what it should be."""
    text = print_glob(name, new)
    if item.node is None or is_kept([*item.before, item.after]):
        return item.text
    return item.text if "".join(item.text.split()) == "".join(text.split()) else text


def extend_data(name: str, item: Item, new: Glob | None, place: Place) -> str | None:
    """Return the text of the attribute with what is missing, and without groups of files that no test mentions.

    Args:
        name: of the attribute.
        item: as it is in the rule.
        new: what the tests mention; None for nothing.
        place: where the rule is.

    Returns:
        None where nothing is left.
    """
    if item.node is None or is_kept([*item.before, item.after]):
        return item.text
    terms = Sum.of(item.node).terms
    if not all(_is_known(term) for term in terms):
        # What a variable or macro has cannot be known here.
        return item.text
    new = new or Glob(patterns=())
    globs = [re.compile(_expression(text)) for term in terms if call_of(term) for text in _strings(term)]
    texts = [text for term in terms for text in _strings(term)]
    held = {full_label(text, place.package) for text in texts}
    missing = [
        value
        for value in new.more
        if full_label(value, place.package) not in held and not any(glob.fullmatch(value) for glob in globs)
    ]
    folders = {pattern: pattern.removesuffix("**") for pattern in new.patterns if pattern != _TESTDATA}
    patterns = [pattern for pattern, below in folders.items() if not any(text.startswith(below) for text in texts)]
    mentioned = {full_label(value, place.package) for value in new.more}
    parts = [_without_groups(term, mentioned, place) for term in terms]
    if not missing and not patterns and all(part is None for part in parts):
        return item.text
    return _joined(terms, parts, missing, print_glob(name, Glob(patterns=tuple(patterns))))


def _joined(
    terms: Sequence[cst.BaseExpression], parts: Sequence[list[Item] | None], missing: Sequence[str], added: str
) -> str | None:
    texts, lists = [], False
    for term, part in zip(terms, parts, strict=True):
        items_and_end = items_of(term)
        if items_and_end is None or (part is None and (lists or not missing)):
            texts.append(cst.Module(body=[]).code_for_node(term))
            continue
        items, end = (items_and_end[0] if part is None else part), items_and_end[1]
        for value in () if lists else missing:
            items.insert(_position(value, items), item_of(value))
        lists = True
        texts += [print_items(items, end)] if items or end else []
    texts += [added] if added else []
    if missing and not lists:
        texts.append(print_items([item_of(value) for value in sorted(missing, key=label_key)], []))
    return " + ".join(texts) or None


def _position(value: str, items: Sequence[Item]) -> int:
    for at, item in enumerate(items):
        other = literal(item.node) if item.node else item.text.strip('"')
        if isinstance(other, str) and label_key(other) > label_key(value):
            return at
    return len(items)


def _without_groups(term: cst.BaseExpression, mentioned: set[str], place: Place) -> list[Item] | None:
    """Return the elements of a list without such labels of other packages; None where there are none to leave out."""
    items = (items_of(term) or ([], []))[0]
    stay = []
    for item in items:
        value = literal(item.node)
        generated = isinstance(value, str) and value.endswith(_GROUP) and value.startswith("//")
        if not generated or is_kept([*item.before, item.after]) or full_label(str(value), place.package) in mentioned:
            stay.append(item)
    return stay if len(stay) < len(items) else None


def _is_known(term: cst.BaseExpression) -> bool:
    """Return whether all that a term can be is written in it: a list of strings, a glob, or a select of these."""
    call = call_of(term)
    if call is not None:
        return call.function in ("glob", "select")
    return isinstance(literal(term), list)


def _strings(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.SimpleString):
        value = literal(node)
        if isinstance(value, str):
            yield value
    for child in node.children:
        yield from _strings(child)


def _expression(pattern: str) -> str:
    """Return the regular expression of a pattern of Bazel's glob."""
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return "".join(known.get(part) or re.escape(part) for part in parts)
