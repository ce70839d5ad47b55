"""Hints of _test.go files: which programs tests build, run or read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gomod2bazel.golang.command.gosource import Literal, read_source
from gomod2bazel.sets.evidence.hint import Hint, first_of_each, place
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.tree import inside
from gomod2bazel.sets.reading.words import WORDS, words_of

__all__ = ["test_hints"]

# Files without any of these run nothing; parsing them would only cost time.
_RUNS = (b"exec.Command", b"testscript", b"gexec", b'"go"', b"go run", b"go build")

# Longer files are tables of cases. Bytes.
_LONGEST_FILE = 200_000

# Longer strings are data. Characters.
_LONGEST_STRING = 300

# Functions that are given the name of a command to run.
_RUNNERS = re.compile(
    r"(Command|CommandContext|Build|BuildIn|Run|RunMain|LookPath|Start\w*|Exec\w*|run\w*|build\w*|go\w*)$"
)

# Shorter names are found in any test.
_SHORTEST_NAME = 4

_ABOUT_TESTS = WORDS["test"] | WORDS["integration"]

_REASONS: Mapping[str, str] = {
    "tests:run-it": "a test runs or builds it",
    "tests:run-from-own": "its own test runs or builds it",
    "tests:run-from-integration": "an integration test runs or builds it",
    "tests:name-it": "a test calls a command with its name",
    "tests:read-it": "a test names its directory",
}


def test_hints(module: ModuleView) -> Mapping[str, list[Hint]]:
    """Return by directory who tests with each program, or tests what it holds."""
    return first_of_each([*_uses(module), *_testdata(module)])


def _testdata(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    """Yield of each main package in testdata who reads there."""
    for package in module.packages:
        if "testdata" not in package.elements:
            continue
        directory, depth = package.directory, package.elements.index("testdata")
        owner = "/".join(package.elements[:depth])
        reader = _reader(owner, module)
        if reader:
            yield directory, Hint("tests:own-testdata", "a test next to its testdata reads it", reader)
        else:
            yield directory, Hint("tests:no-reader", "no test next to its testdata reads it", owner or ".")
        if depth == len(package.elements) - 1:
            yield directory, Hint("place:right-in-testdata", "its files are directly in testdata", directory)


def _reader(owner: str, module: ModuleView) -> str:
    """Return the first test in a folder that mentions testdata, or nothing."""
    names = (name for name in module.tree.files_in.get(owner, ()) if name.endswith("_test.go"))
    files = (posixpath.join(owner, name) for name in names)
    return next((file for file in files if b"testdata" in module.tree.read(file)), "")


def _uses(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    names = {package.name: package.directory for package in module.packages if not package.skipped}
    names = {name: directory for name, directory in names.items() if len(name) >= _SHORTEST_NAME}
    # Tests of the package that owns a testdata folder read there; others seldom do.
    owners = {package.directory.partition("testdata")[0].rstrip("/") for package in module.packages if package.skipped}
    for file in module.tree.go_files:
        folder = posixpath.dirname(file)
        if not file.endswith("_test.go") and not _about_tests(folder):
            continue
        data = module.tree.read(file)
        runs = any(sign in data for sign in _RUNS)
        if len(data) > _LONGEST_FILE or not (runs or (b"testdata" in data and folder in owners)):
            continue
        user = _User(folder=folder, runs=runs, module=module, names=names)
        for literal in read_source(data).literals:
            for directory, kind in user.meant(literal):
                yield directory, Hint(kind, _REASONS[kind], place(file, literal.line))


@lru_cache(maxsize=1024)
def _about_tests(folder: str) -> bool:
    """Return whether a folder is part of what helps tests."""
    return any(word in _ABOUT_TESTS for element in folder.split("/") for word in words_of(element))


@dataclass(frozen=True, slots=True, kw_only=True)
class _User:
    """A file that tests.

    Attributes:
        folder: where it is.
        runs: whether it runs anything; else it only reads.
        module: the module it belongs to.
        names: the directory of each command by its file name.
    """

    folder: str
    runs: bool
    module: ModuleView
    names: Mapping[str, str]

    def meant(self, literal: Literal) -> Iterator[tuple[str, str]]:
        """Yield the main package that a string names, and the kind of hint that is."""
        text = literal.text
        if not text or len(text) > _LONGEST_STRING or "\n" in text:
            return
        package = next(filter(None, map(self._package, text.split())), None)
        if package:
            yield package.directory, self._kind(package.directory)
            return
        name = posixpath.basename(text)
        if name in self.names and (_RUNNERS.search(literal.call) or text.endswith(f"bin/{name}")):
            yield self.names[name], "tests:name-it"

    def _kind(self, directory: str) -> str:
        if not self.runs:
            return "tests:read-it"
        if inside(self.folder, directory):
            return "tests:run-from-own"
        words = words_of(self.folder.replace("/", "-"))
        return "tests:run-from-integration" if WORDS["integration"].intersection(words) else "tests:run-it"

    def _package(self, word: str) -> MainPackage | None:
        """Return the main package that a word names: by import path, file or directory."""
        directory = self.module.directory_of(word)
        if directory is not None:
            return self._at(directory)
        if "/" not in word and not word.startswith(".") and not word.endswith(".go"):
            # One word by itself is any word, but for this.
            return self._at(posixpath.join(self.folder, word)) if word == "testdata" and self.folder else None
        for base in (self.folder, ""):
            path = posixpath.normpath(posixpath.join(base, word))
            package = self.module.by_directory.get(posixpath.dirname(path))
            if package and path in package.files:
                return package
            package = self._at(posixpath.normpath(posixpath.join(base, word.removesuffix("/main.go"))))
            if package:
                return package
        return None

    def _at(self, directory: str) -> MainPackage | None:
        """Return the main package in a directory; the root is named by too many words."""
        return self.module.by_directory.get(directory) if directory else None
