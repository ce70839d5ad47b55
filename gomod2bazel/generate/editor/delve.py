"""Rules for Delve: where the sources are that a binary names by import path (-trimpath)."""

from __future__ import annotations

from collections.abc import Iterable

from gomod2bazel.generate.editor.graph import Graph

__all__ = ["substitutions"]


def substitutions(graph: Graph) -> list[str]:
    """Return commands of Delve, one for each folder, the deepest first: the first rule that fits counts."""
    modules = [path for lock in graph.locks for path in lock.summary["main_modules"]]
    modules_here = {_root_of(package.path, package.folder, modules) for package in graph.repository.packages.values()}
    others = {(name, folder) for lock in graph.locks for folder, name in lock.named_folders()}
    standard = {(path, f"{graph.standard.goroot}/src/{path}") for path in graph.standard.locked}
    pairs = [*sorted(modules_here, reverse=True), *sorted(others), *sorted(standard, reverse=True)]
    return [f"config substitute-path {_quoted(name)} {_quoted(folder)}" for name, folder in pairs]


def _root_of(path: str, folder: str, modules: Iterable[str]) -> tuple[str, str]:
    """Return path and folder of a package's module; of the package itself where its folder is not that of its path."""
    around = [module for module in modules if path == module or path.startswith(f"{module}/")]
    module = max(around, key=len, default=path)
    below = path[len(module) :]
    return (module, folder.removesuffix(below)) if folder.endswith(below) else (path, folder)


def _quoted(text: str) -> str:
    return f'"{text}"' if _has_blank(text) else text


def _has_blank(text: Iterable[str]) -> bool:
    return any(char.isspace() for char in text)
