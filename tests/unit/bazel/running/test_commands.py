"""Which modules one Bazel command builds, and what it did for each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.prepared_modules import X1, X2, Y, app, prepared

from gomod2bazel.bazel.running.commands import Command, ModuleTargets, commands_for
from gomod2bazel.bazel.server.build_report import Aborted, BuildReport, FailedAction, Output
from gomod2bazel.options.options import CompileOptions

INPUT = "@@gomod2bazel~~go_modules~input//"


def _module(name: str, *, version: int = 1, **shown: str) -> ModuleTargets:
    names = {f"{name}//:cmd": name, "y-av1.0.0//:": "y"}
    module = replace(prepared(app(name), Y, X1 if version == 1 else X2), names=names, shown=shown)
    return ModuleTargets(prepared=module, targets={"cmd": f"/bin/{name}"}, compiled=CompileOptions(), packages=9)


def test_modules_that_agree_are_built_together() -> None:
    modules = [_module(name) for name in "abcd"]
    keys = dict(zip("abcd", ("amd64", "arm64", "amd64", None), strict=True))
    commands = commands_for([*modules, modules[3]], lambda item: keys[item.prepared.path])
    assert [command.numbers for command in commands] == [[0, 2], [1], [3], [4]]
    assert commands[0].labels == ["@input//1:cmd", "@input//2:cmd"]
    assert commands[0].contents.inputs == {"1": "a", "2": "c"}
    assert commands[0].packages == 5, "a, c, x, y and fmt"
    assert (commands[1].labels, commands[1].packages) == (["@input//:cmd"], 9)
    assert commands[1].contents.lock == modules[1].prepared.lock


def test_two_folders_of_one_module_are_built_apart() -> None:
    modules = [_module("a", a="/one"), _module("b", b="/b"), _module("a", a="/two"), _module("b", b="/b")]
    assert [command.numbers for command in commands_for(modules, lambda _: "")] == [[0, 1, 3], [2]]


def test_binaries_that_share_a_package() -> None:
    first = _module("a")
    linked = replace(first.prepared, lock=first.prepared.lock.replace('"set"', '"gc_linkopts": ["-s"], "set"'))
    (command,) = commands_for([first, replace(first, prepared=linked)], lambda _: "")
    assert command.labels == ["@input//1:cmd", "@input//2:cmd-2"]
    assert {"a//:cmd", "a//:cmd-2"} < command.names.keys()
    labels = (f"{INPUT}1:cmd", f"{INPUT}2:cmd-2")
    report = BuildReport(outputs={}, built=frozenset(labels[:1]), failed=frozenset(labels[1:]), exit_code=1)
    results = command.results(report)
    assert [result.report.built for result in results] == [{"@input//:cmd"}, set()]
    assert results[1].report.failed == {"@input//:cmd"}


def _failed(label: str) -> FailedAction:
    return FailedAction(label=f"@@gomod2bazel~~go_modules~{label}", mnemonic="GoCompile", exit_code=1, message="no")


def _report(*failed: FailedAction, built: str = "", aborted: tuple[Aborted, ...] = ()) -> BuildReport:
    labels = {number: f"{INPUT}{number}:cmd" for number in "123"}
    outputs = {(labels[number], "default"): (Output(path=Path(f"/out/{number}"), name="cmd"),) for number in built}
    return BuildReport(
        outputs=outputs,
        built=frozenset(labels[number] for number in built),
        failed=frozenset(labels[number] for number in "123" if number not in built),
        failed_actions=failed,
        aborted=aborted,
        exit_code=0 if built == "123" else 1,
        stderr="ERROR",
    )


def _command() -> Command:
    (command,) = commands_for([_module("a"), _module("b", version=2), _module("c")], lambda _: "")
    return command


def test_each_module_has_its_outputs_and_failures() -> None:
    results = _command().results(_report(_failed("b//:cmd"), built="13"))
    assert [result.report.success for result in results] == [True, False, True]
    assert results[0].report.files("@input//:cmd")[0].path == Path("/out/1")
    assert results[2].report.files("@input//:cmd")[0].path == Path("/out/3")
    assert [result.report.describe_failures(result.names) for result in results[1:2]] == ["# b\nno"]


def test_a_shared_package_fails_for_those_that_need_it() -> None:
    command = _command()
    report = _report(_failed("y-av1.0.0//:"), _failed("y-av1.0.0-g2//:"), built="")
    labels = [[action.label for action in result.report.failed_actions] for result in command.results(report)]
    assert labels == [
        ["@@gomod2bazel~~go_modules~y-av1.0.0//:"],
        ["@@gomod2bazel~~go_modules~y-av1.0.0-g2//:"],
        ["@@gomod2bazel~~go_modules~y-av1.0.0//:"],
    ]
    assert all(result.report.describe_failures(result.names) == "# y\nno" for result in command.results(report))


def test_what_is_of_no_module_is_for_all_that_failed() -> None:
    config = FailedAction(label="@@gomod2bazel+//rules/config:config", mnemonic="GoProfile", exit_code=1, message="no")
    aborted = (
        Aborted(label=f"{INPUT}1:cmd", reason="ANALYSIS_FAILURE", description="one"),
        Aborted(label="", reason="LOADING_FAILURE", description="all"),
    )
    results = _command().results(_report(config, built="3", aborted=aborted))
    assert [len(result.report.failed_actions) for result in results] == [1, 1, 0]
    assert [[one.description for one in result.report.aborted] for result in results] == [["one", "all"], ["all"], []]
    # Also where each binary was built.
    results = _command().results(replace(_report(config, built="123"), exit_code=1))
    assert [result.report.success for result in results] == [False] * 3
