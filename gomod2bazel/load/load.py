"""Load a module: all that its binaries need, as the go command lists it, each module verified on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.errors import TrustError, UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.broken_packages import unbuildable
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.gccgo import without_standard
from gomod2bazel.golang.command.gocommand import REFUSED_C_FLAG, error_of
from gomod2bazel.golang.command.golist import Package, list_flags
from gomod2bazel.golang.command.modinfo import closure_of
from gomod2bazel.golang.command.patterns import Scope
from gomod2bazel.load import fips140
from gomod2bazel.load.archives.find import with_archives
from gomod2bazel.load.coverage import unused_patterns
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.input.verified import report_unverified
from gomod2bazel.load.listing import list_module
from gomod2bazel.load.unlinkable import find_mainless
from gomod2bazel.load.vcs_stamps import Stamp, read_stamps
from gomod2bazel.options.flag_values import platform_hint
from gomod2bazel.options.options import ChooseOptions, CompileOptions, LoadOptions

if TYPE_CHECKING:
    from gomod2bazel.golang.proxy.patches.patched import PatchedModule

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
        verified: ``PATH@VERSION`` of modules that a go.sum or a checksum database verified.
        sources: where modules came from, as GOPROXY.
        root: the tree's folder where the module is a main module, else None.
        scope: what patterns of -gcflags and the like are relative to.
        stamps: what -buildvcs records, by import path of main packages.
        opened: the module that it was loaded from.
        patched: modules that a baseline patches, by module path.
        mainless: main packages that cannot be linked, as they have no func main.
        options: what it was loaded with.
        files_named: each file that the command line, the baseline, ``go env`` or a rule for binaries names.
    """

    module: Version
    packages: tuple[Package, ...]
    mains: MainPackages
    configuration: Configuration
    settings: Mapping[str, str]
    verified: frozenset[str]
    sources: str
    root: Path | None
    scope: Scope = field(default_factory=Scope)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    opened: InputModule | None = None
    patched: Mapping[str, PatchedModule] = field(default_factory=dict)
    mainless: frozenset[str] = frozenset()
    options: LoadOptions = field(default_factory=LoadOptions)
    files_named: tuple[Path, ...] = ()

    def narrowed(self, choose: ChooseOptions) -> ChooseOptions:
        """Return which binaries are wanted, given the packages that INPUT names; see `ChooseOptions.of_packages`."""
        return choose.of_packages(self.opened.packages if self.opened else ())


def load(source: OpenedInput) -> Loaded:
    """List the packages of a module and all they need.

    Args:
        source: the module, opened.

    Raises:
        UsageError: go.mod of a path@version holds directives that count only in a main module; or no package is built.
        Gomod2bazelError: nothing could be listed; the class tells what kind of failure it was.
    """
    opened, mains, options = source.opened, source.mains, source.options.load
    configuration = _configuration(opened.settings, options)
    packages, verified = list_module(source, configuration)
    module, root = (Version(opened.module.path), opened.root) if opened.is_main else (opened.module, None)
    stamps = _stamps(opened, packages, options) if opened.is_main else {}
    required = source.options.sources.require_verified
    report_unverified(_unverified(opened, packages, verified), source.session, required=required)
    compiled = options.compile
    packages = without_standard(packages) if compiled.compiler == "gccgo" else packages
    opened.remember({Version(p.module.path, p.module.version) for p in packages if p.module})
    pkgdir = Path(options.pkgdir) if options.pkgdir else None
    packages = with_archives(packages, configuration, install_suffix=compiled.installsuffix, pkgdir=pkgdir)
    scope = _scope(source, root)
    for pattern in unused_patterns(compiled.coverage, packages, scope):
        source.session.warn(f"no packages being built depend on matches for pattern {pattern}")
    return Loaded(
        module=module,
        packages=packages,
        mains=mains,
        configuration=configuration,
        settings=opened.settings,
        verified=verified,
        sources=opened.sources.goproxy,
        root=root,
        scope=scope,
        stamps=stamps,
        opened=opened,
        options=options,
        mainless=find_mainless(packages, options.overlaid, configuration.buildmode),
        files_named=source.files_named,
    )


def _unverified(opened: InputModule, packages: Sequence[Package], verified: Collection[str]) -> set[Version]:
    """Return the modules that were fetched and that nothing verifies; what is in a tree of the user was not fetched."""
    modules = {Version(p.home.path, p.home.version) for p in packages if p.module and p.home.version}
    unverified = {module for module in modules if str(module) not in verified}
    fetched = opened.fetched
    if opened.is_main and fetched and not opened.verifies(fetched.version, fetched.sum):
        unverified.add(fetched.version)
    return unverified


