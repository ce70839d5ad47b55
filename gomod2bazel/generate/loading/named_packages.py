"""The packages of other modules that BUILD files name although no Go file imports them, such as plugins of protoc."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.bazel.names import gazelle_repository
from gomod2bazel.generate.buildfile.kinds import RULE_SETS, RULES_GO
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.generate.loading.repository import Folder
from gomod2bazel.golang.command.broken_packages import unbuildable
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.input.main_settings import read_requirements

__all__ = ["NamedPackage", "in_group", "loadable", "named_packages", "not_required", "paths_of", "requirements"]

_KINDS = "|".join(sorted({kind for rule_set in RULE_SETS.values() for kind in rule_set.kinds if kind != "filegroup"}))

# A rule that generate writes, with the comment above it.
_RULE = re.compile(rf"^((?:#.*\n)*)(?:{_KINDS})\(\n.*?^\)", re.MULTILINE | re.DOTALL)

# What generate replaces in it, up to the next attribute.
_WRITTEN = re.compile(r"^    (?:deps|embed) = .*?(?=^    \w+ = |^\))", re.MULTILINE | re.DOTALL)
_KEPT = re.compile(r"#[ \t]*keep\b")
_LABEL = re.compile(r'"@@?(\w+)//([^":\n]*)(?::[^"\n]*)?"')
_RULES_GO_MODULE = "github.com/bazelbuild/rules_go"
_GROUP = re.compile(r"_g(\d+)$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class NamedPackage:
    """A package as a label names it.

    Attributes:
        repository: the repository's name.
        folder: the folder of the package below the module's root; empty for the root.
    """

    repository: str
    folder: str


def named_packages(folders: Iterable[Folder], *, merged: bool) -> frozenset[NamedPackage]:
    """Return what labels in BUILD files name in other repositories.

    Args:
        folders: of the repository.
        merged: whether generate replaces `deps` and `embed` of its rules: of these only lines with ``# keep`` count,
            as others may go with an import.
    """
    texts = (folder.text for folder in folders if folder.build_file and not folder.directives.ignored)
    labels = (label for text in texts for label in _LABEL.findall(_kept(text) if merged else _as_module(text)))
    return frozenset(NamedPackage(repository=name, folder=folder) for name, folder in labels if "..." not in folder)


def _as_module(text: str) -> str:
    """Return the text with the Go packages of rules_go where -loads will have them."""
    return RULES_GO.sub(f'"@{gazelle_repository(_RULES_GO_MODULE)}//', text)


def _kept(text: str) -> str:
    return _RULE.sub(lambda rule: rule[0] if _KEPT.search(rule[1]) else _WRITTEN.sub(_kept_lines, rule[0]), text)


def _kept_lines(attribute: re.Match[str]) -> str:
    return "\n".join(line for line in attribute[0].splitlines() if _KEPT.search(line))


def in_group(named: Iterable[NamedPackage], group: int) -> frozenset[NamedPackage]:
    """Return the packages in repositories of a lock's group, by the repositories' names without it.

    Args:
        named: what labels name.
        group: the number of the lock.
    """
    groups = ((package, _GROUP.search(package.repository)) for package in named)
    return frozenset(
        NamedPackage(repository=_GROUP.sub("", package.repository), folder=package.folder)
        for package, match in groups
        if int(match[1] if match else 1) == group
    )


def paths_of(named: Collection[NamedPackage], unit: Unit) -> tuple[str, ...]:
    """Return the import paths that labels mean, if they are packages: those of modules that a unit requires.

    Args:
        named: what labels name, in the group of the unit's lock.
        unit: its modules.

    Raises:
        FileError: a go.mod cannot be read.
    """
    if not named:
        return ()
    folders: dict[str, set[str]] = {}
    for package in named:
        folders.setdefault(package.repository, set()).add(package.folder)
    return tuple(sorted(_paths(folders, unit)))


def _paths(folders: Mapping[str, Collection[str]], unit: Unit) -> Iterator[str]:
    for module in requirements(unit) - set(unit.others):
        yield from (f"{module}/{folder}".strip("/") for folder in folders.get(gazelle_repository(module), ()))


def requirements(unit: Unit) -> set[str]:
    """Return the paths of the modules that the main modules of a unit require.

    Raises:
        FileError: a go.mod cannot be read.
    """
    texts = (read_text(Path(home) / "go.mod") for home in (unit.main, *unit.used))
    return {path for text in texts for path in read_requirements(text)}


def not_required(named: Iterable[NamedPackage], units: Iterable[Unit], modules: Mapping[str, str]) -> list[str]:
    """Return what to do about modules that BUILD files name and no go.mod requires.

    Args:
        named: what labels name.
        units: the modules of the repository.
        modules: versions of the modules that gazelle's extension adds to those of go.mod, by path.

    Raises:
        FileError: a go.mod cannot be read.
    """
    required = {path for unit in units for path in requirements(unit)}
    repositories = {package.repository for package in named}
    missing = ((path, gazelle_repository(path)) for path in sorted(modules) if path not in required)
    return [
        f"BUILD files name @{repository}, but go.mod does not require {path}: run go get {path}@{modules[path]}"
        for path, repository in missing
        if repository in repositories
    ]


def loadable(paths: Iterable[str], by_path: Mapping[str, Package]) -> tuple[str, ...]:
    """Return those import paths that are packages, for the platform, with all that they import.

    Labels may name other targets, or packages that are in a ``select`` for another platform.

    Args:
        paths: import paths.
        by_path: the packages that were loaded, by import path.
    """
    bad = unbuildable(by_path.values())
    return tuple(path for path in paths if path in by_path and by_path[path].has_go and path not in bad)
