"""The build command: prepare, build, install, and write the result file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import BuildError, FileError, Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.messages import failures, message_printer, replay_diagnostics
from gomod2bazel.bazel.names import stored_component
from gomod2bazel.bazel.run import BazelRun, held_bazel, starting_bazel
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport
from gomod2bazel.commands.building.compilers import check_compiler_of
from gomod2bazel.commands.building.during_build import classifying, keeping
from gomod2bazel.commands.building.kept import read_kept
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.golang.command.gccgo import check_compiler
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import BuiltBinary, InstalledFile, install, plan
from gomod2bazel.install.output_flag import Output, narrowed, spare_sources
from gomod2bazel.install.record import Run as ResultRun
from gomod2bazel.load.changes.up_to_date import Run, State
from gomod2bazel.options.buildmode import header_name
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import ChooseOptions, CompileOptions, Options

__all__ = ["build"]


def build(session: Session, options: Options, record: Run) -> None:
    """Build and install the chosen binaries of ``options.input``.

    Args:
        session: environment, caches, runner.
        options: the command line.
        record: where to note what this run read and wrote, to recognise the next one.

    Raises:
        Gomod2bazelError: a kind for each way it can fail; nothing of the destination is then half-written.
    """
    check_compiler(session, options.module.load.compile)
    record.forget()
    output = Output.of(options.install)
    options = replace(options, choose=narrowed(options.choose, options.module.load.compile.buildmode, output))
    run = _Run(session=session, options=options, output=output, record=record)
    kept = read_kept(record.kept) if run.may_be_kept else None
    if kept is not None:
        for note in kept.notes:
            session.say(note)
        with classifying(kept, session, options.module) as sets:
            if run.build(kept.builds, kept.before, sets.are_equal):
                return
    # Imported here: a run that builds what was kept loads nothing.
    from gomod2bazel.commands.building.prepare import prepare  # noqa: PLC0415

    started = time.time_ns()
    with starting_bazel(session, offline=options.module.sources.offline):
        prepared = prepare(session, options, output)
    with keeping(prepared, record.kept, started) if run.may_be_kept else nullcontext():
        run.build(prepared.builds, prepared.before, lambda: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A run of the build command, once it is known what to build.

    Attributes:
        session: environment, caches, runner.
        options: the command line.
        output: the value of -o.
        record: where to note what this run read and wrote.
    """

    session: Session
    options: Options
    output: Output
    record: Run

    @property
    def may_be_kept(self) -> bool:
        """Whether what is prepared may be good for another run: the state of a repository is read each time."""
        load = self.options.module.load
        return isinstance(self.options.module.input, TreeInput) and not (
            load.overlay or load.buildvcs != "false" or self.options.bazel.always_runs
        )

    def build(self, builds: Sequence[PlatformBuild], before: Mapping[str, State], is_right: Callable[[], bool]) -> bool:
        """Build the binaries of all platforms, install them, and write the result file.

        Args:
            builds: what to build.
            before: the states of the files that it was made of.
            is_right: asked before anything is installed or reported as failed.

        Returns:
            False if ``is_right`` does: then nothing was installed.
        """
        session, options = self.session, self.options
        destination = Destination(destination=self.output.destination, prefix=self.output.prefix)
        self._check_files(builds, destination)
        for part in builds:
            if part.error and not options.choose.keep_going:
                raise part.error
            check_compiler_of(session, part.prepared)
        with held_bazel(session, options.bazel, offline=options.module.sources.offline) as run:
            try:
                built, problems, has_diagnostics = _build_all(run, builds, destination, options)
            except Gomod2bazelError:
                if not is_right():
                    return False
                raise
            if options.bazel.dry:
                return True
            if not is_right():
                return False
            installed = install(built if self.output.written else (), destination)
        problems += [part.error for part in builds if part.error]
        written = self._write_result(builds[0], installed)
        _report_installed(session, installed)
        if problems:
            raise _as_one(problems, partly=bool(built))
        if options.module.input.is_repeatable and not options.bazel.always_runs and not has_diagnostics:
            paths = [file.record.path for file in installed]
            self.record.save(before, [*(file.real for file in installed), *written], paths)
        return True

    def _check_files(self, builds: Sequence[PlatformBuild], destination: Destination) -> None:
        """Refuse files that cannot be installed or listed, before anything is built."""
        files = [file for part in builds for file in part.files] if self.output.written else []
        listed = plan(files, destination)
        spare_sources(files, destination, [Path(part.prepared.root) for part in builds if part.prepared.root])
        if self.options.install.result_file:
            path = self.session.cwd / self.options.install.result_file
            result.check(path, self.options.install.result_format, listed)

    def _write_result(self, first: PlatformBuild, installed: tuple[InstalledFile, ...]) -> list[Path]:
        options = self.options
        if not options.install.result_file:
            return []
        path = self.session.cwd / options.install.result_file
        go = first.prepared.configuration.go
        run = ResultRun(tool_version=__version__, go_version=go, input=options.module.input.text)
        result.write(path, options.install.result_format, [file.record for file in installed], run)
        return [path]


