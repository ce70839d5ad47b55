"""The command test: copy the module, generate its BUILD files, run its go_test rules, and report as `go test` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder, with_recorder
from gomod2bazel.base.errors import BuildError, TrustError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.bazel.names import SDK, repository_name
from gomod2bazel.bazel.server.build_report import BuildReport, TestRun, apparent
from gomod2bazel.commands.testing.baseline_versions import with_baseline
from gomod2bazel.commands.testing.bazel_tests import held_tests, run_tests
from gomod2bazel.commands.testing.chosen import Chosen, choose_tests
from gomod2bazel.commands.testing.module_copy import copy_module
from gomod2bazel.commands.testing.report import as_junit, as_text, package_fields, summary_line
from gomod2bazel.commands.testing.results import Outcome, PackageResult, read_result
from gomod2bazel.commands.testing.workspace import GeneratedWorkspace, generate_workspace
from gomod2bazel.generate.update import combined_error
from gomod2bazel.install.room import check_room
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.load.input.verified import report_unverified
from gomod2bazel.options.flags import flags_of
from gomod2bazel.options.module_input import ModuleInput
from gomod2bazel.options.options import ModuleOptions, Options, with_values
from gomod2bazel.provision.go import go_for

__all__ = ["check_go_test_flags", "test"]

# Flags of `go test` that have no counterpart here (go help test, go help testflag).
_OF_GO_TEST = frozenset((
    "args", "artifacts", "bench", "benchmem", "benchtime", "blockprofile", "blockprofilerate", "c", "coverprofile",
    "cpu", "cpuprofile", "exec", "failfast", "fullpath", "fuzz", "fuzzminimizetime", "fuzztime", "list", "memprofile",
    "memprofilerate", "mutexprofile", "mutexprofilefraction", "outputdir", "trace", "vet",
))  # fmt: skip


_NO_SUMS = "give the missing lines with -sumfile FILE: go mod tidy in an unpacked copy of the module writes them"


def check_go_test_flags(arguments: Sequence[str]) -> None:
    """Refuse flags of `go test` that the command does not have.

    Args:
        arguments: The command line after the command's name.

    Raises:
        UsageError: There are any.
    """
    names = [name.removeprefix("test.") for name, _ in flags_of(arguments)]
    refused = list(dict.fromkeys(f"-{name}" for name in names if name in _OF_GO_TEST))
    if refused:
        raise UsageError(
            f"{', '.join(refused)} of go test {'are' if len(refused) > 1 else 'is'} not supported",
            hint="gomod2bazel help test lists the flags; run go test, or bazel test after generate, for others",
        )


def test(session: Session, options: Options) -> int:
    """Run the tests of a module, and return the exit code: 1 where one fails.

    Args:
        session: environment, caches, runner.
        options: the command line, with INPUT.

    Raises:
        MissingModuleError: the sources lack a module that a package or a test needs.
        TrustError: a module is not verified, or not what go.sum says.
        Gomod2bazelError: nothing could be tested; the class tells why.
    """
    session, recorder = with_recorder(session)
    check_room(session.caches.root, session.caches.root, session.warn)
    go = go_for(session, fetch=not options.module.sources.offline)
    with held_tests(session):
        return _Run(session=session, options=options, recorder=recorder, go=go).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run.

    Attributes:
        session: The user's session.
        options: The command line.
        recorder: Keeps the messages for the JSON document.
        go: The go command.
    """

    session: Session
    options: Options
    recorder: Recorder
    go: Tool

    def run(self) -> int:
        """Open, choose, copy, generate, run, report."""
        opened, module = self._opened()
        chosen = choose_tests(
            opened, module, self.session.cwd, self.session.caches, integration=self.options.test.integration
        )
        copy = copy_module(opened, module.load, self.session.caches.tests, chosen.keeps)
        module = with_baseline(self.session, _of_copy(module, opened), copy, self.go)
        try:
            workspace = generate_workspace(self.session, module, copy, opened.module.path, opened.cache)
        except TrustError as error:
            if error.lacks_sum and opened.fetched:
                error.hint = _NO_SUMS
            raise
        if workspace is None:
            raise BuildError(f"no packages to test in {opened.module}", hint="name a module that has Go packages")
        _check_loaded(workspace, chosen)
        labels = {
            path: workspace.label(package)
            for path, package in sorted(workspace.packages.items())
            if package.tests and chosen.reaches(path)
        }
        report = self._tested(workspace, list(labels.values())) if labels else BuildReport(outputs={})
        results = sorted(_results(workspace, chosen, labels, report), key=lambda result: result.import_path)
        if not results:
            raise UsageError(
                f"no packages of {opened.module} match {' '.join(opened.packages)}", hint="name other packages"
            )
        self._report(workspace, results, report, opened.module)
        return 1 if any(result.failed for result in results) else 0

    def _opened(self) -> tuple[InputModule, ModuleOptions]:
        """Return the module, and the options with the version of a baseline."""
        options = self.options.module
        if options.versions.baseline:
            # Imported here: most runs have none.
            from gomod2bazel.baseline.apply import baseline_of, with_version  # noqa: PLC0415

            options = with_version(options, baseline_of(self.session, options, self.go))

        def opened(tool: Tool) -> InputModule:
            return Opener(session=self.session, go=tool.path).open(options, None)

        module = with_go(self.session, options, self.go, opened)
        fetched = module.fetched
        if fetched and not module.verifies(fetched.version, fetched.sum):
            report_unverified([fetched.version], self.session, required=options.sources.require_verified)
        return module, options

    def _tested(self, workspace: GeneratedWorkspace, labels: Sequence[str]) -> BuildReport:
        options = self.options
        offline = options.module.sources.offline
        return run_tests(self.session, workspace, labels, (options.bazel, options.test), offline=offline)

    def _report(
        self, workspace: GeneratedWorkspace, results: Sequence[PackageResult], report: BuildReport, module: Version
    ) -> None:
        self.recorder.add(*workspace.errors)
        failures = _failures(workspace, report) if any(r.outcome is Outcome.BUILD_FAILED for r in results) else ""
        if self.options.test.junit:
            write_file(self.session.cwd / self.options.test.junit, as_junit(results))
        if self.options.report.json:
            fields = {"module": module.path, "version": module.version or None, "failures": failures}
            packages = [package_fields(result) for result in results]
            self.session.out(document({**fields, "packages": packages}, self.recorder))
        else:
            problems = [str(error) for error in workspace.errors] if workspace.broken else []
            text = "".join(f"{part}\n" for part in (*problems, failures) if part)
            text += "".join(as_text(result, verbose=self.options.bazel.verbose) for result in results)
            self.session.out(text + ("FAIL\n" if any(result.failed for result in results) else ""))
        self.session.say(summary_line(results))


