"""The fetch command: a goproxy hierarchy with all that some inputs need, to be carried to where there is no network.

What an input needs is found by loading it as a build does, into a module cache that is empty at first: what the go
command has asked for is then all that a build will ask for. It was verified on the way.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gomod2bazel import __version__, result
from gomod2bazel.base.files import (
    copy_file,
    entries_of,
    file_errors,
    files_below,
    make_folder,
    read_bytes,
    read_text,
    remove_tree,
    write_file,
)
from gomod2bazel.base.scratch import temporary_folder
from gomod2bazel.baseline import semver
from gomod2bazel.destination import Destination
from gomod2bazel.dirhash import hash_go_mod, hash_zip
from gomod2bazel.errors import FileError, InstallError, MissingModuleError, TrustError, UsageError
from gomod2bazel.gocommand import GoCommand, error_of
from gomod2bazel.input_module import InputModule
from gomod2bazel.install import Binary, BuiltBinary, InstalledFile, install
from gomod2bazel.load import Loaded
from gomod2bazel.load_input import load_all, missing_of
from gomod2bazel.makelock import make_lock
from gomod2bazel.missing_modules import all_missing, said_missing
from gomod2bazel.options import BuildOptions
from gomod2bazel.provision import find_go
from gomod2bazel.record import Run
from gomod2bazel.session import Session
from gomod2bazel.toolchains import TOOLCHAIN
from gomod2bazel.unbuildable import problems_of_tests, unbuildable
from gomod2bazel.version import Version, unescape

__all__ = ["fetch"]

# In this order: a version is listed when all of it is there, and .info is what tells that it is.
_SUFFIXES = (".zip", ".mod", ".info")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Files of one module version, below the download folder of a module cache.

    Attributes:
        module: what it is.
        folder: PATH/@v, escaped.
        files: what is there of it.
    """

    module: Version
    folder: str
    files: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        """Whether it can be listed."""
        return len(self.files) == len(_SUFFIXES)


def fetch(session: Session, options: BuildOptions, inputs: Sequence[str]) -> None:
    """Fill the hierarchy ``options.destination`` with what builds of ``inputs`` ask for; print their go.sum lines.

    Args:
        session: environment, caches, runner.
        options: platforms, sets and sources are those of the builds to come.
        inputs: INPUT of each.

    Raises:
        MissingModuleError: no source has what an input needs.
        TrustError: a sum is not what it should be, or the hierarchy holds another file for a version.
        InstallError: the hierarchy cannot be written.
    """
    destination = Destination(destination=options.destination, prefix=options.prefix)
    go = find_go(session.environment, session.runner, session.caches, session.say, fetch=not options.offline)
    sums: dict[str, None] = {}
    with temporary_folder() as name:
        cache = Path(name)
        try:
            for one in dict.fromkeys(inputs):
                loaded = load_all(session, replace(options, input=one), go, options.sets, fresh=cache)
                _check(loaded, options, session)
                _complete(loaded[0], cache)
                sums |= dict.fromkeys((*_go_sum(loaded[0].opened), *_toolchain(loaded[0], cache)))
            with _held(destination):
                installed = _put(cache, destination)
        finally:
            remove_tree(cache)
    session.out("".join(sums))
    new = [file for file in installed if not file.unchanged]
    count = len({file.record.import_path for file in installed if file.record.kind == "module"})
    session.say(f"{count} module versions, {len(installed)} files, {len(new)} of them new, in {options.destination}")
    if options.result_file:
        run = Run(tool_version=__version__, go_version=loaded[0].configuration.go, input=" ".join(inputs))
        records = [file.record for file in installed]
        result.write(session.cwd / options.result_file, options.result_format, records, run)


def _check(loaded: Sequence[Loaded], options: BuildOptions, session: Session) -> None:
    """Refuse an input that lacks modules; what does not build for other reasons needs no more than was fetched.

    Raises:
        MissingModuleError: no source has a module that a binary needs, or with -t a test.
        UsageError: -t is given, and the input's tests are not its user's.
    """
    for one in loaded:
        if options.tests:
            _check_tests(one, options, session)
        error = missing_of(one, make_lock(one, options), options)
        if error and said_missing(error.what):
            raise error
        if error:
            session.say(f"not complete: {error}")


