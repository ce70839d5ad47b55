"""From a loaded module to its lock: binaries with their sets, and the packages that they need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel import facts
from gomod2bazel.buildinfo import closure, module_lines
from gomod2bazel.choose import check_named
from gomod2bazel.golist import Package
from gomod2bazel.load import Loaded
from gomod2bazel.lock import Lock, LockedBinary
from gomod2bazel.options import BuildOptions
from gomod2bazel.patterns import PerPackage
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.names import SETS

__all__ = ["make_lock"]


def make_lock(loaded: Loaded, options: BuildOptions) -> Lock:
    """Return the lock of a loaded module: every main package that loads, and all packages that these need.

    Those of sets that are never built are left out.

    Raises:
        UsageError: -binary names what is no main package of the module, or one that cannot be built.
    """
    packages = {package.import_path: package for package in loaded.packages}
    known = loaded.mains.by_path
    mains = [package for package in loaded.packages if _is_main(package, loaded) and _set(package, known) in SETS]
    check_named(options, [main.import_path for main in mains], loaded.mains, packages)
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
        broken_sets={path: _set(packages[path], known) for path in broken},
        unlisted={path: one.set for path, one in known.items() if path not in packages and one.set in SETS},
    )


def _is_main(package: Package, loaded: Loaded) -> bool:
    """Tell whether a package is a command of the module that is built, or may be one but for its package clause."""
    if not package.named or not package.has_go or package.module is None or package.module.path != loaded.module.path:
        return False
    return package.name == "main" or (not package.name and bool(package.errors))


def _set(package: Package, known: Mapping[str, Classified]) -> str:
    """Return the set of a main package.

    One whose package clause cannot be read is in none: as a target, it is reported. Folders of JavaScript packages
    hold no part of the module, though ``./...`` looks there.
    """
    classified = known.get(package.import_path)
    if classified:
        return classified.set
    return "fixture" if "node_modules" in package.import_path.split("/") else "target"


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
    classified = loaded.mains.by_path.get(main.import_path)
    # As go build names them: js and wasip1 get no suffix (cmd/go/internal/cfg, ExeSuffix).
    suffix = ".exe" if loaded.configuration.goos == "windows" else ""
    return LockedBinary(
        import_path=main.import_path,
        module=loaded.module.path,
        dir=folder,
        name=options.binaries.get(main.import_path) or loaded.mains.file_name(main.import_path) + suffix,
        target=facts.binary_target(loaded.module.path, folder, Path(main.dir.removesuffix(folder))),
        set=classified.set if classified else "target",
        margin=classified.decision.margin if classified else 0.0,
        evidence=classified.decision.evidence if classified else (),
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
