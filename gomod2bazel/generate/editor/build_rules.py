"""Read the rules of BUILD files: quicker than generate, which keeps all of their text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["BuildRule", "read_locks", "read_rules"]

_KINDS = frozenset(("go_binary", "go_library", "go_source", "go_test", "go_proto_library"))

_LISTS = ("srcs", "embed", "embedsrcs", "cppopts", "copts", "pkg_config")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRule:
    """A rule for Go code.

    Attributes:
        kind: what it is called where its file is loaded from.
        name: its name.
        importpath: as written, or empty.
        cgo: whether its sources may import C.
        lists: srcs, embed, embedsrcs, cppopts, copts, pkg_config; those of all branches of a select.
        globs: patterns of files in srcs, and those that they leave out.
    """

    kind: str
    name: str
    importpath: str = ""
    cgo: bool = False
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    globs: list[tuple[list[str], list[str]]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, which is not copied."""
        return {name: getattr(self, name) for name in BuildRule.__slots__}


def read_rules(text: str) -> tuple[list[BuildRule], dict[str, str]]:
    """Return the rules for Go code in a BUILD file, and the rule that generates each file, by the file's name.

    What is not Starlark has none: Bazel says what is wrong with it.
    """
    file = _File.read(text)
    if file is None:
        return [], {}
    rules, outputs = [], {}
    for call, function in file.calls():
        arguments = {word.arg: word.value for word in call.keywords if word.arg}
        name = file.text_of(arguments.get("name"))
        for attribute in ("out", "outs"):
            outputs.update(dict.fromkeys(file.texts(arguments.get(attribute)), name))
        kind = file.loaded.get(function, function)
        if kind in _KINDS and name:
            rules.append(_rule(file, kind, name, arguments))
    return rules, outputs


def read_locks(text: str) -> list[tuple[str, int]]:
    """Return label and group of each lock that a MODULE.bazel names."""
    file = _File.read(text)
    locks = []
    for call, function in file.calls() if file else ():
        arguments = {word.arg: word.value for word in call.keywords if word.arg}
        lock, group = file.text_of(arguments.get("lock")) if file else "", arguments.get("group")
        if function.endswith(".from_file") and lock:
            number = group.value if isinstance(group, ast.Constant) and isinstance(group.value, int) else 1
            locks.append((lock, number))
    return locks


def _rule(file: _File, kind: str, name: str, arguments: Mapping[str, ast.expr]) -> BuildRule:
    cgo = arguments.get("cgo")
    return BuildRule(
        kind=kind,
        name=name,
        importpath=file.text_of(arguments.get("importpath")),
        cgo=isinstance(cgo, ast.Constant) and cgo.value is True,
        lists={key: list(file.texts(arguments[key])) for key in _LISTS if key in arguments},
        globs=list(file.globs(arguments.get("srcs"))),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A BUILD file.

    Attributes:
        tree: its statements; Starlark is close enough to Python.
        loaded: what names are called where they are loaded from.
        variables: values of names that the file sets.
    """

    tree: ast.Module
    loaded: Mapping[str, str]
    variables: Mapping[str, ast.expr]

    @classmethod
    def read(cls, text: str) -> _File | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        loaded: dict[str, str] = {}
        variables: dict[str, ast.expr] = {}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                variables[node.targets[0].id] = node.value
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value.func) == "load":
                loaded.update(_symbols(node.value))
        return cls(tree, loaded, variables)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield the calls at the top, with the names of the functions."""
        for node in self.tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                yield node.value, _name(node.value.func)

    def text_of(self, node: ast.expr | None) -> str:
        """Return the value of a string, or nothing."""
        node = self.variables.get(node.id) if isinstance(node, ast.Name) else node
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

    def texts(self, node: ast.expr | None) -> Iterator[str]:
        """Yield the strings of an expression: of lists, their sums, and selects."""
        for term in self._terms(node):
            if isinstance(term, ast.Constant) and isinstance(term.value, str):
                yield term.value

    def globs(self, node: ast.expr | None) -> Iterator[tuple[list[str], list[str]]]:
        """Yield the patterns of each glob in an expression."""
        for term in self._terms(node):
            if isinstance(term, ast.Call):
                words = {word.arg: word.value for word in term.keywords}
                included = term.args[0] if term.args else words.get("include")
                yield list(self.texts(included)), list(self.texts(words.get("exclude")))

    def _terms(self, node: ast.expr | None) -> Iterator[ast.expr]:
        if isinstance(node, ast.List | ast.Tuple):
            for element in node.elts:
                yield from self._terms(element)
        elif isinstance(node, ast.BinOp):
            yield from self._terms(node.left)
            yield from self._terms(node.right)
        elif isinstance(node, ast.Name) and node.id in self.variables:
            yield from self._terms(self.variables[node.id])
        elif isinstance(node, ast.Call) and _name(node.func) == "select" and node.args:
            for branch in node.args[0].values if isinstance(node.args[0], ast.Dict) else ():
                yield from self._terms(branch)
        elif isinstance(node, ast.Constant) or (isinstance(node, ast.Call) and _name(node.func) == "glob"):
            yield node


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return f"{_name(function.value)}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _symbols(call: ast.Call) -> Iterator[tuple[str, str]]:
    """Yield the names that a load defines, and what they are called where they come from."""
    words = [(word.arg or "", word.value) for word in call.keywords] + [("", node) for node in call.args[1:]]
    for name, node in words:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield name or node.value, node.value
