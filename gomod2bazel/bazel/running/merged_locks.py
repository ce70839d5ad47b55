"""The locks of several modules as one: what is the same for all of them is there once.

A module version has one repository for all locks that know the same of it: its files, how its packages are compiled
and the repositories of the modules that it imports. So a package that two locks have in one repository is the same
with all that it imports. Where locks differ, the module has another repository, whose name ends in a number.
The standard library is the same in all locks that are merged.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from gomod2bazel.base.digraph import components, depth_first, reachable
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.lock.file.derived import STANDARD, import_path, library_target, module_lines

__all__ = ["MergedLocks", "Placed"]

# What differs between locks that can be merged.
_PARTS = ("binaries", "direct", "main_modules", "modules", "standard")

# Of a module's entry: what does not tell whether it is the same module.
_LOOSE = ("direct", "packages", "verified")

_Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where the repositories of a lock are among those of all.

    Attributes:
        repositories: for each repository's name in the lock alone, its name among all.
        main: the repository of the module whose binaries are built.
        targets: for each binary's target in the lock alone, the one among all.
        needed: the packages that the chosen binaries need, each with its repository.
    """

    repositories: Mapping[str, str]
    main: str
    targets: Mapping[str, str]
    needed: frozenset[tuple[str, str]]


@dataclass(slots=True, kw_only=True)
class _Repository:
    """A module's repository.

    Attributes:
        head: the module's entry, without packages.
        folder: where it is unpacked.
        owners: the repository of each module that its packages import, by path.
        packages: the entries of its packages, by import path.
        binaries: the entries of its binaries, by target; several of a package where they are linked in other ways.
        targets: what else has each name in it.
    """

    head: _Entry
    folder: str
    owners: dict[str, str] = field(default_factory=dict)
    packages: dict[str, _Entry] = field(default_factory=dict)
    binaries: dict[str, _Entry] = field(default_factory=dict)
    targets: dict[str, object] = field(default_factory=dict)

    def agrees(self, other: _Repository) -> bool:
        """Return whether both can be one."""
        return (
            self.head == other.head
            and self.folder == other.folder
            and _agree(self.owners, other.owners)
            and _agree(self.packages, other.packages)
            and _agree(self.targets, other.targets)
            and not any(target in self.binaries for target in other.targets)
        )

    def add(self, other: _Repository) -> None:
        """Take in what another one has that it agrees with, but for binaries."""
        self.owners |= {**other.owners, **self.owners}
        self.packages |= {**other.packages, **self.packages}
        self.targets |= {**other.targets, **self.targets}

    def add_binary(self, target: str, binary: _Entry) -> str:
        """Add a binary and return its target, which is another one where that is taken."""
        for number in count(1):
            name = target if number == 1 else f"{target}-{number}"
            if name not in self.targets and self.binaries.setdefault(name, binary) == binary:
                return name
        raise AssertionError


def _agree(first: Mapping[str, object], second: Mapping[str, object]) -> bool:
    return all(second[key] == value for key, value in first.items() if key in second)


