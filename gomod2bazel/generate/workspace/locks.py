"""The locks that MODULE.bazel names: which of them generate keeps up to date, and which repositories they make."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.message import Message, warning
from gomod2bazel.bazel.names import SDK, alias_repositories, repository_name
from gomod2bazel.generate.loading.facts import UnitFacts
from gomod2bazel.generate.loading.repository import Folder
from gomod2bazel.generate.rules.plan import Change
from gomod2bazel.generate.workspace.first_files import lock_line, module_lines
from gomod2bazel.generate.workspace.modulefile import LockTag, ModuleFile
from gomod2bazel.lock.lock import Lock, LockedModule
from gomod2bazel.lock.reader import FormerLock, read_former_lock, read_lock

__all__ = ["Locks", "lock_changes", "with_lock_packages", "with_repository_packages"]


@dataclass(slots=True, kw_only=True)
class Locks:
    """The lock of each unit.

    Attributes:
        tags: by position of the unit; units without one are left out.
        groups: of each unit, also of those without a tag.
        notes: warnings about locks that MODULE.bazel does not name.
        foreign: folders that rules_go builds, with repositories of gazelle's extension.
    """

    tags: dict[int, LockTag] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    foreign: frozenset[Path] = frozenset()

    @classmethod
    def of(cls, module: ModuleFile | None, homes: Sequence[Path], root: Path) -> Locks:
        """Find the lock of each unit: the one in its own folder, or the only one for the only unit.

        Args:
            module: MODULE.bazel, or None.
            homes: folders of the units.
            root: The root folder of the repository.
        """
        locks = cls()
        tags = module.locks if module and module.extension else []
        free = (number for number in range(1, len(homes) + len(tags) + 2) if number not in {t.group for t in tags})
        for position, home in enumerate(homes):
            path = PurePosixPath(home.relative_to(root).as_posix())
            local_tags = [tag for tag in tags if tag.path.parent == path]
            local_tags = local_tags or (tags if len(tags) == 1 and len(homes) == 1 else [])
            if local_tags:
                locks.tags[position] = local_tags[0]
            group = local_tags[0].group if local_tags else next(free)
            locks.groups.append(group)
            if not local_tags:
                locks.notes.append(_missing_line(path, group, has_extension=bool(module and module.extension)))
        return locks


def _missing_line(home: PurePosixPath, group: int, *, has_extension: bool) -> Message:
    """Return the warning about a lock that MODULE.bazel does not name: nothing that is generated builds without it."""
    place = "the top folder" if str(home) == "." else home
    if has_extension:
        return warning(
            f"MODULE.bazel does not name the lock of {place}: Bazel cannot build what imports other modules",
            hint=f"add {lock_line(home, group=group)} and run gomod2bazel generate again",
        )
    return warning(
        f"MODULE.bazel does not name the lock of {place}, nor the rules of gomod2bazel: BUILD files cannot be built",
        hint=f"add these lines and run gomod2bazel generate again:\n{module_lines(home, group=group)}",
    )


def lock_changes(
    module: ModuleFile | None,
    locks: Locks,
    units: Sequence[UnitFacts],
    root: Path,
    with_sdks: Callable[[Lock, FormerLock | None], Lock],
) -> tuple[list[Change], list[str]]:
    """Return the changes of lock files and MODULE.bazel, and what to tell the user.

    A lock with binaries is one that `gomod2bazel lock` made of a module: it is left alone.

    Args:
        module: MODULE.bazel, or None.
        locks: of the units.
        units: The units that load.
        root: The root folder of the repository.
        with_sdks: returns a lock with the SDKs that it is to name; also takes the lock that it replaces, if any.
    """
    if module is None or not module.extension:
        return [], []
    changes: list[Change] = []
    notes: list[str] = []
    texts: dict[PurePosixPath, str | None] = {tag.path: _text(root / tag.path) for tag in module.locks}
    needed: set[str] = set()
    for position, unit in enumerate(units):
        tag = locks.tags.get(position)
        if tag is None:
            continue
        old = texts[tag.path]
        if not _is_replaceable(old, str(tag.path)):
            notes.append(f"leaving {tag.path} unchanged: it was not made by generate")
            continue
        direct = _direct(unit, locks.foreign)
        lock = replace(unit.lock, direct=tuple(f"{module.path}@{module.version}" for module in direct))
        new = with_sdks(lock, read_former_lock(old, str(tag.path)) if old else None).to_json()
        texts[tag.path] = new
        names = _names(lock, tag.group)
        needed |= {SDK} | {names[module.path] for module in direct}
        if new != old:
            changes.append(Change(path=str(tag.path), old=old, new=new))
    if needed:
        text = module.with_repositories(needed, _known(module, texts))
        if text != module.old or module.new:
            changes.append(Change(path="MODULE.bazel", old=None if module.new else module.old, new=text))
    return changes, notes


def with_repository_packages(unit: UnitFacts, labels_of: Callable[[UnitFacts], Mapping[str, str]]) -> UnitFacts:
    """Return a unit whose lock has the labels of the repository's packages that packages of other modules import.

    A module can require one that requires it: the repository of that module then names targets of this repository.

    Args:
        unit: a unit that loads.
        labels_of: returns the label of each go_library of a unit, by import path.
    """
    imported = unit.lock.unlocked_imports()
    labels = labels_of(unit) if imported else {}
    packages = {path: labels[path] for path in sorted(imported) if path in labels}
    return replace(unit, lock=replace(unit.lock, repository_packages=packages))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        check_shortage("read", path, error)
        return None
    except UnicodeDecodeError:
        # Whatever it is, it is not a lock of ours.
        return "null"


def _is_replaceable(text: str | None, name: str) -> bool:
    """Return whether there is no lock yet, or one that generate made."""
    if not text:
        return True
    try:
        return not read_former_lock(text, name).has_binaries
    except UsageError:
        # Whatever it is, it is not a lock of ours.
        return False


def _direct(unit: UnitFacts, foreign: Collection[Path]) -> list[LockedModule]:
    """Return the modules that a unit's BUILD files name: those of tools and labels, and of what its packages import."""
    every = (package for packages in unit.configurations.values() for package in packages)
    unit_packages = [package for package in every if package.dir not in foreign]
    imported = {path for package in unit_packages for path in package.facts.imports}
    imported |= {path for package in unit_packages if package.tests for path in package.tests.imports}
    imported |= {line.import_path for line in unit.tools} | set(unit.named)
    return [
        module for module in unit.lock.modules if any(package.import_path in imported for package in module.packages)
    ]