def _as_one(problems: Sequence[Gomod2bazelError], *, partly: bool) -> Gomod2bazelError:
    """Return the problems of a run as one error.

    Args:
        problems: At least one.
        partly: Whether some binaries were built: that is exit code 1. Otherwise it is that of the cause.
    """
    worst = problems[0]
    if not partly:
        # As without -keep-going: what nothing came of has the exit code of its cause.
        worst = next((problem for problem in problems if isinstance(problem, MissingModuleError)), worst)
    kind = BuildError if partly else type(worst)
    return kind(
        "\n".join(str(problem) for problem in problems),
        hint=worst.hint,
        outputs=tuple(output for problem in problems for output in problem.outputs),
        not_built=tuple(line for problem in problems for line in problem.not_built),
    )


def _build_all(
    run: BazelRun, builds: Iterable[PlatformBuild], destination: Destination, options: Options
) -> tuple[list[BuiltBinary], list[Gomod2bazelError], bool]:
    """Return what was built, what was not, and whether there are compiler diagnostics, which are shown each time."""
    built: list[BuiltBinary] = []
    problems: list[Gomod2bazelError] = []
    has_diagnostics = False
    for part in builds:
        if not part.chosen:
            continue
        targets = {
            binary.target: str(destination.real(binary.files[0].name, binary.files[0].folder)) for binary in part.chosen
        }
        show = message_printer(run.session, part.prepared, events=options.report.json)
        report = run.build(part.prepared, targets, options.module.load.compile, show)
        if options.bazel.dry:
            continue
        has_diagnostics = replay_diagnostics(report, show) or has_diagnostics
        outcome = _outputs(report, part)
        failure = failures(report, part.prepared, run.session, _profile_name(options.module.load.compile))
        problem = _judge(run.session, options.choose, failure, outcome, part.place)
        problems += [problem] if problem else []
        built += outcome.made
        run.session.say(_counts(report.actions, part) + part.place)
    return built, problems, has_diagnostics


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The files that Bazel made of a part, and the binaries that it did not make."""

    made: list[BuiltBinary]
    failed: list[ChosenBinary]


def _outputs(report: BuildReport, part: PlatformBuild) -> _Outcome:
    """Pair the files of each chosen binary with those that Bazel built; an empty header does not count."""
    files = {
        label.partition("//:")[2]: outputs for (label, group), outputs in report.outputs.items() if group == "default"
    }
    complete = {label.partition("//:")[2] for label in report.built}
    made, failed = [], []
    for binary in part.chosen:
        outputs = {output.path.name: output.path for output in files.get(binary.target, ())}
        name = stored_component(binary.name)
        if binary.target in complete and name in outputs:
            named = [(file, header_name(name) if file.kind == "header" else name) for file in binary.files]
            built = [BuiltBinary(binary=file, source=outputs[name]) for file, name in named if name in outputs]
            made += [
                output_file
                for output_file in built
                if output_file.binary.kind != "header" or output_file.source.stat().st_size
            ]
        else:
            failed.append(binary)
    return _Outcome(made=made, failed=failed)


def _profile_name(options: CompileOptions) -> dict[str, str]:
    """Return what to call the target that prepares the CPU profile: the file itself, as the go command does."""
    return {"//rules/config:config": str(options.profile or "default.pgo")}


def _judge(
    session: Session,
    options: ChooseOptions,
    failure: BuildError | FileError | None,
    outcome: _Outcome,
    place: str,
) -> BuildError | None:
    """Report what failed. Without -keep-going a failure ends the run, unless only examples failed that are spared.

    The rule is that of `choose.missing`: of examples that came along with other binaries nobody depends on one.
    """
    if isinstance(failure, FileError):
        # Not of any binary: others would fail for the same reason.
        raise failure
    if not outcome.failed and failure is None:
        return None
    # Imported here: it imports all of classification, and most builds succeed.
    from gomod2bazel.lock.choose import LEFT_OUT, may_be_left_out  # noqa: PLC0415

    names = ", ".join(binary.import_path for binary in outcome.failed)
    outputs = failure.outputs if failure else ()
    not_built = f"not built{place}: {names}"
    error = BuildError(f"{failure or ''}\n{not_built}", outputs=outputs, not_built=(not_built,))
    if (
        outcome.failed
        and outcome.made
        and all(may_be_left_out(binary.set, binary.import_path, options) for binary in outcome.failed)
    ):
        session.say(f"{error}\n{LEFT_OUT}")
        return None
    if not options.keep_going:
        raise error
    return error


def _counts(actions: ActionCounts, part: PlatformBuild) -> str:
    """Say how much work there was, and how much of it an earlier build had done."""
    packages = part.packages
    compiled, linked = actions.by_mnemonic.get("GoCompile", 0), actions.by_mnemonic.get("GoLink", 0)
    linked += actions.by_mnemonic.get("GoArchive", 0)
    binaries = count(len(part.chosen), "binary")
    if not compiled and not linked:
        return f"nothing to do: {count(packages, 'package')} and {binaries} are up to date"
    up_to_date = max(packages - compiled, 0)
    return f"{count(compiled, 'package')} compiled, {up_to_date} up to date; {linked} of {binaries} linked"


def _report_installed(session: Session, installed: tuple[InstalledFile, ...]) -> None:
    for file in installed:
        session.say(f"{file.record.path}{' (unchanged)' if file.unchanged else ''}")
