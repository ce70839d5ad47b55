"""The driver's side of Bazel, against a real one in a tiny workspace."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import BuildError, Interrupted, ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.bazel.server.bazel import Bazel, client_environment
from gomod2bazel.provision.bazel import find_bazel

pytestmark = pytest.mark.bazel

# The broken one is local: with Bazel itself below /tmp, a sandbox hides the script that every genrule begins with.
BUILD = """
genrule(name = "one", outs = ["a b.txt"], cmd = "echo one > '$@'")
genrule(name = "two", srcs = ["é.in"], outs = ["ö.txt"], cmd = "cp $(location é.in) $@")
filegroup(name = "inner", srcs = [":one"])
filegroup(name = "outer", srcs = [":inner", ":two"])
genrule(name = "broken", outs = ["broken.txt"], cmd = "echo what went wrong >&2; exit 3", local = True)
genrule(name = "above", srcs = [":broken"], outs = ["above.txt"], cmd = "cp $< $@")
genrule(name = "slow", outs = ["slow.txt"], cmd = "sleep 120; touch $@")
"""


@pytest.fixture(scope="module")
def bazel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bazel]:
    folder = tmp_path_factory.mktemp("bazel")
    workspace = folder / "workspace"
    (workspace / "syntax").mkdir(parents=True)
    (workspace / "MODULE.bazel").write_text('module(name = "tiny")\n', encoding="utf-8")
    (workspace / "BUILD.bazel").write_text(BUILD, encoding="utf-8")
    (workspace / "é.in").write_text("two\n", encoding="utf-8")
    (workspace / "syntax" / "BUILD.bazel").write_text("genrule(\n", encoding="utf-8")
    tool = find_bazel(
        os.environ, SubprocessRunner(), Caches.from_environment(os.environ), ShownSteps(say=lambda _line: None)
    )
    made = Bazel(
        command=(str(tool.path), *tool.arguments),
        workspace=workspace,
        output_user_root=folder / "root",
        environment=client_environment(os.environ, dict(tool.environment)),
    )
    yield made
    made.shutdown()


def test_outputs_come_by_named_sets_with_their_digests(bazel: Bazel) -> None:
    shown: list[Event] = []
    report = bazel.build(["//:outer", "//:one"], on_event=shown.append)
    assert report.success
    assert report.built == {"//:outer", "//:one"}
    files = {output.path.name: output for output in report.files("//:outer")}
    assert {name: output.path.read_text("utf-8") for name, output in files.items()} == {
        "a b.txt": "one\n",
        "ö.txt": "two\n",
    }
    assert files["a b.txt"].digest == hashlib.sha256(b"one\n").hexdigest()
    assert files["a b.txt"].length == 4
    assert report.files("//:one") == (files["a b.txt"],)
    assert report.actions.processes == 2
    assert report.wall_seconds > 0
    assert Stage.BUILD in {event.stage for event in shown}


def test_nothing_is_done_again_and_the_server_stays(bazel: Bazel) -> None:
    server = bazel.info("server_pid")
    bazel.build(["//:outer"])
    report = bazel.build(["//:outer"])
    assert report.actions.processes == 0
    assert len(report.files("//:outer")) == 2
    assert bazel.info("server_pid") == server
    # Neither results nor symbolic links appear in the workspace.
    assert {path.name for path in bazel.workspace.iterdir()} <= {
        "MODULE.bazel",
        "MODULE.bazel.lock",
        "BUILD.bazel",
        "syntax",
        "é.in",
    }


def test_failed_action_is_reported_with_its_own_stderr(bazel: Bazel) -> None:
    report = bazel.build(["//:above", "//:one"], keep_going=True)
    assert (report.success, report.exit_code, report.exit_name) == (False, 1, "BUILD_FAILURE")
    (action,) = report.failed_actions
    assert (action.label, action.mnemonic, action.exit_code) == ("//:broken", "Genrule", 3)
    assert action.stderr == "what went wrong\n"
    assert report.describe_failures() == "//:broken (Genrule):\nwhat went wrong"
    assert report.built == {"//:one"}
    assert report.failed == {"//:above"}


def test_package_that_does_not_load_is_explained(bazel: Bazel) -> None:
    report = bazel.build(["//syntax:a", "//:one"], keep_going=True)
    assert report.built == {"//:one"}
    assert {(a.label, a.reason) for a in report.aborted} == {("//syntax:a", "LOADING_FAILURE")}
    assert "syntax/BUILD.bazel:2:1: syntax error" in report.describe_failures()


def test_interrupt_stops_the_build_and_keeps_the_server(bazel: Bazel) -> None:
    server = bazel.info("server_pid")

    def interrupt(event: Event) -> None:
        if "genrule //:slow" in event.text:
            os.kill(os.getpid(), signal.SIGINT)

    began = time.monotonic()
    with pytest.raises(Interrupted):
        bazel.build(["//:slow"], on_event=interrupt)
    assert time.monotonic() - began < 60
    assert bazel.info("server_pid") == server
    assert bazel.build(["//:one"]).success
    assert not Path(bazel.info("bazel-bin"), "slow.txt").exists()


def test_wrong_flag_and_wrong_module_file_are_tool_errors(bazel: Bazel) -> None:
    with pytest.raises(ToolError, match="rejected its command line") as caught:
        bazel.build(["//:one"], ["--no_such_flag_anywhere"])
    assert "no_such_flag_anywhere" in str(caught.value)
    module = bazel.workspace / "MODULE.bazel"
    kept = module.read_text("utf-8")
    module.write_text("module(\n", encoding="utf-8")
    try:
        with pytest.raises(ToolError, match=r"MODULE\.bazel:2:1: syntax error"):
            bazel.build(["//:one"])
    finally:
        module.write_text(kept, encoding="utf-8")


def test_query(bazel: Bazel) -> None:
    assert set(bazel.query("kind(genrule, deps(//:outer))").split()) == {"//:one", "//:two"}
    with pytest.raises(BuildError, match="no such target '//:nothing'"):
        bazel.query("//:nothing")
