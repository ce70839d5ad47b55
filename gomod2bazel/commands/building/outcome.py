"""What came of a build: the files that Bazel made of each binary, what failed, and how much work there was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import BuildError, FileError, Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.messages import failures, message_printer, replay_diagnostics
from gomod2bazel.bazel.names import stored_component
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.running.commands import ModuleTargets, Result
from gomod2bazel.bazel.running.made_files import MadeFiles
from gomod2bazel.bazel.running.run import BazelRun
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.commands.building.request import Request
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import BuiltBinary
from gomod2bazel.options.buildmode import header_name
from gomod2bazel.options.options import CompileOptions

__all__ = [
    "Aim",
    "Built",
    "InputPart",
    "Work",
    "as_one",
    "build_all",
    "complete_targets",
    "judge",
    "run_all",
]


def as_one(problems: Sequence[Gomod2bazelError], *, partly: bool) -> Gomod2bazelError:
    """Return the problems of a run as one error.

    Args:
        problems: At least one.
        partly: Whether some binaries were built: that is exit code 1. Otherwise it is that of the cause.
    """
    worst = problems[0]
    if not partly:
        # As without -keep-going: what nothing came of has the exit code of its cause.
        worst = Gomod2bazelError.first_to_mend(problems)
    kind = BuildError if partly else type(worst)
    whole = kind(
        "\n".join(str(problem) for problem in problems),
        hint=worst.hint,
        outputs=tuple(output for problem in problems for output in problem.outputs),
        not_built=tuple(line for problem in problems for line in problem.not_built),
    )
    if isinstance(whole, MissingModuleError):
        lacking = [problem for problem in problems if isinstance(problem, MissingModuleError)]
        modules = {module: reason for problem in lacking for module, reason in problem.modules.items()}
        whole.of_modules(modules, {module: chain for problem in lacking for module, chain in problem.chains.items()})
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPart:
    """The binaries of an INPUT for one platform.

    Attributes:
        part: what was chosen.
        joint: the module for all platforms at once, or None.
        request: the INPUT, and where its binaries go.
        place: what messages add.
    """

    part: PlatformBuild
    joint: PreparedModule | None = None
    request: Request
    place: str

    @property
    def module(self) -> ModuleTargets:
        """What Bazel is asked for."""
        destination = self.request.destination
        targets = {
            binary.target: str(destination.real(binary.files[0].name, binary.files[0].folder))
            for binary in self.part.chosen
        }
        return ModuleTargets(
            prepared=self.part.prepared,
            targets=targets,
            compiled=self.request.options.module.load.compile,
            packages=self.part.packages,
            joint=self.joint,
        )


@dataclass(slots=True)
class Built:
    """What came of all INPUTs.

    Attributes:
        files: what was built, with the destination of each.
        problems: what was not built.
        has_diagnostics: whether there are compiler diagnostics, which are shown each time.
        any_made: whether any binary was built.
        made: the INPUT and import path of each binary that was built.
        is_up_to_date: whether nothing had to be compiled or linked.
        work: how much work there was.
    """

    files: list[tuple[BuiltBinary, Destination]] = field(default_factory=list)
    problems: list[Gomod2bazelError] = field(default_factory=list)
    has_diagnostics: bool = False
    any_made: bool = False
    made: set[tuple[str, str]] = field(default_factory=set)
    is_up_to_date: bool = True
    work: Work = field(default_factory=lambda: Work())

    def add(self, other: Built) -> None:
        """Add what came of an INPUT."""
        self.files += other.files
        self.problems += other.problems
        self.any_made |= other.any_made
        self.made |= other.made


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a run builds of the binaries.

    Attributes:
        outcome: returns what came of one INPUT and platform.
        summary: says how much work there was.
        flags: returns more flags of Bazel, for each command.
    """

    outcome: Callable[[InputPart, Result], Built]
    summary: Callable[[Work], str]
    flags: Callable[[], Sequence[str]] = tuple


def build_all(
    run: BazelRun, inputs: Sequence[InputPart], made: MadeFiles, flags: Callable[[], Sequence[str]] = tuple
) -> Built:
    """Build the binaries of all INPUTs, and say how much work there was.

    Args:
        run: Bazel.
        inputs: what to build.
        made: keeps the files of each command, which Bazel may replace in the next one.
        flags: returns more flags of Bazel, for each command.

    Raises:
        Gomod2bazelError: something was not built, and the run does not go on after failures.
    """
    aim = Aim(outcome=lambda item, result: _built(item, result, run.session, made), summary=str, flags=flags)
    return run_all(run, inputs, aim)


def run_all(run: BazelRun, inputs: Sequence[InputPart], aim: Aim) -> Built:
    """Run the Bazel commands for all INPUTs, and say how much work there was.

    Args:
        run: Bazel.
        inputs: what to build.
        aim: what is built of them.

    Raises:
        Gomod2bazelError: something was not built, and the run does not go on after failures.
    """
    inputs = [item for item in inputs if item.part.chosen]
    several = len({id(item.request) for item in inputs}) > 1
    built, all_work = Built(), Work()
    results: dict[int, Built] = {}
    commands = run.commands([item.module for item in inputs])
    for index, command in enumerate(commands):
        members = [inputs[number] for number in command.numbers]
        show = message_printer(run.session, command.shown, events=members[0].request.options.report.json)
        report = run.build(command, show, aim.flags(), part=_part(members, index, len(commands)))
        if run.options.dry:
            continue
        built.has_diagnostics |= replay_diagnostics(report, show)
        for number, outcome in zip(command.numbers, command.results(report), strict=True):
            results[number] = aim.outcome(inputs[number], outcome)
        work = Work.of(report.actions, command.packages, sum(len(item.part.chosen) for item in members))
        all_work = all_work.plus(work)
        built.is_up_to_date &= not work.compiled and not work.linked
        if not several:
            run.session.say(f"{aim.summary(work)}{members[0].place if len(members) == 1 else ''}")
    if several and not run.options.dry:
        run.session.say(aim.summary(all_work))
    built.work = all_work
    for _, result in sorted(results.items()):
        built.add(result)
    return built


