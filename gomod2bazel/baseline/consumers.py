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
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.load import check_trust, load
from gomod2bazel.load.main_packages import MainPackages, classify_input
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.options import BuildOptions

__all__ = ["Leaf", "open_leaves"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf module, for one platform.

    Attributes:
        options: the command line with the leaf as INPUT.
        opened: its module.
        mains: its main packages.
        session: of the user.
    """

    options: BuildOptions
    opened: InputModule
    mains: MainPackages
    session: Session

    @property
    def name(self) -> str:
        """What it is called in messages: its module, and its version unless it is a tree."""
        return str(self.opened.module)

    def resolve(self, baseline: Baseline, *, lower: bool, with_graph: bool = False) -> Resolution:
        """Return what a baseline makes of it; see `Resolver`."""
        options, session = self.options, self.session
        return resolution_of(
            baseline, self.opened, self.mains, options, session, options.sets, lower=lower, with_graph=with_graph
        )

    def requirements(self, baseline: Baseline) -> tuple[Graph, Mapping[str, str]]:
        """Return its requirement graph with a baseline's versions, and the version of each module that it uses."""
        resolution = self.resolve(baseline, lower=False, with_graph=True)
        return resolution.graph or Graph(root=self.opened.module, edges={}), resolution.used

    def lock(self, baseline: Baseline | None) -> Lock:
        """Return its lock, with a baseline's versions where there is one; what does not load is told of.

        Raises:
            TrustError: the baseline does not allow it, or a sum is wrong.
            Gomod2bazelError: nothing could be listed.
        """
        options, session = self.options, self.session
        if baseline:
            loaded = load_with(baseline, self.opened, self.mains, options, session, options.sets)
        else:
            loaded = load(self.opened, self.mains, options, cwd=session.cwd, sets=options.sets, say=session.say)
        check_trust(loaded)
        lock = make_lock(loaded, options)
        for path, why in lock.broken.items():
            if lock.broken_sets[path] in options.sets:
                session.say(f"{path} does not load, so nothing is said of it: {why}")
        chosen = tuple(binary for binary in lock.binaries if binary.set in options.sets)
        return replace(lock, binaries=chosen)


def open_leaves(
    session: Session, options: BuildOptions, baseline: Baseline | None, names: Sequence[str], go: Tool
) -> list[Leaf]:
    """Open leaf modules, each for every platform of the command line.

    Raises:
        UsageError: none is named, or one is no INPUT.
        Gomod2bazelError: one cannot be had.
    """
    if not names:
        raise UsageError("no leaf module given", hint="name modules as for build: MODULE@VERSION, or a tree's go.mod")
    opener = Opener(session=session, go=go.path)
    leaves = []
    for name in dict.fromkeys(names):
        own = with_version(replace(options, input=name), baseline, session.cwd)
        for platform in options.platforms or (None,):
            opened = opener.open(own, platform, session.cwd)
            mains = classify_input(opened, own, session.cwd)
            leaves.append(Leaf(options=own, opened=opened, mains=mains, session=session))
    return leaves
