"""From a loaded module to its lock: binaries with their sets, and the packages that they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.golang.command import gccgo
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import chain_to, closure, module_lines
from gomod2bazel.golang.command.overlay import check_readable
from gomod2bazel.golang.command.patterns import PerPackage
from gomod2bazel.golang.command.std_packages import standard_packages
from gomod2bazel.load.coverage import Coverage
from gomod2bazel.load.input.main_settings import main_settings
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock import entries
from gomod2bazel.lock.choose import check_named
from gomod2bazel.lock.file.attributes import MainModule, Patch, Patched
from gomod2bazel.lock.lock import Broken, Lock, LockedBinary, LockedModule
from gomod2bazel.lock.repository_roots import with_surroundings
from gomod2bazel.options.buildmode import check_shared, external_linking, suffix
from gomod2bazel.options.options import ChooseOptions, CompileOptions
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.reading.func_main import NOT_LINKED

__all__ = ["linker_deps", "make_lock"]


def make_lock(loaded: Loaded, choose: ChooseOptions) -> Lock:
    """Return the lock of a loaded module: every main package that loads, and all packages that these need.

    With -buildmode=archive it is every other package in place of the main packages.
    Those of sets that are never built are left out, and where INPUT names packages all others.

    Args:
        loaded: the module.
        choose: -binary names binaries, and those that have to be among them.

    Raises:
        UsageError: -binary names something that is not a main package of the module, or cannot be built.
    """
    compiled = loaded.options.compile
    check_shared(compiled.buildmode, linkshared=compiled.linkshared)
    coverage = _coverage(loaded)
    packages = {p.import_path: coverage.with_imports(_with_race_detector(p, loaded)) for p in loaded.packages}
    choose = loaded.narrowed(choose)
    mains = [main for main in _mains(loaded) if main.import_path in choose.binaries or choose.reaches(main.import_path)]
    check_named(choose, [main.import_path for main in mains], loaded.mains, packages, loaded.configuration)
    flags = _compile_flags(loaded, coverage)
    linked = _link(mains, _Linker(loaded=loaded, choose=choose, packages=packages, ldflags=_link_flags(loaded)))
    needed = linked.needed | standard_packages(loaded.options.standard, loaded.packages)
    check_readable(flags.overlay, needed.values())
    modules = _modules(loaded, needed, flags)
    goroot = Path(loaded.settings["GOROOT"])
    known = loaded.mains.by_path
    return Lock(
        configuration=loaded.configuration,
        modules=modules,
        standard=entries.locked_standard(needed.values(), flags, goroot),
        binaries=tuple(_moved_profile(binary, modules) for binary in linked.binaries),
        broken=linked.broken,
        mainless=linked.mainless,
        main_modules=_main_modules(loaded, modules),
        standard_overlay=entries.overlaid_files(
            [package for package in needed.values() if package.standard], goroot, flags.overlay
        ),
        unlisted={
            path: classified.set
            for path, classified in known.items()
            if path not in packages and classified.set in SETS
        },
        never_built={path: classified.set for path, classified in known.items() if classified.set not in SETS},
    )


def _coverage(loaded: Loaded) -> Coverage:
    # cmd/go/internal/work, installOutsideModule: only packages of a main module are instrumented.
    if loaded.root is None:
        return Coverage()
    return Coverage.of(loaded.options.compile, Path(loaded.settings["GOROOT"]), loaded.scope)


def _mains(loaded: Loaded) -> list[Package]:
    """Return the packages that binaries are made of, by import path: without those of sets that are never built."""
    is_selected = _is_library if loaded.options.compile.buildmode == "archive" else _is_main
    mains = [p for p in loaded.packages if is_selected(p, loaded) and loaded.mains.set_of(p.import_path) in SETS]
    return sorted(mains, key=lambda package: package.import_path)


def _compile_flags(loaded: Loaded, coverage: Coverage) -> entries.Flags:
    given = gccgo.flags_of(loaded.options.compile)
    return entries.Flags(
        gcflags=PerPackage.parse(given.compile, given.compile_name, loaded.scope),
        asmflags=PerPackage.parse(given.assemble, "asmflags", loaded.scope),
        coverage=coverage,
        overlay=loaded.options.overlaid,
    )


def _link_flags(loaded: Loaded) -> PerPackage:
    given = gccgo.flags_of(loaded.options.compile)
    return PerPackage.parse(given.link, given.link_name, loaded.scope)


def _modules(loaded: Loaded, needed: Mapping[str, Package], flags: entries.Flags) -> tuple[LockedModule, ...]:
    go_version = loaded.configuration.go.removeprefix("go")
    modules = entries.locked_modules(needed.values(), flags, go_version=go_version, verified=loaded.verified)
    return tuple(with_surroundings(_with_patches(module, loaded), loaded.packages) for module in modules)


def _main_modules(loaded: Loaded, modules: tuple[LockedModule, ...]) -> tuple[MainModule, ...]:
    """Return the entries of the module that is built as a main module, and of those of its workspace."""
    if loaded.root is None or loaded.opened is None:
        return ()
    mains = [module for module in modules if not module.version]
    return entries.locked_main_modules(mains, main_settings(loaded.opened, loaded.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linker:
    """Makes entries of main packages.

    Attributes:
        loaded: The module that they are in.
        choose: Those that have to be among the binaries, and their names.
        packages: All packages by import path, with the imports that instrumentation adds.
        ldflags: The linker's flags for each main package.
    """

    loaded: Loaded
    choose: ChooseOptions
    packages: Mapping[str, Package]
    ldflags: PerPackage

    def problems(self, main: Package, members: Iterable[Package]) -> dict[str, str]:
        """Return what is wrong with each of the packages that a main package needs."""
        return {p.import_path: _problem_text(p, main.import_path, self.packages) for p in members if p.problems}

    def needed(self, main: Package) -> dict[str, Package]:
        """Return the packages that a binary needs, those that the linker adds among them."""
        roots = (main.import_path, *self._added(main))
        return {p.import_path: p for root in roots for p in closure(root, self.packages)}

    def is_left_out(self, main: Package) -> bool:
        """Return whether a main package without func main is left out: nobody named it, and -strict is not given."""
        named = main.import_path in self.choose.binaries or self.choose.strict
        return main.import_path in self.loaded.mainless and not named

    def binary(self, main: Package, members: tuple[Package, ...]) -> LockedBinary:
        """Return the entry of a main package that loads, as do all packages that it needs."""
        binary = _binary(main, members, self.loaded, self.ldflags.of(main), self._added(main))
        binary = binary if main.name == "main" else _archive(binary)
        return replace(binary, name=self.choose.binaries.get(main.import_path) or binary.name)

    def _added(self, main: Package) -> tuple[str, ...]:
        return linker_deps(self.loaded, self.ldflags.of(main)) if main.name == "main" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """What becomes of main packages; the attributes but ``needed`` are those of `Lock`."""

    binaries: tuple[LockedBinary, ...]
    needed: dict[str, Package]
    broken: dict[str, Broken]
    mainless: dict[str, str]


def _link(mains: Iterable[Package], linker: _Linker) -> _Linked:
    """Divide main packages into binaries, those that do not load, and those that are left out."""
    binaries, needed = list[LockedBinary](), dict[str, Package]()
    broken, mainless = dict[str, Broken](), dict[str, str]()
    for main in mains:
        path, in_set = main.import_path, linker.loaded.mains.set_of(main.import_path)
        members = closure(path, linker.packages)
        problems = linker.problems(main, members)
        if not problems and linker.is_left_out(main):
            mainless[path] = in_set
            continue
        if not problems and path in linker.loaded.mainless:
            problems = {path: f"# {path}\n{NOT_LINKED}"}
        if problems:
            advice = next((member.advice for member in members if member.advice), "")
            broken[path] = Broken(set=in_set, problems=problems, unrequired=main.unrequired, advice=advice)
            continue
        needed |= linker.needed(main)
        binaries.append(linker.binary(main, members))
    return _Linked(binaries=tuple(binaries), needed=needed, broken=broken, mainless=mainless)


def _moved_profile(binary: LockedBinary, modules: tuple[LockedModule, ...]) -> LockedBinary:
    base = next((module.base for module in modules if module.path == binary.module and not module.version), "")
    return replace(binary, pgo_profile=f"{base}/{binary.pgo_profile}") if base and binary.pgo_profile else binary


def _problem_text(package: Package, main: str, packages: Mapping[str, Package]) -> str:
    """Return what is wrong with a package, each problem with its place, or with how the main package comes to it.

    The go command names the chain by which it came to a package first, which is that of a pattern as often as not.
    """
    prefix = f"package {package.import_path}: "
    chain = "\n\timports ".join(chain_to(package.import_path, main, packages))
    placed = (f"{where}: {what}" if where else what for where, what in package.problems)
    texts = (f"package {chain}: {text.removeprefix(prefix)}" if text.startswith(prefix) else text for text in placed)
    return "\n".join(dict.fromkeys(texts))


def _with_patches(module: LockedModule, loaded: Loaded) -> LockedModule:
    """Return a module with how a baseline patched it, and whether the original was verified."""
    patched = loaded.patched.get(module.path)
    if patched is None or patched.original.module.version != module.version:
        return module
    original = patched.original
    entry = Patched(
        upstream_sum=original.sum,
        upstream_go_mod_sum=original.go_mod_sum,
        patches=tuple(Patch(name=name, sha256=digest) for name, digest in patched.patches),
        diffs=patched.diffs,
    )
    return replace(module, patched=entry, verified=original.verified)


def _with_race_detector(package: Package, loaded: Loaded) -> Package:
    """Let a command that uses cgo import the race detector, as the go command has it: cgo links it for a try too."""
    if loaded.configuration.instrument != "race" or package.name != "main" or not package.files.get("CgoFiles"):
        return package
    return replace(package, imports=tuple(sorted({*package.imports, "runtime/race"})))


def _is_main(package: Package, loaded: Loaded) -> bool:
    """Return whether a package is a command of the module that is built, or may be one but for its package clause."""
    if not package.named or not package.has_go or package.module is None or package.module.path != loaded.module.path:
        return False
    return package.name == "main" or (not package.name and bool(package.errors))


def _is_library(package: Package, loaded: Loaded) -> bool:
    """Return whether a package of the module that is built is one that others import."""
    is_in_module = package.module is not None and package.module.path == loaded.module.path
    return package.named and is_in_module and package.has_go and package.name not in ("", "main")


def linker_deps(loaded: Loaded, ldflags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packages that the linker needs in every binary (cmd/go/internal/load, LinkerDeps)."""
    made_for = loaded.configuration
    if made_for.compiler == "gccgo":
        return ()  # all of its standard library is in libgo
    deps = ["runtime"]
    external = external_linking(made_for.buildmode, made_for.goos, made_for.goarch) or _external_linking(ldflags)
    if external and made_for.cgo:
        deps.append("runtime/cgo")
    if loaded.configuration.goarch == "arm":
        deps.append("math")
    deps += [f"runtime/{loaded.configuration.instrument}"] if loaded.configuration.instrument else []
    deps += ["runtime/coverage"] if loaded.options.compile.coverage.cover else []
    return tuple(deps)


