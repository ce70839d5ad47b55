"""The build command: load, lock, choose, build, install, and write the result file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import BuildError, FileError, Gomod2bazelError, MissingModuleError, ToolError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.bazel import files_read as bazel_files
from gomod2bazel.bazel.c_tools import c_users, swig_users
from gomod2bazel.bazel.messages import failures, message_printer, names_of, replay_diagnostics
from gomod2bazel.bazel.names import stored_component
from gomod2bazel.bazel.run import BazelRun, held_bazel
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport
from gomod2bazel.commands.building.parts import LEFT_OUT, Part, check_chosen_binaries, check_files, parts_of
from gomod2bazel.golang.command.gccgo import check_compiler, check_target, check_users
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import BuiltBinary, InstalledFile, install
from gomod2bazel.install.output_flag import Output, narrowed
from gomod2bazel.install.record import Run as ResultRun
from gomod2bazel.load import files_read as load_files
from gomod2bazel.load.up_to_date import Run, states_of
from gomod2bazel.lock.choose import may_be_left_out, place_of
from gomod2bazel.lock.lock import LockedBinary
from gomod2bazel.options.buildmode import header_name
from gomod2bazel.options.options import ChooseOptions, CompileOptions, Options
from gomod2bazel.options.quoting import split
from gomod2bazel.provision import go as go_files
from gomod2bazel.provision import go_for

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
    destination = Destination(destination=output.destination, prefix=output.prefix)
    go = go_for(session, fetch=not options.module.sources.offline)
    parts = parts_of(load_all(session, options.module, options.choose, go), options, output, session.say)
    check_chosen_binaries(parts, options, output)
    check_files(parts, session.cwd, options.install, output, destination)
    for part in parts:
        if part.error and not options.choose.keep_going:
            raise part.error
        _check_compiler(session, part)
    # What is edited after this counts as changed.
    before = states_of(_files_read(session, parts, go))
    with held_bazel(session, options.bazel, offline=options.module.sources.offline) as run:
        built, problems, has_diagnostics = _build_parts(run, parts, destination, options)
        if options.bazel.dry:
            return
        installed = install(built if output.written else (), destination)
    problems += [part.error for part in parts if part.error]
    written = _write_result(session, options, parts, installed)
    _report_installed(session, installed)
    if problems:
        raise _as_one(problems, partly=bool(built))
    if options.module.input.is_repeatable and not options.bazel.always_runs and not has_diagnostics:
        record.save(before, [*(file.real for file in installed), *written], [file.record.path for file in installed])


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


def _files_read(session: Session, parts: Iterable[Part], go: Tool) -> Iterator[Path]:
    """Yield each file that a stage reads: what tells the next run whether anything changed."""
    yield from go_files.files_read(go, session.environment)
    for part in parts:
        yield from load_files.files_read(part.loaded, session.caches.modules)
        yield from bazel_files.files_read(part.loaded, part.lock, session.environment)


def _check_compiler(session: Session, part: Part) -> None:
    """Refuse to begin where a package needs cgo and its compiler is not there."""
    users = c_users(part.lock)
    if part.loaded.configuration.compiler == "gccgo":
        check_target(session, part.loaded.configuration.goos, part.loaded.configuration.goarch)
        check_users(swig_users(part.lock))
    compiler = (split(part.loaded.settings["CC"], "CC") or ("",))[0]
    program = shutil.which(compiler, path=session.environment.get("PATH", os.defpath)) if users else None
    if program and "/" not in compiler and not program.startswith("/"):
        # As the go command, which cgo is (cmd/go/internal/cfg, LookPath; os/exec, ErrDot).
        raise ToolError(
            f'cgo: C compiler "{compiler}" not found: exec: "{compiler}": cannot run executable found relative to '
            f"current directory",
            hint="remove . from PATH, or set CC to the compiler",
        )
    if users and not program:
        raise ToolError(
            f'cgo: C compiler "{compiler}" not found, and {users[0]} needs it',
            hint="install it, set CC to another compiler, or build without cgo: CGO_ENABLED=0",
        )
    if part.loaded.configuration.instrument == "msan":
        _check_memory_sanitizer(session, split(part.loaded.settings["CC"], "CC"))


def _check_memory_sanitizer(session: Session, compiler: Sequence[str]) -> None:
    """Refuse -msan with a C compiler that has no such thing, as gcc: runtime/cgo would not compile."""
    command = [*compiler, "-fsanitize=memory", "-E", "-x", "c", os.devnull]
    done = session.runner.run(command, env=session.environment)
    if done.code:
        raise UsageError(f"-msan: {done.err.strip()}", hint="use clang, which has the memory sanitizer: CC=clang")


def _build_parts(
    run: BazelRun, parts: Iterable[Part], destination: Destination, options: Options
) -> tuple[list[BuiltBinary], list[Gomod2bazelError], bool]:
    """Return what was built, what was not, and whether there are compiler diagnostics, which are shown each time."""
    built: list[BuiltBinary] = []
    problems: list[Gomod2bazelError] = []
    has_diagnostics = False
    for part in parts:
        if not part.chosen:
            continue
        targets = {
            binary.target: str(destination.real(files[0].name, files[0].folder)) for binary, files in part.chosen
        }
        show = message_printer(run.session, part.loaded, events=options.report.json)
        report = run.build(part.loaded, part.lock, targets, names_of(part.loaded, part.lock), show)
        if options.bazel.dry:
            continue
        has_diagnostics = replay_diagnostics(report, show) or has_diagnostics
        outcome = _outputs(report, part)
        place = place_of(part.lock, options.module.load.platforms)
        failure = failures(report, part.loaded, part.lock, run.session, _profile_name(options.module.load.compile))
        problem = _judge(run.session, options.choose, failure, outcome, place)
        problems += [problem] if problem else []
        built += outcome.made
        run.session.say(_counts(report.actions, part) + place)
    return built, problems, has_diagnostics


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The files that Bazel made of a part, and the binaries that it did not make."""

    made: list[BuiltBinary]
    failed: list[LockedBinary]


