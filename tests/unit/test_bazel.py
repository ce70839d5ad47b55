"""The driver's side of Bazel, against a program that plays Bazel's client."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import pytest
from google.protobuf.proto import serialize_length_prefixed
from provision_fakes import FakeRunner
from provision_fakes import completed as answer

from gomod2bazel.bazel import Bazel, client_environment
from gomod2bazel.errors import BuildError, Gomod2bazelError, Interrupted, ToolError
from gomod2bazel.progress import Event, Stage
from gomod2bazel.protos import build_events_pb2 as pb

CLIENT = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
flags = dict(a.split("=", 1) for a in sys.argv if a.startswith("--") and "=" in a)
(here / "seen").write_text(json.dumps({
    "argv": sys.argv[1:], "environment": dict(os.environ), "cwd": os.getcwd(), "stdin": sys.stdin.read(),
    "targets": pathlib.Path(flags["--target_pattern_file"]).read_text(), "group": os.getpgrp() == os.getpid(),
}))
events = open(flags["--build_event_binary_file"], "ab", buffering=0)
def say(text):
    sys.stderr.write(text)
    sys.stderr.flush()
"""
"""How each fake client begins; what it does then is in the test."""


class Fake:
    """A fake client in a folder of its own, and the `Bazel` that runs it."""

    def __init__(self, folder: Path, script: str, *events: pb.BuildEvent) -> None:
        self.folder = folder
        (folder / "client.py").write_text(CLIENT + textwrap.dedent(script), encoding="utf-8")
        data = io.BytesIO()
        for event in events:
            serialize_length_prefixed(event, data)
        (folder / "stream").write_bytes(data.getvalue())
        (folder / "workspace").mkdir()
        self.bazel = Bazel(
            command=(sys.executable, str(folder / "client.py")),
            workspace=folder / "workspace",
            output_user_root=folder / "root",
            environment=client_environment({"PATH": os.environ["PATH"], "EDITOR": "ed"}, {"MORE": "1"}),
            patience=0.5,
        )

    @property
    def seen(self) -> dict[str, object]:
        """What the client was run with."""
        seen: dict[str, object] = json.loads((self.folder / "seen").read_text(encoding="utf-8"))
        return seen


DONE = (
    pb.BuildEvent(
        id=pb.EventId(named_set=pb.EventId.NamedSet(id="0")),
        named_set_of_files=pb.NamedSetOfFiles(files=[pb.File(name="a", uri="file:///out/a")]),
    ),
    pb.BuildEvent(
        id=pb.EventId(target_completed=pb.EventId.Target(label="//:a")),
        completed=pb.TargetComplete(
            success=True, output_group=[pb.OutputGroup(name="default", file_sets=[pb.EventId.NamedSet(id="0")])]
        ),
    ),
    pb.BuildEvent(finished=pb.BuildFinished(exit_code=pb.BuildFinished.ExitCode(name="SUCCESS")), last_message=True),
)


def test_build_hands_over_targets_and_flags_and_reads_the_stream(tmp_path: Path) -> None:
    fake = Fake(
        tmp_path,
        r"""
        say("Starting local Bazel server and connecting to it...\n")
        say("Another command (pid=7) is running. Waiting for it to complete on the server (server_pid=8)...\n")
        say("Loading: 1 packages loaded\nINFO: Analyzed 1 target (0 packages loaded).\n[1 / 2] Compil")
        time.sleep(0.2)
        say("ing Go package a; 1s worker\nWARNING: half")
        events.write((here / "stream").read_bytes())
        """,
        *DONE,
    )
    shown: list[Event] = []
    said: list[str] = []
    report = fake.bazel.build(
        ["//:a", "@r//:b"], ["--x=1"], keep_going=True, on_event=shown.append, on_message=said.append
    )
    assert [str(output.path) for output in report.files("//:a")] == ["/out/a"]
    assert report.success
    assert report.stderr == "WARNING: half"
    assert said == ["WARNING: half"]
    assert shown == [
        Event(stage=Stage.LOAD, text="starting Bazel"),
        Event(stage=Stage.LOAD, note="another Bazel command is running; waiting for it to end"),
        Event(stage=Stage.LOAD, text="1 packages loaded"),
        Event(stage=Stage.BUILD),
        Event(stage=Stage.BUILD, done=1, total=2, text="Compiling Go package a"),
    ]
    seen = fake.seen
    assert seen["targets"] == "//:a\n@r//:b\n"
    assert seen["stdin"] == ""
    assert seen["cwd"] == str(tmp_path / "workspace")
    assert seen["group"] is True  # a terminal's Ctrl-C must not reach it beside ours
    argv = seen["argv"]
    assert isinstance(argv, list)
    assert argv[: argv.index("build")] == [
        f"--output_user_root={tmp_path}/root",
        "--max_idle_secs=10800",
        "--host_jvm_args=-XX:TieredStopAtLevel=1",
        "--noworkspace_rc",
    ]
    assert argv.index("--x=1") < argv.index("--keep_going") < argv.index("--curses=no")
    (events,) = (flag for flag in argv if flag.startswith("--build_event_binary_file="))
    assert not Path(events.partition("=")[2]).parent.exists()


