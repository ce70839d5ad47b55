"""The command packages-driver: answers golang.org/x/tools/go/packages, and so gopls, from BUILD files and locks."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.generate.editor.build_rules import read_locks
from gomod2bazel.generate.editor.cgo import Cgo
from gomod2bazel.generate.editor.delve import substitutions
from gomod2bazel.generate.editor.go_files import GoFiles
from gomod2bazel.generate.editor.graph import Graph
from gomod2bazel.generate.editor.locked_packages import LockedPackages
from gomod2bazel.generate.editor.memory import FileMemory
from gomod2bazel.generate.editor.own_packages import OwnPackages, build_folders
from gomod2bazel.generate.editor.patterns import Matcher
from gomod2bazel.generate.editor.places import Places
from gomod2bazel.generate.editor.protocol import Package, Request, answer, not_handled, read_request
from gomod2bazel.generate.editor.standard_packages import StandardPackages
from gomod2bazel.generate.loading.repository import find_root

__all__ = ["delve_paths", "packages_driver", "respond"]


def packages_driver(session: Session, patterns: Sequence[str]) -> int:
    """Read a request from standard input, print the answer for ``patterns``, and return the exit code.

    Outside of a repository with locks the answer is that the go command is to be asked.

    Raises:
        UsageError: the request or a lock cannot be read.
    """
    request = read_request("" if sys.stdin.isatty() else sys.stdin.read())
    session.out(respond(session, request, patterns) + "\n")
    return 0


def delve_paths(session: Session, arguments: Sequence[str]) -> int:
    """Print Delve's commands that tell it where sources are, and return the exit code.

    Raises:
        UsageError: there are arguments, or no repository with a lock.
    """
    if arguments:
        raise UsageError(
            f"delve-paths takes no arguments, got {' '.join(arguments)}", hint="gomod2bazel delve-paths [flags]"
        )
    work = _Work.of(session)
    if not work.locks:
        raise UsageError("no MODULE.bazel here or above names a lock", hint="run gomod2bazel generate -init")
    session.out("".join(f"{line}\n" for line in substitutions(work.graph({}, session))))
    work.memory.save()
    return 0


def respond(session: Session, request: Request, patterns: Sequence[str]) -> str:
    """Return the text of the answer to a request."""
    work = _Work.of(session)
    if not work.locks:
        return not_handled()
    graph = work.graph(request.overlay, session)
    configuration, goroot = work.locks[0].configuration, work.places.goroot
    matcher = Matcher(graph, str(session.cwd.resolve()), request.tests)
    roots = {package.id: package for pattern in patterns or (".",) for package in matcher.roots(pattern)}
    packages = graph.closure(roots.values())
    if request.compiled and configuration.cgo:
        includes = (str(work.places.root), work.places.bazel_bin)
        cgo = Cgo(
            session=session, goroot=goroot, configuration=configuration, includes=includes, plain=request.plain_cgo
        )
        cgo.prepare(packages)
    work.memory.save()
    minor = re.search(r"go1\.(\d+)", configuration.go)
    return answer(
        sorted(roots), _exported(packages, request), goarch=configuration.goarch, release=int(minor[1]) if minor else 0
    )


def _exported(packages: Sequence[Package], request: Request) -> Sequence[Package]:
    """Return packages without export data where nobody asked for it."""
    if not request.export:
        for package in packages:
            package.export_file = ""
    return packages


@dataclass(frozen=True, slots=True)
class _Work:
    """What an answer is made from.

    Attributes:
        memory: of files.
        places: where files are.
        locks: of the repository.
    """

    memory: FileMemory
    places: Places
    locks: Sequence[LockedPackages]

    @classmethod
    def of(cls, session: Session) -> _Work:
        # Bazel and editors know a folder by the system's name for it.
        root = find_root(session.cwd.resolve())
        platform = "_".join(session.environment.get(name, "") for name in ("GOOS", "GOARCH"))
        memory = FileMemory.read(session.caches.runs, str(root), platform)
        places = Places(session, root)
        labels = memory.facts(f"{root}/MODULE.bazel", _lock_labels) or []
        tags = sorted(((_path(label), group) for label, group in labels), key=lambda tag: tag[1])
        read = (
            LockedPackages.read(number, tag, memory=memory, places=places, platform=platform)
            for number, tag in enumerate(tags)
        )
        return cls(memory, places, [lock for lock in read if lock])

    def graph(self, overlay: Mapping[str, str], session: Session) -> Graph:
        """Return all packages; ``overlay`` has texts of files that are not saved."""
        configuration = self.locks[0].configuration
        files = GoFiles.of(configuration, session.environment, self.memory, overlay)
        folders = {folder.path: folder for folder in build_folders(str(self.places.root), self.memory)}
        repository = OwnPackages(self.places, folders, files, configuration.cgo)
        repository.load()
        standard = StandardPackages.of(self.places, self.locks[0].summary["standard"], files)
        graph = Graph(repository, self.locks, standard)
        graph.place()
        return graph


def _lock_labels(path: str) -> list[tuple[str, int]]:
    return read_locks(Path(path).read_text(encoding="utf-8", errors="surrogateescape"))


def _path(label: str) -> str:
    """Return the path of a file of the repository from its label."""
    folder, _, name = label.removeprefix("//").removeprefix(":").rpartition(":")
    return f"{folder}/{name}".lstrip("/")
