"""`affected(REV)`: the rules of a workspace that a difference from a commit reaches, by files, rules and modules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.query.output import QueriedTarget
from gomod2bazel.generate.loading.repository import ROOTS, read_ignored
from gomod2bazel.generate.workspace.modulefile import LockTag, ModuleFile
from gomod2bazel.load.changes.git import Git
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.reader import read_lock

__all__ = ["EVERYTHING", "Differences", "affected_by", "differences"]

EVERYTHING = "//..."
"""An expression for all rules of a workspace."""

_FILES = ("source file", "generated file", "package group", "environment group")
_BUILD_FILES = ("BUILD.bazel", "BUILD")

# What Bazel reads for the whole workspace; rules come from .bzl files, which any BUILD file may load.
_FOR_ALL = frozenset((*ROOTS, ".bazelignore", ".bazelrc", ".bazelversion", "MODULE.bazel.lock", "WORKSPACE.bzlmod"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What differs from a commit.

    Attributes:
        files: changed, new and deleted files, relative to the workspace's root.
        modules: ``PATH@VERSION`` of modules that a lock has otherwise now.
        everything: whether all targets are affected.
    """

    files: tuple[str, ...]
    modules: tuple[str, ...] = ()
    everything: bool = False

    def expression(self, root: Path, packages: str) -> str:
        """Return an expression for the targets that changed; nothing where there is none.

        Args:
            root: the root folder of the workspace.
            packages: an expression for the packages of modules that the workspace may need.
        """
        parts = [*_of_files(root, self.files)]
        if self.modules:
            parts.append(f'attr(module, "^({"|".join(map(re.escape, self.modules))})$", {packages})')
        return " + ".join(parts)


def affected_by(changed: Collection[str], graph: Iterable[QueriedTarget]) -> tuple[str, ...]:
    """Return the labels of the workspace's rules that changed targets reach, sorted.

    Args:
        changed: labels of what changed.
        graph: all targets of the workspace, with their direct dependencies, and of modules where these changed.
    """
    kinds: dict[str, str] = {}
    users: dict[str, list[str]] = {}
    for target in graph:
        kinds[target.label] = target.kind
        for label in target.deps:
            users.setdefault(label, []).append(target.label)
    reached = reachable(sorted(changed), lambda label: users.get(label, ()))
    return tuple(
        sorted(label for label in reached if label.startswith("//") and kinds.get(label, _FILES[0]) not in _FILES)
    )


def differences(session: Session, root: Path, revision: str) -> Differences:
    """Return what differs from a commit: the newest one that HEAD and ``revision`` have in common.

    Files that git does not know yet count, unless .gitignore names them.

    Args:
        session: environment and runner.
        root: the root folder of the workspace.
        revision: a branch, a tag or a commit.

    Raises:
        UsageError: the workspace is not in a git repository, or there is no such commit.
        ToolError: git does not run.
    """
    git = Git(session, root, f"affected({revision})")
    base = git.base(revision)
    files = git.changed(base)
    ours = {str(tag.path) for tag in _locks(root)}
    modules: set[str] = set()
    everything = any(_is_for_all(file) for file in files)
    for file in sorted(ours.intersection(files)):
        former, current = git.text(base, file), _read(root / file)
        modules_of_lock = _changed_modules(former, current, file) if former and current else None
        everything = everything or modules_of_lock is None
        modules |= modules_of_lock or set()
    rest = tuple(file for file in files if file not in ours)
    return Differences(files=rest, modules=tuple(sorted(modules)), everything=everything)


def _locks(root: Path) -> Iterable[LockTag]:
    module = ModuleFile.read(root)
    return module.locks if module and module.extension else ()


def _is_for_all(file: str) -> bool:
    return file in _FOR_ALL or file.endswith(".bzl")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _changed_modules(former: str, current: str, file: str) -> set[str] | None:
    """Return the modules that a lock has otherwise than before; None where it is more than modules."""
    try:
        before, now = read_lock(former, file), read_lock(current, file)
    except UsageError:
        return None
    if _common(before) != _common(now):
        return None
    known = {module.path: module for module in before.modules}
    return {f"{m.path}@{m.version}".rstrip("@") for m in now.modules if m != known.get(m.path)}


def _common(lock: Lock) -> tuple[object, ...]:
    """Return what of a lock reaches all binaries, or the standard library."""
    return (
        lock.configuration,
        lock.configurations,
        lock.sdks,
        lock.main_modules,
        lock.standard_overlay,
        lock.repository_packages,
    )


def _of_files(root: Path, files: Sequence[str]) -> Iterator[str]:
    """Yield an expression for each Bazel package that changed files are in."""
    ignored = read_ignored(root)
    names: dict[str, set[str]] = {}
    whole: set[str] = set()
    for file in files:
        place = PurePosixPath(file)
        package = _package(root, place.parent, ignored)
        if package is None:
            continue
        names.setdefault(package, set()).add(str(place.relative_to(package or ".")))
        if place.name in _BUILD_FILES:
            # A package that is new, or gone, had or has its files in the one above.
            above = _package(root, place.parent.parent, ignored) if str(place.parent) != "." else None
            whole |= {package} | ({above} if above is not None else set())
        elif not (root / file).exists():
            # A pattern may have matched it.
            whole.add(package)
    for package in sorted({*names, *whole}):
        every = f'"//{package}:*"'
        if package in whole:
            yield every
        else:
            pattern = "|".join(map(re.escape, sorted(names[package])))
            yield f'filter("//{re.escape(package)}:({pattern})$", {every})'


def _package(root: Path, folder: PurePosixPath, ignored: Collection[str]) -> str | None:
    """Return the Bazel package that a folder is in; None where no package of the workspace is around it."""
    package: str | None = None
    for place in (folder, *folder.parents):
        path = "" if str(place) == "." else str(place)
        inside = path and any((root / path / name).is_file() for name in ROOTS)
        if inside or path in ignored:
            return None
        if package is None and any((root / path / name).is_file() for name in _BUILD_FILES):
            package = path
    return package
