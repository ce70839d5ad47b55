"""Several INPUTs prepared at once, with messages and errors as if they came one by one."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building.loading import at_once


@pytest.fixture(autouse=True)
def _cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2})


def test_messages_come_in_order(tmp_path: Path) -> None:
    events: list[str] = []

    def show(event: Event) -> None:
        events.append(event.text or event.note)

    user = User(tmp_path, SubprocessRunner(), progress=show, begin=show, err=events.append)
    last_is_done = threading.Event()

    def task(number: int) -> Callable[[Session], int]:
        def run(session: Session) -> int:
            assert number == 3 or last_is_done.wait(10)
            session.say(f"{number} begins")
            session.begin(Event(stage=Stage.LOAD, text=f"{number} goes on"))
            session.progress(Event(stage=Stage.LOAD, text=f"{number} goes on"))
            session.progress(Event(stage=Stage.LOAD, note=f"note of {number}"))
            session.err(f"{number}\n")
            if number == 3:
                last_is_done.set()
            return number

        return run

    with at_once(user.session, [task(number) for number in (1, 2, 3)]) as results:
        assert user.messages == []
        assert [wait() for wait in results] == [1, 2, 3]
    assert user.messages == ["1 begins", "2 begins", "3 begins"]
    notes = [event for event in events if "goes on" not in event]
    assert notes == ["note of 1", "1\n", "note of 2", "2\n", "note of 3", "3\n"]
    assert "3 goes on" not in events, "it was not its turn"


def test_an_error_stops_the_others(tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    began = threading.Event()

    def fail(_: Session) -> None:
        assert began.wait(10)
        raise UsageError("wrong")

    def wait(session: Session) -> None:
        began.set()
        session.runner.run(["sleep", "60"])

    started = time.monotonic()
    with pytest.raises(UsageError, match="wrong"), at_once(user.session, [fail, wait]) as results:
        for result in results:
            result()
    assert time.monotonic() - started < 30
    assert user.session.runner.run(["echo", "on"]).out == "on\n", "the session's runner goes on"


def test_ctrl_c_stops_all(tmp_path: Path) -> None:
    user = User(tmp_path, SubprocessRunner())
    begun = [threading.Event(), threading.Event()]

    def task(number: int) -> Callable[[Session], None]:
        def run(session: Session) -> None:
            begun[number].set()
            session.runner.run(["sleep", "60"])

        return run

    def interrupt() -> None:
        assert all(event.wait(10) for event in begun)
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Thread(target=interrupt)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), at_once(user.session, [task(0), task(1)]) as results:
        timer.start()
        for result in results:
            result()
    timer.join()
    assert time.monotonic() - started < 30


def test_one_is_not_carried_out_in_a_thread(tmp_path: Path) -> None:
    session = User(tmp_path, SubprocessRunner()).session
    with at_once(session, [lambda given: (given is session, threading.current_thread())]) as results:
        assert [wait() for wait in results] == [(True, threading.main_thread())]
