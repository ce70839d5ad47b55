"""The command binary-package create: a module whose packages are archives, from one with sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.files import make_folder, read_bytes, walk, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.binary_package.compiled import Platform, compile_packages
from gomod2bazel.commands.binary_package.stub import (
    IMPORTS,
    STUB,
    go_folders,
    imports_text,
    kept_files,
    package_doc,
    stub_text,
)
from gomod2bazel.commands.command_line.arguments import check_destination, read_only_input
from gomod2bazel.commands.pack.pack import pack_tree, tree_at, users_go
from gomod2bazel.commands.pack.serve import held_folder
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.proxy.dirhash import hash_go_mod, hash_zip
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.file_entries import file_entries
from gomod2bazel.install.install import Binary, BuiltBinary, InstalledFile, install
from gomod2bazel.install.record import Run
from gomod2bazel.load.archives.folder import archive_name
from gomod2bazel.load.input.fetched import Fetched
from gomod2bazel.load.input.input_module import Opener
from gomod2bazel.load.input.main_packages import check_whole
from gomod2bazel.load.input.verified import report_unverified
from gomod2bazel.options.flags import parse_only
from gomod2bazel.options.module_input import ModuleInput, TreeInput
from gomod2bazel.options.options import InstallOptions, Options, with_values

__all__ = ["create", "stub_files"]


def create(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Write a module tree without the sources of its packages to -destination; return the exit code.

    Raises:
        Gomod2bazelError: the module cannot be had or compiled, or its tree cannot be written.
    """
    options, words = parse_only(arguments, flags, "binary-package create")
    session, recorder = with_recorder(session.in_folder(options.chdir))
    usage = "gomod2bazel binary-package create -destination DIR example.com/m@v1.2.3"
    options = with_values(options, {"input": read_only_input(words, session, usage)})
    check_destination(arguments, "binary-package create", "an empty or a new folder")
    destination = Destination(destination=options.install.destination, prefix=options.install.prefix)
    with chdir(session.cwd), temporary_folder() as name:
        _check_empty(destination)
        go = users_go(session)
        with _compiled(session, options, go, Path(name)) as (fetched, platforms):
            built = _tree(fetched, platforms, options, Path(name, "made"))
            if options.install.result_file:
                shown = [destination.shown(file.binary.name, file.binary.folder) for file in built]
                result.check(session.cwd / options.install.result_file, options.install.result_format, shown)
            installed = install(built, destination)
        _finish(session, options, installed, go)
        if options.report.json:
            version = fetched.version
            fields = {"destination": options.install.destination, "module": version.path, "version": version.version}
            session.out(document({**fields, "files": file_entries(installed)}, recorder))
    return 0


@contextmanager
def _compiled(
    session: Session, options: Options, go: GoCommand, scratch: Path
) -> Iterator[tuple[Fetched, list[Platform]]]:
    """Compile the module for each platform; an unpacked tree is packed first, and so gets its version."""
    packed = isinstance(options.module.input, TreeInput)
    if packed:
        options = _packed(session, options, go, scratch)
    elif options.pack.version:
        raise UsageError("-version: INPUT is not an unpacked tree", hint="write example.com/m@v1.2.3")
    opener = Opener(session=session, go=go.path)
    opened = [opener.open(options.module, platform) for platform in options.module.load.platforms or (None,)]
    try:
        check_whole(opened[0], "binary-package")
        fetched = opened[0].fetched
        if fetched is None:
            raise UsageError(f"{options.module.input.text} is not a module version", hint="write example.com/m@v1.2.3")
        _check_directives(fetched)
        # Its sources are compiled and shipped.
        unverified = [] if opened[0].verifies(fetched.version, fetched.sum) else [fetched.version]
        report_unverified(unverified, session, required=options.module.sources.require_verified)
        yield (
            fetched,
            [compile_packages(module, fetched, options.module.load, options.pack.packages) for module in opened],
        )
    finally:
        if packed:
            # Its name stands for a source that is gone in a moment.
            opened[0].module_cache.discard()


def _packed(session: Session, options: Options, go: GoCommand, scratch: Path) -> Options:
    """Pack an unpacked tree into a separate hierarchy; return options that name it there."""
    tree = tree_at(session, options.module.input, options.pack.version, go)
    root = scratch / "goproxy"
    make_folder(scratch / "pack")
    pack_options = replace(options, install=InstallOptions(destination=str(root)))
    files = {file.real.suffix: file.real for file in pack_tree(session, tree, go, pack_options, scratch / "pack")}
    module = tree.module
    lines = f"{module.path} {module.version} {hash_zip(files['.zip'])}\n"
    lines += f"{module.path} {module.version}/go.mod {hash_go_mod(read_bytes(files['.mod']))}\n"
    write_file(scratch / "go.sum", lines)
    rest = options.module.sources.goproxy or go.settings(("GOPROXY",))["GOPROXY"]
    goproxy = f"{root.as_uri()},{rest}"
    return with_values(
        options, {"input": ModuleInput.of(module), "goproxy": goproxy, "sumfile": str(scratch / "go.sum")}
    )


