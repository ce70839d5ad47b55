"""Keep the load statements of a BUILD file in step with its rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from gomod2bazel.generate.buildfile.existing_rules import is_kept_statement, loaded_kinds
from gomod2bazel.generate.buildfile.kinds import RuleSet
from gomod2bazel.generate.buildfile.printing import print_call, print_load, quoted
from gomod2bazel.generate.buildfile.starlark import Call, File, Item, Statement, literal

__all__ = ["with_loads", "with_packages_of_rules_go"]


# The Go packages that rules_go has for programs and tests; gazelle names them in its repository.
_PACKAGE = r"(?=go/(?:runfiles|tools/bazel|tools/bazel_testing)[:\"])"
_RULES_GO_PACKAGE = re.compile(rf"\"@(?:io_bazel_)?rules_go//{_PACKAGE}")
_RULES_GO_MODULE = "@com_github_bazelbuild_rules_go//"
_MODULE_PACKAGE = re.compile(rf"\"{_RULES_GO_MODULE}{_PACKAGE}")


def with_loads(file: File, rule_set: RuleSet, needed: Collection[str], dropped: Collection[str]) -> None:
    """Update load statements: load what is needed from the rule set, and drop kinds that no rule uses.

    Args:
        file: changed in place.
        rule_set: what to load.
        needed: kinds that rules of the file are of.
        dropped: kinds of which rules were taken out.
    """
    loads = [
        statement
        for statement in file.statements
        if statement.call and statement.call.function == "load" and statement.call.arguments
    ]
    our_loads = [statement for statement in loads if _source(statement) in (rule_set.source, *rule_set.same)]
    moved: list[Item] = []
    for statement in loads:
        if _source(statement) in rule_set.others and not is_kept_statement(statement):
            moved += _take(file, statement, lambda item: literal(item.node) in rule_set.symbols)
    for statement in our_loads:
        _take(file, statement, lambda item: literal(item.node) in dropped and not _used(file, _local(item)))
    our_loads = [load for load in our_loads if load in file.statements]
    known = {literal(item.node) for load in our_loads for item in _symbols(load)} | {
        literal(item.node) for item in moved
    }
    new = [Item(text=quoted(kind)) for kind in sorted(needed) if kind not in known]
    new += [item for item in moved if _used(file, _local(item)) or literal(item.node) in needed]
    if new:
        _add(file, rule_set, our_loads, new)


def with_packages_of_rules_go(file: File, rule_set: RuleSet) -> None:
    """Name the Go packages of rules_go where the rule set has them: in its repository, or in that of the Go module.

    Args:
        file: changed in place, in rules of the rule set alone.
        rule_set: what the file loads.
    """
    kinds = loaded_kinds(file, rule_set)
    if "rules_go" in rule_set.source:
        label, top = _MODULE_PACKAGE, rule_set.source.removesuffix("go:def.bzl")
    else:
        label, top = _RULES_GO_PACKAGE, _RULES_GO_MODULE
    for statement in file.statements:
        if statement.call and statement.call.function in kinds:
            statement.text = label.sub(f'"{top}', statement.text)


def _source(statement: Statement) -> str:
    return str(literal(statement.call.arguments[0].node)) if statement.call else ""


def _symbols(statement: Statement) -> list[Item]:
    return statement.call.arguments[1:] if statement.call else []


def _local(item: Item) -> str:
    """Return the name under which a symbol is known in the file."""
    return item.name or item.text.strip("\"'")


def _used(file: File, name: str) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(
        word.search(statement.text)
        for statement in file.statements
        if not statement.call or statement.call.function != "load"
    )


def _take(file: File, statement: Statement, which: Callable[[Item], bool]) -> list[Item]:
    """Take symbols out of a load statement, and the statement out of the file when none is left."""
    call = statement.call
    if call is None:
        return []
    taken = [item for item in call.arguments[1:] if which(item)]
    if not taken:
        return []
    call.arguments = [item for item in call.arguments if item not in taken]
    if len(call.arguments) > 1:
        _print(statement, call)
        return taken
    at = file.statements.index(statement)
    file.statements.remove(statement)
    if at < len(file.statements):
        following = file.statements[at]
        # The comments above stay; of the empty lines on both sides, one place's.
        following.before = (
            (statement.before + following.before.lstrip("\n")) if at == 0 or statement.before else following.before
        )
    else:
        file.foot = statement.before + file.foot
    return taken


def _add(file: File, rule_set: RuleSet, our_loads: list[Statement], new: list[Item]) -> None:
    if our_loads and our_loads[0].call:
        call = our_loads[0].call
        symbols = sorted([*call.arguments[1:], *new], key=lambda item: (bool(item.name), _local(item)))
        call.arguments = [call.arguments[0], *symbols]
        _print(our_loads[0], call)
        return
    loads = [load for load in file.statements if load.call and load.call.function == "load"]
    call = Call(function="load", arguments=[Item(text=quoted(rule_set.source)), *new], end=[])
    statement = Statement(before="", text="", call=call)
    _print(statement, call)
    later = next((load for load in loads if _source(load) > rule_set.source), None)
    if later:
        # Comments above the first load are about the file more often than about that load.
        at = file.statements.index(later)
        statement.before, later.before = later.before, ""
    elif loads:
        at = file.statements.index(loads[-1]) + 1
    else:
        at = _top(file)
        _part(file, statement, at)
    file.statements.insert(at, statement)


def _top(file: File) -> int:
    """Return where the first load goes: behind the file's docstring."""
    first = file.statements[0] if file.statements else None
    return 1 if first and first.call is None and re.match(r"[rR]?[\"']", first.text) else 0


def _part(file: File, statement: Statement, at: int) -> None:
    """Put an empty line on both sides of the first load."""
    above = file.head if at == 0 else file.statements[at - 1].text
    statement.before = "\n" if above and not above.endswith("\n\n") else ""
    if at < len(file.statements):
        following = file.statements[at]
        following.before = "\n" + following.before.lstrip("\n")
    elif file.foot:
        file.foot = "\n" + file.foot.lstrip("\n")


def _print(statement: Statement, call: Call) -> None:
    commented = call.end or any(item.before or item.after for item in call.arguments)
    if commented or "\n" in statement.text.strip():
        statement.text = print_call(call) + statement.tail
    elif any(item.name for item in call.arguments):
        words = [f"{item.name} = {item.text}" if item.name else item.text for item in call.arguments]
        statement.text = f"load({', '.join(words)}){statement.tail}"
    else:
        words = [str(literal(item.node)) if item.node else item.text.strip('"') for item in call.arguments]
        statement.text = print_load(words[0], words[1:]) + statement.tail
