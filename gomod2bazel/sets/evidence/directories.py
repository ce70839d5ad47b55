"""Hints of a main package's directory: its words, where they are, and its place among the module's others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.words import name_parts, purpose_words

__all__ = ["directory_hints"]

# Folders that hold commands for users, or the command itself.
_COMMANDS = frozenset(("cmd", "cmds", "command", "commands", "bin", "app", "apps"))

# Parts of a module that hold no commands for users, whatever folders they have inside.
_APART = frozenset(
    ("test", "integration", "example", "testdata", "stress", "fuzz", "internal", "generator", "script", "tools")
)

# Folders of data for tests, however they are hidden from the go command.
_DATA = frozenset(("testdata", "fixture", "fixtures"))

# How many main packages side by side are many: seldom does a module ship as many commands.
_MANY = 8

# The folders of commands in the module's root, as elements of a directory.
_FOLDERS = tuple((name,) for name in sorted(_COMMANDS))

# The beginning that siblings share, as in protoc-gen-go and protoc-gen-go-grpc; so many of them are a family.
_FAMILY = re.compile(r"[a-z0-9]+-(?:gen-)?")
_FAMILY_SIZE = 2

# Git, kubectl and others run plugins by the beginning of their names.
_PLUGIN_NAME = re.compile(r"protoc-gen-|kubectl-|docker-|terraform-provider-|git-")

# Names that mean nothing; nobody could have such a command on PATH.
_NO_NAME = re.compile(r"main|prog|foo|bar|a|b|c|p|x|src|pkg|want|app\d*|\d+")


def directory_hints(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield what the directory tells."""
    where = package.directory or "."
    yield from _own_name(package, where)
    yield from _words_above(package, where)
    kind, reason = _place(package.elements)
    if kind == "place:root" and package.asked_for:
        kind, reason = "place:asked-for-root", "it is in the module's root, but only builds with its tag include it"
    yield Hint(kind, reason, where)
    if any(element.startswith(("_", ".")) for element in package.elements):
        yield Hint("place:hidden", "go ignores directories that begin with an underscore or a dot", where)
    yield from _around(package, module, where)
    for purpose, word in purpose_words(" ".join(module.tree.path.split("/")[1:])):
        yield Hint(f"module:{purpose}", f"the module's own path says {word!r}", "go.mod")
    yield from _binary_name(package, module, where)


def _own_name(package: MainPackage, where: str) -> Iterator[Hint]:
    """Yield what the words of the last element say."""
    last = package.elements[-1] if package.elements else ""
    for purpose, word in purpose_words(last):
        yield Hint(f"name:{purpose}", f"its directory's name {last!r} contains the word {word!r}", where)
    for purpose in name_parts(last):
        yield Hint(f"name-part:{purpose}", f"its directory's name {last!r} looks like that of a {purpose}", where)


def _words_above(package: MainPackage, where: str) -> Iterator[Hint]:
    """Yield what the words of the other elements say, the outermost first."""
    above = package.elements[:-1]
    for element in reversed(above):
        if "test" in name_parts(element):
            yield Hint("above:test", f"it is below {element!r}, which looks like a folder of tests", where)
    for element in above:
        for purpose, word in purpose_words(element):
            yield Hint(f"above:{purpose}", f"it is below {element!r}, which says {word!r}", where)
    for purpose, _ in purpose_words(above[0])[:1] if above else ():
        yield Hint(f"top:{purpose}", f"the module keeps it in {above[0]!r}", where)


def _place(elements: tuple[str, ...]) -> tuple[str, str]:
    """Return the kind of place that a directory is, and the reason."""
    if not elements:
        return "place:root", "it is the module's root"
    if any(element.strip("_.") in _DATA for element in elements):
        return "place:testdata", "it is in testdata, where tests keep their input"
    purposes = {purpose for element in elements[:-1] for purpose, _ in purpose_words(element)} & _APART
    if any("test" in name_parts(element) for element in elements[:-1]):
        purposes.add("test")
    if purposes:
        listed = ", ".join(sorted(purposes))
        return "place:apart", f"it is in a part of the module that is not for users ({listed})"
    return _place_of_command(elements)


def _place_of_command(elements: tuple[str, ...]) -> tuple[str, str]:
    last = elements[-1]
    if len(elements) == 2 and elements[0] in _COMMANDS:
        return "place:cmd", f"it is directly in {elements[0]!r} of the module's root"
    if last in _COMMANDS or last == "main":
        return "place:cmd-itself", f"its directory is {last!r} itself"
    if elements[-2:-1] and elements[-2] in _COMMANDS:
        return "place:cmd-deeper", f"it is in a folder {elements[-2]!r}"
    if set(elements) & _COMMANDS:
        return "place:below-command", "it is below a command"
    if len(elements) == 1:
        return "place:top-level", "it is directly in the module's root"
    return "place:elsewhere", "it is neither in the root nor in a folder of commands"


def _around(package: MainPackage, module: ModuleView, where: str) -> Iterator[Hint]:
    """Yield what the main packages and files around it tell."""
    elements = package.elements
    if module.commands == (package,) and (len(elements) < 2 or set(elements) & _COMMANDS):
        yield Hint("place:only-command", "it is the only main package of the module", where)
    siblings = module.commands_in[package.parent]
    if elements and siblings >= _MANY:
        yield Hint("place:among-many", f"{siblings} main packages are in the same folder", where)
    if elements and module.is_library:
        yield Hint("place:in-library", "the module's root is a package to import", where)
    yield from _among_commands(package, module, where)
    library = next((file for file in package.others if not file.endswith("_test.go")), "")
    if library:
        yield Hint("place:beside-library", "files of another package share its directory", library)


def _among_commands(package: MainPackage, module: ModuleView, where: str) -> Iterator[Hint]:
    """Yield what it means that the module keeps its commands where it does."""
    elements = package.elements
    others = [command for command in module.commands if command is not package]
    if elements and module.root_command:
        yield Hint("layout:not-the-root", "the module's command is in its root, and this is another", where)
    if elements[:1] and elements[0] not in _COMMANDS and any(other.elements[:1] in _FOLDERS for other in others):
        yield Hint("layout:not-with-commands", "the module has a folder of commands, and this is elsewhere", where)
    if not others:
        yield Hint("layout:alone", "the module has no other main package for users to build", where)
    elif len(others) >= _MANY * 2:
        yield Hint("layout:many-commands", f"the module has {len(others) + 1} main packages", where)
    if package.skipped:
        yield Hint("layout:skipped", "./... does not match it", where)
    family = _FAMILY.match(package.name)
    if family and elements:
        begins_alike = [
            other for other in others if other.parent == package.parent and other.name.startswith(family[0])
        ]
        if len(begins_alike) >= _FAMILY_SIZE:
            yield Hint(
                "name:of-family", f"{len(begins_alike)} siblings have names that begin with {family[0]!r}", where
            )


def _binary_name(package: MainPackage, module: ModuleView, where: str) -> Iterator[Hint]:
    name, whole = package.name, module.name.lower()
    product = re.sub(r"^go-|[-.]go$", "", whole)
    if package.directory and name.lower() in (whole, product):
        yield Hint("name:module", f"it has the name of the module, {name!r}", where)
    elif package.directory and len(product) > 2 and product in name.lower():
        yield Hint("name:holds-module", f"its name {name!r} contains the name of the module", where)
    if _PLUGIN_NAME.match(name):
        yield Hint("name:plugin-of-tool", f"{name!r} is a name by which another tool finds its plugins", where)
    if _NO_NAME.fullmatch(name):
        yield Hint("name:nothing", f"{name!r} is not a typical name of a command", where)
