"""Load a module: all that its binaries need, as the go command lists it, each module verified on the way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel import gosum, inputs
from gomod2bazel.buildinfo import closure
from gomod2bazel.cgoflags import check_cgo_flags
from gomod2bazel.errors import TrustError
from gomod2bazel.gocommand import error_of
from gomod2bazel.golist import Listing, Package, list_flags, list_packages
from gomod2bazel.gosum import GoSum
from gomod2bazel.input_module import InputModule
from gomod2bazel.inputs import Fetched
from gomod2bazel.lock import Configuration
from gomod2bazel.main_packages import MainPackages
from gomod2bazel.options import BuildOptions
from gomod2bazel.sets.names import SETS
from gomod2bazel.unrequired import leave_out_unrequired
from gomod2bazel.version import Version

__all__ = ["Loaded", "check_trust", "load"]

# The variable that says more of each architecture (`go help environment`).
_ARCH = {
    "386": "GO386", "amd64": "GOAMD64", "arm": "GOARM", "arm64": "GOARM64", "mips": "GOMIPS", "mipsle": "GOMIPS",
    "mips64": "GOMIPS64", "mips64le": "GOMIPS64", "ppc64": "GOPPC64", "ppc64le": "GOPPC64", "riscv64": "GORISCV64",
    "wasm": "GOWASM",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A module, ready to be locked.

    Attributes:
        module: its path, and its version unless it is built as a main module.
        packages: all that its packages need, dependencies first, with their errors.
        mains: every main package that its files hold, with its set; those that this platform or these tags do not
            build, and those that nobody asked for, are not among ``packages``.
        configuration: what file lists were made for.
        settings: ``go env`` of the run.
        verified: ``PATH@VERSION`` of modules that a go.sum or a checksum database vouched for.
        sources: where modules came from, as GOPROXY.
        root: the tree's folder where the module is a main module, else None.
    """

    module: Version
    packages: tuple[Package, ...]
    mains: MainPackages
    configuration: Configuration
    settings: Mapping[str, str]
    verified: frozenset[str]
    sources: str
    root: Path | None


def load(
    opened: InputModule,
    mains: MainPackages,
    options: BuildOptions,
    *,
    cwd: Path,
    sets: Collection[str],
    say: Callable[[str], None],
) -> Loaded:
    """List the packages of a module and all they need.

    Args:
        opened: the module.
        mains: its main packages.
        options: the command line.
        cwd: the user's folder, to which names of files on the command line are relative.
        sets: sets whose binaries are wanted also where ``./...`` does not look; -binary names more.
        say: tells the user what goes on.

    Raises:
        UsageError: go.mod of a path@version holds directives that count only in a main module.
        Gomod2bazelError: nothing could be listed; the class tells what kind of failure it was.
    """
    if opened.fetched is None or options.main_module:
        packages = _list_main(opened, _patterns("./...", mains, options, sets), options, cwd)
        actual = (package.home for package in packages if package.module and package.module.version)
        verified = frozenset(str(Version(module.path, module.version)) for module in actual)
        module, root = Version(opened.module.path), opened.root
    else:
        sums = opened.sums.merged([gosum.read(opened.root / "go.sum")])
        patterns = _patterns(f"{opened.module.path}/...", mains, options, sets)
        packages = _list_version(opened, opened.fetched, patterns, options, cwd, sums)
        verified = _vouched(packages, sums, checked=opened.go.environment["GOSUMDB"] != "off")
        module, root = opened.module, None
        if str(module) not in verified:
            say(f"{module}: no go.sum and no checksum database vouches for it (name one with -sumfile or GOSUMDB)")
    opened.remember({Version(p.module.path, p.module.version) for p in packages if p.module})
    return Loaded(
        module=module,
        packages=packages,
        mains=mains,
        configuration=_configuration(opened.settings, options),
        settings=opened.settings,
        verified=verified,
        sources=opened.sources.goproxy,
        root=root,
    )


