"""The command prebuild: compile what binaries need of other modules and of the standard library; install nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base.counts import count, readable_size
from gomod2bazel.base.disk.files import remove_tree
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import Gomod2bazelError, TrustError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.commands import Result
from gomod2bazel.bazel.running.run import BazelRun, held_bazel
from gomod2bazel.commands.building.outcome import (
    Aim,
    Built,
    InputPart,
    Work,
    as_one,
    complete_targets,
    judge,
    run_all,
)
from gomod2bazel.commands.building.platform_build import PlatformBuild
from gomod2bazel.commands.building.request import Request
from gomod2bazel.commands.building.shares import Preparing, Share, check_parts, input_parts
from gomod2bazel.golang.build_cache.bazel_result import used_keys
from gomod2bazel.golang.build_cache.disk_cache import DiskCache
from gomod2bazel.golang.build_cache.exported import export_results
from gomod2bazel.golang.command.gccgo import check_compiler
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.room import check_room
from gomod2bazel.options.options import InstallOptions, Options, with_values

__all__ = ["prebuild"]

# Diagnostics of the module's packages would have these compiled.
_DEPENDENCIES = (
    "--aspects=@gomod2bazel//rules/private/driver:dependencies.bzl%dependencies",
    "--output_groups=dependencies,-diagnostics",
)


def prebuild(session: Session, inputs: Sequence[Options]) -> None:
    """Compile the packages of other modules, and of the standard library, that the chosen binaries of INPUTs need.

    INPUTs are built by the commands that would build them, so that a later build of the same INPUTs finds the results.

    Args:
        session: environment, caches, runner.
        inputs: the command line with each INPUT.

    Raises:
        Gomod2bazelError: an INPUT cannot be loaded, a package cannot be compiled, or -export cannot be written.
    """
    session, recorder = with_recorder(session)
    options = inputs[0]
    for request in inputs:
        check_compiler(session, request.module.load.compile)
    export = options.bazel.cache.export_folder
    if export:
        Destination(destination=export).check()
    check_room(session.caches.root, Path(export or session.caches.root), session.warn)
    problems: list[Gomod2bazelError] = []
    shares = _shares(session, inputs, problems)
    if not shares:
        raise as_one(problems, partly=False)
    check_parts(session, shares, options.choose)
    with (
        temporary_folder() as folder,
        held_bazel(session, options.bazel, offline=options.module.sources.offline) as held,
    ):
        logs = _Logs(folder=folder) if options.bazel.cache.export_folder else None
        with _apart(held) if logs else nullcontext(held) as run:
            built = run_all(run, input_parts(shares, several=len(inputs) > 1), _aim(session, logs))
        exported = None
        if logs:
            exported = _export(session, options, logs.files, shares[0].builds[0], held.version)
    problems += [*built.problems, *(part.error for share in shares for part in share.builds if part.error)]
    if options.report.json:
        recorder.add(*problems)
        work = {"binaries": built.work.binaries, "compiled": built.work.compiled, "cached": built.work.cached}
        session.out(document({**work, "export": exported}, recorder))
    if problems:
        raise as_one(problems, partly=built.any_made)


def _shares(session: Session, inputs: Sequence[Options], problems: list[Gomod2bazelError]) -> list[Share]:
    """Load and lock the INPUTs. Nothing is installed, so binaries may share a name."""
    requests = [
        Request.of(session, replace(with_values(options, {"on_clash": "qualify"}), install=InstallOptions()))
        for options in inputs
    ]
    with ExitStack() as during:
        # An export runs another server.
        starts = not inputs[0].bazel.cache.export_folder
        return Preparing(session=session, during=during, keeps=False, starts=starts).shares(requests, problems)


@dataclass(slots=True, kw_only=True)
class _Logs:
    """The execution logs of Bazel commands.

    Attributes:
        folder: that they are in.
        named: those of all commands.
    """

    folder: Path
    named: list[Path] = field(default_factory=list)

    def flag(self) -> str:
        """Return the flag for the next command."""
        self.named.append(self.folder / f"log{len(self.named)}")
        return f"--execution_log_binary_file={self.named[-1]}"

    @property
    def files(self) -> list[Path]:
        """The logs that Bazel wrote."""
        return [log for log in self.named if log.exists()]


def _aim(session: Session, logs: _Logs | None) -> Aim:
    """Return what is built: dependencies, whose actions are logged for an export."""

    def outcome(item: InputPart, result: Result) -> Built:
        complete = complete_targets(result.report)
        failed = [binary for binary in item.part.chosen if binary.target not in complete]
        any_made = len(failed) < len(item.part.chosen)
        problem = judge(item, result, failed, session, partly=any_made)
        return Built(problems=[problem] if problem else [], any_made=any_made)

    return Aim(outcome=outcome, summary=_work, flags=lambda: (*_DEPENDENCIES, *((logs.flag(),) if logs else ())))


def _work(work: Work) -> str:
    binaries = count(work.binaries, "binary")
    if not work.compiled:
        return f"nothing to do: the dependencies of {binaries} are up to date"
    cached = f", {work.cached} of them from a cache" if work.cached else ""
    need = "needs" if work.binaries == 1 else "need"
    return f"{count(work.compiled, 'package')} compiled that {binaries} {need}{cached}"


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


def _export(
    session: Session, options: Options, logs: Sequence[Path], build: PlatformBuild, bazel: str
) -> dict[str, Any]:
    """Copy the results that the builds stored or found to the folder of -export; return its counts for a document."""
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
    counts = {"results": carried.results, "new_files": carried.bodies, "size": carried.size}
    return {"folder": str(folder), **counts}
