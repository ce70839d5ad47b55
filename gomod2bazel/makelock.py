"""From a loaded module to its lock: binaries with their sets, and the packages that they need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel import facts
from gomod2bazel.buildinfo import closure, module_lines
from gomod2bazel.classify import classify
from gomod2bazel.errors import UsageError
from gomod2bazel.golist import Package
from gomod2bazel.load import Loaded
from gomod2bazel.lock import Lock, LockedBinary
from gomod2bazel.options import BuildOptions
from gomod2bazel.patterns import PerPackage

__all__ = ["make_lock"]


def make_lock(loaded: Loaded, options: BuildOptions) -> Lock:
    """Return the lock of a loaded module: every main package that loads, and all packages that these need.

    Raises:
        UsageError: -binary names no main package of the module.
    """
    packages = {package.import_path: package for package in loaded.packages}
    mains = [package for package in loaded.packages if _is_main(package, loaded)]
    _check_named(options, mains)
    flags = facts.Flags(
        gcflags=PerPackage.parse(options.gcflags, "gcflags"), asmflags=PerPackage.parse(options.asmflags, "asmflags")
    )
    ldflags = PerPackage.parse(options.ldflags, "ldflags")
    needed: dict[str, Package] = {}
    binaries: list[LockedBinary] = []
    broken: dict[str, str] = {}
    for main in sorted(mains, key=lambda package: package.import_path):
        linker_deps = _linker_deps(loaded, ldflags.of(main))
        members = closure(main.import_path, packages)
        problems = [f"{where}: {what}" if where else what for p in members for where, what in p.errors]
        if problems:
            broken[main.import_path] = "\n".join(dict.fromkeys(problems))
            continue
        needed |= {p.import_path: p for root in (main.import_path, *linker_deps) for p in closure(root, packages)}
        binaries.append(_binary(main, members, loaded, options, ldflags, linker_deps))
    go_version = loaded.configuration.go.removeprefix("go")
    return Lock(
        configuration=loaded.configuration,
        modules=facts.locked_modules(needed.values(), flags, go_version=go_version, verified=loaded.verified),
        standard=facts.locked_standard(needed.values(), flags, Path(loaded.settings["GOROOT"])),
        binaries=tuple(binaries),
        broken=broken,
        broken_sets={path: classify(_folder(packages[path], loaded)).set for path in broken},
    )


def _is_main(package: Package, loaded: Loaded) -> bool:
    """Tell whether a package is a command of the module that is built, or may be one but for its package clause."""
    if not package.named or not package.has_go or package.module is None or package.module.path != loaded.module.path:
        return False
    return package.name == "main" or (not package.name and bool(package.errors))


def _check_named(options: BuildOptions, mains: list[Package]) -> None:
    known = sorted(package.import_path for package in mains)
    unknown = [path for path in options.binaries if path not in known]
    if unknown:
        raise UsageError(f"-binary: no main package {', '.join(unknown)}", hint="main packages are " + ", ".join(known))


def _linker_deps(loaded: Loaded, ldflags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packages that the linker needs in every binary (cmd/go/internal/load, LinkerDeps)."""
    deps = ["runtime"]
    if _external_linking(ldflags) and loaded.configuration.cgo:
        deps.append("runtime/cgo")
    if loaded.configuration.goarch == "arm":
        deps.append("math")
    return tuple(deps)


def _external_linking(ldflags: tuple[str, ...]) -> bool:
    """Tell whether the last -linkmode among the linker's flags asks for the C linker."""
    text = " ".join(ldflags).replace("-linkmode ", "-linkmode=").replace("--linkmode", "-linkmode")
    modes = [word.partition("=")[2] for word in text.split() if word.startswith("-linkmode=")]
    return modes[-1:] == ["external"]


def _binary(
    main: Package,
    members: tuple[Package, ...],
    loaded: Loaded,
    options: BuildOptions,
    ldflags: PerPackage,
    linker_deps: tuple[str, ...],
) -> LockedBinary:
    folder = _folder(main, loaded)
    decision = classify(folder)
    # As go build names them: js and wasip1 get no suffix (cmd/go/internal/cfg, ExeSuffix).
    suffix = ".exe" if loaded.configuration.goos == "windows" else ""
    return LockedBinary(
        import_path=main.import_path,
        module=loaded.module.path,
        dir=folder,
        name=options.binaries.get(main.import_path) or facts.binary_name(main.import_path) + suffix,
        target=facts.binary_target(loaded.module.path, folder, Path(main.dir.removesuffix(folder))),
        set=decision.set,
        reasons=decision.reasons,
        buildinfo=module_lines(main, members),
        godebug=main.godebug,
        linker_deps=linker_deps,
        gc_linkopts=ldflags.of(main),
        flags=_recorded(options),
        pgo_profile=_profile(main, folder, options),
    )


def _recorded(options: BuildOptions) -> Mapping[str, str]:
    """Return the flags that a binary records beside those the rules know: like the go command, the last value given."""
    values = {"-asmflags": options.asmflags, "-gcflags": options.gcflags}
    return {name: texts[-1] for name, texts in values.items() if texts}


def _profile(main: Package, folder: str, options: BuildOptions) -> str:
    """Return the default.pgo beside a main package, for -pgo=auto."""
    there = options.pgo == "auto" and Path(main.dir, "default.pgo").is_file()
    return f"{folder}/default.pgo".lstrip("/") if there else ""


def _folder(package: Package, loaded: Loaded) -> str:
    """Return a main package's folder, relative to its module's root; empty for the root itself."""
    return Path(package.dir).relative_to(package.home.dir or str(loaded.root)).as_posix().removeprefix(".")