def _patterns(every: str, mains: MainPackages, options: BuildOptions, sets: Collection[str]) -> tuple[str, ...]:
    """Return what to list: all that ``./...`` finds, and by its import path each wanted main package that it skips.

    One that is named is listed in any case: where it cannot be built, the go command then says why.
    """
    wanted = [
        one.import_path
        for one in mains.classified
        if one.set in SETS and (one.import_path in options.binaries or (one.package.skipped and one.set in sets))
    ]
    return (every, *wanted)


def _list_main(opened: InputModule, patterns: Sequence[str], options: BuildOptions, cwd: Path) -> tuple[Package, ...]:
    """List packages of a main module, in its own folder: go.work, vendor and replace mean what they mean to go."""
    flags = list_flags(options, cwd)
    packages = list_packages(opened.go, patterns, flags=flags, cwd=opened.root).packages
    check_cgo_flags(opened.go, packages, flags, opened.root)
    return packages


def _list_version(
    opened: InputModule,
    fetched: Fetched,
    patterns: Sequence[str],
    options: BuildOptions,
    cwd: Path,
    sums: GoSum,
) -> tuple[Package, ...]:
    """List packages of a fetched module, in a folder that requires it alone, as ``go install path@version`` has."""
    inputs.check_directives(fetched)
    flags = list_flags(options, cwd, mod="mod")
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as name:
        folder = Path(name)

        def listed(what: Sequence[str]) -> Listing:
            inputs.load_directory(folder, fetched, sums, opened.settings["GOVERSION"].removeprefix("go"))
            return list_packages(opened.go, what, flags=flags, cwd=folder)

        packages = leave_out_unrequired(listed(patterns), listed, opened.module)
        check_cgo_flags(opened.go, packages, flags, folder)
    return packages


def _configuration(settings: Mapping[str, str], options: BuildOptions) -> Configuration:
    variable = _ARCH.get(settings["GOARCH"], "")
    return Configuration(
        go=settings["GOVERSION"].split()[0],
        goos=settings["GOOS"],
        goarch=settings["GOARCH"],
        arch=f"{variable}={settings[variable]}" if settings.get(variable) else "",
        cgo=settings["CGO_ENABLED"] == "1",
        tags=options.tags,
        experiment=settings.get("GOEXPERIMENT", ""),
        buildmode=options.buildmode,
    )


def _vouched(packages: tuple[Package, ...], sums: GoSum, *, checked: bool) -> frozenset[str]:
    """Return the modules whose zip a go.sum line names; all of them where a checksum database was asked too.

    Raises:
        TrustError: a line names another sum than the zip has.
    """
    modules = {package.module.replace or package.module for package in packages if package.module}
    confirmed = {f"{m.path}@{m.version}": sums.confirm_zip(m.path, m.version, m.sum) for m in modules if m.sum}
    return frozenset(name for name, found in confirmed.items() if found or checked)


def check_trust(loaded: Loaded) -> None:
    """Raise what the go command said against a sum, before anything is built.

    A go.sum that lacks a line is no such word where only main packages that ``./...`` skips need the line: `go mod
    tidy` does not look at them either. They alone then do not load.

    Raises:
        TrustError: a module's zip or go.mod is not what go.sum says, or has no line there.
    """
    skipped = {one.import_path for one in loaded.mains.classified if one.package.skipped}
    by_path = {package.import_path: package for package in loaded.packages}
    roots = [package.import_path for package in loaded.packages if package.named and package.import_path not in skipped]
    needed = {package.import_path for root in roots for package in closure(root, by_path)}
    found = {
        _named(package, what): None
        for package in loaded.packages
        for _, what in package.errors
        if package.import_path in needed or "missing go.sum entry" not in what
    }
    refused = [message for message in found if isinstance(error_of(message), TrustError)]
    if refused:
        raise error_of("\n".join(refused))


def _named(package: Package, what: str) -> str:
    """Say of which package the go command speaks, where it does not: what it finds wrong in a zip names no module."""
    return f"{package.import_path}: {what}" if what.startswith("zip: ") else what