def _names(lock: Lock, group: int) -> dict[str, str]:
    """Return the repository that BUILD files name for each module path of a lock."""
    return alias_repositories([(module.path, module.version) for module in lock.modules], group)


def _known(module: ModuleFile, texts: Mapping[PurePosixPath, str | None]) -> set[str] | None:
    """Return the repositories that BUILD files name, of all locks; None where one cannot be read.

    Those with versions are left to locks that generate did not make: other files than its own may name them.
    """
    known = {SDK}
    for tag in module.locks:
        try:
            lock = read_lock(texts[tag.path] or "", str(tag.path))
        except UsageError:
            return None
        known |= set(_names(lock, tag.group).values())
        if lock.binaries:
            known |= {repository_name(module.path, module.version, tag.group) for module in lock.modules}
    return known


def with_lock_packages(
    changes: Iterable[Change], module: ModuleFile | None, folders: Mapping[str, Folder]
) -> list[Change]:
    """Return the changes, and a BUILD file for each folder of a lock that has none: Bazel reads in packages alone.

    Args:
        changes: of BUILD files.
        module: MODULE.bazel, or None.
        folders: of the repository.
    """
    by_path = {change.path: change for change in changes}
    for tag in module.locks if module and module.extension else ():
        folder = folders.get("" if str(tag.path.parent) == "." else str(tag.path.parent))
        if folder is None or folder.directives.ignored:
            continue
        name = folder.named(folder.file_to_write)
        change = by_path.get(name)
        if change.new is None if change else not folder.build_file:
            text = f"# Makes this folder a Bazel package, so that {tag.path.name} can be read.\n"
            by_path[name] = Change(path=name, old=folder.text if folder.build_file else None, new=text)
    return list(by_path.values())
