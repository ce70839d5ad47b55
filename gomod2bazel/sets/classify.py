"""Say of each main package of a module which set it belongs to, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.sets.evidence.behaviour import behaviour_hints
from gomod2bazel.sets.evidence.code import code_hints
from gomod2bazel.sets.evidence.combinations import together_hints
from gomod2bazel.sets.evidence.comments import comment_hints
from gomod2bazel.sets.evidence.constraints import constraint_hints
from gomod2bazel.sets.evidence.directories import directory_hints
from gomod2bazel.sets.evidence.documents import document_hints
from gomod2bazel.sets.evidence.generate_lines import generate_hints
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.evidence.requirements import needs_hints
from gomod2bazel.sets.evidence.scripts import script_hints
from gomod2bazel.sets.evidence.siblings import Company
from gomod2bazel.sets.evidence.tests_use import test_hints
from gomod2bazel.sets.model.scoring import Decision, Evidence, decide, likeliest, sums_of
from gomod2bazel.sets.model.standing import standing
from gomod2bazel.sets.model.trees import Trees, shipped_trees
from gomod2bazel.sets.model.weights import Weights, shipped_weights
from gomod2bazel.sets.overrides import Overrides
from gomod2bazel.sets.reading.discover import MainPackage, discover
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.tree import Tree

__all__ = [
    "Classified",
    "Seen",
    "all_hints",
    "classify_module",
    "classify_seen",
    "decide_all",
    "own_hints",
    "see",
    "view_module",
]

# What each main package shows by itself, and what the module's other files show of all of them.
_OF_PACKAGE: tuple[Callable[[MainPackage, ModuleView], Iterator[Hint]], ...] = (
    directory_hints,
    comment_hints,
    code_hints,
    behaviour_hints,
    constraint_hints,
)
_OF_MODULE: tuple[Callable[[ModuleView], Mapping[str, list[Hint]]], ...] = (
    generate_hints,
    test_hints,
    script_hints,
    document_hints,
)

_NO_OVERRIDES = Overrides()

# Nothing that is weighed against other things comes near to it.
_CERTAIN = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A main package with what was decided of it.

    Attributes:
        package: where it is.
        decision: its set and the evidence.
    """

    package: MainPackage
    decision: Decision

    @property
    def import_path(self) -> str:
        """Module path and directory, also where Go would not import it."""
        return self.package.import_path

    @property
    def directory(self) -> str:
        """Its directory relative to the module's root; empty for the root."""
        return self.package.directory

    @property
    def set(self) -> str:
        """The set it belongs to, or ``fixture`` or ``testonly``."""
        return self.decision.set


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a module's own files show.

    Attributes:
        packages: its main packages, by directory.
        hints: by directory, what was seen of each that has files other than tests.
    """

    packages: tuple[MainPackage, ...]
    hints: Mapping[str, list[Hint]]


def view_module(
    root: Path, path: str, overlay: Mapping[str, str] | None = None, ignore: tuple[str, ...] = ()
) -> ModuleView:
    """Return a module's files and main packages; nothing but its own folder, and the overlay's files, is read.

    Args:
        root: the module's folder.
        path: its module path.
        overlay: files that are in place of others, see `Tree`.
        ignore: paths of its go.mod's ignore directives.
    """
    tree = Tree(root=root, path=path, overlay=overlay or {}, ignore=ignore)
    return ModuleView(tree=tree, packages=discover(tree))


def see(root: Path, path: str, overlay: Mapping[str, str] | None = None, ignore: tuple[str, ...] = ()) -> Seen:
    """Return what a module's own files show; the arguments are those of `view_module`."""
    module = view_module(root, path, overlay, ignore)
    return Seen(packages=module.packages, hints=own_hints(module))


def own_hints(module: ModuleView) -> dict[str, list[Hint]]:
    """Return by directory what is seen of each main package; those with only test files are left out."""
    whole = [function(module) for function in _OF_MODULE]
    by_directory = {}
    for package in module.packages:
        if package.files:
            package_hints = [hint for function in _OF_PACKAGE for hint in function(package, module)]
            by_directory[package.directory] = [
                *package_hints,
                *(hint for hints in whole for hint in hints.get(package.directory, ())),
            ]
    return by_directory


def all_hints(hints_of: Mapping[str, list[Hint]], weights: Weights) -> dict[str, list[Hint]]:
    """Return by directory all that supports or counts against any set.

    Args:
        hints_of: what `own_hints` found.
        weights: they decide what the siblings of a main package look like.
    """
    with_needs = {directory: [*hints, *needs_hints(hints)] for directory, hints in hints_of.items()}
    alone = {
        directory: likeliest(sums_of({hint.kind for hint in hints}, weights))[0]
        for directory, hints in with_needs.items()
    }
    company = Company(with_needs, alone)
    whole = {}
    for directory, hints in with_needs.items():
        more = [*hints, *company.hints(directory, hints)]
        whole[directory] = [*more, *together_hints(more)]
    return whole


def classify_module(
    module: ModuleView,
    overrides: Overrides = _NO_OVERRIDES,
    weights: Weights | None = None,
    trees: Trees | None = None,
) -> tuple[Classified, ...]:
    """Return the main packages of a module, by directory.

    Args:
        module: its files, see `view_module`.
        overrides: see `classify_seen`.
        weights: likewise.
        trees: likewise.
    """
    seen = Seen(packages=module.packages, hints=own_hints(module))
    return classify_seen(seen, overrides, weights, trees)


def classify_seen(
    seen: Seen, overrides: Overrides = _NO_OVERRIDES, weights: Weights | None = None, trees: Trees | None = None
) -> tuple[Classified, ...]:
    """Return the main packages of a module, by directory.

    Args:
        seen: what its files show, see `see`.
        overrides: what the user has decided already, and what is known of the module.
        weights: instead of those that are part of this version.
        trees: likewise.
    """
    decisions = decide_all(all_hints(seen.hints, weights or shipped_weights()), weights, trees)
    return tuple(
        Classified(package=package, decision=_decide(package, decisions, overrides)) for package in seen.packages
    )


def decide_all(
    hints: Mapping[str, list[Hint]], weights: Weights | None = None, trees: Trees | None = None
) -> dict[str, Decision]:
    """Return by directory what the hints of a module's main packages decide, see `all_hints`."""
    weights, trees = weights or shipped_weights(), trees or shipped_trees()
    standings = standing(hints, weights)
    return {
        directory: decide(package_hints, standings[directory], weights, trees)
        for directory, package_hints in hints.items()
    }


def _decide(package: MainPackage, decisions: Mapping[str, Decision], overrides: Overrides) -> Decision:
    if not package.files:
        return _certain("testonly", "files", "package main is only in its _test.go files", package.test_files[0])
    forced = overrides.of(package.tree.path, package.import_path)
    if forced:
        return _certain(forced.set, "override", forced.reason, forced.position)
    known = overrides.known(package.tree.path, package.import_path)
    if known:
        return _certain(known.set, "curated", known.reason, known.source)
    return decisions[package.directory]


def _certain(name: str, kind: str, reason: str, position: str) -> Decision:
    evidence = Evidence(kind=kind, reason=reason, position=position, weight=_CERTAIN, weights={name: _CERTAIN})
    return Decision(set=name, runner_up="", margin=_CERTAIN, confidence=1.0, evidence=(evidence,))
