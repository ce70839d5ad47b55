"""The command prebuild: compile what binaries need of other modules and of the standard library; install nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count, readable_size
from gomod2bazel.base.disk.files import remove_tree
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import BuildError, Gomod2bazelError, TrustError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.messages import failures, message_printer, replay_diagnostics
from gomod2bazel.bazel.running.commands import Command, ModuleTargets
from gomod2bazel.bazel.running.run import BazelRun, held_bazel, starting_bazel
from gomod2bazel.bazel.server.build_report import ActionCounts
from gomod2bazel.commands.building.compilers import check_compiler_of
from gomod2bazel.commands.building.platform_build import PlatformBuild
from gomod2bazel.commands.building.prepare import prepare
from gomod2bazel.golang.build_cache.bazel_result import used_keys
from gomod2bazel.golang.build_cache.disk_cache import DiskCache
from gomod2bazel.golang.build_cache.exported import export_results
from gomod2bazel.golang.command.gccgo import check_compiler
from gomod2bazel.install.output_flag import Output
from gomod2bazel.options.options import CompileOptions, InstallOptions, Options, with_values

__all__ = ["prebuild"]

_DEPENDENCIES = (
    "--aspects=@gomod2bazel//rules/private/driver:dependencies.bzl%dependencies",
    "--output_groups=dependencies",
)


def prebuild(session: Session, requests: Sequence[Options]) -> None:
    """Compile the packages of other modules, and of the standard library, that the chosen binaries of INPUTs need.

    Args:
        session: environment, caches, runner.
        requests: the command line with each INPUT.

    Raises:
        Gomod2bazelError: an INPUT cannot be loaded, or a package cannot be compiled.
    """
    options = requests[0]
    builds = [(build, request) for request in requests for build in _prepared(session, request)]
    offline = options.module.sources.offline
    with temporary_folder() as folder, held_bazel(session, options.bazel, offline=offline) as held:
        export = options.bazel.cache.export_folder
        logs = []
        with _apart(held) if export else nullcontext(held) as run:
            for number, (build, request) in enumerate(builds):
                log = folder / f"log{number}"
                place = f" for {request.module.input.text}{build.place}" if len(builds) > 1 else ""
                logged = (f"--execution_log_binary_file={log}",) if export else ()
                counts = _Share(run=run, build=build, options=request).compile(logged)
                session.say(f"{_work(counts, build)}{place}")
                logs += [log] if log.exists() else []
        if export:
            _export(session, options, logs, builds[0][0], held.version)


def _prepared(session: Session, options: Options) -> Sequence[PlatformBuild]:
    """Load and lock one INPUT. Nothing is installed, so binaries may share a name."""
    check_compiler(session, options.module.load.compile)
    plain = replace(with_values(options, {"on_clash": "qualify"}), install=InstallOptions())
    early = not options.bazel.cache.export_folder
    with starting_bazel(session, offline=options.module.sources.offline) if early else nullcontext():
        builds = prepare(session, plain, Output.of(plain.install)).builds
    for build in builds:
        if build.error and not options.choose.keep_going:
            raise build.error
        check_compiler_of(session, build.prepared)
    return builds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """What is compiled for one platform of one INPUT."""

    run: BazelRun
    build: PlatformBuild
    options: Options

    def compile(self, more: Sequence[str]) -> ActionCounts:
        """Compile the packages, and return how many actions there were.

        Args:
            more: flags of Bazel.

        Raises:
            Gomod2bazelError: a package cannot be compiled.
        """
        prepared, session = self.build.prepared, self.run.session
        targets = {binary.target: "" for binary in self.build.chosen}
        show = message_printer(session, prepared.shown, events=False)
        compiled = _quiet(self.options.module.load.compile)
        module = ModuleTargets(prepared=prepared, targets=targets, compiled=compiled, packages=self.build.packages)
        command = Command(numbers=[0], modules=[module])
        report = self.run.build(command, show, (*_DEPENDENCIES, *more))
        replay_diagnostics(report, show)
        problem: Gomod2bazelError | None = failures(report, prepared.names, prepared.shown, session)
        if not problem and not report.success:
            problem = BuildError(report.describe_failures(prepared.names))
        if problem:
            raise problem
        return report.actions


def _quiet(options: CompileOptions) -> CompileOptions:
    """Return options that ask for no diagnostics: those of the module's own packages would have these compiled."""
    return replace(options, gcflags=(), asmflags=())


def _work(actions: ActionCounts, build: PlatformBuild) -> str:
    compiled = actions.by_mnemonic.get("GoCompile", 0)
    binaries = count(len(build.chosen), "binary")
    if not compiled:
        return f"nothing to do: the dependencies of {binaries} are up to date"
    cached = f", {actions.cached} of them from a cache" if actions.cached else ""
    return (
        f"{count(compiled, 'package')} compiled that {binaries} {'needs' if len(build.chosen) == 1 else 'need'}{cached}"
    )


@contextmanager
def _apart(run: BazelRun) -> Iterator[BazelRun]:
    """Run with an empty output folder, so that each result comes from the cache or goes to it, and is logged."""
    folder = run.session.caches.bazel / "export"
    remove_tree(folder)
    apart = replace(run, bazel=replace(run.bazel, startup=(*run.bazel.startup, f"--output_base={folder}")))
    try:
        yield apart
    finally:
        apart.bazel.shutdown()
        remove_tree(folder)


def _export(session: Session, options: Options, logs: Sequence[Path], build: PlatformBuild, bazel: str) -> None:
    """Copy the results that the builds stored or found to the folder of -export."""
    cache = options.bazel.cache
    try:
        keys = [key for log in logs for key in used_keys(log)]
    except ValueError as error:
        raise TrustError(f"Bazel's execution log cannot be read: {error}") from error
    about = {"gomod2bazel": __version__, "bazel": bazel, "go": build.prepared.configuration.go}
    folder = session.cwd / cache.export_folder
    carried = export_results(keys, DiskCache(session.cwd / cache.disk_cache), folder, about)
    size = readable_size(carried.size)
    session.say(f"{folder}: {count(carried.results, 'result')}, {count(carried.bodies, 'new file')} ({size})")
