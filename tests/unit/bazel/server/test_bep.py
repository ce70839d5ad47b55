"""The build event stream, as Bazel would write it, folded into a report."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.proto import serialize_length_prefixed

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.protos import build_events_pb2 as pb
from gomod2bazel.bazel.server.bep import EventReader, ReportBuilder
from gomod2bazel.bazel.server.build_report import BuildReport, Output

REPOSITORY = Path(__file__).resolve().parents[4]


def file(name: str, **fields: str | int) -> pb.File:
    made = pb.File(name=name, uri=f"file:///b/bin/{name}")
    made.MergeFrom(pb.File(**fields))  # type: ignore[arg-type]
    return made


def named_set(name: str, *files: pb.File, sets: Iterable[str] = ()) -> pb.BuildEvent:
    content = pb.NamedSetOfFiles(files=files, file_sets=[pb.EventId.NamedSet(id=s) for s in sets])
    return pb.BuildEvent(id=pb.EventId(named_set=pb.EventId.NamedSet(id=name)), named_set_of_files=content)


def completed(label: str, *sets: str, success: bool = True, group: str = "default", aspect: str = "") -> pb.BuildEvent:
    groups = [pb.OutputGroup(name=group, file_sets=[pb.EventId.NamedSet(id=s) for s in sets], incomplete=not success)]
    return pb.BuildEvent(
        id=pb.EventId(target_completed=pb.EventId.Target(label=label, aspect=aspect)),
        completed=pb.TargetComplete(success=success, output_group=groups),
    )


def finished(code: int = 0, name: str = "SUCCESS") -> pb.BuildEvent:
    content = pb.BuildFinished(exit_code=pb.BuildFinished.ExitCode(code=code, name=name))
    return pb.BuildEvent(finished=content, last_message=True)


def serialized(*events: pb.BuildEvent) -> bytes:
    out = io.BytesIO()
    for event in events:
        serialize_length_prefixed(event, out)
    return out.getvalue()


def fold(*events: pb.BuildEvent, files: dict[str, bytes] | None = None) -> BuildReport:
    builder = ReportBuilder(lambda path: (files or {}).get(str(path), b""))
    for event in EventReader(io.BytesIO(serialized(*events))).poll():
        builder.add(event)
    return builder.report()


def names(outputs: tuple[Output, ...]) -> list[str]:
    return [output.name for output in outputs]


def test_outputs_are_found_through_nested_and_shared_sets() -> None:
    report = fold(
        named_set("0", file("shared")),
        named_set("1", file("a", digest="ab12", length=7), sets=["0"]),
        named_set("2", file("b"), file("a", digest="ab12", length=7), sets=["0", "1"]),
        completed("//:x", "1"),
        completed("//:y", "2", "1"),
        completed("//:y", "0", group="extra"),
        finished(),
    )
    assert names(report.files("//:x")) == ["a", "shared"]
    assert names(report.files("//:y")) == ["b", "a", "shared"]
    assert names(report.files("//:y", "extra")) == ["shared"]
    assert report.files("//:x")[0] == Output(path=Path("/b/bin/a"), name="a", digest="ab12", length=7)
    assert report.files("//:z") == ()
    assert report.built == {"//:x", "//:y"}
    assert report.success


def test_deep_and_wide_sets_cost_no_more_than_their_size() -> None:
    depth = 5000
    # Each set names the one below twice: 2**5000 ways down.
    events = [named_set("0", file("bottom"))]
    events += [named_set(str(i), file(f"f{i}"), sets=[str(i - 1)] * 2) for i in range(1, depth)]
    began = time.monotonic()
    report = fold(*events, completed("//:x", str(depth - 1)), finished())
    assert len(report.files("//:x")) == depth
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"uri": "file:///r/a%20b%23c"}, "/r/a b#c"),
        ({"uri": "file://localhost/r/a"}, "/r/a"),
        ({"uri": "file:///r/%C3%B6"}, "/r/ö"),
        ({"uri": "file:///r/Ã¶.txt"}, "/r/ö.txt"),  # as Bazel 7 writes it
        ({"uri": "file:///r/%C3%83%C2%B6"}, "/r/ö"),
        ({"uri": "file:///r/語"}, "/r/語"),
        ({"uri": "bytestream://cache/blobs/1"}, "/exec/bazel-out/k8/bin/name"),
        ({"symlink_target_path": "elsewhere"}, "/exec/bazel-out/k8/bin/name"),
    ],
)
def test_path_of_an_output(fields: dict[str, str], path: str) -> None:
    one = pb.File(name="name", path_prefix=["bazel-out", "k8", "bin"])
    one.MergeFrom(pb.File(**fields))  # type: ignore[arg-type]
    root = pb.BuildEvent(workspace_info=pb.WorkspaceConfig(local_exec_root="/exec"))
    report = fold(root, named_set("0", one), completed("//:x", "0"), finished())
    assert report.files("//:x")[0].path == Path(path)


def test_failed_action_comes_with_its_own_words() -> None:
    detail = pb.FailureDetail(
        message="go failed: error executing\n\nUse --sandbox_debug to see",
        spawn=pb.FailureDetail.Spawn(spawn_exit_code=3),
    )
    first = pb.ActionExecuted(
        label="@@m+//pkg:pkg",
        type="GoCompile",
        exit_code=1,
        failure_detail=detail,
        stderr=pb.File(uri="file:///exec/stderr-1"),
    )
    second = pb.ActionExecuted(
        label="//:b",
        type="GoLink",
        exit_code=1,
        stderr=pb.File(contents=b"undefined: \xff"),
        stdout=pb.File(contents=b"out\n"),
    )
    silent = pb.ActionExecuted(
        label="//:c", type="GoAsm", exit_code=1, failure_detail=pb.FailureDetail(message="not created")
    )
    well = pb.ActionExecuted(label="//:d", success=True)
    report = fold(
        *(pb.BuildEvent(action=action) for action in (first, well, second, silent)),
        completed("//:b", success=False),
        finished(1, "BUILD_FAILURE"),
        files={"/exec/stderr-1": b"x.go:1:2: undefined: y\n"},
    )
    assert [a.mnemonic for a in report.failed_actions] == ["GoCompile", "GoLink", "GoAsm"]
    assert report.failed_actions[0].exit_code == 3
    assert report.failed_actions[0].message == "go failed: error executing"
    assert report.failed_actions[1].exit_code == 1
    assert report.describe_failures() == (
        "@@m+//pkg:pkg (GoCompile):\nx.go:1:2: undefined: y\n"
        "//:b (GoLink):\nout\nundefined: \ufffd\n"
        "//:c (GoAsm):\nnot created"
    )
    assert report.failed == {"//:b"}
    assert report.incomplete == {("//:b", "default")}
    assert (report.success, report.exit_code, report.exit_name) == (False, 1, "BUILD_FAILURE")


def test_stderr_file_that_is_gone_leaves_bazels_account(tmp_path: Path) -> None:
    action = pb.ActionExecuted(
        label="//:a",
        type="T",
        failure_detail=pb.FailureDetail(message="failed"),
        stderr=pb.File(uri=f"file://{tmp_path}/no"),
    )
    builder = ReportBuilder()
    builder.add(pb.BuildEvent(action=action))
    assert builder.report().describe_failures() == "//:a (T):\nfailed"


def aborted(reason: pb.Aborted.Reason.ValueType, description: str, **about: object) -> pb.BuildEvent:
    return pb.BuildEvent(
        id=pb.EventId(**about),  # type: ignore[arg-type]
        aborted=pb.Aborted(reason=reason, description=description),
    )


def test_what_did_not_load_is_told_once_and_without_its_consequences() -> None:
    report = fold(
        aborted(pb.Aborted.LOADING_FAILURE, "no such target '//:n'", pattern=pb.EventId.Pattern(pattern=["//:n"])),
        aborted(pb.Aborted.ANALYSIS_FAILURE, "no such package", configured_label=pb.EventId.Label(label="//p:q")),
        aborted(pb.Aborted.ANALYSIS_FAILURE, "no such package", configured_label=pb.EventId.Label(label="//p:r")),
        aborted(pb.Aborted.ANALYSIS_FAILURE, "", target_completed=pb.EventId.Target(label="//:t")),
        aborted(pb.Aborted.NO_BUILD, "not built", target_completed=pb.EventId.Target(label="//:u")),
        aborted(pb.Aborted.INTERNAL, "many", pattern=pb.EventId.Pattern(pattern=["//:n", "//:m"])),
        finished(1, "BUILD_FAILURE"),
    )
    assert [(a.label, a.reason) for a in report.aborted] == [
        ("//:n", "LOADING_FAILURE"),
        ("//p:q", "ANALYSIS_FAILURE"),
        ("//p:r", "ANALYSIS_FAILURE"),
        ("//:t", "ANALYSIS_FAILURE"),
        ("//:u", "NO_BUILD"),
        ("", "INTERNAL"),
    ]
    assert report.describe_failures() == "no such target '//:n'\nno such package\nmany"
    assert report.failed == {"//:t", "//:u"}


def test_reason_of_a_newer_bazel_is_no_error() -> None:
    report = fold(aborted(99, "new", configured_label=pb.EventId.Label(label="//:a")))  # type: ignore[arg-type]
    assert report.aborted[0].reason == "reason 99"


def test_bazels_messages_stand_in_where_events_do_not_explain() -> None:
    builder = ReportBuilder()
    builder.add(pb.BuildEvent(action=pb.ActionExecuted(label="//:b", type="T", stderr=pb.File(contents=b"boom"))))
    assert builder.report(stderr="ERROR: boom").describe_failures() == "//:b (T):\nboom"
    builder.add(aborted(pb.Aborted.UNKNOWN, "", unconfigured_label=pb.EventId.Label(label="//u:Ã©.txt")))
    report = builder.report(stderr="ERROR: missing input file")
    assert report.aborted[0].label == "//u:é.txt"
    assert report.describe_failures() == "//:b (T):\nboom\nERROR: missing input file"


def test_counts_and_times() -> None:
    summary = pb.BuildMetrics.ActionSummary(actions_created=9, actions_executed=5)
    for runner, count in (("total", 5), ("internal", 1), ("disk cache hit", 1), ("worker", 3)):
        summary.runner_count.add(name=runner, count=count)
    summary.action_data.add(mnemonic="GoCompile", actions_executed=4)
    summary.action_cache_statistics.hits = 40
    summary.action_cache_statistics.misses = 5
    metrics = pb.BuildMetrics(
        action_summary=summary, timing_metrics=pb.BuildMetrics.TimingMetrics(wall_time_in_ms=1500)
    )
    report = fold(pb.BuildEvent(build_metrics=metrics), finished())
    assert (report.actions.created, report.actions.executed, report.actions.processes) == (9, 5, 4)
    assert report.actions.by_mnemonic == {"GoCompile": 4}
    assert report.actions.by_runner["worker"] == 3
    assert (report.actions.cache_hits, report.actions.cache_misses) == (40, 5)
    assert report.wall_seconds == 1.5


def test_target_is_built_only_when_its_aspects_are() -> None:
    report = fold(completed("//:a", aspect="lint", success=False), completed("//:a"), finished(1, "BUILD_FAILURE"))
    assert not report.built
    assert report.failed == {"//:a"}


@pytest.mark.parametrize("step", [1, 7, 200])
def test_stream_is_read_as_it_grows(tmp_path: Path, step: int) -> None:
    # A message of more than 127 bytes: its length takes two bytes, which may come apart.
    events = [named_set("0", file("a" * 300)), completed("//:x", "0"), pb.BuildEvent(), finished()]
    data = serialized(*events)
    path = tmp_path / "events"
    path.touch()
    seen = []
    with path.open("rb") as stream, path.open("ab", buffering=0) as sink:
        reader = EventReader(stream)
        assert list(reader.poll()) == []
        for start in range(0, len(data), step):
            sink.write(data[start : start + step])
            seen += list(reader.poll())
    assert seen == events


def test_incomplete_last_message_is_left_out() -> None:
    data = serialized(named_set("0", file("a")), completed("//:x", "0"))
    builder = ReportBuilder()
    for event in EventReader(io.BytesIO(data[:-3])).poll():
        builder.add(event)
    report = builder.report()
    assert (report.complete, report.built, report.exit_code) == (False, frozenset(), -1)


@pytest.mark.parametrize("data", [b"\x03\xff\xff\xff", b"\xff" * 12])
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(ToolError, match="event stream cannot be read"):
        list(EventReader(io.BytesIO(data)).poll())


def test_set_that_never_came() -> None:
    assert fold(completed("//:x", "7")).files("//:x") == ()
    with pytest.raises(ToolError, match="refers to a set of files that it does not contain: 7"):
        fold(completed("//:x", "7"), finished())


def test_generated_modules_are_those_of_the_protos() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "tools" / "generate_protos", "--check"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_protobuf_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, gomod2bazel.bazel.server.bazel; sys.exit('google.protobuf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, timeout=60).returncode == 0


def _test_result(label: str, attempt: int, status: pb.TestResult.Status.ValueType, **more: Any) -> pb.BuildEvent:
    files = [pb.File(name=name, uri=f"file:///logs/{attempt}/{name}") for name in ("test.log", "test.xml")]
    result = pb.TestResult(status=status, test_action_output=files, **more)
    return pb.BuildEvent(id=pb.EventId(test_result=pb.EventId.Test(label=label, attempt=attempt)), test_result=result)


def test_the_last_attempt_of_a_test_counts() -> None:
    status = pb.TestResult.Status
    report = fold(
        _test_result("//:a_test", 1, status.FAILED),
        _test_result("//:a_test", 2, status.PASSED, test_attempt_duration=pb.Duration(seconds=1, nanos=500_000_000)),
        _test_result("//b:b_test", 1, status.TIMEOUT),
        _test_result("//c:c_test", 1, status.PASSED, cached_locally=True),
        finished(3, "TESTS_FAILED"),
    )
    first = report.tests["//:a_test"]
    assert (first.passed, first.seconds, first.log) == (True, 1.5, Path("/logs/2/test.log"))
    assert (first.xml, first.cached) == (Path("/logs/2/test.xml"), False)
    assert (report.tests["//b:b_test"].passed, report.tests["//b:b_test"].timed_out) == (False, True)
    assert report.tests["//c:c_test"].cached
    assert not report.success