def _external_linking(ldflags: tuple[str, ...]) -> bool:
    """Return whether the last -linkmode among the linker's flags asks for the C linker."""
    text = " ".join(ldflags).replace("-linkmode ", "-linkmode=").replace("--linkmode", "-linkmode")
    modes = [word.partition("=")[2] for word in text.split() if word.startswith("-linkmode=")]
    return modes[-1:] == ["external"]


def _binary(
    main: Package,
    members: tuple[Package, ...],
    loaded: Loaded,
    ldflags: tuple[str, ...],
    linker_deps: tuple[str, ...],
) -> LockedBinary:
    options = loaded.options.compile
    folder = _folder(main, loaded)
    classified = loaded.mains.by_path.get(main.import_path)
    stamp = loaded.stamps.get(main.import_path)
    return LockedBinary(
        import_path=main.import_path,
        module=loaded.module.path,
        dir=folder,
        name=loaded.mains.file_name(main.import_path) + suffix(options.buildmode, loaded.configuration.goos),
        target=entries.binary_target(loaded.module.path, folder, Path(main.dir.removesuffix(folder))),
        set=classified.set if classified else "target",
        margin=classified.decision.margin if classified else 0.0,
        evidence=classified.decision.evidence if classified else (),
        buildinfo=module_lines(main, members, stamp.version if stamp else ""),
        godebug=main.godebug,
        linker_deps=linker_deps,
        gc_linkopts=(*gccgo.install_suffix(options), *ldflags),
        flags=_recorded(options) | (dict(stamp.settings) if stamp else {}),
        pgo_profile=_profile(main, folder, options),
    )


