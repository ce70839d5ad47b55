"""Hints of a module's documents: how they mention a program, and whether they tell users to install it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Set
from itertools import chain

from gomod2bazel.sets.evidence.hint import Hint, first_of_each, place
from gomod2bazel.sets.reading.mentions import Mention, Mentions, lines_of, paths_in
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.phrases import purposes_in

__all__ = ["document_hints"]

_DOCUMENT = re.compile(r"\.(?:md|markdown|rst|adoc|asciidoc)$|(?:^|/)README[\w.]*$", re.IGNORECASE)
_README = re.compile(r"readme[\w.-]*", re.IGNORECASE)

# What has been, and what others wrote.
_LEFT_OUT = re.compile(r"change|history|release[-_]?notes|news|/vendor/|node_modules", re.IGNORECASE)

# Files that are installed with a command, and have its name.
_INSTALLED: Mapping[str, re.Pattern[str]] = {
    "manual-page": re.compile(r"([\w-]+)\.[1-8](?:\.(?:md|adoc|scd|ronn|txt|in|rst|template|pod|gz))?"),
    "service": re.compile(r"([\w-]+?)@?\.(?:service|socket|timer|desktop|plist|initd?|conf)(?:\.in)?"),
    "completion": re.compile(r"_?([\w-]+?)(?:[._-]completion)?\.(?:bash|zsh|fish)"),
    "page": re.compile(r"([\w-]+)\.(?:md|rst|adoc)"),
}

# A command in a folder of programs, as in /usr/local/bin/NAME.
_IN_BIN = re.compile(r"(?:/usr(?:/local)?|\$\(?\{?\w+\}?\)?)/s?bin/([\w.-]+)")

_INSTALL = re.compile(r"\bgo\s+(?:install|get)\b|\bgo\s+run\s+\S+@|\bbrew install|\bapt(?:-get)? install")
_RUN = re.compile(r"\bgo\s+run\b")
_BUILD = re.compile(r"\bgo\s+(?:build|install|get)\b")
_MAINTAINERS = re.compile(r"contribut|releas|develop|hacking|maintain|testing", re.IGNORECASE)

# What is believed where a document mentions a program, and of a folder of programs.
_OF_PROGRAM = frozenset(("example", "test", "integration", "stress", "generator"))
_OF_FOLDER = frozenset(("example", "test", "integration"))

# How near to a folder's name its description is, and how much of a program's line is read. Characters.
_NEAR = 80
_BEGINNING = 300

# A folder's name is a word unless a sign shows that it is a path.
_PATH_SIGNS = ("[", "(", "`", ".", "/")

# Folders as READMEs mention them: names of at least so many characters, not far below the root.
_SHORTEST_FOLDER = 3
_DEEPEST_FOLDER = 8


def document_hints(module: ModuleView) -> Mapping[str, list[Hint]]:
    """Return by directory the hints in documents about each program: the first hint of every kind."""
    return first_of_each(chain(_of_programs(module), _of_folders(module), _with_its_name(module)))


def _with_its_name(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    """Yield the files that only a command which is installed has: its manual page, service, or shell completion."""
    names = {package.name: package.directory for package in module.commands if len(package.name) > 1}
    for file in module.tree.files:
        base = posixpath.basename(file)
        for kind, pattern in _INSTALLED.items():
            match = pattern.fullmatch(base)
            if match and match[1] in names and not _LEFT_OUT.search(file):
                yield names[match[1]], Hint(f"document:{kind}", f"{file} is for users of the command", file)


def _of_programs(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    mentions = Mentions(module)
    for file in module.tree.files:
        if _is_document(file) and "testdata" not in file.split("/"):
            for mention in mentions.of(file):
                yield from ((mention.directory, hint) for hint in _mention_hints(mention))
            yield from _root_install(file, module)


def _is_document(file: str) -> bool:
    return bool(_DOCUMENT.search(file)) and not _LEFT_OUT.search(file)


def _root_install(file: str, module: ModuleView) -> Iterator[tuple[str, Hint]]:
    """Yield the first line that tells users to install the root's command."""
    if not module.root_command:
        return
    pattern = re.compile(rf"\bgo\s+(?:install|get|run)\s+(?:-\S+\s+)*{re.escape(module.tree.path)}(?:@|\s|$|`)")
    for number, line in lines_of(module.tree.text(file)):
        if module.tree.path in line and pattern.search(line):
            yield "", _install(line.strip(), place(file, number))
            return


def _install(line: str, where: str) -> Hint:
    return Hint("document:install", f"users are told to install it: {line[:60]!r}", where)


def _mention_hints(mention: Mention) -> Iterator[Hint]:
    where = place(mention.file, mention.line)
    for_maintainers = bool(_MAINTAINERS.search(mention.file))
    installed = _IN_BIN.search(mention.text)
    if installed and installed[1] == posixpath.basename(mention.directory):
        yield Hint("document:in-bin", f"it is installed as {installed[0]!r}", where)
    if mention.by != "name" and _BUILD.search(mention.text) and not for_maintainers:
        yield Hint("document:builds-it", f"users are told to build it: {mention.text[:60]!r}", where)
    if mention.by == "import-path" and _INSTALL.search(mention.text) and not for_maintainers:
        if mention.directory and mention.file.startswith(f"{mention.directory}/"):
            yield Hint("document:own-install", f"its own document says how to install it: {mention.text[:60]!r}", where)
        else:
            yield _install(mention.text, where)
        return
    if mention.by == "name":
        yield Hint("document:names-it", f"{mention.file} mentions it by name", where)
        return
    yield Hint("document:mentions-it", f"{mention.file} mentions it", where)
    if _RUN.search(mention.text):
        yield Hint("document:runs-it", f"readers are told to run it: {mention.text[:60]!r}", where)
    if for_maintainers:
        yield Hint("document:for-maintainers", f"{mention.file} is written for maintainers", where)
    for purpose, words in purposes_in(mention.text[:_BEGINNING]):
        if purpose in _OF_PROGRAM:
            yield Hint(f"document:{purpose}", f"the text that mentions it says {words!r}", where)


def _of_folders(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    """Yield hints in the root's README about folders that contain main packages further down."""
    below: dict[str, list[str]] = {}
    for package in module.packages:
        elements = package.elements[:_DEEPEST_FOLDER]
        for depth in range(1, len(elements) + 1):
            folder = "/".join(elements[:depth])
            if len(folder) >= _SHORTEST_FOLDER:
                below.setdefault(folder, []).append(package.directory)
    folders = {folder for folder, directories in below.items() if directories != [folder]}
    known = folders | module.by_directory.keys()  # the end of a program's path may be called like a folder
    seen: set[tuple[str, str]] = set()
    for file in module.tree.files_in.get("", ()):
        if not _README.fullmatch(file) or not _is_document(file):
            continue
        for number, line in lines_of(module.tree.text(file)):
            for folder, hint in _folder_hints(line, known, place(file, number)):
                if folder in folders and (folder, hint.kind) not in seen:
                    seen.add((folder, hint.kind))
                    yield from ((directory, hint) for directory in below[folder])


def _folder_hints(line: str, folders: Set[str], where: str) -> Iterator[tuple[str, Hint]]:
    for start, folder, _ in paths_in(line, folders):
        if any(sign + folder in line for sign in _PATH_SIGNS):
            near = line[max(0, start - _NEAR) : start + len(folder) + _NEAR]
            for purpose, words in purposes_in(near):
                if purpose in _OF_FOLDER:
                    yield folder, Hint(f"document:folder-{purpose}", f"the text about {folder!r} says {words!r}", where)
