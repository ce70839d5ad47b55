"""Merge generated rules into a BUILD file: docs/generate.md has the table of what is matched, merged and kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from gomod2bazel.generate.buildfile.attributes import GROUPS, Place, merge_attribute
from gomod2bazel.generate.buildfile.data import extend_data, merge_glob, new_data
from gomod2bazel.generate.buildfile.existing_rules import (
    Existing,
    existing_rules,
    files_of,
    loaded_kinds,
    match_rules,
    names_loaded,
    outputs_of,
)
from gomod2bazel.generate.buildfile.former import move_former_srcs
from gomod2bazel.generate.buildfile.kinds import PROTO, RULE_SETS, TOOLS, UNLINKED, Glob, Kind, Rule, RuleSet, Value
from gomod2bazel.generate.buildfile.lean import make_lean
from gomod2bazel.generate.buildfile.loads import with_loads
from gomod2bazel.generate.buildfile.printing import argument_position, print_call, print_load, print_rule, print_value
from gomod2bazel.generate.buildfile.starlark import Call, File, Item, Statement

__all__ = ["gone", "merge_file", "new_file", "with_proto_labels"]


def new_file(rules: Sequence[Rule], rule_set: RuleSet) -> str:
    """Return the text of a BUILD file that holds the rules and nothing else; empty without rules."""
    symbols = {rule.kind for rule in rules} - {"filegroup"}
    blocks = [print_load(rule_set.source, symbols) + "\n"] if symbols else []
    return "\n".join([*blocks, *(print_rule(rule, rule_set.kinds[rule.kind]) for rule in rules)])


def merge_file(
    file: File, rules: Sequence[Rule], rule_set: RuleSet, *, package: str, files: Collection[str] | None
) -> str:
    """Return the text of a BUILD file with the generated rules in it; ``file`` is changed on the way.

    Args:
        file: as it is.
        rules: every rule that generation would write for its folder.
        rule_set: what to load.
        package: the folder, relative to the repository's root.
        files: names of the files in the folder; None where its package could not be listed, so that nothing is known
            to be gone.
    """
    make_lean(file)
    existing = existing_rules(file, rule_set)
    matched = match_rules(rules, existing, rule_set)
    place = Place(package=package, made=outputs_of(file), settings=rule_set.settings)
    strangers = names_loaded(file, rule_set.others)
    before = next(other for other in RULE_SETS.values() if other.source in rule_set.others)
    for position, existing_rule in matched.items():
        statement, rule_place = file.statements[existing_rule.index], place
        if existing_rule.kept or statement.call is None:
            continue
        if statement.call.function in strangers:
            rule_place = replace(place, settings=rule_set.settings + before.settings)
            _take_over(
                statement,
                statement.call,
                before.kinds[existing_rule.kind],
                rule_set.kinds[existing_rule.kind],
                rule_place,
            )
        _merge_rule(statement, rules[position], rule_set.kinds[existing_rule.kind], rule_place)
    means = {existing_rule.index: rules[position] for position, existing_rule in matched.items()}
    remove = set() if files is None else gone(existing, means, {*files, *place.made}, _linked(rules))
    added = [rule for position, rule in enumerate(rules) if position not in matched]
    kinds = loaded_kinds(file, rule_set)
    dropped = {kinds[call.function] for call in (file.statements[i].call for i in remove) if call}
    _remove(file, remove)
    needed = {rule.kind for rule in added} | {rules[position].kind for position in matched}
    with_loads(file, rule_set, needed - {"filegroup"}, dropped)
    text = with_proto_labels(file.text, rule_set)
    for rule in added:
        text += ("\n" if text.strip() and not text.endswith("\n\n") else "") + print_rule(
            rule, rule_set.kinds[rule.kind]
        )
    return text if text.strip() else ""


def with_proto_labels(text: str, rule_set: RuleSet) -> str:
    """Return the text of a BUILD file in which go_proto_library and its compilers are those of the rule set."""
    for package in PROTO:
        if package not in rule_set.proto:
            text = re.sub(rf'"{re.escape(package)}(?=[:/"])', f'"{rule_set.proto[0]}', text)
    return text


def _linked(rules: Sequence[Rule]) -> set[str]:
    """Return the names of the libraries that wanted binaries are of."""
    return {
        label.removeprefix(":") for rule in rules if rule.kind == "go_binary" for label in files_of(rule.attrs["embed"])
    }


def gone(
    existing: Sequence[Existing], means: Mapping[int, Rule], files: Collection[str], linked: Collection[str]
) -> set[int]:
    """Return the statements of rules that were generated for what does not exist any more.

    A library or test is gone when none of its sources is there; a binary when its library is gone, or is none of a
    command any more; a filegroup of files for other packages when no package wants it; a go_tool when go.mod has no
    such tool line.

    Args:
        existing: rules of a file.
        means: by statement, the wanted rule that an existing one means.
        files: names of files in the folder, and of those that rules make.
        linked: names of the libraries of commands.
    """
    removed = {
        existing_rule.index
        for existing_rule in existing
        if existing_rule.index not in means and not existing_rule.kept
        if (
            existing_rule.kind in ("go_library", "go_test")
            and existing_rule.plain
            and not any(file in files for file in existing_rule.files)
        )
        or (existing_rule.kind == "filegroup" and existing_rule.name in GROUPS.values())
        or (existing_rule.kind == "go_tool" and existing_rule.name.startswith(TOOLS))
    }
    libraries = {existing_rule.name: existing_rule for existing_rule in existing if existing_rule.kind == "go_library"}
    for existing_rule in existing:
        if (
            existing_rule.kind != "go_binary"
            or existing_rule.index in means
            or existing_rule.kept
            or len(existing_rule.embed) != 1
        ):
            continue
        library = libraries.get(existing_rule.embed[0])
        if library and (library.index in removed or (library.index in means and library.name not in linked)):
            removed.add(existing_rule.index)
    return removed


def _take_over(statement: Statement, call: Call, before: Kind, kind: Kind, place: Place) -> None:
    """Take from a rule of another rule set what was generated for that, and does not apply to this one."""
    strange = [item for item in call.arguments if item.name in before.merge - set(kind.attrs)]
    gone = [item for item in strange if merge_attribute(item.name, item, None, place) is None]
    if gone:
        call.arguments = [item for item in call.arguments if item not in gone]
        statement.text = print_call(call) + statement.tail


def _merge_rule(statement: Statement, rule: Rule, kind: Kind, place: Place) -> None:
    call = statement.call
    if call is None:
        return
    changed = rule.kind == "go_library" and move_former_srcs(call)
    for name in (name for name in kind.attrs if name in kind.merge | kind.added | kind.extended):
        item, new = call.argument(name), _merged_value(name, rule, call)
        if item is not None and name in kind.added:
            continue
        if item is None:
            if name in kind.extended:
                new = new_data(new) if isinstance(new, Glob) else None
            if new:
                added = Item(name=name, text=print_value(name, new))
                call.arguments.insert(argument_position(name, call.arguments), added)
                changed = True
            continue
        text = _merged_text(name, item, new, kind, place)
        changed = changed or text != item.text
        if text is None:
            call.arguments.remove(item)
        else:
            item.text = text
    if changed:
        statement.text = print_call(call) + statement.tail


def _merged_text(name: str, item: Item, new: Value | None, kind: Kind, place: Place) -> str | None:
    if name in kind.extended:
        return extend_data(name, item, new if isinstance(new, Glob) else None, place)
    return merge_glob(name, item, new) if isinstance(new, Glob) else merge_attribute(name, item, new, place)


def _merged_value(name: str, rule: Rule, call: Call) -> Value | None:
    """Return what an attribute should be: what a user gave a linkmode can be linked, with a func main or without."""
    new = rule.attrs.get(name)
    if name == "tags" and isinstance(new, list) and call.argument("linkmode") is not None:
        return [tag for tag in new if tag is not UNLINKED]
    return new


def _remove(file: File, indexes: Collection[int]) -> None:
    """Take statements out, with the comments directly above them; what comes above these stays."""
    waiting, left = "", []
    for index, statement in enumerate(file.statements):
        if index not in indexes:
            statement.before = waiting + statement.before
            waiting = ""
            left.append(statement)
            continue
        lines = (waiting + statement.before).splitlines(keepends=True)
        while lines and lines[-1].strip() and not re.match(r"#\s*gomod2bazel:", lines[-1]):
            lines.pop()
        waiting = "".join(lines).rstrip("\n") + ("\n" if "".join(lines).strip() else "")
    file.statements = left
    file.foot = waiting + file.foot
    if left and not file.head and indexes:
        left[0].before = left[0].before.lstrip("\n")