def _check_directives(fetched: Fetched) -> None:
    try:
        fetched.check_directives()
    except UsageError as error:
        raise UsageError(
            error.what, hint="remove them from go.mod: they do not apply where the module is required"
        ) from error


def _check_empty(destination: Destination) -> None:
    """Refuse a folder with files in it: sources of an earlier run would be shipped with the rest."""
    if not destination.check():
        return
    with held_folder(destination, "") as (_, names):
        if names:
            message = f"{destination.destination} is not empty: existing files would become part of the module"
            raise InstallError(message, hint="give -destination an empty or a new folder")


def _tree(fetched: Fetched, platforms: Sequence[Platform], options: Options, scratch: Path) -> list[BuiltBinary]:
    """Return the files of the tree: what is kept, stubs, imports and archives."""
    files = [Path(folder, name) for folder, _, names in walk(fetched.dir) for name in names]
    names = [file.relative_to(fetched.dir).as_posix() for file in files]
    kept = _kept(names, fetched, platforms, every=not options.pack.packages)
    built = [_built(name, fetched.dir / name, fetched, "source") for name in kept]
    for name, text in stub_files(fetched, platforms).items():
        path = scratch / name
        make_folder(path.parent)
        write_file(path, text)
        built.append(_built(name, path, fetched, "stub"))
    for platform in platforms:
        for compiled in platform.compiled:
            name = archive_name(f"{platform.goos}_{platform.goarch}", compiled.package.import_path)
            made = _built(name, compiled.archive, fetched, "archive")
            binary = replace(
                made.binary,
                import_path=compiled.package.import_path,
                goos=platform.goos,
                goarch=platform.goarch,
            )
            built.append(replace(made, binary=binary))
    return built


def _kept(names: Sequence[str], fetched: Fetched, platforms: Sequence[Platform], *, every: bool) -> list[str]:
    """Return the files that are shipped as they are.

    Where every package is to be an archive, only what main packages have is kept; also of packages that no platform of
    these has. Otherwise all is kept but what goes with the packages that -package names.
    """
    closed = {_folder(compiled.package.dir, fetched) for platform in platforms for compiled in platform.compiled}
    mains = {
        _folder(package.dir, fetched)
        for platform in platforms
        for package in platform.packages
        if package.name == "main"
    }
    folders = {folder: folder in mains if every else folder not in closed for folder in go_folders(names)}
    return kept_files(names, folders, otherwise=not every)


def stub_files(fetched: Fetched, platforms: Sequence[Platform]) -> Mapping[str, str]:
    """Return the text of each file that stands for sources, by its path in the module."""
    stubs: dict[str, str] = {}
    by_path: dict[str, list[tuple[Platform, Package]]] = {}
    for platform in platforms:
        for compiled in platform.compiled:
            by_path.setdefault(compiled.package.import_path, []).append((platform, compiled.package))
    for made in by_path.values():
        package = made[0][1]
        folder = _folder(package.dir, fetched)
        prefix = f"{folder}/" if folder else ""
        common = frozenset[str].intersection(*(frozenset(stub.imports) for _, stub in made))
        stubs[f"{prefix}{STUB}"] = stub_text(package.name, package_doc(package), common)
        for platform, stub_imports in made:
            if platform_imports := {*stub_imports.imports} - common:
                stubs[prefix + IMPORTS % (platform.goos, platform.goarch)] = imports_text(
                    package.name, platform_imports
                )
    return stubs


def _folder(path: str, fetched: Fetched) -> str:
    return Path(path).relative_to(fetched.dir).as_posix().removeprefix(".")


def _built(name: str, source: Path, fetched: Fetched, kind: str) -> BuiltBinary:
    folder, _, file_name = name.rpartition("/")
    version = fetched.version
    binary = Binary(
        import_path=name, name=file_name, folder=folder, kind=kind, module=version.path, version=version.version
    )
    return BuiltBinary(binary=binary, source=source)


def _finish(session: Session, options: Options, installed: Sequence[InstalledFile], go: GoCommand) -> None:
    if options.install.result_file:
        version = go.settings(("GOVERSION",))["GOVERSION"]
        run = Run(tool_version=__version__, go_version=version, input=options.module.input.text)
        records = [file.record for file in installed]
        result.write(session.cwd / options.install.result_file, options.install.result_format, records, run)
    kept = [file for file in installed if file.record.kind == "source" and file.record.path.endswith(".go")]
    archives = [file for file in installed if file.record.kind == "archive"]
    for file in archives:
        session.say(str(file.real))
    are = "is" if len(kept) == 1 else "are"
    session.say(f"{count(len(archives), 'archive')}; {count(len(kept), 'Go file')} {are} shipped as source")
