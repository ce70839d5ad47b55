"""Curated answers: the sets of main packages of well-known modules, which are facts and no decisions (docs/sets.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.toml_file import TomlFile
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.options import AssignOptions
from gomod2bazel.sets.overrides import Override
from gomod2bazel.sets.overrides_file import rules_of

__all__ = ["SHIPPED", "check_curated", "curated_for", "without_major"]

#: The file that is part of this version.
SHIPPED = Path(__file__).with_name("curated.toml")

_HINT = f"name a file with [[binary]] tables that have a source: {page('sets.md')}"

# The end of a module path that tells the major version (Go Modules Reference, "Major version suffixes").
_MAJOR = re.compile(r"(?:/v[2-9]|/v[1-9]\d+|\.v\d+)$")

# A table ends where the next begins, so that the few tables of one module are read without the others.
_TABLE = re.compile(r"(?m)^(?=\[\[binary\]\])")


def curated_for(module: str, options: AssignOptions, cwd: Path) -> tuple[Override, ...]:
    """Return the curated answers about a module. They hold for all its versions and major versions.

    Args:
        module: the module path.
        options: -curated and -no-curated.
        cwd: the user's folder.

    Raises:
        UsageError: the file of -curated cannot be read or holds what it cannot.
    """
    if options.no_curated and options.curated:
        raise UsageError("-no-curated and -curated: only one of them may be given", hint="remove one of them")
    if options.no_curated:
        return ()
    path = without_major(module)
    if not options.curated:
        shipped = TomlFile(path=SHIPPED, shown=SHIPPED.name, named=True, hint=_HINT)
        return _of(module, path, rules_of(shipped, _shipped_tables(path)))
    file = TomlFile(path=cwd / options.curated, shown=options.curated, named=True, hint=_HINT)
    rules = rules_of(file, file.text())
    check_curated(rules)
    return _of(module, path, rules)


def without_major(module: str) -> str:
    """Return a module path without the suffix of its major version."""
    return _MAJOR.sub("", module)


def _shipped_tables(path: str) -> str:
    """Return the text of the shipped tables that name a module."""
    line = f'\nmodule = "{path}"\n'
    return "".join(table for table in _TABLE.split(read_text(SHIPPED)) if line in table)


def _of(module: str, path: str, rules: Iterable[Override]) -> tuple[Override, ...]:
    """Return the rules about a module, with the path that it has in this major version."""
    return tuple(replace(rule, module=module) for rule in rules if rule.module == path)


def check_curated(rules: Iterable[Override]) -> None:
    """Refuse entries that do not tell the set of one main package of one module, with a source.

    Raises:
        UsageError: all that are wrong.
    """
    problems = [f"{rule.position}: {what}" for rule in rules for what in _problems(rule)]
    if problems:
        raise UsageError("\n".join(problems), hint=_HINT)


def _problems(rule: Override) -> Iterator[str]:
    if not rule.module or "..." in rule.module or rule.module == "all":
        yield "names no module"
    elif without_major(rule.module) != rule.module:
        yield f"write {without_major(rule.module)!r}, which is the module in all its major versions"
    if "..." in rule.import_path or not (rule.import_path == "." or rule.import_path.startswith("./")):
        yield "its import-path is not the folder of one main package: ./ before it, or a dot for the module's root"
    if not rule.set:
        yield "names no set"
    if rule.name:
        yield "a curated answer names no file: use gomod2bazel.toml"
    if not rule.source:
        yield "has no source: write where the fact can be checked"
