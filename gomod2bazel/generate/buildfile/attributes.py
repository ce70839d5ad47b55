"""Merge one attribute of a rule: what is generated replaces what was, what is the user's stays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

import libcst as cst
from libcst import matchers

from gomod2bazel.generate.buildfile.existing_rules import is_kept
from gomod2bazel.generate.buildfile.kinds import LABELS, ORDERED, UNLINKED, CommentedElement, Plain, Select, Value
from gomod2bazel.generate.buildfile.printing import (
    item_of,
    label_key,
    print_items,
    print_select,
    print_value,
    quoted,
    short_label,
)
from gomod2bazel.generate.buildfile.selects import own_selects
from gomod2bazel.generate.buildfile.starlark import Item, Sum, items_of, literal
from gomod2bazel.options.set_names import SETS

__all__ = ["GROUPS", "Place", "full_label", "merge_attribute"]

GROUPS = {"data": "go_testdata", "embedsrcs": "go_embedsrcs", "hdrs": "go_hdrs"}
"""For an attribute, the name of the filegroup that has files of another Bazel package for it."""

_OUR_TAGS = frozenset(("gomod2bazel", *SETS))
_FILES = ("srcs", "embedsrcs", "hdrs")
_STARTS = (":", "//", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule is.

    Attributes:
        package: its Bazel package: the folder, relative to the repository's root.
        made: names of files that rules of its file make.
        settings: what the keys of a ``select`` begin with that generation replaces.
    """

    package: str
    made: Collection[str] = ()
    settings: tuple[str, ...] = ()


def full_label(label: str, package: str) -> str:
    """Return a label in its longest form, so that two spellings of one compare equal."""
    repository, slashes, rest = label.partition("//")
    repository = "" if repository in ("@", "@@") else repository
    if label.startswith("@") and not slashes:
        return f"{label}//:{label.lstrip('@')}"
    if not slashes:
        return f"//{package}:{label.removeprefix(':')}"
    folder, colon, target = rest.partition(":")
    return f"{repository}//{folder}:{target if colon else folder.rpartition('/')[2]}"


def merge_attribute(name: str, item: Item, new: Value | None, place: Place) -> str | None:
    """Return the text of an attribute that a rule has; None where the attribute goes.

    Args:
        name: the attribute's.
        item: as it is in the rule.
        new: what it should be; empty for not being there.
        place: where the rule is.
    """
    if item.node is None or is_kept([*item.before, item.after]):
        return item.text
    if isinstance(new, Select) or own_selects(item.node, place.settings):
        return _merge_selected(name, item, new, place)
    if isinstance(new, list) or (not new and any(isinstance(term, cst.List) for term in Sum.of(item.node).terms)):
        return _merge_list(name, item, cast(list[str], new or []), place)
    old = literal(item.node)
    if old is None or old == new:
        # What is not a literal is the user's.
        return item.text
    return print_value(name, new) if new else None


def _merge_list(name: str, item: Item, new: list[str], place: Place) -> str | None:
    """Merge the one plain list of an expression; what is in its other terms, such as select, is the user's."""
    node = cast(cst.BaseExpression, item.node)
    terms = Sum.of(node).terms
    plain = [term for term in terms if isinstance(term, cst.List) and items_of(term)]
    if len(plain) != 1:
        return item.text
    same = _same(name, place)
    held = {same(text) for term in terms if term is not plain[0] for text in _texts(term)}
    items, end = items_of(plain[0]) or ([], [])
    added = [value for value in new if same(value) not in held]
    merged = _ordered(items, added) if name in ORDERED else _sorted(name, items, added, place, same)
    if [element.text for element in merged] == [element.text for element in items]:
        return item.text
    if not merged and not end and len(terms) == 1:
        return None
    text = print_items(merged, end)
    if len(terms) == 1:
        return text
    replaced = node.deep_replace(plain[0], cst.parse_expression(text))
    return cst.Module(body=[]).code_for_node(cast(cst.CSTNode, replaced))


