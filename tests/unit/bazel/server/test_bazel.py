"""The driver's side of Bazel, against a program that plays Bazel's client."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from support.fake_bazel import DONE, Fake
from support.fake_programs import FakeRunner
from support.fake_programs import completed as answer

from gomod2bazel.base.errors import BuildError, Gomod2bazelError, Interrupted, ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.bazel.server.bazel import Bazel, client_environment


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
    report = fake.bazel.build(["//:a", "@r//:b"], ["--x=1"], keep_going=True, on_event=shown.append)
    assert [str(output.path) for output in report.files("//:a")] == ["/out/a"]
    assert report.success
    assert report.stderr == "WARNING: half"
    assert shown == [
        Event(stage=Stage.LOAD, text="starting Bazel"),
        Event(stage=Stage.LOAD, note="waiting for another Bazel command to finish"),
        Event(stage=Stage.LOAD, text="Bazel loaded 1 package"),
        Event(stage=Stage.BUILD, text="preparing actions"),
        Event(stage=Stage.BUILD, done=1, total=2, running=1, text="compiling a"),
    ]
    seen = fake.seen
    assert seen["targets"] == "//:a\n@r//:b\n"
    assert seen["stdin"] == ""
    assert seen["cwd"] == str(tmp_path / "workspace")
    assert seen["group"] is True  # a terminal's Ctrl-C must not reach it in addition to ours
    argv = seen["argv"]
    assert isinstance(argv, list)
    assert argv[: argv.index("build")] == [
        f"--output_user_root={tmp_path}/root",
        "--max_idle_secs=10800",
        "--host_jvm_args=-XX:TieredStopAtLevel=1",
        "--unix_digest_hash_attribute_name=user.gomod2bazel.sha256",
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
        (2, ToolError, "Bazel rejected its command line\nERROR: why\ncommand: "),
        (8, Interrupted, "interrupted"),
        (9, ToolError, "another command is using the Bazel server"),
        (33, ToolError, "Bazel ran out of memory"),
        (36, ToolError, "Bazel reports a problem with this machine"),
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


_KILLED = r"""
(here / "runs").open("a").write("run\n")
runs = (here / "runs").read_text().count("run")
if runs <= TIMES:
    events.write((here / "stream").read_bytes()[:40])
    say("Server terminated abruptly (error code: 14, error message: 'Socket closed', log file: '/j/jvm.out')\n")
    sys.exit(37)
events.write((here / "stream").read_bytes())
"""


def test_a_server_that_is_killed_is_started_once_more(tmp_path: Path) -> None:
    fake, notes = Fake(tmp_path, _KILLED.replace("TIMES", "1"), *DONE), []
    report = fake.bazel.build(["//:a"], on_event=lambda event: notes.append(event.note))
    assert report.complete
    assert list(report.built) == ["//:a"]
    assert notes == ["Bazel's server was killed (out of memory?); starting it again"]


def test_a_worker_that_is_killed_is_started_once_more(tmp_path: Path) -> None:
    script = _KILLED.replace("TIMES", "1").replace("    say(", "    say(WHAT)\n    sys.exit(1)\n    say(", 1)
    what = "ERROR: Compiling Go package p failed: Worker process did not return a WorkResponse:\n"
    fake, notes = Fake(tmp_path, script.replace("WHAT", repr(what)), *DONE), []
    assert fake.bazel.build(["//:a"], on_event=lambda event: notes.append(event.note)).complete
    assert notes == ["a Bazel worker was killed (out of memory?); starting it again"]


def test_a_server_that_is_killed_again_is_an_error_without_a_page_of_flags(tmp_path: Path) -> None:
    fake = Fake(tmp_path, _KILLED.replace("TIMES", "2"), *DONE)
    with pytest.raises(ToolError, match="was killed, and killed again") as refused:
        fake.bazel.build(["//:a"], ["--some=flag"])
    assert "--some=flag" not in str(refused.value)
    assert "-p 1" in refused.value.hint
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


_LOST = r"""
if not WHEN:
    events.write((here / "stream").read_bytes()[:40])
    say("ERROR: Linking failed: 31 errors\n" + "".join(f"com.google.Exception: Output {n}\n" for n in range(31)))
    sys.exit(39)
events.write((here / "stream").read_bytes())
"""


@pytest.mark.parametrize(
    ("flag", "messages"),
    [
        ("--noremote_accept_cached", ["the remote or disk cache lacks files of earlier actions; running these again"]),
        (
            "--remote_cache=",
            [
                "the remote or disk cache lacks files of earlier actions; running these again",
                "the cache still lacks files, or returns wrong ones; building without it",
            ],
        ),
    ],
)
def test_what_a_remote_cache_has_lost_is_built_without_it(tmp_path: Path, flag: str, messages: list[str]) -> None:
    fake, notes = Fake(tmp_path, _LOST.replace("WHEN", f"'{flag}' in sys.argv"), *DONE), []
    report = fake.bazel.build(["//:a"], on_event=lambda event: notes.append(event.note))
    assert report.complete
    assert list(report.built) == ["//:a"]
    assert notes == messages


def test_what_a_remote_cache_has_lost_and_cannot_be_built_is_an_error(tmp_path: Path) -> None:
    fake = Fake(tmp_path, _LOST.replace("WHEN", "False"), *DONE)
    with pytest.raises(ToolError, match="the remote or disk cache lacks files") as refused:
        fake.bazel.build(["//:a"])
    assert "Output 2" in str(refused.value)
    assert "Output 9" not in str(refused.value)


def test_success_without_the_end_of_the_stream_is_not_believed(tmp_path: Path) -> None:
    fake = Fake(tmp_path, "events.write((here / 'stream').read_bytes()[:-2])", *DONE)
    with pytest.raises(ToolError, match="ended early"):
        fake.bazel.build(["//:a"])


def test_bazel_that_is_not_there(tmp_path: Path) -> None:
    bazel = Bazel(
        command=(str(tmp_path / "no"),), workspace=tmp_path, output_user_root=tmp_path / "root", environment={}
    )
    with pytest.raises(ToolError, match=r"cannot run .*/no: ") as caught:
        bazel.build(["//:a"])
    assert "doctor" in caught.value.hint


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
    heads = [call[:7] for call in runner.calls]
    assert (
        heads
        == [
            (
                "/b/bazel",
                "--nohome_rc",
                f"--output_user_root={tmp_path}/root",
                "--max_idle_secs=10800",
                "--host_jvm_args=-XX:TieredStopAtLevel=1",
                "--unix_digest_hash_attribute_name=user.gomod2bazel.sha256",
                "--noworkspace_rc",
            )
        ]
        * 3
    )
    assert [call[7] for call in runner.calls] == ["info", "query", "shutdown"]
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