def _archive(binary: LockedBinary) -> LockedBinary:
    """Return what -buildmode=archive makes of a library: nothing is linked, and so nothing is recorded."""
    return replace(
        binary,
        name=f"{binary.import_path.rpartition('/')[2]}.a",
        # No folder of a module has such a name, so no other target has.
        target=f"{binary.target}=archive",
        buildinfo=(),
        godebug="",
        linker_deps=(),
        gc_linkopts=(),
        flags={},
        pgo_profile="",
    )


def _recorded(options: CompileOptions) -> dict[str, str]:
    """Return the flags that a binary records in addition to those of the rules; of several values the last."""
    values = {"-asmflags": options.asmflags}
    values |= {"-gccgoflags": options.gccgoflags} if options.compiler == "gccgo" else {"-gcflags": options.gcflags}
    recorded = {name: texts[-1] for name, texts in values.items() if texts}
    return recorded | ({"-cover": "true"} if options.coverage.cover else {})


def _profile(main: Package, folder: str, options: CompileOptions) -> str:
    """Return the default.pgo next to a main package, for -pgo=auto."""
    name = main.default_profile() if options.pgo == "auto" else ""
    return f"{folder}/{name}".lstrip("/") if name else ""


def _folder(package: Package, loaded: Loaded) -> str:
    """Return a main package's folder, relative to its module's root; empty for the root itself."""
    return Path(package.dir).relative_to(package.home.dir or str(loaded.root)).as_posix().removeprefix(".")
