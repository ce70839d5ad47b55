"""From the folders of a repository to all that generate would change in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.errors import BuildError, Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.session import Session
from gomod2bazel.generate.buildfile.cache import Memory
from gomod2bazel.generate.buildfile.kinds import RULE_SETS
from gomod2bazel.generate.loading.facts import UnitFacts, UnitLoader
from gomod2bazel.generate.loading.module_groups import find_units
from gomod2bazel.generate.loading.platforms import load_platforms, with_platforms_of_lock
from gomod2bazel.generate.loading.repository import Folder, check_root, find_root, read_repository
from gomod2bazel.generate.loading.unreachable import has_siblings, reach_of
from gomod2bazel.generate.rules.plan import Change, Planner
from gomod2bazel.generate.workspace.first_files import FirstFiles, module_file
from gomod2bazel.generate.workspace.locks import Locks, lock_changes, with_lock_packages
from gomod2bazel.generate.workspace.modulefile import ModuleFile
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.load.up_to_date import states_of
from gomod2bazel.options.options import GenerateOptions, ModuleOptions
from gomod2bazel.provision import go_for
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["Found", "as_one", "find_changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run found.

    Attributes:
        changes: files that are not as they should be.
        packages: how many packages there are.
        errors: what keeps tests from loading; with -keep-going, packages too.
        notes: what to tell the user.
        read: state of files outside of the repository that took part.
    """

    changes: tuple[Change, ...]
    packages: int
    errors: tuple[Gomod2bazelError, ...]
    notes: tuple[str, ...]
    read: Mapping[str, tuple[int, ...]]


def find_changes(
    session: Session, module: ModuleOptions, options: GenerateOptions, at: Path, *, keep_going: bool
) -> Found:
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
    folders = read_repository(root)
    go = go_for(session, fetch=not module.sources.offline)
    read = states_of([go.path, *(session.cwd / name for name in module.assign.overrides)])
    users = GoCommand.of(session, go.path).with_environment(GOTOOLCHAIN="local")
    units, errors, unknown = list[UnitFacts](), list[Gomod2bazelError](), list[Path]()
    tested = _tested(root, folders)
    bazel_module = ModuleFile.read(root) if options.rules == "gomod2bazel" else None
    there = find_units(root, at, folders, users)
    tags = Locks.of(bazel_module, [unit.home for unit in there], root).tags
    for position, unit in enumerate(there):
        own = with_platforms_of_lock(module, root / tags[position].path) if position in tags else module
        try:
            loader = UnitLoader(session=session, options=own, go=go, root=root, tested=tested)
            units.append(load_platforms(loader, unit))
        except MissingModuleError as error:
            errors.append(error)
            unknown += [unit.main, *unit.others.values()]
    errors += [unit.error for unit in units if unit.error]
    errors += [BuildError("\n".join(unit.unfit.values())) for unit in units if unit.unfit]
    # With -init, a .bazelrc that does not exist yet gets the flag.
    made = options.init and not (root / ".bazelrc").exists()
    packages = [package for unit in units for package in unit.packages]
    reach = reach_of(root, folders, packages, siblings=made or has_siblings(root), below=_below(root, at))
    errors += [reach.error] if reach.error else []
    if errors and not keep_going:
        raise as_one(errors)
    folders = {path: folder for path, folder in folders.items() if path not in reach.closed}
    # What is wrong with tests alone keeps nothing else from being written.
    errors += [unit.test_error for unit in units if unit.test_error]
    errors += [BuildError("\n".join(unit.unfit_tests.values())) for unit in units if unit.unfit_tests]
    memory = Memory.read(session.caches.runs, root)
    planner = Planner(root=root, folders=folders, rule_set=RULE_SETS[options.rules], memory=memory)
    first, first_notes = list[Change](), list[str]()
    if options.init:
        goproxy = module.sources.goproxy or users.settings(("GOPROXY",))["GOPROXY"]
        bazel_module = bazel_module or _first_module(units, root, goproxy, untested_go=module.sources.untested_go)
        first, first_notes = _first_files(session, root, folders)
    locks = Locks.of(bazel_module, [unit.unit.home for unit in units], root)
    changes = planner.changes(list(zip(units, locks.groups, strict=True)), at, unknown)
    changes = with_lock_packages(changes, bazel_module, folders)
    more, notes = lock_changes(bazel_module, locks, units, root)
    memory.save()
    return Found(
        changes=(*changes, *more, *first),
        packages=sum(planner.is_built_here(package) for unit in units for package in unit.packages),
        errors=tuple(errors),
        notes=(*reach.notes, *(locks.notes if bazel_module else ()), *notes, *first_notes),
        read=read,
    )


def _first_files(session: Session, root: Path, folders: Mapping[str, Folder]) -> tuple[list[Change], list[str]]:
    siblings = any(path.partition("/")[0] == "external" for path in folders)
    return FirstFiles(root=root, rules=rules_root(session.environment), siblings=siblings).changes()


def _below(root: Path, at: Path) -> str:
    return "" if at == root else at.relative_to(root).as_posix()


def _first_module(units: Sequence[UnitFacts], root: Path, goproxy: str, *, untested_go: bool) -> ModuleFile:
    """Return a MODULE.bazel for a repository that has none."""
    homes = [PurePosixPath(unit.unit.home.relative_to(root).as_posix()) for unit in units]
    path = units[0].path if units else root.name
    text = module_file(path, homes, Sources.parse(goproxy), root, untested_go=untested_go)
    return ModuleFile.of(text, new=True)


def _tested(root: Path, folders: Mapping[str, Folder]) -> frozenset[Path]:
    """Return the folders whose tests are wanted: absolute, as they are many and each is asked for once."""
    return frozenset(
        root / path
        for path, folder in folders.items()
        if folder.directives.go_test != "off" and not folder.directives.ignored
        if any(name.endswith("_test.go") for name in folder.files)
    )


def as_one(errors: Iterable[Gomod2bazelError]) -> Gomod2bazelError:
    """Return the errors of several modules as one, of the class that a user has to act on first."""
    known = list(errors)
    first = next((error for error in known if isinstance(error, MissingModuleError)), known[0])
    return type(first)("\n".join(str(error) for error in known), hint=first.hint)
