"""The commands pack and index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import chdir
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import entries_of
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import escape, is_pseudo
from gomod2bazel.commands.command_line.arguments import check_destination, read_only_input
from gomod2bazel.commands.pack.revision import Git
from gomod2bazel.commands.pack.serve import info_text, list_file, serve
from gomod2bazel.commands.pack.tree import ModuleTree, open_tree
from gomod2bazel.commands.pack.zipper import zipper_of
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.hierarchy import (
    FILES,
    list_text,
    module_folders,
    versions_folder,
    whole_versions,
)
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.file_entries import file_entries
from gomod2bazel.install.install import InstalledFile
from gomod2bazel.install.record import Run
from gomod2bazel.options.flags import parse_only
from gomod2bazel.options.module_input import Input, TreeInput
from gomod2bazel.options.options import Options
from gomod2bazel.provision.go import go_for

__all__ = ["index", "pack", "pack_tree", "tree_at"]

_FOLDER = "the folder of the goproxy hierarchy"


def pack(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Pack the module tree that INPUT names into the goproxy hierarchy at -destination; return the exit code.

    Raises:
        Gomod2bazelError: the tree has no plain version, or cannot be packed; nothing of the hierarchy then changes.
    """
    options, words = parse_only(arguments, flags, "pack")
    session, recorder = with_recorder(session.in_folder(options.chdir))
    usage = "gomod2bazel pack [-version v1.2.3] -destination DIR path/to/go.mod"
    module_input = read_only_input(words, session, usage)
    check_destination(arguments, "pack", _FOLDER)
    with chdir(session.cwd), temporary_folder() as name:
        go = users_go(session)
        tree = tree_at(session, module_input, options.pack.version, go)
        installed = pack_tree(session, tree, go, options, Path(name))
        _finish(session, options, installed, module_input.text, go)
        if options.report.json:
            module = {"module": tree.module.path, "version": tree.module.version}
            fields = {"destination": options.install.destination, **module, "files": file_entries(installed)}
            session.out(document(fields, recorder))
    return 0


def users_go(session: Session) -> GoCommand:
    """Return the user's go command; it sends for no other toolchain."""
    tool = go_for(session)
    return GoCommand.of(session, tool.path).with_environment(GOTOOLCHAIN="local", GOFLAGS="")


def tree_at(session: Session, module_input: Input, version: str, go: GoCommand) -> ModuleTree:
    """Return the module tree that INPUT names.

    Raises:
        UsageError: INPUT is not a tree, or has no plain version.
    """
    if not isinstance(module_input, TreeInput):
        raise UsageError(f"{module_input.text} is not an unpacked tree", hint="name a module tree's folder or go.mod")
    if module_input.package:
        raise UsageError(
            f"pack takes a whole module, and {module_input.text} names packages of one",
            hint=f"name {module_input.root}",
        )
    return open_tree(module_input.root, version, go, lambda: Git.find(session.environment, session.runner))


def pack_tree(
    session: Session, tree: ModuleTree, go: GoCommand, options: Options, scratch: Path
) -> tuple[InstalledFile, ...]:
    """Pack a tree into the hierarchy that ``options`` name; ``scratch`` is a folder for what is needed meanwhile."""
    destination = Destination(destination=options.install.destination, prefix=options.install.prefix)
    folder = versions_folder(tree.module.path)
    stem = escape(tree.module.version)
    _check_result(session, options, [destination.shown(stem + suffix, folder) for suffix in FILES])
    zipper = zipper_of(go, session.caches.tools)
    archive = scratch / "module.zip"
    tree.zip(zipper, archive, scratch, session.say)
    return serve(
        tree.module, archive, info_text(tree.module.version, tree.time(session.environment)), destination, scratch
    )


def index(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Write the list file of each module in a goproxy hierarchy from the versions that are there; return the exit code.

    Raises:
        Gomod2bazelError: there is no hierarchy, or a file cannot be written.
    """
    options, words = parse_only(arguments, flags, "index")
    if words:
        message = f"index takes no INPUT: {' '.join(words)}"
        raise UsageError(message, hint="gomod2bazel index -destination DIR, the hierarchy's folder")
    check_destination(arguments, "index", _FOLDER)
    session, recorder = with_recorder(session.in_folder(options.chdir))
    destination = Destination(destination=options.install.destination, prefix=options.install.prefix)
    with chdir(session.cwd), temporary_folder() as name:
        modules = list(module_folders(destination.real("")))
        if not modules:
            raise UsageError(
                f"{options.install.destination} contains no module", hint="name the folder of a goproxy hierarchy"
            )
        shown = [destination.shown("list", versions_folder(module)) for module, _ in modules]
        _check_result(session, options, shown)
        installed = []
        for module, folder in modules:
            whole, partial = whole_versions([path.name for path in entries_of(folder) if path.is_file()])
            listed = [version for version in partial if not is_pseudo(version)]
            if listed:
                session.warn(f"{module}: not listed, as .info, .mod or .zip is missing: {', '.join(listed)}")
            installed.append(list_file(module, list_text(whole), destination, Path(name)))
        _finish(session, options, installed, options.install.destination)
        if options.report.json:
            fields = {"destination": options.install.destination, "files": file_entries(installed)}
            session.out(document(fields, recorder))
    return 0


def _check_result(session: Session, options: Options, shown: Iterable[str]) -> None:
    if options.install.result_file:
        result.check(session.cwd / options.install.result_file, options.install.result_format, shown)


def _finish(
    session: Session,
    options: Options,
    installed: Sequence[InstalledFile],
    text: str,
    go: GoCommand | None = None,
) -> None:
    """Write the result file, and tell what was written."""
    if options.install.result_file:
        version = go.settings(("GOVERSION",))["GOVERSION"] if go else ""
        run = Run(tool_version=__version__, go_version=version, input=text)
        records = [file.record for file in installed]
        result.write(session.cwd / options.install.result_file, options.install.result_format, records, run)
    for file in installed:
        session.say(f"{file.real}{' (unchanged)' if file.unchanged else ''}")
