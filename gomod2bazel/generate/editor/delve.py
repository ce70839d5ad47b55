"""Rules for Delve: where the sources are that a binary names by import path (-trimpath)."""

from __future__ import annotations

from collections.abc import Iterable

from gomod2bazel.generate.editor.graph import Graph

__all__ = ["substitutions"]


def substitutions(graph: Graph) -> list[str]:
    """Return commands of Delve, one for each folder, the deepest first: the first rule that fits counts."""
    own = {_without_common_end(package.folder, package.path) for package in graph.own.packages.values()}
    modules = {pair for lock in graph.locks for pair in lock.named_folders()}
    standard = {(f"{graph.standard.goroot}/src/{path}", path) for path in graph.standard.locked}
    pairs = [*sorted(own, reverse=True), *sorted(modules), *sorted(standard, reverse=True)]
    return [f"config substitute-path {_quoted(folder)} {_quoted(name)}" for folder, name in pairs]


def _without_common_end(folder: str, path: str) -> tuple[str, str]:
    """Return folder and path without the elements at the end that they share: mostly the module's."""
    places, names = folder.split("/"), path.split("/")
    while len(names) > 1 and places[-1] == names[-1]:
        places.pop()
        names.pop()
    return "/".join(places), "/".join(names)


def _quoted(text: str) -> str:
    return f'"{text}"' if _has_blank(text) else text


def _has_blank(text: Iterable[str]) -> bool:
    return any(char.isspace() for char in text)
