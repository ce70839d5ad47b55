"""From the folders of a repository to all that generate would change in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.generate.buildfile.cache import Memory
from gomod2bazel.generate.buildfile.kinds import RULE_SETS, RULES_GO
from gomod2bazel.generate.loaded_units import LoadedUnits, Loading
from gomod2bazel.generate.loading.facts import OwnPackage, UnitFacts, UnitLoader
from gomod2bazel.generate.loading.joined import joined_units
from gomod2bazel.generate.loading.module_groups import Unit, find_units
from gomod2bazel.generate.loading.named_packages import NamedPackage, in_group, named_packages, not_required
from gomod2bazel.generate.loading.platforms import with_platforms_of_lock
from gomod2bazel.generate.loading.proto_packages import proto_folders
from gomod2bazel.generate.loading.repository import Folder, check_root, find_root, read_repository
from gomod2bazel.generate.loading.unreachable import Reach, has_siblings, reach_of
from gomod2bazel.generate.rules.plan import Change, Planner
from gomod2bazel.generate.workspace.first_files import FirstFiles, missing_users_file, module_file
from gomod2bazel.generate.workspace.locks import Locks, lock_changes, with_lock_packages, with_repository_packages
from gomod2bazel.generate.workspace.modulefile import ModuleFile
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.load.changes.up_to_date import states_of
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.reader import FormerLock
from gomod2bazel.lock.sdks import SdkLocker
from gomod2bazel.options.options import GenerateOptions, ModuleOptions
from gomod2bazel.provision.go import go_for
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["Planned", "combined_error", "find_changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a run found.

    Attributes:
        changes: files that are not as they should be.
        packages: how many packages there are.
        errors: what keeps tests from loading; with -keep-going, packages too.
        notes: what to tell the user.
        read: state of files outside of the repository that took part.
        units: the units that load.
    """

    changes: tuple[Change, ...]
    packages: int
    errors: tuple[Gomod2bazelError, ...]
    notes: tuple[str | Message, ...]
    read: Mapping[str, tuple[int, ...]]
    units: tuple[UnitFacts, ...] = ()


