"""The hints of labelled modules, each fetched by the go command and looked at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import MissingModuleError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.provision.go import find_go
from gomod2bazel.sets.classify import own_hints, view_module
from gomod2bazel.sets.evidence.hint import Hint

__all__ = ["ModuleHints", "look_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleHints:
    """What one module shows.

    Attributes:
        module: MODULE@VERSION.
        hints: the hints of each main package by its directory.
        tests_only: directories where package main is in _test.go files alone.
    """

    module: str
    hints: Mapping[str, list[Hint]]
    tests_only: frozenset[str]


def look_at(modules: Iterable[str]) -> dict[str, ModuleHints]:
    """Fetch modules, their own zips alone, and return what each shows.

    Raises:
        MissingModuleError: no source has one of them.
    """
    folders = _fetched(sorted(set(modules)))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        return {hints.module: hints for hints in pool.map(_look, folders.items())}


def _look(item: tuple[str, Path]) -> ModuleHints:
    module, folder = item
    view = view_module(folder, module.rpartition("@")[0])
    tests_only = frozenset(package.directory for package in view.packages if not package.files)
    return ModuleHints(module=module, hints=own_hints(view), tests_only=tests_only)


def _fetched(modules: list[str]) -> dict[str, Path]:
    """Return the folder of each module, from the user's own sources and module cache."""
    runner = SubprocessRunner()
    tool = find_go(os.environ, runner, Caches.from_environment(os.environ), ShownSteps(say=print))
    # GOFLAGS such as -mod=vendor mean nothing outside a module; GOTOOLCHAIN=local: no module here is built.
    environment = {**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    go = GoCommand(path=tool.path, environment=environment, runner=runner)
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as folder:
        answers = go.json("mod", "download", "-json", *modules, cwd=Path(folder))
    problems = [item["Error"] for item in answers if item.get("Error")]
    if problems:
        raise MissingModuleError("\n".join(problems), hint="labelled modules come from the sources of go env GOPROXY")
    return {f"{item['Path']}@{item['Version']}": Path(item["Dir"]) for item in answers}
