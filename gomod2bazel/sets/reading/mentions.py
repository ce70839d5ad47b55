"""Mentions: the places where text files name main packages, or folders that hold them."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from gomod2bazel.sets.reading.module_view import ModuleView

__all__ = ["Mention", "Mentions", "lines_of", "paths_in"]

# Longer lines are data, or made to cost time. Characters.
_LONGEST_LINE = 2000

# No path that a person writes has more elements.
_DEEPEST = 32

# A run of the signs that paths are made of; what holds others is not looked for.
_RUN = re.compile(r"[\w.~+/-]++")

# What is between the parts of a run, and so many runs are looked for at once.
_BETWEEN = re.compile(r"[/~+]")
_MOST_RUNS = 200

# Of how many runs is kept whether they may name a main package.
_KEPT_RUNS = 50_000

# Where a path may end: before a sign that is not part of one, a file of it, all below it, a version, or a full stop.
_END = re.compile(r"""$|[\s"'`);:,\\\]}>|&]|/(?:[\w.-]+\.go|\*\.go|\.\.\.|$|[\s"'`)])|@|\.(?:\s|$)""")

# A path relative to the file's own folder.
_RELATIVE = re.compile(r"(?<![\w/.-])\.{1,2}/[\w./-]+")

# A name by itself: no part of a path, of a longer name, or of a file's name.
_NAME = re.compile(r"(?<![\w./-])[\w-]++(?:\.\w[\w-]*+)*+(?!/)")

# Names that are words of their own: a line that holds one need not mention the command.
_COMMON = frozenset((
    "server", "client", "main", "test", "tests", "tool", "tools", "example", "examples", "cli", "cmd", "build",
    "generate", "release", "version", "docs", "doc", "gen", "check", "config", "worker", "agent", "admin", "proxy",
    "basic", "simple", "local", "source", "target", "update", "install", "clean", "lint", "format", "stress",
    "path", "list", "load", "data", "init", "scripts", "script", "bench", "run", "http", "sample", "static",
    "debug", "python", "docker", "services", "service", "storage", "cluster", "table", "image", "text", "form", "grid",
    "pages", "frame", "button", "echo", "embed", "errors", "object", "stats", "metrics", "monitor", "package",
))  # fmt: skip

# Shorter names are found in any text.
_SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place in a file that names a main package.

    Attributes:
        directory: of the main package.
        file, line: where.
        text: the line.
        by: ``path``, ``import-path`` or ``name``: how it is named.
    """

    directory: str
    file: str
    line: int
    text: str
    by: str


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text with their numbers, from 1, but for empty ones and those too long for people."""
    return ((number, line) for number, line in enumerate(text.splitlines(), 1) if 0 < len(line) <= _LONGEST_LINE)


def paths_in(line: str, known: Collection[str], module_path: str = "") -> Iterator[tuple[int, str, bool]]:
    """Yield the known paths that a line names, from left to right; of several at one place the longest.

    The time this takes does not depend on how many are known.

    Args:
        line: one line of a text.
        known: directories, relative to the module's root.
        module_path: the module path, which may come before a directory.

    Yields:
        Where the directory is in the line, the directory, and whether ``module_path`` comes before it.
    """
    for run in _RUN.finditer(line):
        text = run[0]
        if "/" in text:
            if text.count("/") <= _DEEPEST:
                yield from _paths_in_run(line, run, known, module_path)
        elif text in known or text.removesuffix(".") in known:
            yield from _paths_in_run(line, run, known, module_path)


def _paths_in_run(
    line: str, run: re.Match[str], known: Collection[str], module_path: str
) -> Iterator[tuple[int, str, bool]]:
    text, begin = run[0], run.start()
    slashes = [place for place, sign in enumerate(text) if sign == "/"]
    ends = [end for end in sorted({*slashes, len(text) - 1, len(text)}, reverse=True) if _END.match(line, begin + end)]
    # What follows a version's sign is a version.
    starts = ([] if line[:begin].endswith("@") else [0]) + [place + 1 for place in slashes]
    done = 0
    for start in starts:
        whole = start + len(module_path) + 1 if module_path and text.startswith(f"{module_path}/", start) else start
        for first in (whole, start):
            end = next((end for end in ends if text[first:end] in known), 0)
            if end > first >= done:
                done = end
                yield begin + first, text[first:end], first > start
                break


def _numbers(text: str, lines: Sequence[str], runs: Sequence[str]) -> Iterable[int]:
    """Return the numbers of the lines that hold any of these runs, in order; of all lines if there are many runs."""
    if len(runs) > _MOST_RUNS:
        return range(1, len(lines) + 1)
    ends = list(accumulate(len(line) for line in text.splitlines(keepends=True)))
    numbers = set()
    for run in runs:
        start = text.find(run)
        while start >= 0:
            number = bisect_right(ends, start)
            numbers.add(number + 1)
            start = text.find(run, ends[number])
    return sorted(numbers)


class Mentions:
    """Finds where files name the main packages of one module: by directory, by import path, or by a telling name."""

    def __init__(self, module: ModuleView) -> None:
        self._module = module
        self._directories = {package.directory for package in module.packages if package.directory}
        named: dict[str, list[str]] = {}
        for package in module.commands:
            named.setdefault(package.name, []).append(package.directory)
        last = {directory.rpartition("/")[2] for directory in self._directories}
        self._parts = frozenset(last | named.keys())
        self._names = {
            name: directories[0]
            for name, directories in named.items()
            if len(directories) == 1 and len(name) >= _SHORTEST_NAME and name.lower() not in _COMMON
        }
        # Files of a module have most of their words in common.
        self._may_name = lru_cache(maxsize=_KEPT_RUNS)(self._find_name)

    def of(self, file: str) -> Iterator[Mention]:
        """Yield the main packages that a file names, line by line."""
        if not self._directories:
            return
        text = self._module.tree.text(file)
        runs = [run for run in set(_RUN.findall(text)) if self._may_name(run)]
        if not runs:
            return
        lines = text.splitlines()
        folder = posixpath.dirname(file)
        for number in _numbers(text, lines, runs):
            line = lines[number - 1]
            if len(line) > _LONGEST_LINE:
                continue
            for directory, by in self._named(line, folder):
                yield Mention(directory=directory, file=file, line=number, text=line.strip(), by=by)

    def _find_name(self, run: str) -> bool:
        """Return whether a run of signs may name a main package: most of a file need not be looked at any closer."""
        if run.startswith(("./", "../")):
            return True  # a file of a folder that it does not name
        parts = _BETWEEN.split(run)
        return not self._parts.isdisjoint(parts) or not self._parts.isdisjoint(part.rstrip(".") for part in parts)

    def _named(self, line: str, folder: str) -> Mapping[tuple[str, str], None]:
        """Return what a line names and how, each once; by name what it does not name by path as well."""
        mentions: dict[tuple[str, str], None] = {}
        for _, directory, is_module_path in paths_in(line, self._directories, self._module.tree.path):
            mentions[directory, "import-path" if is_module_path else "path"] = None
        seen = {directory for directory, _ in mentions}
        for directory in self._relative(line, folder):
            if directory not in seen:
                mentions[directory, "path"] = None
        seen = {directory for directory, _ in mentions}
        for match in _NAME.finditer(line) if self._names else ():
            named = self._names.get(match[0])
            if named is not None and named not in seen:
                mentions[named, "name"] = None
        return mentions

    def _relative(self, line: str, folder: str) -> Iterator[str]:
        """Yield the directories that a line names relative to the file's own folder."""
        if "./" not in line:
            return
        for match in _RELATIVE.finditer(line):
            path = posixpath.normpath(posixpath.join(folder, match[0]))
            directory = posixpath.dirname(path) if path.endswith(".go") else path.strip(".")
            if directory in self._directories:
                yield directory
