"""Watch the builds of one run of the driver, as -n, -v, -x, -work, -toolexec and the -debug flags ask."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import remove_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import Gomod2bazelError, InstallError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.server.bazel import Bazel
from gomod2bazel.bazel.server.build_report import BuildReport
from gomod2bazel.bazel.watching.graph import action_graph, to_json
from gomod2bazel.bazel.watching.plan import EXPRESSION, FLAGS, read_plan
from gomod2bazel.bazel.watching.profile import profile_flags, timed
from gomod2bazel.bazel.watching.script import Script, numbered
from gomod2bazel.bazel.watching.steps import builder_steps, repositories
from gomod2bazel.bazel.watching.timeline import Timeline
from gomod2bazel.bazel.watching.watch import Plan, Watch
from gomod2bazel.bazel.watching.work import FLAGS as WORK_FLAGS
from gomod2bazel.bazel.watching.work import keep_work, make_work
from gomod2bazel.options.options import BazelOptions

__all__ = ["Build", "Watcher", "watching"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build, as Bazel is asked for it.

    Attributes:
        labels: what to build.
        flags: of ``bazel build``.
        names: import paths by label, with the repository's apparent name.
        folders: real folder of each repository, by apparent name.
        targets: where each binary will be installed, by its target's name.
        show: takes what tools print though all is well.
    """

    labels: Sequence[str]
    flags: Sequence[str]
    names: Mapping[str, str]
    folders: Mapping[str, str]
    targets: Mapping[str, str]
    show: Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Watches the builds of one run.

    Attributes:
        session: The user's session.
        options: how Bazel runs, and what is shown of it.
        rules: the folder that holds the rules' MODULE.bazel.
        timeline: what -debug-trace writes.
        work: what $WORK stands for.
    """

    session: Session
    options: BazelOptions
    rules: Path
    timeline: Timeline
    work: Path | None = None
    _graph: list[dict[str, Any]] = field(default_factory=list)

    def build(self, bazel: Bazel, build: Build) -> BuildReport:
        """Build and show it; with -n show it only, and report that nothing was built.

        Raises:
            ToolError: Bazel is broken.
            Interrupted: the user asked to stop.
        """
        with temporary_folder() as scratch:
            plan = self._plan(bazel, build, Path(scratch).resolve())
            profile = Path(scratch).resolve() / "profile.json"
            return self._watched(bazel, build, plan, profile)

    def _watched(self, bazel: Bazel, build: Build, plan: Plan | None, profile: Path) -> BuildReport:
        options, write = self.options, self.session.err
        installed = _installed(plan, build)
        if options.rebuild and plan and not options.dry:
            _discard(plan, Path(bazel.info("execution_root")))
        if options.dry and plan:
            _show(plan, installed, verbose=options.verbose)
            self._note(plan, installed, Watch(write=write, show=build.show, names=build.names))
            return BuildReport(outputs={})
        flags = [*build.flags, *(WORK_FLAGS if options.work else ())]
        flags += profile_flags(profile) if options.debug_actiongraph or options.debug_trace else []
        shown = plan if options.commands else None
        watch = Watch(write=write, show=build.show, names=build.names, verbose=options.verbose, plan=shown)
        watch.installed = installed
        try:
            return bazel.build(build.labels, flags, keep_going=True, on_event=self.session.progress, on_action=watch)
        finally:
            watch.ran = timed(watch.ran, profile)
            self._note(plan, installed, watch)
            if self.work and plan and options.work:
                base, root = Path(bazel.info("output_base")), Path(bazel.info("execution_root"))
                keep_work(self.work, watch.ran, plan.script, base=base, root=root)

    def finish(self) -> None:
        """Write the files that -debug-actiongraph and -debug-trace name."""
        if self.options.debug_actiongraph:
            _write(self.session.cwd / self.options.debug_actiongraph, to_json(self._graph))
        if self.options.debug_trace:
            _write(self.session.cwd / self.options.debug_trace, self.timeline.to_json())

    def _note(self, plan: Plan | None, installed: Mapping[str, str], watch: Watch) -> None:
        if plan is None:
            return
        self.timeline.add(watch.ran, plan.actions)
        plan.script.done |= {action.output for action in watch.ran}
        first = len(self._graph)
        for node in action_graph(plan, watch.ran, installed):
            moved = {"ID": node["ID"] + first} | ({"Deps": [n + first for n in node["Deps"]]} if "Deps" in node else {})
            self._graph.append(node | moved)

    def _plan(self, bazel: Bazel, build: Build, scratch: Path) -> Plan | None:
        """Get the actions from Bazel and their steps from the builder, if a flag needs them."""
        options = self.options
        detailed = options.dry or options.commands or options.debug_actiongraph
        if not (detailed or options.rebuild or options.work or options.debug_trace):
            return None
        expression = EXPRESSION % " + ".join(f'"{label}"' for label in build.labels)
        actions = read_plan(bazel.query(expression, [*build.flags, *FLAGS], verb="aquery"))
        external = Path(bazel.info("output_base"), "external")
        known = {action.output: action for action in actions}
        steps = {}
        if detailed:
            steps = builder_steps(actions, self.session, rules=self.rules, external=external, scratch=scratch)
        root = "" if options.dry else bazel.info("execution_root")
        script = Script(
            write=self.session.err,
            scratch=str(scratch),
            roots=repositories(actions, build.folders, external),
            folders=numbered(actions),
            plan=known,
            work=str(self.work or "$WORK"),
            existing=None if options.dry else lambda output: f"{root}/{output}",
        )
        return Plan(actions=known, steps=steps, script=script)


@contextmanager
def watching(session: Session, options: BazelOptions, rules: Path) -> Iterator[Watcher | None]:
    """Yield what watches the builds of this run; None where no flag asks for it.

    Raises:
        InstallError: a file of the -debug flags cannot be written.
    """
    if not options.watched:
        yield None
        return
    watcher = Watcher(session=session, options=options, rules=rules, timeline=Timeline())
    if (options.commands or options.work) and not options.dry:
        watcher.work = make_work(session.environment)
        session.err(f"WORK={watcher.work}\n")
    try:
        with watcher.timeline.span("Running build command"):
            yield watcher
    finally:
        if watcher.work and not options.work:
            shutil.rmtree(watcher.work, ignore_errors=True)
        watcher.finish()


def _show(plan: Plan, installed: Mapping[str, str], *, verbose: bool) -> None:
    for action in plan.actions.values():
        if verbose and action.mnemonic == "GoCompile":
            plan.script.write(f"{action.package}\n")
        plan.write(action, banner=True)
        if action.output in installed:
            plan.script.installed(action, installed[action.output])


def _installed(plan: Plan | None, build: Build) -> dict[str, str]:
    """Return where each binary goes, by the first output of its link; absolute, as commands before may leave."""
    if plan is None:
        return {}
    targets = {action.output: action.label.rpartition("//:")[2] for action in plan.actions.values()}
    known = {target: str(Path(path).absolute()) for target, path in build.targets.items()}
    return {output: known[target] for output, target in targets.items() if target in known}


def _discard(plan: Plan, root: Path) -> None:
    """Remove what the actions made: Bazel then makes it again, and knows it as up to date the next time."""
    for action in plan.actions.values():
        for output in action.outputs:
            remove_file(root / output)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> Gomod2bazelError:
    return InstallError(f"open {path}: {(error.strerror or str(error)).lower()}")