def find_changes(
    session: Session, module: ModuleOptions, options: GenerateOptions, at: Path, *, keep_going: bool
) -> Planned:
    """Return what generate would change.

    Args:
        session: environment, caches, runner.
        module: how its modules are loaded.
        options: what to write.
        at: the folder below which files may be changed.
        keep_going: whether packages that do not load are left out.

    Raises:
        Gomod2bazelError: a module or package does not load, and -keep-going is not given; or nothing can be done.
    """
    root = find_root(at)
    check_root(root)
    go = go_for(session, fetch=not module.sources.offline)
    rules = [name for name in (*module.assign.overrides, module.assign.curated) if name]
    read = states_of([go.path, *(session.cwd / name for name in rules)])
    folders = read_repository(root)
    run = _Run(session=session, module=module, options=options, go=go, root=root, at=at, folders=folders)
    if options.loads and options.rules != "gomod2bazel":
        # No lock: nothing is to be known of the packages.
        return Planned(changes=tuple(run.load_changes()), packages=0, errors=(), notes=(), read=read)
    bazel_module = ModuleFile.read(root) if options.rules == "gomod2bazel" else None
    loaded = run.load(bazel_module)
    reach = run.reach(loaded.packages)
    errors = [*loaded.errors, *([reach.error] if reach.error else [])]
    if errors and not keep_going:
        raise combined_error(errors)
    run = replace(run, folders={path: folder for path, folder in folders.items() if path not in reach.closed})
    planned = run.plan(loaded, bazel_module)
    return Planned(
        changes=planned.changes,
        packages=planned.packages,
        # What is wrong with tests alone, or with one module of several, keeps nothing else from being written.
        errors=(*errors, *loaded.unlisted, *loaded.test_errors),
        notes=(*reach.notes, *planned.notes),
        read=read,
        units=loaded.units,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """What is to be written, how many packages that is for, and what to tell the user."""

    changes: tuple[Change, ...]
    packages: int
    notes: tuple[str | Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run over a repository.

    Attributes:
        session: The user's session.
        module: How the repository's modules are loaded.
        options: What to write.
        go: The go command.
        root: The repository's root folder.
        at: The folder below which files may be changed.
        folders: The repository's folders, by their paths below the root.
    """

    session: Session
    module: ModuleOptions
    options: GenerateOptions
    go: Tool
    root: Path
    at: Path
    folders: Mapping[str, Folder]

    @property
    def _users_go(self) -> GoCommand:
        return GoCommand.of(self.session, self.go.path).with_environment(GOTOOLCHAIN="local")

    @property
    def named(self) -> frozenset[NamedPackage]:
        """What labels in BUILD files name in other repositories."""
        return named_packages(self.folders.values(), merged=not self.options.loads)

    def load(self, bazel_module: ModuleFile | None) -> LoadedUnits:
        """Load the units of the repository, each for the configurations of the lock that it already has."""
        tested, named = _tested(self.root, self.folders), self.named
        proto = proto_folders(self.root, self.folders.values())
        units = find_units(self.root, Path(self.options.only or self.at), self.folders, self._users_go)
        tags = Locks.of(bazel_module, [unit.home for unit in units], self.root).tags
        loading, apart = Loading(root=self.root, alone=len(units) == 1), list[Unit]()
        loaders = dict[Path, UnitLoader]()
        for position, unit in enumerate(units):
            options = self.module
            group = tags[position].group if position in tags else 1
            if position in tags:
                options = with_platforms_of_lock(options, self.root / tags[position].path)
            loader = UnitLoader(
                session=self.session,
                options=options,
                go=self.go,
                root=self.root,
                tested=tested,
                named=in_group(named, group),
                proto=proto,
            )
            loaders[unit.main] = loader
            if loading.load(loader, unit):
                apart.append(unit)
        others = [facts.unit for facts in loading.loaded]
        for unit, parts in joined_units(apart, others, self.root, self._users_go):
            loading.forget(parts)
            loading.load(loaders[unit.main], unit)
        return loading.result

    def reach(self, packages: Sequence[OwnPackage]) -> Reach:
        """Return what Bazel cannot reach in the repository."""
        # With -init, a .bazelrc that does not exist yet gets the flag.
        siblings = (self.options.init and not (self.root / ".bazelrc").exists()) or has_siblings(self.root)
        below = "" if self.at == self.root else self.at.relative_to(self.root).as_posix()
        return reach_of(self.root, self.folders, packages, siblings=siblings, below=below)

    def plan(self, loaded: LoadedUnits, bazel_module: ModuleFile | None) -> _Planned:
        """Return the files that are not as they should be: BUILD files, locks, and with -init the first files."""
        memory = Memory.read(self.session.caches.runs, self.root)
        rule_set = RULE_SETS[self.options.rules]
        planner = Planner(root=self.root, folders=self.folders, rule_set=rule_set, memory=memory)
        first, first_notes = list[Change](), list[str]()
        if self.options.init:
            bazel_module = bazel_module or self._first_module(loaded.units)
            first, first_notes = _first_files(self.session, self.root, self.folders)
        locks = Locks.of(bazel_module, [unit.unit.home for unit in loaded.units], self.root)
        locks.foreign = self._foreign
        groups = list(zip(loaded.units, locks.groups, strict=True))
        changed = self.load_changes() if self.options.loads else planner.changes(groups, self.at, loaded.unknown)
        changes = with_lock_packages(changed, bazel_module, self.folders)
        units = [with_repository_packages(unit, planner.library_labels) for unit in loaded.units]
        lock_files, notes = lock_changes(bazel_module, locks, units, self.root, self._with_sdks)
        memory.save()
        return _Planned(
            changes=(*changes, *lock_files, *first),
            packages=sum(planner.is_built_here(package) for package in loaded.packages),
            notes=(
                *(locks.notes if bazel_module else ()),
                *self._machine_notes(bazel_module),
                *self._missing(loaded, bazel_module),
                *notes,
                *first_notes,
                *planner.notes,
            ),
        )

    def _machine_notes(self, bazel_module: ModuleFile | None) -> list[Message]:
        """Return what keeps Bazel from finding the rules on this machine; -init writes what is missing."""
        if self.options.init or bazel_module is None:
            return []
        missing = missing_users_file(self.root, bazel_module.old)
        return [missing] if missing else []

    @property
    def _foreign(self) -> frozenset[Path]:
        """The folders that are left alone and that rules_go builds."""
        return frozenset(
            self.root / path
            for path, folder in self.folders.items()
            if folder.directives.ignored and RULES_GO.search(folder.text)
        )

    def _missing(self, loaded: LoadedUnits, bazel_module: ModuleFile | None) -> list[str]:
        modules = bazel_module.modules_of_gazelle if bazel_module else {}
        return not_required(self.named, [facts.unit for facts in loaded.units], modules) if modules else []

    def load_changes(self) -> list[Change]:
        """Return the changes of load lines."""
        memory = Memory.read(self.session.caches.runs, self.root)
        rule_set = RULE_SETS[self.options.rules]
        planner = Planner(root=self.root, folders=self.folders, rule_set=rule_set, memory=memory)
        return planner.load_changes(self.at)

    def _with_sdks(self, lock: Lock, before: FormerLock | None) -> Lock:
        """Return a lock with the SDKs of the platforms of -sdk, or of those that the lock named before."""
        locker = SdkLocker(session=self.session, sources=self.module.sources, go=self.go)
        return locker.with_sdks(lock, self.module.sdks, before)

    def _first_module(self, units: Sequence[UnitFacts]) -> ModuleFile:
        """Return a MODULE.bazel for a repository that has none."""
        sources = self.module.sources
        goproxy = Sources.parse(sources.goproxy or self._users_go.settings(("GOPROXY",))["GOPROXY"])
        homes = [PurePosixPath(unit.unit.home.relative_to(self.root).as_posix()) for unit in units]
        path = units[0].path if units else self.root.name
        text = module_file(path, homes, goproxy, self.root, untested_go=sources.untested_go)
        return ModuleFile.of(text, new=True)


def _first_files(session: Session, root: Path, folders: Mapping[str, Folder]) -> tuple[list[Change], list[str]]:
    siblings = any(path.partition("/")[0] == "external" for path in folders)
    return FirstFiles(root=root, rules=rules_root(session.environment), siblings=siblings).changes()


def _tested(root: Path, folders: Mapping[str, Folder]) -> frozenset[Path]:
    """Return the folders whose tests are wanted: absolute, as they are many and each is asked for once."""
    return frozenset(
        root / path
        for path, folder in folders.items()
        if folder.directives.go_test != "off" and not folder.directives.ignored
        if any(name.endswith("_test.go") for name in folder.files)
    )


def combined_error(errors: Iterable[Gomod2bazelError]) -> Gomod2bazelError:
    """Return the errors of several modules as one, of the class that a user has to act on first."""
    known = list(errors)
    first = Gomod2bazelError.first_to_mend(known)
    return type(first)("\n".join(str(error) for error in known), hint=first.hint)