def _merge_selected(name: str, item: Item, new: Value | None, place: Place) -> str | None:
    """Merge an expression with what generation selects: that is replaced as a whole, all else as anywhere."""
    node = cast(cst.BaseExpression, item.node)
    generated_selects = own_selects(node, place.settings)
    others = [term for term in Sum.of(node).terms if term not in generated_selects]
    if not (isinstance(new, list) or (isinstance(new, Select) and new.additive) or (not new and name not in ORDERED)):
        if any(literal(term) is None for term in others):
            # What is not a literal is the user's.
            return item.text
        return print_value(name, new) if new else None
    plain = [term for term in others if isinstance(term, cst.List)]
    items, end = (items_of(plain[0]) if plain else None) or ([], [])
    if len(plain) > 1 or (plain and not (items or end) and literal(plain[0]) != []):
        return item.text
    users = [term for term in others if term not in plain]
    same = _same(name, place)
    held = {same(text) for term in users for text in _texts(term)}
    common = new if isinstance(new, list) else list(new.common) if isinstance(new, Select) else []
    merged = _sorted(name, items, [value for value in common if same(value) not in held], place, same)
    held |= {same(str(literal(element.node) if element.node else element.text.strip('"'))) for element in merged}
    given = new.cases if isinstance(new, Select) else {}
    cases: dict[str, Plain] = {
        key: [value for value in cast(list[str], values) if same(value) not in held] for key, values in given.items()
    }
    parts = [print_items(merged, end)] if merged or end else []
    parts += [cst.Module(body=[]).code_for_node(term) for term in users]
    parts += [print_select(name, cases)] if any(cases.values()) else []
    return " + ".join(parts) or None


def _texts(node: cst.BaseExpression) -> list[str]:
    """Return the strings in an expression."""
    strings = matchers.findall(node, matchers.SimpleString())
    return [str(literal(string)) for string in strings if isinstance(string, cst.SimpleString)]


def _same(name: str, place: Place) -> Callable[[str], str]:
    """Return what makes two spellings of an element the same."""
    if name in ORDERED or name == "tags":
        return str
    return lambda value: full_label(value, place.package)


def _ordered(items: list[Item], values: list[str]) -> list[Item]:
    """Return the wanted elements in their order, with the comments they had, and kept ones after them."""
    left = list(items)
    merged = []
    for value in values:
        old = next((item for item in left if literal(item.node) == value), None)
        if old:
            left.remove(old)
        merged.append(old or Item(text=quoted(value)))
    return merged + [item for item in left if is_kept([*item.before, item.after]) or literal(item.node) is None]


def _sorted(name: str, items: list[Item], values: list[str], place: Place, same: Callable[[str], str]) -> list[Item]:
    """Return the elements that stay, and new ones where buildifier would have them."""
    keys = {same(value) for value in values}
    stay = []
    for item in items:
        value = literal(item.node)
        if (
            not isinstance(value, str)
            or is_kept([*item.before, item.after])
            or same(value) in keys
            or (_is_users(name, value, place) and item.after != UNLINKED.comment)
        ):
            stay.append(item)
    present = {same(value) for value in (literal(item.node) for item in stay) if isinstance(value, str)}
    for value in sorted({same(value): value for value in values if same(value) not in present}.values(), key=label_key):
        shown = short_label(value) if name in LABELS else value
        new = item_of(value if isinstance(value, CommentedElement) else shown)
        stay.insert(_position(shown, stay), new)
    return stay


def _position(value: str, items: list[Item]) -> int:
    """Return where a new element goes: before the first that sorts after it."""
    for at, item in enumerate(items):
        other = literal(item.node) if item.node else item.text.strip('"')
        if isinstance(other, str) and label_key(other) > label_key(value):
            return at
    return len(items)


def _is_users(name: str, value: str, place: Place) -> bool:
    """Return whether an element is not one that generation would have written."""
    if name == "tags":
        return value not in _OUR_TAGS
    if name == "target_compatible_with":
        return True
    if name not in _FILES:
        return False
    if value.removeprefix(":") in place.made:
        return True
    return value.startswith(_STARTS) and value.rpartition(":")[2] not in GROUPS.values()
