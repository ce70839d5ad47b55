"""Print rules as buildifier would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gomod2bazel.generate.buildfile.kinds import (
    LABELS,
    ORDERED,
    CommentedElement,
    Glob,
    Kind,
    Plain,
    Rule,
    Select,
    Value,
)
from gomod2bazel.generate.buildfile.starlark import Call, Item

__all__ = [
    "argument_position",
    "item_of",
    "label_key",
    "print_call",
    "print_glob",
    "print_items",
    "print_load",
    "print_rule",
    "print_select",
    "print_value",
    "quoted",
    "short_label",
]

# Buildifier's order of labels: plain ones, then those of this package, of this repository, and of others.
_PHASES = ((":", 2), ("//", 3), ("@", 4))

# Buildifier's order of arguments; all others are at 0, by name.
_PRIORITY = {
    "name": -99, "package_name": -97, "size": -95, "timeout": -94, "testonly": -93, "src": -92, "srcs": -90, "out": -89,
    "outs": -88, "hdrs": -87, "exports": 2, "runtime_deps": 3, "deps": 4,
}  # fmt: skip

_INDENT = "    "


def quoted(text: str) -> str:
    """Return a string literal in buildifier's form."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return f'"{"".join(escapes.get(c, c) for c in text)}"'


def label_key(label: str) -> tuple[int, list[str]]:
    """Return what buildifier sorts labels by."""
    phase = next((phase for start, phase in _PHASES if label.startswith(start)), 1)
    return phase, label.replace(":", ".").split(".")


def short_label(label: str) -> str:
    """Leave out a target name that repeats the package's, or the repository's in its root package."""
    repository, slashes, rest = label.partition("//")
    package, _, target = rest.partition(":")
    if not slashes or not target or target != (package or repository.lstrip("@")).split("/")[-1]:
        return label
    return f"{repository}//{package}" if package else repository


def print_value(name: str, value: Value) -> str:
    """Return the value of an attribute, as it is in a rule at the top of a file."""
    if isinstance(value, Glob):
        return print_glob(name, value)
    if isinstance(value, Select):
        common = [print_value(name, list(value.common))] if value.common else []
        return " + ".join([*common, print_select(name, value.cases)])
    return _print_plain(name, value, depth=1)


def print_glob(name: str, value: Glob) -> str:
    """Return a glob, and a list of what is in addition to it."""
    patterns = [Item(text=quoted(item)) for item in value.patterns]
    parts = [f"glob({print_items(patterns, [])})"] if patterns else []
    parts += [_print_plain(name, list(value.more), depth=1)] if value.more else []
    return " + ".join(parts)


def print_select(name: str, cases: Mapping[str, Plain]) -> str:
    """Return the select of an attribute's value, keys as they are given."""
    lines = (f"{_INDENT * 2}{quoted(key)}: {_print_plain(name, value, depth=2)},\n" for key, value in cases.items())
    return "select({\n" + "".join(lines) + _INDENT + "})"


def _print_plain(name: str, value: Plain, *, depth: int) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        items = [short_label(label) for label in value] if name in LABELS else value
        ordered = items if name in ORDERED else sorted(set(items), key=label_key)
        return print_items([item_of(item) for item in ordered], [], depth=depth)
    inner = _INDENT * (depth + 1)
    lines = [f"{inner}{quoted(key)}: {_dict_value(item, depth + 1)},\n" for key, item in sorted(value.items())]
    return "{\n" + "".join(lines) + _INDENT * depth + "}" if lines else "{}"


def _dict_value(item: str | Sequence[str], depth: int) -> str:
    if isinstance(item, str):
        return quoted(item)
    return print_items([Item(text=quoted(element)) for element in item], [], depth=depth)


def item_of(value: str) -> Item:
    """Return a new element of a list, with the comment that it is to have."""
    return Item(text=quoted(value), after=value.comment if isinstance(value, CommentedElement) else "")


def print_items(items: Sequence[Item], end: Sequence[str], depth: int = 1) -> str:
    """Return a list of elements with their comments; ``end`` are those below the last."""
    commented = end or any(item.before or item.after for item in items)
    if len(items) < 2 and not commented:
        return f"[{''.join(item.text for item in items)}]"
    inner = _INDENT * (depth + 1)
    return "[\n" + "".join(_lines(items, inner)) + "".join(f"{inner}{c}\n" for c in end) + _INDENT * depth + "]"


def _lines(items: Iterable[Item], indent: str) -> Iterable[str]:
    for item in items:
        yield from (f"{indent}{comment}\n" for comment in item.before)
        name = f"{item.name} = " if item.name else item.stars
        yield f"{indent}{name}{item.text},{f'  {item.after}' if item.after else ''}\n"


def print_call(call: Call) -> str:
    """Return a call with an argument a line, to its parenthesis."""
    end = "".join(f"{_INDENT}{comment}\n" for comment in call.end)
    return f"{call.function}(\n{''.join(_lines(call.arguments, _INDENT))}{end})"


def print_rule(rule: Rule, kind: Kind) -> str:
    """Return a new rule."""
    attrs = {"name": rule.name, **rule.attrs}
    unknown = [name for name in attrs if name not in kind.attrs]
    if unknown:
        raise ValueError(f"{rule.kind} has no attribute {', '.join(unknown)}; add it to kinds.py")
    items = [Item(name=name, text=print_value(name, attrs[name])) for name in kind.attrs if attrs.get(name)]
    return print_call(Call(function=rule.kind, arguments=items, end=[])) + "\n"


def print_load(source: str, symbols: Iterable[str]) -> str:
    """Return a load statement of plain symbols."""
    return f"load({', '.join(map(quoted, [source, *sorted(symbols)]))})"


def argument_position(name: str, arguments: Sequence[Item]) -> int:
    """Return where buildifier would put an argument."""
    key = (_PRIORITY.get(name, 0), name)
    for at, item in enumerate(arguments):
        if item.stars or (item.name and (_PRIORITY.get(item.name, 0), item.name) > key):
            return at
    return len(arguments)
