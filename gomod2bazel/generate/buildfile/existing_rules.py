"""What is in a BUILD file already: the rules that generation may mean, and how they are recognised."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gomod2bazel.generate.buildfile.former import FORMER_SRCS
from gomod2bazel.generate.buildfile.kinds import PROTO, Rule, RuleSet, Select, Value
from gomod2bazel.generate.buildfile.selects import listed
from gomod2bazel.generate.buildfile.starlark import Call, File, Item, Statement

__all__ = [
    "Existing",
    "attached_comments",
    "existing_rules",
    "files_of",
    "is_kept",
    "is_kept_statement",
    "loaded_kinds",
    "match_rules",
    "names_loaded",
    "new_rules",
    "outputs_of",
]

_KEEP = re.compile(r"#[ \t]*keep\b([ \t]*:.*)?[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A rule of a BUILD file.

    Attributes:
        index: of its statement.
        kind: what it is called where its file is loaded from; empty for rules that are not generated.
        name: its name.
        importpath: of a Go rule, or empty.
        embed: labels, without the colon of those in this file.
        files: literal names among its sources.
        plain: whether these are all its sources, so that it is gone when none is there.
        cdeps: whether it names libraries of C code, which bring their headers.
        kept: whether a ``# keep`` comment comes above it or behind it.
        proto: whether it is a go_proto_library, or a go_library that embeds one: it generates Go files.
    """

    index: int
    kind: str
    name: str
    importpath: str = ""
    embed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    plain: bool = False
    cdeps: bool = False
    kept: bool = False
    proto: bool = False

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Existing:
        """Read what `to_dict` made."""
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def is_kept(comments: Collection[str]) -> bool:
    """Return whether one of the comments is ``# keep``, or ``# keep: REASON``."""
    return any(_KEEP.fullmatch(comment) for comment in comments)


def is_kept_statement(statement: Statement) -> bool:
    """Return whether a ``# keep`` comment comes directly above a statement, or behind it."""
    return is_kept([*attached_comments(statement.before), statement.tail.strip()])


def loaded_kinds(file: File, rule_set: RuleSet) -> dict[str, str]:
    """Return the kind of each name that the file loads from the rule set, or from one that it replaces."""
    kinds: dict[str, str] = {name: name for name in rule_set.kinds if name == "filegroup"}
    for statement in file.statements:
        call = statement.call
        if call is None or call.function != "load" or not call.arguments:
            continue
        source, *symbols = call.arguments
        other = _text(source) in rule_set.others and not is_kept_statement(statement)
        if other or _text(source) in (rule_set.source, *rule_set.same):
            kinds |= {item.name or _text(item): _text(item) for item in symbols if _text(item) in rule_set.kinds}
        else:
            # A rule of the same name from somewhere else is another.
            for item in symbols:
                kinds.pop(item.name or _text(item), None)
    return kinds


def names_loaded(file: File, sources: Collection[str]) -> set[str]:
    """Return the names under which a BUILD file knows what it loads from one of the sources."""
    loads = [
        statement.call
        for statement in file.statements
        if statement.call and statement.call.function == "load" and statement.call.arguments
    ]
    symbols = (item for call in loads if _text(call.arguments[0]) in sources for item in call.arguments[1:])
    return {item.name or _text(item) for item in symbols}


def _text(item: Item) -> str:
    value = Call(function="", arguments=[Item(text="", name="x", node=item.node)], end=[]).value("x")
    return value if isinstance(value, str) else ""


def existing_rules(file: File, rule_set: RuleSet) -> list[Existing]:
    """Return the rules of a file that have a literal name."""
    kinds = loaded_kinds(file, rule_set)
    proto_rules = names_loaded(file, [f"{source}:def.bzl" for source in PROTO])
    rules = []
    for index, statement in enumerate(file.statements):
        name = statement.call.value("name") if statement.call else None
        if statement.call and isinstance(name, str):
            kind = kinds.get(statement.call.function, "")
            if statement.call.function in proto_rules:
                rules.append(_proto_library(index, name, statement.call))
            else:
                rules.append(_existing(index, name, kind, statement, rule_set.settings))
    protos = {rule.name for rule in rules if rule.proto}
    return [replace(rule, proto=True) if protos & set(rule.embed) else rule for rule in rules]


