"""How a run of Bazel is stopped, against a program that plays Bazel's client."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest
from support.fake_bazel import DONE, Fake

from gomod2bazel.base.errors import Interrupted
from gomod2bazel.base.process.events import Event
from gomod2bazel.bazel.server.bazel import Bazel


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
