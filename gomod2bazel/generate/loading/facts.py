"""Load the modules of a unit: their packages, the sets of their commands, and the lock of all that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.errors import BuildError, Gomod2bazelError, MissingModuleError, TrustError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.generate.loading.buildable import judge
from gomod2bazel.generate.loading.joined import locked_joined_modules, write_go_mod
from gomod2bazel.generate.loading.linkable import PLUGIN, PROGRAM, link_kinds
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.generate.loading.named_packages import NamedPackage, loadable, paths_of
from gomod2bazel.generate.loading.proto_packages import ProtoFolders, overlay_of
from gomod2bazel.generate.loading.test_facts import OwnTests
from gomod2bazel.generate.loading.tools import ToolLine, judge_tools, tool_lines
from gomod2bazel.golang.command.gocommand import GoCommand, error_of, missing_among
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.golang.command.patterns import PerPackage
from gomod2bazel.golang.command.std_packages import imported_packages, linked_packages, standard_patterns
from gomod2bazel.golang.proxy.module_cache import zip_sums
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.load.input.input_module import Opener
from gomod2bazel.load.input.main_packages import MainPackages, classify_input
from gomod2bazel.load.input.main_settings import main_settings
from gomod2bazel.load.input.missing_modules import all_missing
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.load.load import Loaded, check_trust, load
from gomod2bazel.lock import entries
from gomod2bazel.lock.file.attributes import MainModule
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage
from gomod2bazel.lock.makelock import linker_deps
from gomod2bazel.options.buildmode import suffix
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import ChooseOptions, ModuleOptions, with_values

__all__ = ["Command", "OwnPackage", "UnitFacts", "UnitLoader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the binary of a main package needs in addition to its library.

    Attributes:
        set: its set; fixture and testonly are never built.
        name: file name of the executable.
        profile: whether a default.pgo is next to it.
        kind: what it is linked to, see `linking`.
    """

    set: str
    name: str
    profile: bool
    kind: str = PROGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPackage:
    """A package of the repository.

    Attributes:
        facts: as a lock would have it.
        dir: its folder, absolute.
        module: its module, as a lock would have it.
        module_root: that module's folder.
        command: where it is a main package; else None.
        library: whether there is anything to build in addition to tests.
        tests: where it has some that are wanted and load; else None.
    """

    facts: LockedPackage
    dir: Path
    module: LockedModule
    module_root: Path
    command: Command | None
    library: bool = True
    tests: OwnTests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What is known of a unit.

    Attributes:
        unit: its modules.
        path: of the main module that the go command was run in.
        packages: of the repository, those that can be built.
        lock: other modules and the standard library, as far as the packages need them; it has no binaries.
        broken: folders of packages that exist, but do not load or are not for this platform.
        failed: of these, those that do not load.
        untested: import paths of packages whose tests do not load.
        unfit: what is wrong with packages that import what is not for the platform, by import path.
        unfit_tests: the same of their tests alone.
        problems: what keeps packages from loading.
        error: the first of them as an error, of the class that it means; None where there is none.
        test_error: the same of what keeps tests or tools from loading, and nothing else.
        tools: The tools that can be built.
        named: import paths of packages of other modules that labels in BUILD files name.
        by_configuration: where there are several, the packages of each, by its name; ``packages`` then has each once.
        cache: the module cache that has the other modules.
        settings: ``go env`` of the run.
    """

    unit: Unit
    path: str
    packages: tuple[OwnPackage, ...]
    lock: Lock
    broken: frozenset[Path]
    failed: frozenset[Path]
    untested: frozenset[str]
    unfit: Mapping[str, str]
    unfit_tests: Mapping[str, str]
    error: Gomod2bazelError | None
    test_error: Gomod2bazelError | None = None
    tools: tuple[ToolLine, ...] = ()
    named: tuple[str, ...] = ()
    by_configuration: Mapping[str, tuple[OwnPackage, ...]] = field(default_factory=dict)
    cache: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def configurations(self) -> Mapping[str, tuple[OwnPackage, ...]]:
        """The packages of each configuration, by its name; that of the only one is not needed and empty."""
        return self.by_configuration or {"": self.packages}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLoader:
    """Loads the units of a repository.

    Attributes:
        session: environment, caches, runner.
        options: of the command line; for `load` with one platform or none.
        go: the go command.
        root: The root folder of the repository.
        tested: folders whose tests are wanted.
        named: what labels in BUILD files name in other repositories.
        proto: the folders that have rules for .proto files.
    """

    session: Session
    options: ModuleOptions
    go: Tool
    root: Path
    tested: Collection[Path] = ()
    named: Collection[NamedPackage] = ()
    proto: ProtoFolders = field(default_factory=ProtoFolders)

    def load(self, unit: Unit) -> UnitFacts:
        """Load a unit as `lock` loads a module, in its own folders.

        Raises:
            Gomod2bazelError: nothing can be listed, modules are missing, or one is not what go.sum says.
        """
        # A vendor directory has no zips that a monorepo could fetch by their sums.
        mod = self.options.load.mod or "readonly"
        # Of joined modules, requirements may rise.
        root, mod = (self._joined(unit), "mod") if unit.joined else (unit.main, mod)
        tree = TreeInput(text=str(unit.main), root=root)
        loader = replace(self, options=with_values(self.options, {"input": tree, "mod": mod}))
        if not unit.workspace:
            # A go.work above that does not use the module.
            session = replace(self.session, environment={**self.session.environment, "GOWORK": "off"})
            loader = replace(loader, session=session)
        return with_go(loader.session, loader.options, loader.go, lambda tool: _load(replace(loader, go=tool), unit))

    def _joined(self, unit: Unit) -> Path:
        go = GoCommand.of(self.session, self.go.path).with_environment(GOTOOLCHAIN="local", GOWORK="off")
        return write_go_mod(unit, self.session.caches.runs, go)


def _load(loader: UnitLoader, unit: Unit) -> UnitFacts:
    session, options, tested = loader.session, loader.options, loader.tested
    named = (*paths_of(loader.named, unit), *loader.proto.paths(unit))
    opener = Opener(session=session, go=loader.go.path)
    opened = opener.open(options, next(iter(options.load.platforms), None))
    homes = dict(unit.others) if unit.joined else {opened.module.path: unit.main, **unit.others}
    mains = [
        classify_input(replace(opened, module=Version(path), root=folder), options, session.cwd, session.caches)
        for path, folder in homes.items()
    ]

    # One of the command line is for the go command as it is.
    unseen = overlay_of(loader.proto.unseen_packages(homes), session.caches.runs) if not options.load.overlay else ""
    overlay = {"overlay": unseen} if unseen else {}

    def loaded(*, tests: bool) -> Loaded:
        linked = linked_packages(opened.settings, options.load.compile)
        tools = (line.import_path for line in tool_lines(unit))
        more = (*unit.patterns, *linked, *tools, *named, *(standard_patterns(("testing",)) if tests else ()))
        unit_options = with_values(options, {"more": more, "tests": tests} | overlay)
        # No set: ./... finds all that has rules.
        choose = ChooseOptions(sets=())
        facts = load(OpenedInput(session=session, options=unit_options, choose=choose, opened=opened, mains=mains[0]))
        check_trust(facts)
        return facts

    failed: Gomod2bazelError | None = None
    if any(folder.is_relative_to(home) for folder in tested for home in homes.values()):
        try:
            return _facts(loaded(tests=True), mains, unit, loader, tested)
        except Gomod2bazelError as error:
            if isinstance(error, TrustError) and not error.lacks_sum:
                raise
            # Perhaps for the tests' sake alone.
            failed = error
    try:
        facts = _facts(loaded(tests=False), mains, unit, loader, ())
    except MissingModuleError as error:
        raise all_missing(error, opened, options.load) from error
    return replace(facts, test_error=failed or facts.test_error)


def _facts(
    loaded: Loaded,
    mains: Collection[MainPackages],
    unit: Unit,
    loader: UnitLoader,
    tested: Collection[Path],
) -> UnitFacts:
    by_path = {package.import_path: package for package in loaded.packages}
    flags = entries.Flags(
        gcflags=PerPackage.parse((), "gcflags", loaded.scope),
        asmflags=PerPackage.parse((), "asmflags", loaded.scope),
        default_pgo=True,
    )
    linked = linker_deps(loaded, ())
    judged = judge(loaded.packages, by_path, loader.root, tested)
    good, tests = judged.good, judged.tests
    tools = judge_tools(tool_lines(unit), by_path)
    named = loadable(paths_of(loader.named, unit), by_path)
    kinds = link_kinds(good, tests, by_path, loaded.mainless, loaded.configuration)
    commands = _Commands(loaded=loaded, mains=mains, kinds=kinds)
    linked_paths = linked_packages(loaded.settings, loaded.options.compile)
    generating = loadable(loader.proto.paths(unit), by_path)
    roots = [*judged.roots, *(line.import_path for line in tools.good), *named, *generating]
    needed = _reached([*linked, *linked_paths, *roots], by_path)
    version = loaded.configuration.go.removeprefix("go")
    modules = entries.locked_modules(needed.values(), flags, go_version=version, verified=loaded.verified)
    import_paths = {package.import_path for package in good}
    own_modules = [module for module in modules if any(p.import_path in import_paths for p in module.packages)]
    others = tuple(module for module in modules if module not in own_modules)
    imported = imported_packages((package.imports for package in good), by_path)
    imported_by_tests = imported_packages((test.imports for test in tests.values()), by_path)
    lock = Lock(
        configuration=loaded.configuration,
        modules=others,
        standard=entries.locked_standard(needed.values(), flags, Path(loaded.settings["GOROOT"])),
        binaries=(),
        main_modules=_main_modules(own_modules, loaded, unit),
        standard_imports=tuple(sorted(imported)),
        standard_test_imports=tuple(sorted(imported_by_tests - imported)),
    )
    cache = loaded.opened.cache if loaded.opened else Path(Sources.parse(loaded.sources).key)
    return UnitFacts(
        unit=unit,
        path=next((path for path, home in unit.others.items() if home == unit.main), loaded.module.path),
        packages=tuple(
            replace(own_package, tests=tests.get(own_package.facts.import_path))
            for own_package in _own_packages(good, modules, commands)
        ),
        lock=lock.with_zips(zip_sums(cache, [module.source for module in others])),
        broken=judged.broken | tools.failed,
        failed=judged.failed,
        untested=judged.untested,
        unfit=judged.unfit,
        unfit_tests=judged.unfit_tests,
        error=_error(judged.problems, loaded),
        test_error=_error([*judged.test_problems, *tools.problems], loaded),
        tools=tools.good,
        named=named,
        cache=cache,
        settings=loaded.settings,
    )


def _main_modules(modules: Iterable[LockedModule], loaded: Loaded, unit: Unit) -> tuple[MainModule, ...]:
    if loaded.opened is None:
        return ()
    if unit.joined:
        return locked_joined_modules(modules, unit)
    return entries.locked_main_modules(modules, main_settings(loaded.opened, loaded.options))


def _reached(roots: Iterable[str], by_path: Mapping[str, Package]) -> dict[str, Package]:
    """Return packages and all they import, by import path."""
    known = [path for path in roots if path in by_path]
    return {path: by_path[path] for path in reachable(known, lambda path: filter(by_path.get, by_path[path].imports))}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commands:
    """What is known of main packages.

    Attributes:
        loaded: what they are among.
        mains: those of each module.
        kinds: what each is linked to, where it is not a program.
    """

    loaded: Loaded
    mains: Collection[MainPackages]
    kinds: Mapping[str, str]

    def command(self, package: Package) -> Command | None:
        """Return what the binary of a package needs; None where it has none."""
        if package.name != "main" or not package.has_go:
            return None
        path = package.import_path
        kind = self.kinds.get(path, PROGRAM)
        known = next((mains for mains in self.mains if path in mains.by_path), None)
        name = known.file_name(path) if known else binary_name(path)
        return Command(
            set=known.by_path[path].set if known else "target",
            name=name + suffix(kind if kind == PLUGIN else "default", self.loaded.configuration.goos),
            profile=bool(package.default_profile()),
            kind=kind,
        )


def _own_packages(
    good: Iterable[Package],
    modules: Iterable[LockedModule],
    commands: _Commands,
) -> Iterable[OwnPackage]:
    homes = {package.import_path: (module, package) for module in modules for package in module.packages}
    for package in good:
        module, locked = homes[package.import_path]
        yield OwnPackage(
            facts=locked,
            dir=Path(package.dir),
            module=module,
            module_root=entries.module_root(package, module.path),
            command=commands.command(package),
            library=package.has_go,
        )


def _error(problems: Sequence[str], loaded: Loaded) -> Gomod2bazelError | None:
    """Return what is wrong as one error: of missing modules all there are, or what the first problem means."""
    if not problems:
        return None
    errors = [error_of(problem) for problem in problems]
    first = Gomod2bazelError.first_to_mend(errors)
    error = type(first)("\n".join(problems), hint=first.hint)
    if isinstance(error, MissingModuleError) and loaded.opened:
        error = error.of_modules(missing_among(errors))
        return all_missing(error, loaded.opened, loaded.options)
    if isinstance(error, MissingModuleError):
        return error
    return BuildError("\n".join(problems), hint=_advice(loaded.packages))


def _advice(packages: Iterable[Package]) -> str:
    """Return what helps against the first mistake in the code or in go.mod; empty for none."""
    advice = (text for package in packages for text in (package.advice, package.tests.advice if package.tests else ""))
    return next(filter(None, advice), "")