def _scope(source: OpenedInput, root: Path | None) -> Scope:
    """Return what patterns mean: a tree's own folder is where ``go build`` is run, path@version has none of its own."""
    tools: tuple[str, ...] = ()
    compiled = source.options.load.compile
    given = (*compiled.gcflags, *compiled.asmflags, *compiled.ldflags, *compiled.coverage.coverpkg)
    if root and any(text.strip().startswith("tool") for text in given):
        flags = list_flags(source.options.load)
        tools = tuple(source.opened.go.run("list", "-e", *flags, "--", "tool", cwd=root).out.split())
    return Scope(folder=str(root or source.session.cwd), tools=tools)


def _stamps(opened: InputModule, packages: Sequence[Package], options: LoadOptions) -> Mapping[str, Stamp]:
    if options.buildvcs == "false":
        return {}
    named = [p.import_path for p in packages if p.named and p.name == "main"]
    bad = unbuildable(packages)
    mains = [path for path in named if path not in bad]
    return read_stamps(opened.go, mains, list_flags(options), opened.root, buildvcs=options.buildvcs)


def _configuration(settings: Mapping[str, str], options: LoadOptions) -> Configuration:
    _check_platform(settings)
    variable = _ARCH.get(settings["GOARCH"], "")
    fips = fips140.version_of(settings.get("GOFIPS140", ""), Path(settings.get("GOROOT", "")))
    compiled = options.compile
    instruments = {"race": compiled.race, "msan": compiled.msan, "asan": compiled.asan}
    return Configuration(
        go=settings["GOVERSION"].split()[0],
        goos=settings["GOOS"],
        goarch=settings["GOARCH"],
        arch=f"{variable}={settings[variable]}" if settings.get(variable) else "",
        cgo=settings["CGO_ENABLED"] == "1",
        tags=(*options.tags, *fips140.tags_of(fips)),
        experiment=settings.get("GOEXPERIMENT", ""),
        buildmode=_buildmode(settings, compiled),
        fips140=fips,
        compiler=compiled.compiler,
        instrument=next((name for name, on in instruments.items() if on), ""),
    )


def _check_platform(settings: Mapping[str, str]) -> None:
    """Refuse a platform that this Go has no port to, as ``go build`` does; ``go list`` lists for any.

    Raises:
        UsageError: GOOS and GOARCH are not a supported pair.
    """
    # What `go tool dist list` prints, which would have to be compiled first.
    path = Path(settings.get("GOROOT", ""), "src/internal/platform/zosarch.go")
    pair = f'{{"{settings["GOOS"]}", "{settings["GOARCH"]}"}}'
    if path.is_file() and pair not in read_text(path):
        platform = f"{settings['GOOS']}/{settings['GOARCH']}"
        raise UsageError(f"unsupported GOOS/GOARCH pair {platform}", hint=platform_hint(platform))


def _buildmode(settings: Mapping[str, str], options: CompileOptions) -> str:
    """Return -buildmode; -msan makes the default one pie (cmd/go/internal/work, instrumentInit)."""
    elsewhere = (settings["GOOS"], settings["GOARCH"]) != ("linux", "amd64")
    return "pie" if options.msan and elsewhere and options.buildmode == "default" else options.buildmode


def check_trust(loaded: Loaded) -> None:
    """Raise the checksum errors of the go command, before anything is built.

    A missing go.sum line is not an error where only main packages that ``./...`` skips need the line: `go mod
    tidy` does not look at them either. They alone then do not load.

    Raises:
        TrustError: a module's zip or go.mod is not what go.sum says, or has no line there.
    """
    skipped = {main.import_path for main in loaded.mains.classified if main.package.skipped}
    by_path = {package.import_path: package for package in loaded.packages}
    roots = [package.import_path for package in loaded.packages if package.named and package.import_path not in skipped]
    needed = {package.import_path for package in closure_of(roots, by_path)}
    unverified = {
        _named(package, where, what): None
        for package in loaded.packages
        for where, what in package.errors
        if package.import_path in needed or "missing go.sum entry" not in what
        # Of #cgo flags that are refused only what needs them is not built.
        if not any(phrase in what for phrase in REFUSED_C_FLAG)
    }
    refused = [message for message in unverified if isinstance(error_of(message), TrustError)]
    if refused:
        raise error_of("\n".join(refused))


def _named(package: Package, where: str, what: str) -> str:
    """Add the module to errors about a zip, which the go command reports without it."""
    if what.startswith("missing go.sum entry") and where:
        return f"{where}: {what}"
    of_zip = ("zip: ", "dirhash: ", "readat ", "unexpected EOF")
    return f"{package.import_path}: {what}" if what.startswith(of_zip) else what