def _part(members: Sequence[InputPart], index: int, commands: int) -> str:
    """Return what the display shows of one command: its platforms, and which of several it is."""
    settings = [member.part.prepared.settings for member in members]
    platforms = list(dict.fromkeys(f"{each.get('GOOS', '')}/{each.get('GOARCH', '')}" for each in settings))
    if commands > 1:
        return f"{platforms[0]}, {index + 1} of {commands}"
    return count(len(platforms), "platform") if len(platforms) > 1 else ""


def _built(item: InputPart, result: Result, session: Session, made: MadeFiles) -> Built:
    """Return what came of one INPUT and platform."""
    destination = item.request.destination
    outcome = _outputs(result.report, item.part)
    problem = judge(item, result, outcome.failed, session, partly=bool(outcome.made))
    installed = outcome.made if item.request.output.written else []
    return Built(
        files=[(replace(file, source=made.keep(file.source)), destination) for file in installed],
        problems=[problem] if problem else [],
        any_made=bool(outcome.made),
        made={(item.request.text, file.binary.import_path) for file in outcome.made},
    )


def complete_targets(report: BuildReport) -> set[str]:
    """Return the targets of binaries that were built completely."""
    return {label.partition("//:")[2] for label in report.built}


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
    complete = complete_targets(report)
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


def judge(
    item: InputPart, result: Result, failed: Sequence[ChosenBinary], session: Session, *, partly: bool
) -> BuildError | None:
    """Report what failed. Without -keep-going a failure ends the run, unless only examples failed that are spared.

    The rule is that of `choose.missing`: of examples that came along with other binaries nobody depends on one.

    Args:
        item: one INPUT and platform.
        result: what Bazel did of it.
        failed: the binaries that were not built.
        session: prints what is spared.
        partly: whether others were built.

    Raises:
        Gomod2bazelError: the run does not go on.
    """
    options = item.request.options
    names = {**result.names, **_profile_name(options.module.load.compile)}
    failure = failures(result.report, names, item.part.prepared.shown, session)
    if isinstance(failure, FileError):
        # Not of any binary: others would fail for the same reason.
        raise failure
    if not failed and failure is None:
        return None
    # Imported here: it imports all of classification, and most builds succeed.
    from gomod2bazel.lock.choose import LEFT_OUT, may_be_left_out  # noqa: PLC0415

    paths = ", ".join(binary.import_path for binary in failed)
    outputs = failure.outputs if failure else ()
    not_built = f"not built{item.place}: {paths}"
    hint = failure.hint if failure else ""
    if partly and not hint and not options.choose.keep_going:
        hint = "-keep-going installs the binaries that were built"
    error = BuildError(f"{failure or ''}\n{not_built}", hint=hint, outputs=outputs, not_built=(not_built,))
    if failed and partly and all(may_be_left_out(binary.set, binary.import_path, options.choose) for binary in failed):
        session.warn(f"{error}\n{LEFT_OUT}")
        return None
    if not options.choose.keep_going:
        raise error
    return error


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How much work there was, and how much of it an earlier build had done.

    Attributes:
        packages: that the binaries need.
        compiled: of them, now.
        binaries: that were asked for.
        linked: of them, now.
        cached: results of a cache among what was done.
    """

    packages: int = 0
    compiled: int = 0
    binaries: int = 0
    linked: int = 0
    cached: int = 0

    @classmethod
    def of(cls, actions: ActionCounts, packages: int, binaries: int) -> Work:
        """Return the work of one Bazel command."""
        of_kind = actions.by_mnemonic
        linked = of_kind.get("GoLink", 0) + of_kind.get("GoArchive", 0)
        compiled, cached = of_kind.get("GoCompile", 0), actions.cached
        return cls(packages=packages, compiled=compiled, binaries=binaries, linked=linked, cached=cached)

    def plus(self, other: Work) -> Work:
        """Return the work of both."""
        return Work(
            packages=self.packages + other.packages,
            compiled=self.compiled + other.compiled,
            binaries=self.binaries + other.binaries,
            linked=self.linked + other.linked,
            cached=self.cached + other.cached,
        )

    def __str__(self) -> str:
        """Return it as a message."""
        binaries = count(self.binaries, "binary")
        if not self.compiled and not self.linked:
            return f"nothing to do: {count(self.packages, 'package')} and {binaries} are up to date"
        up_to_date = max(self.packages - self.compiled, 0)
        packages = count(self.compiled, "package")
        cached = f"; {count(self.cached, 'result')} from a cache" if self.cached else ""
        return f"{packages} compiled, {up_to_date} up to date; {self.linked} of {binaries} linked{cached}"
