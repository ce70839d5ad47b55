"""Scenarios with one tree: cold, with a warm standard library, with nothing changed, and after edits."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.measure.errors import BenchError
from bench.measure.result import Result
from bench.scenarios.rounds import Contender, run_rounds
from bench.sides.go import Go
from bench.sides.rules_go import RulesGo
from bench.sides.side import Builder
from bench.subjects.edits import Edits, json_values, prepare_edits
from bench.subjects.tree import Tree

__all__ = ["TREE_SCENARIOS", "Prepared", "prepare", "run_tree_scenario"]

_FIELDS = "-json=ImportPath,Dir,Deps,GoFiles,CgoFiles,Imports,Module,Standard"

TREE_SCENARIOS = ("cold", "cold-warm-std", "no-op", "body-edit", "api-edit")
"""The names of the scenarios of this module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A tree that every side has a copy of.

    Attributes:
        tree: What was copied.
        builders: The sides, ours first.
        edits: Those of each side's copy, in the same order.
        standard: The packages of the standard library that the tree's programs import, directly or not.
        size: Packages, modules and binaries.
    """

    tree: Tree
    builders: tuple[Builder, ...]
    edits: tuple[Edits, ...]
    standard: tuple[str, ...]
    size: Mapping[str, int]


def prepare(tree: Tree, builders: Sequence[Builder], go: Go) -> Prepared:
    """Copy the tree for each side, with the edits in place, so that every later build has the same lines.

    Args:
        tree: What to copy.
        builders: The sides.
        go: Lists the packages; its copy is listed. One of the sides.
    """
    for builder in builders:
        for folder in (builder.tree, builder.out):
            shutil.rmtree(folder, ignore_errors=True)
        tree.copy(builder.tree)
    mains = go.main_packages()
    if not mains:
        raise BenchError(f"{tree.name}: no main package")
    # All packages are listed, as an edit may be in one that no program imports.
    listed = json_values(go.side.run(go.command("list", "-deps", _FIELDS, "./...", cwd=go.tree)))
    edits = tuple(prepare_edits(listed, builder.tree) for builder in builders)
    for edit in edits:
        edit.write()
    for builder in builders:
        if isinstance(builder, RulesGo):
            builder.prepare()
            builder.side.run(builder.generate())
    used = {path for package in listed if package["ImportPath"] in mains for path in package.get("Deps") or ()}
    return Prepared(
        tree=tree,
        builders=tuple(builders),
        edits=edits,
        standard=_importable_standard(listed, used),
        size=_size(tree, listed, mains, used),
    )


def _importable_standard(listed: Sequence[Mapping[str, Any]], used: set[str]) -> tuple[str, ...]:
    """Return the packages of the standard library that a program can import by name."""
    standard = [
        package["ImportPath"] for package in listed if package.get("Standard") and package["ImportPath"] in used
    ]
    return tuple(
        path
        for path in sorted(standard)
        if path not in ("C", "unsafe") and "internal" not in path.split("/") and not path.startswith("vendor/")
    )


def _size(tree: Tree, listed: Sequence[Mapping[str, Any]], mains: Sequence[str], used: set[str]) -> dict[str, int]:
    if tree.size:
        return {"packages": tree.size.packages, "modules": tree.size.modules, "binaries": tree.size.binaries}
    linked = [package for package in listed if package["ImportPath"] in used and not package.get("Standard")]
    modules = {(package.get("Module") or {}).get("Path") for package in linked}
    return {"packages": len(linked) + len(mains), "modules": len(modules), "binaries": len(mains)}


def run_tree_scenario(name: str, prepared: Prepared, rounds: int) -> Result:
    """Run one of `TREE_SCENARIOS`.

    Args:
        name: Of the scenario.
        prepared: The tree and the sides.
        rounds: How many.

    Raises:
        BenchError: A command failed.
    """
    if name not in ("cold", "cold-warm-std"):
        # An earlier scenario's edits are taken back first: those of this one are then the only change.
        for builder, edits in zip(prepared.builders, prepared.edits, strict=True):
            edits.write()
            builder.side.run_all(builder.build())
    contenders = [
        _contender(builder, _preparation(name, builder, edits, prepared.standard))
        for builder, edits in zip(prepared.builders, prepared.edits, strict=True)
    ]
    return run_rounds(name, prepared.tree.name, contenders, rounds, prepared.size)


def _contender(builder: Builder, prepare_round: Callable[[int], object]) -> Contender:
    commands = builder.build()
    compared = not isinstance(builder, RulesGo)
    return Contender(
        name=builder.side.name,
        prepare=prepare_round,
        run=lambda: builder.side.measure(commands),
        binaries=builder.binaries if compared else lambda: None,
    )


def _preparation(name: str, builder: Builder, edits: Edits, standard: Sequence[str]) -> Callable[[int], object]:
    """Return what is done before each round."""
    if name == "cold":
        return lambda _: builder.empty()
    if name == "cold-warm-std":
        return lambda _: _warm(builder, standard)
    if name == "body-edit":
        return lambda number: edits.write(body=number)
    if name == "api-edit":
        return lambda number: edits.write(api=number)
    return lambda _: None


def _warm(builder: Builder, standard: Sequence[str]) -> None:
    """Empty everything, and build a program that imports packages of the standard library."""
    builder.empty()
    builder.side.run_all(builder.warm(standard))
