"""The fetch command: a goproxy hierarchy with all that some inputs need, to be carried to where there is no network.

What an input needs is found by loading it as a build does, into a module cache that is empty at first: what the go
command has asked for is then all that a build will ask for. It was verified on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.files import (
    copy_file,
    make_folder,
    read_bytes,
    remove_tree,
    write_file,
)
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import MissingModuleError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.baseline.load_input import load_all, missing_of
from gomod2bazel.commands.fetch.hierarchy import SUFFIXES, cached_versions, held_hierarchy, put_modules
from gomod2bazel.golang.command.broken_packages import problems_of_tests, unbuildable
from gomod2bazel.golang.command.gocommand import GoCommand, error_of
from gomod2bazel.golang.proxy.dirhash import hash_go_mod, hash_zip
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.file_entries import file_entries
from gomod2bazel.install.record import Run
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.missing_modules import all_missing
from gomod2bazel.load.input.toolchains import TOOLCHAIN
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import ChooseOptions, Options
from gomod2bazel.provision.go import go_for

__all__ = ["fetch"]


def fetch(session: Session, options: Options, inputs: Sequence[Input]) -> None:
    """Fill the hierarchy ``options.destination`` with what builds of ``inputs`` ask for; print their go.sum lines.

    Args:
        session: environment, caches, runner.
        options: platforms, sets and sources are those of the builds to come.
        inputs: The modules to fetch for.

    Raises:
        MissingModuleError: no source has what an input needs.
        TrustError: a sum is not what it should be, or the hierarchy holds another file for a version.
        InstallError: the hierarchy cannot be written.
    """
    destination = Destination(destination=options.install.destination, prefix=options.install.prefix)
    # Before anything is fetched.
    destination.check()
    if options.install.result_file:
        result.check_place(session.cwd / options.install.result_file)
    session, recorder = with_recorder(session)
    go = go_for(session, fetch=not options.module.sources.offline)
    sums: dict[str, None] = {}
    with temporary_folder() as name:
        cache = Path(name)
        try:
            for module_input in inputs:
                loaded = load_all(session, replace(options.module, input=module_input), options.choose, go, fresh=cache)
                _check(loaded, options.choose, session)
                _complete(loaded[0], cache)
                sums |= dict.fromkeys((*_go_sum(loaded[0].opened), *_toolchain(loaded[0], cache)))
            with held_hierarchy(destination):
                installed = put_modules(cache, destination)
        finally:
            remove_tree(cache)
    if options.report.json:
        fields = {"destination": options.install.destination, "sums": [line.rstrip() for line in sums]}
        session.out(document({**fields, "files": file_entries(installed)}, recorder))
    else:
        session.out("".join(sums))
    new = [file for file in installed if not file.unchanged]
    versions = count(
        len({file.record.import_path for file in installed if file.record.kind == "module"}), "module version"
    )
    files = count(len(installed), "file")
    session.say(f"{versions}, {files}, {len(new)} of them new, in {destination.real('')}")
    if options.install.result_file:
        run = Run(
            tool_version=__version__,
            go_version=loaded[0].configuration.go,
            input=" ".join(input_.text for input_ in inputs),
        )
        records = [file.record for file in installed]
        result.write(session.cwd / options.install.result_file, options.install.result_format, records, run)


def _check(loaded: Sequence[Loaded], options: ChooseOptions, session: Session) -> None:
    """Refuse an input that lacks modules; what does not build for other reasons needs no more than was fetched.

    Raises:
        MissingModuleError: no source has a module that a binary needs, or with -t a test.
        UsageError: -t is given, and the input's tests are not its user's.
    """
    for unit in loaded:
        if unit.options.tests:
            _check_tests(unit, session)
        error = missing_of(unit, make_lock(unit, options), options)
        if isinstance(error, MissingModuleError) and error.modules:
            raise error
        if error:
            session.warn(f"incomplete: {error}")


def _check_tests(loaded: Loaded, session: Session) -> None:
    """Refuse a tree with tests that lack modules, as `_check` does."""
    if loaded.root is None:
        raise UsageError(
            f"-t does not apply to {loaded.module}: only main modules have their tests loaded",
            hint="name an unpacked tree, or add -main-module",
        )
    by_path = {package.import_path: package for package in loaded.packages}
    bad = unbuildable(loaded.packages)
    for package in loaded.packages:
        problems = problems_of_tests(package, package.tests, by_path, bad) if package.tests else ()
        errors = [error_of(problem) for problem in problems]
        missing = next((error for error in errors if isinstance(error, MissingModuleError)), None)
        if missing and loaded.opened:
            raise all_missing(missing, loaded.opened, loaded.options) from missing
        for error in errors:
            session.warn(f"incomplete: {error}")


def _complete(loaded: Loaded, cache: Path) -> None:
    """Bring .info of the modules whose zip is there: loading has no need of it, other users of a goproxy have."""
    if loaded.opened is None:
        return
    lacking = [
        str(cached.module) for cached in cached_versions(cache) if {f.suffix for f in cached.files} == {".zip", ".mod"}
    ]
    if lacking:
        _go(loaded.opened.go, cache).run("mod", "download", "-json", *lacking, cwd=_scratch(cache))


def _go(go: GoCommand, cache: Path) -> GoCommand:
    return go.with_environment(GOMODCACHE=str(cache), GOFLAGS="-modcacherw", GOWORK="off")


def _scratch(cache: Path) -> Path:
    """Return a folder with a separate module, without go.sum: zips that are there were verified."""
    folder = cache / "scratch"
    make_folder(folder)
    write_file(folder / "go.mod", "module gomod2bazel.invalid/fetch\n")
    return folder


def _go_sum(opened: InputModule | None) -> Iterator[str]:
    """Yield the go.sum lines of the input itself; what it needs is in its own go.sum."""
    if opened is None or opened.fetched is None:
        return
    cached = next(version for version in cached_versions(opened.cache) if version.module == opened.module)
    files = {file.suffix: file for file in cached.files}
    yield f"{opened.module.path} {opened.module.version} {opened.fetched.sum}\n"
    yield f"{opened.module.path} {opened.module.version}/go.mod {hash_go_mod(read_bytes(files['.mod']))}\n"


def _toolchain(loaded: Loaded, cache: Path) -> Iterator[str]:
    """Add the toolchain module that the input was loaded with, where it is not the Go of this machine.

    Yields:
        Its go.sum lines.
    """
    goroot = Path(loaded.settings["GOROOT"])
    path, _, version = f"{goroot.parent.name}/{goroot.name}".partition("@")
    if path != TOOLCHAIN or loaded.opened is None:
        return
    module, kept = Version(path, version), goroot.parents[1] / "cache" / "download" / path / "@v"
    into = cache / "cache" / "download" / path / "@v"
    make_folder(into)
    for suffix in SUFFIXES:
        copy_file(kept / f"{version}{suffix}", into / f"{version}{suffix}")
    yield f"{module.path} {module.version} {hash_zip(into / f'{version}.zip')}\n"
    yield f"{module.path} {module.version}/go.mod {hash_go_mod(read_bytes(into / f'{version}.mod'))}\n"
