"""What differs between configurations: one rule of several, and the ``select`` that are generation's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import libcst as cst

from gomod2bazel.generate.buildfile.kinds import CONFIG, ORDERED, Rule, Select, Value
from gomod2bazel.generate.buildfile.starlark import Call, Item, Sum, call_of, literal

__all__ = ["DEFAULT", "combine", "listed", "own_selects"]

DEFAULT = "//conditions:default"
"""The key of a select for all other configurations."""

_INCOMPATIBLE = "@gomod2bazel//rules:incompatible"

# What is the same in all configurations, or does not follow from one.
_OF_ALL = ("tags", "visibility")

_KINDS = ("go_library", "go_binary", "go_test", "go_tool")


def combine(rules_by_configuration: Mapping[str, Sequence[Rule]], names: Sequence[str]) -> list[Rule]:
    """Return the rules of a folder for all configurations.

    A rule that does not exist in all of them is compatible with those alone that it is in.

    Args:
        rules_by_configuration: rules by name of the configuration; those without any may be left out.
        names: of all configurations; with one there is nothing to select.
    """
    rules: dict[tuple[str, str], dict[str, Rule]] = {}
    for name in names:
        for rule in rules_by_configuration.get(name, ()):
            rules.setdefault((rule.kind, rule.name), {})[name] = rule
    if len(names) == 1:
        return [next(iter(by_configuration.values())) for by_configuration in rules.values()]
    order = sorted(rules, key=lambda key: _KINDS.index(key[0]))
    return [_combined(rules[key], names) for key in order]


def _combined(rules: Mapping[str, Rule], names: Sequence[str]) -> Rule:
    first = next(iter(rules.values()))
    everywhere = len(rules) == len(names)
    keys = dict.fromkeys(key for rule in rules.values() for key in rule.attrs)
    attrs: dict[str, Value] = {}
    for key in keys:
        values = {name: rule.attrs.get(key, "") for name, rule in rules.items()}
        attrs[key] = _value(first, key, values, everywhere=everywhere)
    if not everywhere:
        cases: dict[str, Any] = {CONFIG + name: [] for name in sorted(rules)}
        attrs["target_compatible_with"] = Select(additive=True, cases={**cases, DEFAULT: [_INCOMPATIBLE]})
    return Rule(kind=first.kind, name=first.name, attrs=attrs)


def _value(rule: Rule, key: str, values: Mapping[str, Value], *, everywhere: bool) -> Value:
    """Return one attribute: as it is everywhere, or with a select."""
    known = list(values.values())
    if key in _OF_ALL or all(value == known[0] or not (value or known[0]) for value in known):
        return known[0]
    some = next(value for value in known if value)
    empty: Any = (
        False if isinstance(some, bool) else [] if isinstance(some, list) else {} if isinstance(some, dict) else ""
    )
    # The name of an executable is the target's where none is given.
    empty = rule.name if key == "out" else empty
    filled = {name: value or empty for name, value in values.items()}
    additive = isinstance(some, list) and key not in ORDERED
    common = [item for item in some if all(item in value for value in filled.values())] if additive else []  # type: ignore[operator, union-attr]
    cases: dict[str, Any] = {
        CONFIG + name: [item for item in value if item not in common] if additive else value  # type: ignore[union-attr]
        for name, value in sorted(filled.items())
    }
    # Bazel wants an answer for all, also of what is incompatible.
    cases |= {} if everywhere else {DEFAULT: empty}
    return Select(additive=additive, common=tuple(common), cases=cases)


def own_selects(node: cst.BaseExpression, settings: tuple[str, ...]) -> list[cst.BaseExpression]:
    """Return the terms of an expression that generation wrote: each key is of a configuration; nothing is kept in it.

    Args:
        node: the expression.
        settings: what such keys begin with.
    """
    return [term for term in Sum.of(node).terms if _is_generated(term, settings)]


def _is_generated(term: cst.BaseExpression, settings: tuple[str, ...]) -> bool:
    keys = _keys(term)
    generated = [key for key in keys if isinstance(key, str) and key.startswith(settings)]
    text = cst.Module(body=[]).code_for_node(term)
    return bool(settings and generated) and set(keys) <= {*generated, DEFAULT} and not re.search(r"#[ \t]*keep\b", text)


def _keys(term: cst.BaseExpression) -> list[object]:
    branches = _branches(term)
    return [literal(element.key) for element in branches if isinstance(element, cst.DictElement)]


def _branches(term: cst.BaseExpression) -> Sequence[cst.BaseDictElement]:
    call: Call | None = call_of(term)
    if call is None or call.function != "select" or not call.arguments:
        return ()
    branches: Item = call.arguments[0]
    return branches.node.elements if isinstance(branches.node, cst.Dict) else ()


def listed(node: cst.BaseExpression | None, settings: tuple[str, ...]) -> tuple[list[str], bool]:
    """Return the strings of an expression's lists, those of generated selects too, and whether that is all of it."""
    names: list[str] = []
    whole = node is not None
    for term in Sum.of(node).terms if node is not None else ():
        lists = [term] if not _is_generated(term, settings) else [element.value for element in _branches(term)]
        for part in lists:
            value = literal(part)
            whole = whole and isinstance(value, list)
            names += _strings(value if isinstance(value, list) else ())
    return names, whole


def _strings(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
