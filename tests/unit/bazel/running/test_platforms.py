"""One command for several platforms of a module, and what it did for each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.prepared_modules import X1, Y, app, prepared
from support.samples import configuration

from gomod2bazel.bazel.flags import BuildSettings
from gomod2bazel.bazel.running.commands import ModuleTargets
from gomod2bazel.bazel.running.platforms import PlatformsCommand
from gomod2bazel.bazel.server.build_report import BuildReport, FailedAction, Output
from gomod2bazel.options.options import CompileOptions

INPUT = "@@gomod2bazel~~go_modules~input//"
NAMES = {"a//:cmd": "example.com/a", "y-av1.0.0//:": "y"}
JOINT = replace(prepared(app("a"), Y, X1), names=NAMES, lock="{}")


def _modules(*goarch: str, joint: bool = True) -> list[ModuleTargets]:
    one = prepared(app("a"), Y, X1)
    return [
        ModuleTargets(
            prepared=replace(one, configuration=configuration(goarch=arch)),
            targets={"cmd": f"/bin/linux_{arch}/a"},
            compiled=CompileOptions(),
            packages=4,
            joint=JOINT if joint else None,
        )
        for arch in goarch
    ]


def _settings(*goarch: str) -> list[BuildSettings]:
    return [BuildSettings(values=(("goarch", arch),), output_folder=f"linux_{arch}_1") for arch in goarch]


def _command() -> PlatformsCommand:
    made = PlatformsCommand.of(_modules("amd64", "arm64"), _settings("amd64", "arm64"))
    assert made is not None
    return made


def test_what_bazel_is_asked_for() -> None:
    command = _command()
    assert (list(command.numbers), command.packages, command.flags) == ([0, 1], 8, [])
    assert command.labels == ["@input//linux_amd64_1:cmd", "@input//linux_arm64_1:cmd"]
    assert command.contents.lock == "{}"
    assert command.contents.inputs == {"linux_amd64_1": "a", "linux_arm64_1": "a"}
    assert command.contents.configurations["linux_arm64_1"] == {"goarch": "arm64"}
    assert command.names == {
        **NAMES,
        "input//linux_amd64_1:cmd": "example.com/a",
        "input//linux_arm64_1:cmd": "example.com/a",
    }


def test_there_is_none_without_a_lock_for_all() -> None:
    settings = _settings("amd64", "arm64")
    assert PlatformsCommand.of(_modules("amd64"), settings[:1]) is None
    assert PlatformsCommand.of(_modules("amd64", "arm64", joint=False), settings) is None
    # Two INPUTs, each with its own lock.
    mixed = _modules("amd64", "arm64")
    assert PlatformsCommand.of([mixed[0], replace(mixed[1], joint=replace(JOINT))], settings) is None
    # A tag that one of them has.
    tagged = [settings[0], replace(settings[1], values=(("tags", "x"),))]
    both = [replace(settings[0], values=(("tags", "y"),)), tagged[1]]
    assert PlatformsCommand.of(mixed, both) is None


def _failed(arch: str, label: str, message: str) -> FailedAction:
    output = f"bazel-out/k8-fastbuild-linux_{arch}_1-ST-0f/bin/external/{label}.x"
    return FailedAction(label=f"@@g~{label}", mnemonic="GoCompile", exit_code=1, message=message, output=output)


def test_each_platform_has_its_outputs_and_failures() -> None:
    amd64, arm64 = (f"{INPUT}linux_{arch}_1:cmd" for arch in ("amd64", "arm64"))
    report = BuildReport(
        outputs={(amd64, "default"): (Output(path=Path("/out/a"), name="a"),)},
        built=frozenset([amd64]),
        failed=frozenset([arm64]),
        failed_actions=(_failed("arm64", "y-av1.0.0//:", "no"),),
        exit_code=1,
    )
    good, bad = _command().results(report)
    assert good.report.success
    assert good.report.built == {"@input//:cmd"}
    assert good.report.files("@input//:cmd")[0].path == Path("/out/a")
    assert not bad.report.success
    assert bad.report.failed == {"@input//:cmd"}
    assert bad.report.describe_failures(bad.names) == "# y\nno"


def test_where_all_fail_each_has_its_own_cause() -> None:
    labels = [f"{INPUT}linux_{arch}_1:cmd" for arch in ("amd64", "arm64")]
    actions = (
        _failed("amd64", "y-av1.0.0//:", "of amd64"),
        _failed("arm64", "a//:cmd", "of arm64"),
        # A program that the build itself runs.
        replace(_failed("", "tool//:tool", "of all"), output="bazel-out/k8-opt-exec-ST-0f/bin/tool"),
    )
    report = BuildReport(outputs={}, failed=frozenset(labels), failed_actions=actions, exit_code=1)
    causes = [[action.message for action in result.report.failed_actions] for result in _command().results(report)]
    assert causes == [["of amd64", "of all"], ["of arm64", "of all"]]