def _outputs(report: BuildReport, part: Part) -> _Outcome:
    """Pair the files of each chosen binary with those that Bazel built; an empty header does not count."""
    files = {
        label.partition("//:")[2]: outputs for (label, group), outputs in report.outputs.items() if group == "default"
    }
    complete = {label.partition("//:")[2] for label in report.built}
    made, failed = [], []
    for locked, binaries in part.chosen:
        outputs = {output.path.name: output.path for output in files.get(locked.target, ())}
        name = stored_component(locked.name)
        if locked.target in complete and name in outputs:
            named = [(file, header_name(name) if file.kind == "header" else name) for file in binaries]
            built = [BuiltBinary(binary=file, source=outputs[name]) for file, name in named if name in outputs]
            made += [
                output_file
                for output_file in built
                if output_file.binary.kind != "header" or output_file.source.stat().st_size
            ]
        else:
            failed.append(locked)
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
    names = ", ".join(locked.import_path for locked in outcome.failed)
    outputs = failure.outputs if failure else ()
    not_built = f"not built{place}: {names}"
    error = BuildError(f"{failure or ''}\n{not_built}", outputs=outputs, not_built=(not_built,))
    if (
        outcome.failed
        and outcome.made
        and all(may_be_left_out(locked.set, locked.import_path, options) for locked in outcome.failed)
    ):
        session.say(f"{error}\n{LEFT_OUT}")
        return None
    if not options.keep_going:
        raise error
    return error


def _counts(actions: ActionCounts, part: Part) -> str:
    """Say how much work there was, and how much of it an earlier build had done."""
    packages = part.lock.packages_of([locked for locked, _ in part.chosen])
    compiled, linked = actions.by_mnemonic.get("GoCompile", 0), actions.by_mnemonic.get("GoLink", 0)
    linked += actions.by_mnemonic.get("GoArchive", 0)
    binaries = count(len(part.chosen), "binary")
    if not compiled and not linked:
        return f"nothing to do: {count(packages, 'package')} and {binaries} are up to date"
    up_to_date = max(packages - compiled, 0)
    return f"{count(compiled, 'package')} compiled, {up_to_date} up to date; {linked} of {binaries} linked"


def _write_result(
    session: Session, options: Options, parts: list[Part], installed: tuple[InstalledFile, ...]
) -> list[Path]:
    if not options.install.result_file:
        return []
    path = session.cwd / options.install.result_file
    run = ResultRun(
        tool_version=__version__, go_version=parts[0].lock.configuration.go, input=options.module.input.text
    )
    result.write(path, options.install.result_format, [file.record for file in installed], run)
    return [path]


def _report_installed(session: Session, installed: tuple[InstalledFile, ...]) -> None:
    for file in installed:
        session.say(f"{file.record.path}{' (unchanged)' if file.unchanged else ''}")