def test_environment_of_bazel_is_small_and_always_the_same(tmp_path: Path) -> None:
    fake = Fake(tmp_path, "events.write((here / 'stream').read_bytes())", *DONE)
    fake.bazel.build(["//:a"])
    environment = fake.seen["environment"]
    assert isinstance(environment, dict)
    assert environment["LC_ALL"] == "C.UTF-8"
    assert environment["MORE"] == "1"
    assert environment["USER"]
    assert "EDITOR" not in environment


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ({"HOME": "", "USER": "u"}, {"USER": "u"}),
        ({"HOME": "/h", "USER": "u", "LC_ALL": "de_DE"}, {"HOME": "/h", "USER": "u"}),
        (
            {"USER": "u", "https_proxy": "p", "SSL_CERT_FILE": "c", "GOFLAGS": "-x"},
            {"USER": "u", "https_proxy": "p", "SSL_CERT_FILE": "c"},
        ),
    ],
)
def test_variables_that_bazel_is_given(given: dict[str, str], passed: dict[str, str]) -> None:
    assert client_environment(given) == {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **passed}


def test_user_without_a_name_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert client_environment({})["USER"] == "uid4000000000"


def test_failed_build_is_a_report_with_bazels_messages(tmp_path: Path) -> None:
    fake = Fake(tmp_path, r"say('ERROR: no such thing\nINFO: Elapsed time: 1s\n\nFAILED: \n'); sys.exit(1)")
    report = fake.bazel.build(["//:a"])
    assert not report.success
    assert report.describe_failures() == "ERROR: no such thing"


def test_only_the_end_of_endless_messages_is_kept(tmp_path: Path) -> None:
    fake = Fake(tmp_path, r"say(''.join(f'ERROR: {i}\n' for i in range(5000))); sys.exit(1)")
    lines = fake.bazel.build(["//:a"]).stderr.splitlines()
    assert (len(lines), lines[-1]) == (200, "ERROR: 4999")


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (2, ToolError, "Bazel does not take its command line\nERROR: why\ncommand: "),
        (8, Interrupted, "interrupted"),
        (9, ToolError, "another command holds the Bazel server"),
        (33, ToolError, "Bazel ran out of memory"),
        (36, ToolError, "Bazel finds something wrong with this machine"),
        (37, ToolError, "Bazel crashed\nERROR: why"),
        (48, ToolError, "a Bazel module cannot be resolved\nERROR: why"),
        (77, ToolError, "Bazel ended with exit status 77"),
    ],
)
def test_exit_codes(tmp_path: Path, code: int, kind: type[Gomod2bazelError], text: str) -> None:
    fake = Fake(tmp_path, rf"say('INFO: x\nERROR: why\n'); sys.exit({code})")
    with pytest.raises(kind) as caught:
        fake.bazel.build(["//:a"])
    assert str(caught.value).startswith(text)
    assert caught.value.hint or kind is Interrupted


def test_success_without_the_end_of_the_stream_is_not_believed(tmp_path: Path) -> None:
    fake = Fake(tmp_path, "events.write((here / 'stream').read_bytes()[:-2])", *DONE)
    with pytest.raises(ToolError, match="ends early"):
        fake.bazel.build(["//:a"])


def test_bazel_that_is_not_there(tmp_path: Path) -> None:
    bazel = Bazel(
        command=(str(tmp_path / "no"),), workspace=tmp_path, output_user_root=tmp_path / "root", environment={}
    )
    with pytest.raises(ToolError, match=r"cannot run .*/no: ") as caught:
        bazel.build(["//:a"])
    assert "doctor" in caught.value.hint


def interrupt_when_ready(folder: Path, number: signal.Signals, times: int = 1) -> threading.Thread:
    """Send this process ``number`` once the fake client has written the file "ready"."""

    def wait_and_send() -> None:
        deadline = time.monotonic() + 20
        while not (folder / "ready").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        for _ in range(times):
            os.kill(os.getpid(), number)
            time.sleep(0.3)

    thread = threading.Thread(target=wait_and_send)
    thread.start()
    return thread


