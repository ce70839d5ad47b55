"""Modules of a few files, and what is seen of their main packages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.sets.classify import own_hints, view_module
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.reading.module_view import ModuleView
from support import txtar

__all__ = ["MAIN", "go_file", "hints_of", "kinds_of", "view", "write"]

#: A main package's only file.
MAIN = "package main\n\nfunc main() {}\n"


def go_file(*body: str, imports: tuple[str, ...] = (), comment: str = "") -> str:
    """Return a file of package main with these statements in its func main."""
    head = f"{comment}\npackage main\n" if comment else "package main\n"
    lines = [f'import _ "{path}"' for path in imports]
    return "\n".join([head, *lines, "func main() {", *(f"\t{line}" for line in body), "}", ""])


def write(folder: Path, files: Mapping[str, str] | str) -> Path:
    """Write a module, given as files or as txtar text; example.com/m where no go.mod says otherwise."""
    named = txtar.read(files) if isinstance(files, str) else files
    for name, content in {"go.mod": "module example.com/m\n", **named}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return folder


def view(folder: Path, files: Mapping[str, str] | str, path: str = "example.com/m") -> ModuleView:
    """Write a module and look at it."""
    return view_module(write(folder, files), path)


def hints_of(
    folder: Path, files: Mapping[str, str] | str, directory: str, path: str = "example.com/m"
) -> dict[str, Hint]:
    """Write a module; return by kind what is seen of one of its main packages, the first hint of every kind."""
    return {hint.kind: hint for hint in reversed(own_hints(view(folder, files, path))[directory])}


def kinds_of(folder: Path, files: Mapping[str, str] | str, directory: str, *families: str) -> set[str]:
    """Write a module; return the kinds of hints of one of its main packages that belong to these families."""
    return {kind for kind in hints_of(folder, files, directory) if kind.partition(":")[0] in families}
