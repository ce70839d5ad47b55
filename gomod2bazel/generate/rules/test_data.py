"""The files of the repository that tests mention: data of their go_test, and what is left to the user."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.documentation import page
from gomod2bazel.generate.buildfile.kinds import Glob, is_matched
from gomod2bazel.generate.buildfile.printing import label_key
from gomod2bazel.generate.loading.mentions import Mention, go_command_lines, mentions_of
from gomod2bazel.generate.loading.repository import Folder
from gomod2bazel.generate.loading.unreachable import fits_label
from gomod2bazel.generate.rules.packages import Shared

__all__ = ["TESTDATA", "OwnSources", "TestData"]

TESTDATA = "testdata"
"""The folder whose files every go_test of its parent folder has as data."""

_BUILD_FILES = ("BUILD", "BUILD.bazel")

# Those of Go packages, and what the go command and Bazel read.
_SOURCES = (".go", ".s", ".c", ".h", ".mod", ".sum", ".work", ".bazel", "BUILD", "README.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSources:
    """The sources of a package of the repository.

    Attributes:
        folder: Relative to the repository's root.
        files: Their names.
        imports: The import paths of what the package imports.
    """

    folder: str
    files: Sequence[str]
    imports: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestData:
    """Finds what tests read.

    Attributes:
        root: The repository's root folder.
        folders: Its folders, by their paths below the root.
        shared: Notes files of other Bazel packages.
        go_command: Whether a go_test can run the go command.
        sources: The sources of each package of the repository, by import path.
        notes: What is left to the user; more is added.
        _runs_go: Whether tests that import a package run the go command, by import path.
        _mentions: The mentions of files that were read, by path.
    """

    root: Path
    folders: Mapping[str, Folder]
    shared: Shared
    go_command: bool = True
    sources: dict[str, OwnSources] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _runs_go: dict[str, bool] = field(default_factory=dict)
    _mentions: dict[str, tuple[Mention, ...]] = field(default_factory=dict)

    def runs_go(self, folder: str, srcs: Sequence[str], others: Iterable[str]) -> bool:
        """Return whether tests run the go command: themselves, or by packages of the repository.

        That is the package under test, and what the tests import. Of a helper, which imports testing, also what it
        imports counts: other packages may run the go command for programs.

        Args:
            folder: Where the test files are, relative to the root.
            srcs: Their names.
            others: The import paths of the package under test, and of what the tests import.
        """
        if not self.go_command:
            return False
        files = (read_bytes(self.root / _join(folder, file)) for file in srcs)
        return any(map(go_command_lines, files)) or any(self._is_running_go(path) for path in others)

    def _is_running_go(self, path: str) -> bool:
        if path not in self.sources:
            return False
        if path not in self._runs_go:
            package = self.sources[path]
            go_files = [_join(package.folder, file) for file in package.files if file.endswith(".go")]
            texts = [read_bytes(self.root / file) for file in go_files]
            helps = any(b'"testing"' in text for text in texts)
            self._runs_go[path] = any(map(go_command_lines, texts)) or (
                helps and any(self._is_running_go(other) for other in package.imports)
            )
        return self._runs_go[path]

    def built(self, folder: str, srcs: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
        """Return the import paths of packages that tests mention, to give them to the go command.

        Args:
            folder: Where the test files are, relative to the root.
            srcs: Their names.
            others: Import paths of packages whose sources are there in any case.
        """
        by_folder = {package.folder: path for path, package in self.sources.items()}
        paths = set()
        for mention in (mention for file in srcs for mention in self._read(_join(folder, file))):
            path = mention.path if mention.path in self.sources else ""
            if mention.path.startswith(("./", "../")):
                path = by_folder.get(_normalized(folder, mention.path), "")
            paths |= {path} - {"", *others}
        return tuple(sorted(paths))

    def of(self, folder: str, srcs: Sequence[str], others: Iterable[str], present: Collection[str] = ()) -> Glob | None:
        """Return the data of a go_test; None where it has none.

        Args:
            folder: Where its test files are, relative to the root.
            srcs: The names of its test files.
            others: The import paths of packages that may read files for the tests: the package under test, and what
                the tests import. Of what they mention, only paths that begin with .., . or testdata, and go.mod, count.
            present: The import paths of packages whose sources are there in addition to data.
        """
        known = {self.sources[path].folder for path in present if path in self.sources}
        patterns = [f"{TESTDATA}/**"] if self._is_held(_join(folder, TESTDATA)) else []
        more: set[str] = set()
        for file in srcs:
            path = _join(folder, file)
            for mention in self._read(path):
                where = "" if _normalized(folder, mention.path) in known else f"{path}:{mention.line}"
                self._add(folder, mention, where, patterns, more)
            more |= set(self._words(folder, read_bytes(self.root / path)))
            for line in () if self.go_command else go_command_lines(read_bytes(self.root / path)):
                self.notes.append(
                    f"{path}:{line}: the test runs the go command, which needs sources and modules that tests of "
                    f"rules_go do not have: {page('how-to/test.md#tests-that-run-the-go-command')}"
                )
        for package in (self.sources[path] for path in others if path in self.sources):
            go_files = (_join(package.folder, file) for file in package.files if file.endswith(".go"))
            for mention in (mention for file in go_files for mention in self._read(file)):
                if mention.path.startswith(("../", "./", f"{TESTDATA}/")) or mention.path == "go.mod":
                    self._add(folder, mention, "", patterns, more)
        if not patterns and not more:
            return None
        widest = {pattern for pattern in patterns if not is_matched(pattern, set(patterns) - {pattern})}
        named = {label for label in more if not is_matched(label, widest)}
        return Glob(patterns=tuple(sorted(widest)), more=tuple(sorted(named, key=label_key)))

    def _words(self, folder: str, source: bytes) -> Iterator[str]:
        """Yield the files next to a test whose names are words, without a dot, that it has as strings."""
        for name in self.folders[folder].files:
            is_word = "." not in name and name not in _BUILD_FILES and fits_label(name)
            if is_word and f'"{name}"'.encode() in source:
                yield name

    def _read(self, path: str) -> tuple[Mention, ...]:
        if path not in self._mentions:
            self._mentions[path] = tuple(mentions_of(read_bytes(self.root / path)))
        return self._mentions[path]

    def _add(self, folder: str, mention: Mention, where: str, patterns: list[str], more: set[str]) -> None:
        """Add what a mention means to the patterns and labels, if there is such a file or folder."""
        path = _normalized(folder, mention.path)
        if mention.path == "go.mod" and not self._is_file(path):
            # Tests look for the root of their module.
            path = next(filter(self._is_file, (_join(above, "go.mod") for above in _above(folder))), "")
        if self._is_file(path):
            if posixpath.basename(path) not in _BUILD_FILES and fits_label(path) and not self._is_ignored(path):
                more.add(self.shared.label(path, folder, "data"))
        elif path and path in self.folders and path != folder and not f"{folder}/".startswith(f"{path}/"):
            self._add_folder(folder, path, where, patterns, more)

    def _add_folder(self, folder: str, path: str, where: str, patterns: list[str], more: set[str]) -> None:
        """Add the files in a folder and below; of a Bazel package, those directly in it that are not sources."""
        if path in self.shared.packages or not self._is_held(path) or self._is_ignored(path):
            if "/" not in posixpath.relpath(path, folder or "."):
                # A word, which may mean anything.
                return
            others = [] if self._is_ignored(f"{path}/*") else self._other_files(path)
            more |= {self.shared.label(file, folder, "data") for file in others}
            if where and not others:
                self.notes.append(
                    f"{where}: the test mentions the folder {path}, which is a Bazel package: "
                    "add the files of it that the test reads to its data"
                )
            return
        label = self.shared.label(f"{path}/**", folder, "data")
        if label.startswith("//"):
            more.add(label)
        else:
            patterns.append(label)

    def _other_files(self, path: str) -> list[str]:
        """Return the files in a folder that are neither sources nor for a tool."""
        folder = self.folders[path]
        return [folder.named(name) for name in sorted(folder.files) if not name.endswith(_SOURCES) and fits_label(name)]

    def _is_file(self, path: str) -> bool:
        above, _, name = path.rpartition("/")
        folder = self.folders.get(above)
        return folder is not None and name in folder.files

    def _is_held(self, path: str) -> bool:
        """Return whether a folder holds a file that belongs to the Bazel package above: an empty glob is an error."""
        folder = self.folders.get(path)
        if folder is None or path in self.shared.packages:
            return False
        return bool(folder.files) or any(self._is_held(folder.named(name)) for name in folder.folders)

    def _is_ignored(self, path: str) -> bool:
        """Return whether no rule may be written where the file or folder belongs to."""
        owner = self.shared.owner(path)
        return owner not in self.folders or self.folders[owner].directives.ignored


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _normalized(folder: str, path: str) -> str:
    """Return a path below the root; empty for one that leads out of the repository."""
    normalized = posixpath.normpath(posixpath.join(folder, path))
    return "" if normalized.startswith("..") or normalized == "." else normalized


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder
