"""What the go command lists of a module: its packages and all they need, each module verified on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.golist import Listing, Module, Package, list_flags, list_packages
from gomod2bazel.golang.command.std_packages import standard_patterns
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.load.c_code.cgo_flags import check_cgo_flags
from gomod2bazel.load.c_code.surroundings import check_surroundings
from gomod2bazel.load.go_debug import check_directives
from gomod2bazel.load.input.consistency import check_go_mods
from gomod2bazel.load.input.fetched import Fetched
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.input.verified import confirm, verified_modules
from gomod2bazel.load.requested import Requested, requested_by
from gomod2bazel.load.undeclared import settle_unrequired
from gomod2bazel.options.set_names import SETS

__all__ = ["list_module", "patterns_of"]


def list_module(source: OpenedInput, configuration: Configuration) -> tuple[tuple[Package, ...], frozenset[str]]:
    """List the packages that are built and all they need.

    Args:
        source: the module, opened.
        configuration: what it is built for.

    Returns:
        The packages, and the modules that something verifies, as PATH@VERSION.

    Raises:
        UsageError: there is no package to build, or constraints exclude them all.
        Gomod2bazelError: nothing could be listed.
    """
    opened, options = source.opened, source.options.load
    patterns = (*patterns_of(source), *options.more)
    try:
        if opened.fetched is None or opened.is_main:
            return _load_main(source, patterns)
        requested = requested_by(source.mains, source.choose, options.compile.buildmode)
        return _load_version(source, opened.fetched, patterns, requested)
    except BuildError as error:
        if not error.matched_nothing:
            raise
        # Imported here: most modules have packages.
        from gomod2bazel.load.input.excluded import nothing_built  # noqa: PLC0415

        raise nothing_built(source.mains, configuration, opened.root, source.session.cwd) from error


def patterns_of(source: OpenedInput) -> tuple[str, ...]:
    """Return what to list: all that ``./...`` finds, and by its import path each wanted main package that it skips.

    One that is named is listed in any case: where it cannot be built, the go command then says why.
    """
    opened, choose = source.opened, source.choose
    every = "./..." if opened.is_main else f"{opened.module.path}/..."
    paths = [
        main.import_path
        for main in source.mains.classified
        if main.set in SETS
        and (main.import_path in choose.binaries or (main.package.skipped and choose.takes(main.import_path, main.set)))
    ]
    return (every, *paths, *standard_patterns(source.options.load.standard))


def _load_main(source: OpenedInput, patterns: Sequence[str]) -> tuple[tuple[Package, ...], frozenset[str]]:
    """Return the packages of a main module, and the modules that its own go.sum verifies: all there are."""
    packages = _list_main(source, patterns)
    actual = (package.home for package in packages if package.module and package.module.version)
    confirm(packages, source.opened.sums)
    return packages, frozenset(str(Version(module.path, module.version)) for module in actual)


def _load_version(
    source: OpenedInput, fetched: Fetched, patterns: Sequence[str], requested: Callable[[Package], Requested]
) -> tuple[tuple[Package, ...], frozenset[str]]:
    """Return the packages of path@version, and the modules that something verifies."""
    opened = source.opened
    sums = opened.sums.merged([gosum.read(opened.root / "go.sum")])
    packages = _list_version(source, fetched, patterns, sums, requested)
    verified = verified_modules(packages, sums, opened)
    if source.options.load.compile.coverage.cover:
        source.session.warn(
            "-cover does not instrument MODULE@VERSION, like go install", hint="-main-module instruments it"
        )
    check_go_mods(opened.cache, (p.home for p in packages if p.module and _name(p.home) not in verified))
    return packages, verified


def _list_main(source: OpenedInput, patterns: Sequence[str]) -> tuple[Package, ...]:
    """List packages of a main module, in its own folder: go.work, vendor and replace mean what they mean to go."""
    opened, options, cwd = source.opened, source.options.load, source.session.cwd
    flags = list_flags(options)
    packages = list_packages(opened.go, patterns, flags=flags, cwd=opened.root, tests=options.tests).packages
    packages = check_directives(opened.go, packages, flags, opened.root, options.overlaid)
    shown = [replace(p, errors=tuple((_shorter(where, cwd), what) for where, what in p.errors)) for p in packages]
    return check_cgo_flags(opened.go, check_surroundings(shown), flags, opened.root)


def _shorter(position: str, cwd: Path) -> str:
    """Return a position relative to the user's folder where that is shorter (cmd/go/internal/base, ShortPath)."""
    relative = os.path.relpath(position, cwd) if position.startswith("/") else position
    return min(position, relative, key=len)


def _list_version(
    source: OpenedInput,
    fetched: Fetched,
    patterns: Sequence[str],
    sums: GoSum,
    requested: Callable[[Package], Requested],
) -> tuple[Package, ...]:
    """List packages of a fetched module, in a folder that requires it alone, as ``go install path@version`` has."""
    fetched.check_directives()
    opened, options = source.opened, source.options.load
    flags = list_flags(options, mod="mod")
    with temporary_folder() as name:
        folder = Path(name)

        def listed(what: Sequence[str]) -> Listing:
            fetched.write_load_directory(folder, sums, opened.settings["GOVERSION"].removeprefix("go"))
            if opened.go_mod:
                write_file(folder / "go.mod", opened.go_mod)
            return list_packages(opened.go, what, flags=flags, cwd=folder)

        kept = settle_unrequired(listed(patterns), listed, opened.module, requested)
        for package in kept.provided:
            # In the go command's words.
            source.session.note(f"found {package.import_path} in {package.home.path} {package.home.version}")
        checked = check_directives(opened.go, kept.packages, flags, folder, options.overlaid)
        cache = f"{opened.cache}/"
        packages = tuple(replace(p, errors=tuple((w.removeprefix(cache), e) for w, e in p.errors)) for p in checked)
        return check_cgo_flags(opened.go, packages, flags, folder)


def _name(module: Module) -> str:
    return f"{module.path}@{module.version}"
