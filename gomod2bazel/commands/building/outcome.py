"""What came of a build: the files that Bazel made of each binary, what failed, and how much work there was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import BuildError, FileError, Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.messages import failures, message_printer, replay_diagnostics
from gomod2bazel.bazel.names import stored_component
from gomod2bazel.bazel.run import BazelRun
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import BuiltBinary
from gomod2bazel.options.buildmode import header_name
from gomod2bazel.options.options import ChooseOptions, CompileOptions, Options

__all__ = ["as_one", "build_all"]


def as_one(problems: Sequence[Gomod2bazelError], *, partly: bool) -> Gomod2bazelError:
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


def build_all(
    run: BazelRun, builds: Iterable[PlatformBuild], destination: Destination, options: Options, place: str
) -> tuple[list[BuiltBinary], list[Gomod2bazelError], bool]:
    """Build the binaries of each platform.

    Args:
        run: Bazel.
        builds: what to build.
        destination: where it will be installed.
        options: the command line.
        place: what messages add for one of several INPUTs.

    Returns:
        What was built, what was not, and whether there are compiler diagnostics, which are shown each time.

    Raises:
        Gomod2bazelError: something was not built, and the run does not go on after failures.
    """
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
        problem = _judge(run.session, options.choose, failure, outcome, f"{place}{part.place}")
        problems += [problem] if problem else []
        built += outcome.made
        run.session.say(f"{_counts(report.actions, part)}{place}{part.place}")
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
    cached = f"; {count(actions.cached, 'result')} from a cache" if actions.cached else ""
    return f"{count(compiled, 'package')} compiled, {up_to_date} up to date; {linked} of {binaries} linked{cached}"
