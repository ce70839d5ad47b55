"""Hints of generated sources (``go help generate``).

``//go:generate`` lines tell who runs a program to make sources, and headers of generated files which program made them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from gomod2bazel.sets.evidence.hint import Hint, place
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.words import purpose_words

__all__ = ["generate_hints"]

_MARK = b"//go:generate"

# The header of generated files (go help generate), and what it says of how they were made; in the first bytes.
_HEADER = re.compile(
    rb"^\W{0,8}(?:code|file|this file(?: is| was)?)? ?(?:auto-?(?:matically )?)?generated "
    rb"(?:by|with|from|using|via|through) ([^\n]{1,200})",
    re.MULTILINE | re.IGNORECASE,
)
_MADE = (".go", ".s", ".h", ".csv", ".md", ".json", ".yaml", ".yml", ".txt", ".proto", ".html")
_BEGINNING = 4096
_NAME_IN_HEADER = re.compile(r"[\w./@-]+")

# What a longer line says further on is arguments. Bytes.
_LONGEST_LINE = 2000

# Shorter names are words of their own.
_SHORTEST_NAME = 2

_REASONS: Mapping[str, str] = {
    "generate:runs-it": "//go:generate runs it",
    "generate:runs-file": "//go:generate runs its file, next to generated files",
    "generate:names-it": "//go:generate calls a command with its name",
    "generate:in-data": "//go:generate of an example or a test runs it",
    "generate:in-itself": "it contains a //go:generate line",
    "generate:made-sources": "the header of a generated file names it",
    "generate:made-data": "the header of a generated file among examples or tests names it",
}


def generate_hints(module: ModuleView) -> Mapping[str, list[Hint]]:
    """Return by directory the lines that run each program: the first of every kind, and how many there are."""
    places: dict[tuple[str, str], list[str]] = {}
    names = {package.name: package.directory for package in module.packages if not package.skipped}
    for file, line, words in _lines(module):
        for directory, kind in _meant(words, file, module, names):
            places.setdefault((directory, kind), []).append(place(file, line))
    for file, directory in _makers(module, names):
        kind = "generate:made-data" if _holds_data(posixpath.dirname(file)) else "generate:made-sources"
        places.setdefault((directory, kind), []).append(file)
    hints: dict[str, list[Hint]] = {}
    for (directory, kind), where in sorted(places.items()):
        count = f", {len(where)} times" if len(where) > 1 else ""
        hints.setdefault(directory, []).append(Hint(kind, _REASONS[kind] + count, where[0]))
    return hints


def _lines(module: ModuleView) -> Iterator[tuple[str, int, list[str]]]:
    """Yield file, line and words of each directive; quotes are left at the words, as paths seldom need them."""
    for file in module.tree.go_files:
        data = module.tree.read(file)
        if _MARK not in data:
            continue
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.startswith((_MARK + b" ", _MARK + b"\t")):
                words = line[len(_MARK) : _LONGEST_LINE].decode("utf-8", errors="replace").split()
                if words:
                    yield file, number, words


def _meant(words: Sequence[str], file: str, module: ModuleView, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the main packages that a command runs or is in, and the kind of hint that is."""
    folder = posixpath.dirname(file)
    around = module.by_directory.get(folder)
    if around and file in around.files:
        yield folder, "generate:in-itself"
    data = _holds_data(folder)
    if words[0] == "go" and words[1:2] in (["run"], ["tool"]):
        for directory, from_file in _run(words[2:], folder, module):
            in_same_folder = from_file and directory == folder
            yield (
                directory,
                "generate:runs-file" if in_same_folder else "generate:in-data" if data else "generate:runs-it",
            )
    elif words[0] in names:
        yield names[words[0]], "generate:in-data" if data else "generate:names-it"


def _holds_data(folder: str) -> bool:
    """Return whether a folder is one of examples or of test data."""
    return any(
        purpose in ("example", "testdata") for element in folder.split("/") for purpose, _ in purpose_words(element)
    )


def _makers(module: ModuleView, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield generated files, and the directory of the main package that their headers name."""
    files = {file: package.directory for package in module.packages for file in package.files}
    bases: dict[str, set[str]] = {}
    for file, directory in files.items():
        bases.setdefault(posixpath.basename(file), set()).add(directory)
    for file in module.tree.files:
        if not file.endswith(_MADE):
            continue
        beginning = module.tree.read(file)[:_BEGINNING]
        # The pattern is slow, and few files have such a header.
        match = _HEADER.search(beginning) if b"generated " in beginning.lower() else None
        if not match:
            continue
        folder = posixpath.dirname(file)
        for word in _NAME_IN_HEADER.findall(match[1].decode("utf-8", errors="replace")):
            maker = _maker(word.rstrip("."), folder, module, names, bases)
            if maker is not None and files.get(file) != maker:
                yield file, maker
                break


def _maker(
    word: str, folder: str, module: ModuleView, names: Mapping[str, str], bases: Mapping[str, set[str]]
) -> str | None:
    """Return the directory of the main package that a word of a header means; None where it means none."""
    if word.endswith(".go"):
        candidates = bases.get(posixpath.basename(word), set())
        return folder if folder in candidates else next(iter(candidates)) if len(candidates) == 1 else None
    if "/" in word:
        directory = _directory(word, "", module)
        return directory if directory and directory in module.by_directory else None
    return names.get(word) if len(word) > _SHORTEST_NAME else None


def _run(arguments: Sequence[str], folder: str, module: ModuleView) -> Iterator[tuple[str, bool]]:
    """Yield the main packages that arguments of ``go run`` name, and whether by a file: one package, or files."""
    for word in arguments:
        if word.startswith("-"):
            continue
        from_file = word.endswith(".go")
        directory = _directory(word.strip("\"'"), folder, module)
        if directory in module.by_directory:
            yield directory, from_file
        if not from_file:
            return


def _directory(word: str, folder: str, module: ModuleView) -> str:
    """Return the directory that an argument of ``go run`` in a folder means."""
    path = word.partition("@")[0]
    directory = module.directory_of(path)
    if directory is None:
        directory = posixpath.normpath(posixpath.join(folder, path))
    directory = posixpath.dirname(directory) if path.endswith(".go") else directory
    return "" if directory == "." else directory
