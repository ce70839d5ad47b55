"""What the rules of a workspace's own packages do not say: the import path of a binary, and the module of a package."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.commands.query.output import QueriedTarget
from gomod2bazel.generate.workspace.modulefile import ModuleFile
from gomod2bazel.lock.reader import read_lock

__all__ = ["main_modules_of", "with_import_paths", "with_main_modules"]

Targets = tuple[QueriedTarget, ...]


def main_modules_of(folders: Sequence[Path], marks: Collection[str]) -> tuple[str, ...]:
    """Return the paths of the main modules in the locks that MODULE.bazel names.

    Args:
        folders: the working directory and those above it.
        marks: files that make a folder the root of a workspace.

    Raises:
        UsageError: a lock, or MODULE.bazel, cannot be read.
    """
    root = next((folder for folder in folders if any((folder / mark).is_file() for mark in marks)), folders[0])
    module = ModuleFile.read(root)
    paths: set[str] = set()
    for tag in module.locks if module and module.extension else ():
        if (root / tag.path).is_file():
            lock = read_lock((root / tag.path).read_text(encoding="utf-8"), str(tag.path))
            paths |= {main.path for main in lock.main_modules}
    return tuple(sorted(paths))


def with_import_paths(targets: Targets, ask: Callable[[str], Targets]) -> Targets:
    """Return the targets, those of binaries and tests with the import path of the package that they link.

    Args:
        targets: of an answer.
        ask: returns the targets of another expression.
    """
    unknown = {label for target in targets if not target.import_path for label in target.embed}
    if not unknown:
        return targets
    labels = " ".join(f'"{label}"' for label in sorted(unknown))
    paths = {library.label: library.import_path for library in ask(f"set({labels})")}

    def path_of(target: QueriedTarget) -> str:
        return target.import_path or next((paths[label] for label in target.embed if paths.get(label)), "")

    return tuple(replace(target, import_path=path_of(target)) for target in targets)


def with_main_modules(targets: Targets, main_modules: Collection[str]) -> Targets:
    """Return the targets, those of the workspace's own packages with the main module that they are in."""

    def module_of(target: QueriedTarget) -> str:
        around = [path for path in main_modules if f"{target.import_path}/".startswith(f"{path}/")]
        return target.module or max(around, key=len, default="")

    ours = ("go_binary", "go_library", "go_test")
    return tuple(replace(target, module=module_of(target)) if target.kind in ours else target for target in targets)