def _of_copy(options: ModuleOptions, opened: InputModule) -> ModuleOptions:
    """Return the options with the sources that the module came from."""
    module_input = options.input
    if not isinstance(module_input, ModuleInput) or not module_input.source:
        return options
    goproxy = options.sources.goproxy or opened.settings["GOPROXY"]
    return with_values(options, {"goproxy": f"{module_input.source},{goproxy}"})


def _check_loaded(workspace: GeneratedWorkspace, chosen: Chosen) -> None:
    """Raise what keeps the tests of all packages from loading; of single packages, it is reported with them.

    Raises:
        BuildError: no test loads.
    """
    loaded = any(package.tests for package in workspace.packages.values())
    if chosen.tested and not loaded and not workspace.broken and workspace.unit.test_error:
        raise combined_error([workspace.unit.test_error])


def _results(
    workspace: GeneratedWorkspace, chosen: Chosen, labels: Mapping[str, str], report: BuildReport
) -> Iterator[PackageResult]:
    """Yield what came of each package."""
    runs: dict[str, list[TestRun]] = {}
    for label, run in report.tests.items():
        runs.setdefault(_package_of(label), []).append(run)
    for path in {*workspace.packages, *workspace.broken, *chosen.skipped}:
        if path in chosen.skipped:
            yield PackageResult(import_path=path, outcome=Outcome.SKIP, reason=chosen.skipped[path])
        elif path in labels:
            yield read_result(path, runs.get(labels[path], ()))
        elif chosen.reaches(path):
            outcome = Outcome.SETUP_FAILED if path in workspace.broken else Outcome.NO_TESTS
            yield PackageResult(import_path=path, outcome=outcome)


def _package_of(label: str) -> str:
    """Return the Bazel package of a label of the main repository."""
    return "//" + label.partition("//")[2].partition(":")[0]


def _failures(workspace: GeneratedWorkspace, report: BuildReport) -> str:
    """Return what failed actions printed, below the import paths of their packages."""
    names = _names(workspace)
    by_label = {workspace.label(package): path for path, package in workspace.packages.items()}
    for action in report.failed_actions:
        if path := by_label.get(_package_of(apparent(action.label))):
            names[apparent(action.label)] = path
    return report.describe_failures(names)


def _names(workspace: GeneratedWorkspace) -> dict[str, str]:
    names = {f"{SDK}//:{package.target}": package.import_path for package in workspace.unit.lock.standard}
    for module in workspace.unit.lock.modules:
        repository = repository_name(module.path, module.version)
        names |= {f"{repository}//:{package.target}": package.import_path for package in module.packages}
    return names