def _check_tests(loaded: Loaded, options: BuildOptions, session: Session) -> None:
    """Refuse a tree with tests that lack modules, as `_check` does."""
    if loaded.root is None:
        raise UsageError(
            f"-t: {loaded.module} is a module for others, who do not run its tests",
            hint="name an unpacked tree, or add -main-module",
        )
    by_path = {package.import_path: package for package in loaded.packages}
    bad = unbuildable(loaded.packages)
    for package in loaded.packages:
        problems = problems_of_tests(package, package.tests, by_path, bad) if package.tests else ()
        errors = [error_of(problem) for problem in problems]
        missing = next((error for error in errors if isinstance(error, MissingModuleError)), None)
        if missing and loaded.opened:
            raise all_missing(missing, loaded.opened, options) from missing
        for error in errors:
            session.say(f"not complete: {error}")


def _complete(loaded: Loaded, cache: Path) -> None:
    """Bring .info of the modules whose zip is there: loading has no need of it, other users of a goproxy have."""
    if loaded.opened is None:
        return
    lacking = [str(one.module) for one in _versions(cache) if {f.suffix for f in one.files} == {".zip", ".mod"}]
    if lacking:
        _go(loaded.opened.go, cache).run("mod", "download", "-json", *lacking, cwd=_scratch(cache))


def _go(go: GoCommand, cache: Path) -> GoCommand:
    return go.with_environment(GOMODCACHE=str(cache), GOFLAGS="-modcacherw", GOWORK="off")


def _scratch(cache: Path) -> Path:
    """Return a folder with a module of its own, without go.sum: zips that are there were verified."""
    folder = cache / "scratch"
    make_folder(folder)
    write_file(folder / "go.mod", "module gomod2bazel.invalid/fetch\n")
    return folder


def _go_sum(opened: InputModule | None) -> Iterator[str]:
    """Yield the go.sum lines of the input itself; what it needs is in its own go.sum."""
    if opened is None or opened.fetched is None:
        return
    found = next(one for one in _versions(opened.cache) if one.module == opened.module)
    files = {file.suffix: file for file in found.files}
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
    for suffix in _SUFFIXES:
        copy_file(kept / f"{version}{suffix}", into / f"{version}{suffix}")
    yield f"{module.path} {module.version} {hash_zip(into / f'{version}.zip')}\n"
    yield f"{module.path} {module.version}/go.mod {hash_go_mod(read_bytes(into / f'{version}.mod'))}\n"


def _versions(cache: Path) -> Iterator[_Found]:
    """Yield what a module cache holds."""
    download = cache / "cache" / "download"
    for folder in files_below(download, "@v"):
        where = folder.relative_to(download)
        names: defaultdict[str, list[Path]] = defaultdict(list)
        for suffix in _SUFFIXES:
            for file in entries_of(folder):
                if file.name.endswith(suffix):
                    names[file.name.removesuffix(suffix)].append(file)
        for name, files in names.items():
            module = Version(unescape(where.parent.as_posix()), unescape(name))
            yield _Found(module=module, folder=where.as_posix(), files=tuple(files))


@contextmanager
def _held(destination: Destination) -> Iterator[None]:
    """Keep other runs from writing lists of the hierarchy meanwhile."""
    with destination.open_folder() as here:
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
        try:
            with file_errors("lock", destination.destination):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _put(cache: Path, destination: Destination) -> list[InstalledFile]:
    """Copy what a module cache holds into a hierarchy; what is there stays."""
    versions = list(_versions(cache))
    _check_same(versions, destination)
    installed: list[InstalledFile] = []
    for one in versions:
        kept = [_kept(file, one.folder, destination) for file in one.files]
        installed += install([_file(source, one, "module") for source in kept], destination)
    lists = cache / "lists"
    make_folder(lists)
    for folder, names in _lists(versions, destination).items():
        source = lists / f"{len(entries_of(lists))}"
        write_file(source, "".join(f"{name}\n" for name in names))
        listed = Binary(import_path=folder, name="list", folder=folder, kind="list")
        installed += install([BuiltBinary(binary=listed, source=source)], destination)
    return [*installed, *_put_latest(versions, destination), *_put_database(cache, destination)]


def _file(source: Path, one: _Found, kind: str) -> BuiltBinary:
    module = one.module
    binary = Binary(
        import_path=str(module),
        name=source.name,
        folder=one.folder,
        kind=kind,
        module=module.path,
        version=module.version,
    )
    return BuiltBinary(binary=binary, source=source)


def _kept(file: Path, folder: str, destination: Destination) -> Path:
    """Return what stands at a file's place already, or else the file: sources write .info in their own ways."""
    there = destination.real(file.name, folder)
    return there if there.is_file() and not there.is_symlink() else file


