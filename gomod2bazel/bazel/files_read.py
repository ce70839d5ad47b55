"""The files that Bazel reads for a build, in addition to those that the module was loaded from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.base.process.programs import which
from gomod2bazel.bazel.c_tools import c_tools_of
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import module_folders
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.repository_roots import outside_files
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["files_read"]


def files_read(loaded: Loaded, lock: Lock, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the Starlark rules, the programs that compile C, and the C files around modules that their packages take.

    Args:
        loaded: the module; its packages tell where each module is unpacked.
        lock: the lock of it.
        environment: The user's environment variables.

    Raises:
        ToolError: the rules are nowhere.
        FileError: A folder cannot be listed.
    """
    yield from _rules(rules_root(environment) / "rules")
    tools = (which(name, environment) for name in c_tools_of(lock, loaded.settings))
    yield from (tool for tool in tools if tool)
    folders = module_folders(loaded.packages, modules=lock.modules)
    for module in lock.modules:
        root = folders.get(repository_name(module.path, module.version), "")
        yield from (Path(root, file) for file in outside_files(module))


def _rules(root: Path) -> Iterator[Path]:
    """Yield the files of the rules; not what Python writes when it compiles, nor the folders that it adds that to."""
    for folder, _, files in walk(root):
        if Path(folder).name != "__pycache__":
            yield from (Path(folder, file) for file in sorted(files))