def _proto_library(index: int, name: str, call: Call) -> Existing:
    importpath = call.value("importpath")
    return Existing(
        index=index, kind="", name=name, importpath=importpath if isinstance(importpath, str) else "", proto=True
    )


def new_rules(rules: Sequence[Rule]) -> list[Existing]:
    """Return what `existing_rules` would of a file that holds the rules and nothing else, behind one load."""
    first = 1 if any(rule.kind != "filegroup" for rule in rules) else 0
    return [_of_rule(index, rule) for index, rule in enumerate(rules, first)]


def _of_rule(index: int, rule: Rule) -> Existing:
    def values(name: str) -> list[str]:
        return [item.removeprefix(":") if name == "embed" else item for item in files_of(rule.attrs.get(name))]

    files = tuple(sorted(set(values("srcs"))))
    return Existing(
        index=index,
        kind=rule.kind,
        name=rule.name,
        importpath=str(rule.attrs.get("importpath", "")),
        embed=tuple(values("embed")),
        files=files,
        plain=bool(files),
    )


def files_of(value: Value | None) -> list[str]:
    """Return the elements of a generated list, in whatever configuration."""
    if isinstance(value, Select):
        return [*value.common, *(item for case in value.cases.values() if isinstance(case, list) for item in case)]
    return value if isinstance(value, list) else []


def _existing(index: int, name: str, kind: str, statement: Statement, settings: tuple[str, ...]) -> Existing:
    call = statement.call
    if not kind or call is None:
        return Existing(index=index, kind="", name=name)
    sources = [listed(item.node, settings) for attr in ("srcs", FORMER_SRCS) if (item := call.argument(attr))]
    files = [file for value, _ in sources for file in value]
    importpath = call.value("importpath")
    embed = call.value("embed")
    return Existing(
        index=index,
        kind=kind,
        name=name,
        importpath=importpath if isinstance(importpath, str) else "",
        embed=tuple(str(item).removeprefix(":") for item in embed) if isinstance(embed, list) else (),
        files=tuple(sorted(set(files))),
        plain=bool(files)
        and all(whole for _, whole in sources)
        and not any(file.startswith((":", "//", "@")) for file in files),
        cdeps=call.argument("cdeps") is not None,
        kept=is_kept_statement(statement),
    )


def attached_comments(before: str) -> list[str]:
    """Return the comments directly above a statement."""
    block: list[str] = []
    for line in reversed(before.splitlines()):
        if not line.strip():
            break
        block.append(line.strip())
    return block


def outputs_of(file: File) -> set[str]:
    """Return the names of files that rules of a BUILD file generate, if declared (``out``, ``outs``)."""
    made: set[str] = set()
    for statement in file.statements:
        for attr in ("out", "outs") if statement.call else ():
            value = statement.call.value(attr) if statement.call else None
            made |= {item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}
    return made


@dataclass(slots=True)
class _Matching:
    matched: dict[int, Existing] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


def match_rules(rules: Sequence[Rule], existing: Sequence[Existing], rule_set: RuleSet) -> dict[int, Existing]:
    """Return which existing rule each wanted one means, by its position; those that mean none are left out.

    The surest attribute of a kind comes first; a rule whose sources are among the wanted ones is meant last of all, so
    that one is followed when its folder gets another name.
    """
    state = _Matching()
    steps = max(len(kind.match) for kind in rule_set.kinds.values())
    for step in range(steps + 1):
        for position, rule in enumerate(rules):
            match = rule_set.kinds[rule.kind].match
            if position in state.matched or (step > len(match)):
                continue
            attr = match[step] if step < len(match) else "files"
            for existing_rule in existing:
                if (
                    existing_rule.kind == rule.kind
                    and existing_rule.index not in state.used
                    and _means(rule, existing_rule, attr)
                ):
                    state.matched[position] = existing_rule
                    state.used.add(existing_rule.index)
                    break
    return state.matched


def _means(rule: Rule, existing: Existing, attr: str) -> bool:
    if attr == "name":
        return rule.name == existing.name
    if attr == "importpath":
        return bool(existing.importpath) and rule.attrs.get("importpath") == existing.importpath
    if attr == "embed":
        embed = rule.attrs.get("embed")
        return isinstance(embed, list) and bool({label.removeprefix(":") for label in embed} & set(existing.embed))
    files = set(files_of(rule.attrs.get("srcs")))
    return rule.kind != "filegroup" and bool(files & set(existing.files))