def _check_same(versions: Iterable[_Found], destination: Destination) -> None:
    """Refuse a hierarchy that holds something else for a version, all such files at once.

    Raises:
        TrustError: it does.
    """
    problems = []
    for one in versions:
        for file in one.files:
            there = destination.real(file.name, one.folder)
            if there.is_file() and not _is_same(file, there):
                shown = destination.shown(file.name, one.folder)
                problems.append(f"{shown}: it is not what the sources have for {one.module}")
    if problems:
        raise TrustError("\n".join(problems), hint="a version never changes: find out which one is right")


def _is_same(file: Path, there: Path) -> bool:
    if file.suffix == ".info" or read_bytes(file) == read_bytes(there):
        return True
    # Packed in another way, the same content has the same sum.
    return file.suffix == ".zip" and _sum(there) == hash_zip(file)


def _sum(file: Path) -> str:
    try:
        return hash_zip(file)
    except TrustError:
        return ""


def _lists(versions: Iterable[_Found], destination: Destination) -> Mapping[str, list[str]]:
    """Return the versions to list, by folder: those that are whole, and those that are listed already."""
    listed: dict[str, list[str]] = {}
    for one in versions:
        # Pseudo-versions are not listed (Go Modules Reference, "GOPROXY protocol"); asked for by name, they are there.
        # A list must be there all the same, or nobody asks for @latest.
        if one.complete:
            names = listed.setdefault(one.folder, [])
            names += [] if _is_pseudo(one.module.version) else [one.module.version]
    for folder, names in listed.items():
        there = destination.real("list", folder)
        try:
            known = read_text(there).split("\n") if there.is_file() else []
        except FileError as error:
            raise InstallError(error.what, hint="remove it, and fetch again") from error
        listed[folder] = sorted({*(line for line in known if line.strip()), *names})
    return listed


def _put_latest(versions: Iterable[_Found], destination: Destination) -> list[InstalledFile]:
    """Copy .info of the newest version to ``@latest`` where none is listed: a missing requirement asks for that."""
    found: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    for one in versions:
        if one.complete:
            found[one.folder][one.module.version] = _kept(one.files[_SUFFIXES.index(".info")], one.folder, destination)
    installed: list[InstalledFile] = []
    for folder, infos in found.items():
        there = destination.real("list", folder)
        if there.is_file() and there.read_bytes().strip():
            continue
        kept = destination.real("@latest", folder.removesuffix("/@v"))
        version = max([*infos, *([_version_of(kept)] if kept.is_file() else ())], key=semver.key)
        if version in infos:
            module = folder.removesuffix("/@v")
            binary = Binary(import_path=module, name="@latest", folder=module, kind="list")
            installed += install([BuiltBinary(binary=binary, source=infos[version])], destination)
    return installed


def _version_of(info: Path) -> str:
    """Return the version that an .info file is of; the lowest there can be where it is none."""
    try:
        version = str(json.loads(info.read_bytes())["Version"])
        semver.key(version)
    except (ValueError, KeyError, TypeError):
        return "v0.0.0-0"
    return version


def _is_pseudo(version: str) -> bool:
    """Tell whether a version names a commit (golang.org/x/mod/module, IsPseudoVersion)."""
    return bool(re.fullmatch(r"v\d+\.(0\.0-|\d+\.\d+-([^+]*\.)?0\.)\d{14}-[A-Za-z0-9]+(\+[0-9A-Za-z.-]+)?", version))


def _put_database(cache: Path, destination: Destination) -> list[InstalledFile]:
    """Copy what the checksum database said, where one was asked, so that the hierarchy can answer for it."""
    root = cache / "cache" / "download" / "sumdb"
    installed: list[InstalledFile] = []
    for file in sorted(path for path in files_below(root) if path.is_file() and path.stat().st_size):
        name = PurePosixPath("sumdb", file.relative_to(root).as_posix())
        binary = Binary(import_path=str(name), name=name.name, folder=str(name.parent), kind="sumdb")
        installed += install([BuiltBinary(binary=binary, source=file)], destination)
    for database in (path for path in entries_of(root) if path.is_dir()) if root.is_dir() else ():
        source = cache / "supported"
        write_file(source, "")
        binary = Binary(import_path=database.name, name="supported", folder=f"sumdb/{database.name}", kind="sumdb")
        installed += install([BuiltBinary(binary=binary, source=source)], destination)
    return installed