class MergedLocks:
    """Locks for one configuration, as one."""

    def __init__(self) -> None:
        self._rest: _Entry | None = None
        self._overlay: object = None
        self._standard: dict[str, _Entry] = {}
        self._main_modules: dict[str, _Entry] = {}
        self._repositories: dict[str, _Repository] = {}

    @property
    def folders(self) -> dict[str, str]:
        """Where each module is unpacked, by its repository's name."""
        return {name: repository.folder for name, repository in self._repositories.items()}

    def add(self, prepared: PreparedModule, binaries: Collection[str]) -> Placed | None:
        """Add a module's lock, or return None if it has another standard library or configuration.

        Args:
            prepared: the module.
            binaries: targets of the binaries that are built of it.
        """
        lock = json.loads(prepared.lock)
        rest = {key: value for key, value in lock.items() if key not in _PARTS}
        standard = {package["import_path"]: package for package in _members(lock["standard"]["packages"])}
        overlay = lock["standard"].get("overlay", {})
        agrees = rest == self._rest and overlay == self._overlay and _agree(self._standard, standard)
        # gccgo compiles into a main package what is known of its binary.
        if self._rest is not None and not (agrees and lock["configuration"].get("compiler") != "gccgo"):
            return None
        self._rest, self._overlay = rest, overlay
        self._standard |= standard
        for main in _members(lock.get("main_modules", ())):
            self._main_modules.setdefault(main["path"], main)
        modules = {module["path"]: module for module in _members(lock["modules"])}
        chosen = _binaries(lock, modules)
        alone = {path: _repository(module, chosen[path], prepared.folders) for path, module in modules.items()}
        names = self._placed(modules, alone)
        targets: dict[str, str] = {}
        for path, name in names.items():
            here = self._repositories.setdefault(name, _Repository(head=alone[path].head, folder=alone[path].folder))
            here.add(_resolved(alone[path], names))
            targets |= {target: here.add_binary(target, binary) for target, binary in alone[path].binaries.items()}
        return Placed(
            repositories={_alone(module): names[path] for path, module in modules.items()},
            main=names[prepared.path],
            targets=targets,
            needed=frozenset(_needed([chosen[prepared.path][target] for target in binaries], alone, standard, names)),
        )

    def _placed(self, modules: Mapping[str, _Entry], alone: Mapping[str, _Repository]) -> dict[str, str]:
        """Return the repository of each module of a lock: the first that it agrees with."""
        imported = {path: [owner for owner in alone[path].owners if owner in modules] for path in modules}
        names: dict[str, str] = {}
        # Modules that import each other have one group; it is after all that they import (Kosaraju's lemma).
        last = {path: number for number, path in enumerate(depth_first(modules, lambda path: imported[path]))}
        for component in sorted(components(imported), key=lambda paths: max(last[path] for path in paths)):
            for group in count(1):
                here = {path: repository_name(path, modules[path].get("version", ""), group) for path in component}
                existing = [(path, self._repositories.get(name)) for path, name in here.items()]
                if all(known is None or known.agrees(_resolved(alone[path], names | here)) for path, known in existing):
                    names |= here
                    break
        return names

    def text(self) -> str:
        """Return the text of the lock of all; parse_lock (rules/private/repositories/extension.bzl) reads it."""
        modules, binaries = [], []
        for name, repository in sorted(self._repositories.items()):
            where = {"repository": name, "repositories": repository.owners | {repository.head["path"]: name}}
            packages = [package for _, package in sorted(repository.packages.items())]
            modules.append({**repository.head, **where, "packages": packages})
            named = sorted(repository.binaries.items())
            binaries += [{**binary, "repository": name, "target": target} for target, binary in named]
        standard = {"packages": [package for _, package in sorted(self._standard.items())]}
        whole = {
            **(self._rest or {}),
            "main_modules": [main for _, main in sorted(self._main_modules.items())],
            "modules": modules,
            "standard": standard | ({"overlay": self._overlay} if self._overlay else {}),
            "binaries": binaries,
        }
        return json.dumps(whole, indent=0, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"


def _members(entries: Iterable[Any]) -> list[Any]:
    """Return a list without the null at its end."""
    return [entry for entry in entries if entry is not None]


def _alone(module: _Entry) -> str:
    return repository_name(module["path"], module.get("version", ""))


def _binaries(lock: _Entry, modules: Mapping[str, _Entry]) -> dict[str, dict[str, _Entry]]:
    """Return the binaries of each module by target, with whole module information: others have other modules."""
    binaries: dict[str, dict[str, _Entry]] = {path: {} for path in modules}
    for binary in _members(lock["binaries"]):
        module = modules[binary["module"]]
        whole = binary.get("import_path") or import_path(module["path"], binary.get("dir", ""))
        entry = {key: value for key, value in binary.items() if key not in ("modules", "target")}
        if "modules" in binary:
            others = [modules[path] for path in binary["modules"].split()]
            entry["buildinfo"] = module_lines(whole, module, others)
        binaries[binary["module"]][binary.get("target") or binary.get("dir", "")] = {**entry, "import_path": whole}
    return binaries


def _repository(module: _Entry, binaries: Mapping[str, _Entry], folders: Mapping[str, str]) -> _Repository:
    """Return the repository of a module in its lock alone; ``owners`` has no names of repositories yet."""
    path = module["path"]
    head = {key: value for key, value in module.items() if key not in _LOOSE}
    repository = _Repository(head=head, folder=folders.get(_alone(module), ""), binaries=dict(binaries))
    for package in _members(module["packages"]):
        folder = package.get("dir", "")
        whole = package.get("import_path") or import_path(path, folder)
        repository.packages[whole] = package
        name = package.get("name") or whole.rpartition("/")[2]
        repository.targets[package.get("target") or library_target(folder, name)] = ("library", whole)
        below = f"{folder}/" if folder else ""
        repository.targets.update({below + file: "file" for file in package.get("embedsrcs", ())})
        repository.owners |= {owner: "" for owner in package.get("imports", {}) if owner not in (STANDARD, ".", "")}
    return repository


def _resolved(repository: _Repository, names: Mapping[str, str]) -> _Repository:
    """Return a repository with the names of those that it imports, as far as they are known."""
    owners = {owner: names[owner] for owner in repository.owners if owner in names}
    return _Repository(
        head=repository.head,
        folder=repository.folder,
        owners=owners,
        packages=repository.packages,
        binaries=repository.binaries,
        targets=repository.targets,
    )


def _needed(
    binaries: Iterable[_Entry],
    alone: Mapping[str, _Repository],
    standard: Mapping[str, _Entry],
    names: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the packages that some binaries need, each with its repository."""
    owner_of = {whole: path for path, repository in alone.items() for whole in repository.packages}
    packages: dict[str, _Entry] = {whole: alone[path].packages[whole] for whole, path in owner_of.items()} | {
        **standard
    }

    def imports(whole: str) -> Sequence[str]:
        module = owner_of.get(whole, STANDARD)
        return [
            path
            for owner, members in packages[whole].get("imports", {}).items()
            for path in _imported(module if owner == "." else owner, members)
            if path in packages
        ]

    roots = [path for binary in binaries for path in (binary["import_path"], *binary.get("linker_deps", ()))]
    for whole in reachable(roots, imports):
        yield names[owner_of[whole]] if whole in owner_of else STANDARD, whole


def _imported(owner: str, members: str) -> list[str]:
    if owner in (STANDARD, ""):
        return members.split()
    return [import_path(owner, "" if name == "." else name) for name in members.split()]