COUNTING = r"""
caught = []
def note(number, frame):
    caught.append(number)
    (here / "caught").write_text(json.dumps(caught))
    if len(caught) == NEEDED:
        say("ERROR: build interrupted\n")
        sys.exit(8)
signal.signal(signal.SIGINT, note)
(here / "pid").write_text(str(os.getpid()))
(here / "ready").touch()
deadline = time.monotonic() + 20
while time.monotonic() < deadline:
    time.sleep(0.05)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_request_to_stop_becomes_one_interrupt_to_bazel(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fake = Fake(tmp_path, COUNTING.replace("NEEDED", "1"))
    former = signal.getsignal(number)
    thread = interrupt_when_ready(tmp_path, number)
    with pytest.raises(Interrupted):
        fake.bazel.build(["//:a"])
    thread.join()
    assert json.loads((tmp_path / "caught").read_text()) == [signal.SIGINT]
    assert signal.getsignal(number) == former
    assert not list(tmp_path.glob("gomod2bazel-*"))


def test_client_that_needs_two_interrupts(tmp_path: Path) -> None:
    fake = Fake(tmp_path, COUNTING.replace("NEEDED", "2"))
    thread = interrupt_when_ready(tmp_path, signal.SIGINT)
    began = time.monotonic()
    with pytest.raises(Interrupted):
        fake.bazel.build(["//:a"])
    thread.join()
    assert json.loads((tmp_path / "caught").read_text()) == [signal.SIGINT] * 2
    assert time.monotonic() - began < 20


def test_client_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    fake = Fake(tmp_path, COUNTING.replace("NEEDED", "99"))
    thread = interrupt_when_ready(tmp_path, signal.SIGINT)
    began = time.monotonic()
    with pytest.raises(Interrupted):
        fake.bazel.build(["//:a"])
    thread.join()
    # Never a third SIGINT: that is what kills the server.
    assert json.loads((tmp_path / "caught").read_text()) == [signal.SIGINT] * 2
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_impatient_user_need_not_wait(tmp_path: Path) -> None:
    fake = Fake(tmp_path, COUNTING.replace("NEEDED", "99"))
    thread = interrupt_when_ready(tmp_path, signal.SIGINT, times=3)
    began = time.monotonic()
    with pytest.raises(Interrupted):
        Bazel(
            command=fake.bazel.command,
            workspace=fake.bazel.workspace,
            output_user_root=tmp_path / "root",
            environment=fake.bazel.environment,
            patience=60,
        ).build(["//:a"])
    thread.join()
    assert time.monotonic() - began < 10


def test_error_while_watching_leaves_no_client_behind(tmp_path: Path) -> None:
    fake = Fake(tmp_path, "(here / 'pid').write_text(str(os.getpid())); say('[1 / 2] x\\n'); time.sleep(20)")

    def fail(_event: Event) -> None:
        raise RuntimeError("no more")

    began = time.monotonic()
    with pytest.raises(RuntimeError, match="no more"):
        fake.bazel.build(["//:a"], on_event=fail)
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_what_a_client_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    fake = Fake(
        tmp_path,
        """
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"], start_new_session=True)
        (here / "child").write_text(str(child.pid))
        events.write((here / "stream").read_bytes())
        """,
        *DONE,
    )
    began = time.monotonic()
    assert fake.bazel.build(["//:a"]).success
    os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)
    assert time.monotonic() - began < 10


def test_build_works_outside_the_main_thread(tmp_path: Path) -> None:
    fake = Fake(tmp_path, "events.write((here / 'stream').read_bytes())", *DONE)
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(fake.bazel.build(["//:a"]).success))
    thread.start()
    thread.join()
    assert results == [True]


def with_runner(tmp_path: Path, runner: FakeRunner) -> Bazel:
    return Bazel(
        command=("/b/bazel", "--nohome_rc"),
        workspace=tmp_path,
        output_user_root=tmp_path / "root",
        environment={"USER": "u"},
        runner=runner,
    )


def test_every_command_has_the_same_startup_options(tmp_path: Path) -> None:
    runner = FakeRunner({"bazel": answer("/b/output\n")})
    bazel = with_runner(tmp_path, runner)
    assert bazel.info("output_base") == "/b/output"
    assert bazel.query("deps(//:a)", ["--output=label"]) == "/b/output\n"
    bazel.shutdown()
    heads = [call[:6] for call in runner.calls]
    assert (
        heads
        == [
            (
                "/b/bazel",
                "--nohome_rc",
                f"--output_user_root={tmp_path}/root",
                "--max_idle_secs=10800",
                "--host_jvm_args=-XX:TieredStopAtLevel=1",
                "--noworkspace_rc",
            )
        ]
        * 3
    )
    assert [call[6] for call in runner.calls] == ["info", "query", "shutdown"]
    assert runner.folders == [tmp_path] * 3
    assert runner.environments == [{"USER": "u"}] * 3


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (7, BuildError, "ERROR: no such target"),
        (3, BuildError, "ERROR: no such target"),
        (37, ToolError, "Bazel crashed"),
    ],
)
def test_query_that_fails(tmp_path: Path, code: int, kind: type[Gomod2bazelError], text: str) -> None:
    runner = FakeRunner({"bazel": answer(code=code, err="Loading: 0 packages loaded\nERROR: no such target\n")})
    with pytest.raises(kind) as caught:
        with_runner(tmp_path, runner).query("//:a")
    assert str(caught.value).startswith(text)
