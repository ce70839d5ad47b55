"""Leaf modules: those whose binaries are built with a baseline, each one of the four forms of INPUT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import resolution_of, with_version
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.baseline.graph.requirements import Graph
from gomod2bazel.baseline.load import load_with
from gomod2bazel.baseline.resolution import Resolution
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.main_packages import check_whole
from gomod2bazel.load.input.opened import OpenedInput, open_input
from gomod2bazel.load.load import check_trust, load
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import ChooseOptions, ModuleOptions

__all__ = ["Leaf", "LeafOpener"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf module, for one platform.

    Attributes:
        source: its module, opened.
    """

    source: OpenedInput

    @property
    def opened(self) -> InputModule:
        """Its module."""
        return self.source.opened

    @property
    def session(self) -> Session:
        """The user's session."""
        return self.source.session

    @property
    def name(self) -> str:
        """What it is called in messages: its module, and its version unless it is a tree."""
        return str(self.opened.module)

    def resolve(self, baseline: Baseline, *, lower: bool, with_graph: bool = False) -> Resolution:
        """Return what a baseline makes of it; see `Resolver`."""
        return resolution_of(baseline, self.source, lower=lower, with_graph=with_graph)

    def requirements(self, baseline: Baseline) -> tuple[Graph, Mapping[str, str]]:
        """Return its requirement graph with a baseline's versions, and the version of each module that it uses."""
        resolution = self.resolve(baseline, lower=False, with_graph=True)
        return resolution.graph or Graph(root=self.opened.module, edges={}), resolution.used

    def lock(self, baseline: Baseline | None) -> Lock:
        """Return its lock, with a baseline's versions if there is one; report packages that do not load.

        Raises:
            TrustError: the baseline does not allow it, or a sum is wrong.
            Gomod2bazelError: nothing could be listed.
        """
        choose = self.source.choose
        loaded = load_with(baseline, self.source) if baseline else load(self.source)
        check_trust(loaded)
        lock = make_lock(loaded, choose)
        for path, broken in lock.broken.items():
            if broken.set in choose.sets:
                self.session.warn(f"skipping {path}, which does not load: {broken.reason}")
        chosen = tuple(binary for binary in lock.binaries if binary.set in choose.sets)
        return replace(lock, binaries=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafOpener:
    """Opens leaf modules, each for every platform of the command line.

    Attributes:
        session: the user's session.
        options: how a leaf is loaded; `open` sets its INPUT.
        choose: which of their binaries count.
        go: the go command.
    """

    session: Session
    options: ModuleOptions
    choose: ChooseOptions
    go: Tool

    def open(self, inputs: Sequence[Input], baseline: Baseline | None) -> list[Leaf]:
        """Open leaf modules; one without a version gets the baseline's.

        Raises:
            UsageError: none is named.
            Gomod2bazelError: one cannot be had.
        """
        if not inputs:
            hint = "name modules as for build: MODULE@VERSION, or a tree's go.mod"
            raise UsageError("no leaf module given", hint=hint)
        session, leaves = self.session, list[Leaf]()
        for module_input in inputs:
            leaf_options = with_version(replace(self.options, input=module_input), baseline)
            sources = open_input(session, leaf_options, self.choose, self.go.path)
            check_whole(sources[0].opened, "baseline")
            leaves += [Leaf(source=source) for source in sources]
        return leaves
