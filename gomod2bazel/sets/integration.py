"""Which folders of tests are integration tests, and why: by the words, phrases and imports that classify programs."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gomod2bazel.golang.command.build_constraint import tags_of, taken_by_default
from gomod2bazel.golang.command.gosource import Source, package_name, read_source
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.evidence.code import uses_of
from gomod2bazel.sets.evidence.comments import is_legal
from gomod2bazel.sets.reading.phrases import purposes_in
from gomod2bazel.sets.reading.tree import Tree
from gomod2bazel.sets.reading.words import name_parts, purpose_words

__all__ = ["TestFolder", "integration_reason", "test_folders"]

# What tests need beyond the compiler.
_NEEDS = ("system", "database", "server", "socket")

# What a package is about is at the beginning of its comment. Characters.
_BEGINNING = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFolder:
    """A folder with tests.

    Attributes:
        directory: relative to the module's root; empty for the root.
        tests: the names of its test files that some build takes with the tags that are given.
        others: the names of its other Go files.
    """

    __test__ = False

    directory: str
    tests: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements of its directory."""
        return tuple(self.directory.split("/")) if self.directory else ()

    def named(self, name: str) -> str:
        """Return the path of a file in it, relative to the module's root."""
        return posixpath.join(self.directory, name)


def test_folders(tree: Tree, tags: Collection[str] = ()) -> Iterator[TestFolder]:
    """Yield the folders of a module that hold tests, sorted.

    Args:
        tree: the module's files.
        tags: the build tags that are given.
    """
    by_folder: dict[str, list[str]] = {}
    for file in tree.go_files:
        by_folder.setdefault(posixpath.dirname(file), []).append(posixpath.basename(file))
    for directory, names in sorted(by_folder.items()):
        tests = [name for name in names if name.endswith("_test.go")]
        taken = tuple(name for name in tests if _is_taken(tree.read(posixpath.join(directory, name)), tags))
        if taken:
            others = tuple(name for name in names if not name.endswith("_test.go"))
            yield TestFolder(directory=directory, tests=taken, others=others)


def _is_taken(data: bytes, tags: Collection[str]) -> bool:
    """Return whether a build takes a file: by its constraint, for some platform or with one of the tags."""
    constraint = read_source(data).constraint
    return not constraint or taken_by_default(constraint) or not set(tags).isdisjoint(tags_of(constraint))


def integration_reason(folder: TestFolder, tree: Tree, mains: Mapping[str, Classified]) -> str:
    """Return why the tests of a folder are integration tests; empty where they are not.

    A word in a path alone is not enough: a library may be called `system`. Nor is an import: unit tests start servers.

    Args:
        folder: the folder.
        tree: the module's files.
        mains: the module's main packages, by directory.
    """
    sources = {name: read_source(tree.read(folder.named(name))) for name in (*folder.tests, *folder.others)}
    main = mains.get(folder.directory)
    if main and main.set == "integration" and _are_of_command(folder, tree):
        evidence = next(iter(main.decision.evidence), None)
        why = f": {evidence.reason}" if evidence else ""
        return f"its command is in the set integration{why}"
    tests = [sources[name] for name in folder.tests]
    for_tests = not folder.others or _is_about_tests(folder, sources)
    # What a library is for is not what its tests are.
    phrase = _phrase(sources.values() if for_tests else tests)
    for element in folder.elements:
        word = _integration(purpose_words(element))
        if word and (phrase or for_tests):
            return f"its folder's name {element!r} contains the word {word!r}"
    needed = _needed(tests)
    if phrase and needed:
        return f"its package comment says {phrase!r}, and {needed}"
    words = [_integration(purpose_words(name.removesuffix("_test.go"))) for name in folder.tests]
    if needed and all(words):
        return f"its test files are called {folder.tests[0]!r} and so on, and {needed}"
    return ""


def _is_about_tests(folder: TestFolder, sources: Mapping[str, Source]) -> bool:
    """Return whether what is next to the tests is there for tests."""
    purposes = {purpose for element in folder.elements for purpose, _ in purpose_words(element)}
    if "test" in purposes or any("test" in name_parts(element) for element in folder.elements):
        return True
    return any("testing" in uses_of(path) for name in folder.others for path, _ in sources[name].imports)


def _are_of_command(folder: TestFolder, tree: Tree) -> bool:
    """Return whether the tests are those of a command, and not of a library that a program shares the folder with."""
    return all(package_name(tree.read(folder.named(name))) in ("main", "main_test") for name in folder.tests)


def _phrase(sources: Iterable[Source]) -> str:
    """Return the words of a package comment that are about integration tests; empty where there are none."""
    comments = (source.doc for source in sources if not is_legal(source.doc))
    phrases = (_integration(purposes_in(comment[:_BEGINNING])) for comment in comments)
    return next(filter(None, phrases), "")


def _needed(tests: Iterable[Source]) -> str:
    """Return which import shows that tests need the system, a service or a network; empty where none does."""
    paths = (path for source in tests for path, _ in source.imports)
    path = next((path for path in paths if not uses_of(path).isdisjoint(_NEEDS)), "")
    return f"it imports {path[:100]!r}" if path else ""


def _integration(purposes: Iterable[tuple[str, str]]) -> str:
    return next((word for purpose, word in purposes if purpose == "integration"), "")
