"""Attributes that rules had in earlier versions: what they hold goes where it belongs now."""

from __future__ import annotations

import libcst as cst

from gomod2bazel.generate.buildfile.printing import argument_position, label_key, print_items
from gomod2bazel.generate.buildfile.starlark import Call, Item, Sum, items_of, literal

__all__ = ["FORMER_SRCS", "move_former_srcs"]

FORMER_SRCS = "cgo_srcs"
"""What go_library called its Go files that import C; they are in srcs, as in rules_go."""


def move_former_srcs(call: Call) -> bool:
    """Move the files of `FORMER_SRCS` into ``srcs``, with their comments; return whether the attribute existed.

    Args:
        call: a go_library; it is changed.
    """
    former = call.argument(FORMER_SRCS)
    if former is None:
        return False
    call.arguments.remove(former)
    srcs = call.argument("srcs")
    if srcs is None:
        former.name = "srcs"
        call.arguments.insert(argument_position("srcs", call.arguments), former)
        return True
    srcs.before += former.before
    comments = [comment for comment in (srcs.after, former.after) if comment]
    srcs.after = comments.pop(0) if comments else ""
    srcs.before += comments
    srcs.text = _joined(srcs, former)
    srcs.node = cst.parse_expression(srcs.text)
    return True


def _joined(srcs: Item, former: Item) -> str:
    """Return one expression for two; of plain lists it has at most one, so that it can be merged."""
    terms = [term for item in (srcs, former) if item.node for term in Sum.of(item.node).terms]
    plain = [term for term in terms if items_of(term)]
    items: list[Item] = []
    end: list[str] = []
    for term in plain:
        more, below = items_of(term) or ([], [])
        items += more
        end += below
    items.sort(key=lambda item: label_key(str(literal(item.node) or item.text)))
    texts = [print_items(items, end)] if plain else []
    return " + ".join([*texts, *(cst.Module(body=[]).code_for_node(term) for term in terms if term not in plain)])
