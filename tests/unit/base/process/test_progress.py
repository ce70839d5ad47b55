"""What the user sees of a run while it lasts."""

from __future__ import annotations

import io
import threading

import pytest
from support.shown_run import LONGEST_SILENCE, ShownRun

from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.message import note, warning
from gomod2bazel.base.process.progress import Look, Progress, Style


def _first_build(run: ShownRun) -> None:
    """Report the stages of a cold first run, with the silences that it had."""
    run.progress.begin(Event(stage=Stage.LOAD))
    sizes = iter(range(1 << 20, 1 << 30, 1 << 20))

    def newer() -> Event:
        return Event(stage=Stage.SETUP, done=next(sizes), unit="bytes", text="fetching Go")

    run.after(2, lambda: run.progress.say("no go on PATH"))
    run.send(0.1, stage=Stage.SETUP, newer=newer)
    run.send(40, stage=Stage.LOAD, text="starting Bazel")
    run.send(9, stage=Stage.LOAD, text="Bazel loaded 62 packages")
    run.send(3, stage=Stage.BUILD, text="preparing actions")
    run.send(2, stage=Stage.BUILD, done=41, total=73, running=2, text="compiling runtime")
    run.send(26, stage=Stage.LINK, done=71, total=73, running=1, text="linking hello")
    run.send(0.05, stage=Stage.BUILD, done=72, total=73)
    run.send(20, stage=Stage.INSTALL, done=1, total=2)
    run.after(1, run.progress.close)


def test_a_log_is_never_silent_for_long() -> None:
    run = ShownRun(Style.PLAIN)
    _first_build(run)
    assert run.silence <= LONGEST_SILENCE[Style.PLAIN]
    assert run.text.splitlines() == [
        "gomod2bazel: no go on PATH",
        "gomod2bazel: set up: 14 MiB, 16 s, fetching Go",
        "gomod2bazel: set up: 28 MiB, 30 s, fetching Go",
        "gomod2bazel: load",
        "gomod2bazel: build",
        "gomod2bazel: build: 41/73 actions, 68 s, 2 running, compiling runtime",
        "gomod2bazel: build: 41/73 actions, 82 s, 2 running, compiling runtime",
        "gomod2bazel: link",
        "gomod2bazel: build: 72/73 actions, 96 s",
        "gomod2bazel: install",
    ]


def test_a_terminal_moves_every_second() -> None:
    run = ShownRun(Style.BAR)
    _first_build(run)
    assert run.silence <= LONGEST_SILENCE[Style.BAR]
    lines = [text.removeprefix("\r").removesuffix("\x1b[K") for _, text in run.written]
    assert "set up   4.0 MiB  0:06  fetching Go" in lines
    assert "build    56%  41/73  1:09  2 running  compiling runtime" in lines
    assert lines[-1] == ""
    assert run.text.count("\n") == 1


def test_what_takes_long_before_the_first_event_is_shown() -> None:
    run = ShownRun(Style.BAR)
    run.progress.begin(Event(stage=Stage.LOAD))
    run.after(0.9)
    assert run.text == ""
    run.after(1.2)
    assert "load     0:0" in run.text


def test_messages_come_above_the_bar() -> None:
    run = ShownRun(Style.BAR)
    run.send(0, stage=Stage.LOAD, text="4 packages")
    run.send(1, stage=Stage.LOAD, note="waiting for another Bazel command")
    run.after(0, lambda: run.progress.write("as it is\n"))
    run.after(0, run.progress.close)
    assert run.text.split("\r") == [
        "",
        "load     0:00  4 packages\x1b[K",
        "load     0:01  4 packages\x1b[K",
        "\x1b[Kgomod2bazel: waiting for another Bazel command\n",
        "load     0:01  4 packages\x1b[K",
        "\x1b[Kas it is\n",
        "load     0:01  4 packages\x1b[K",
        "\x1b[K",
    ]


def test_repaints_are_ten_a_second_at_most() -> None:
    run = ShownRun(Style.BAR)
    for number in range(1000):
        run.send(0.001, stage=Stage.BUILD, done=number, total=1000)
    assert run.text.count("build") in {9, 10}


def test_a_log_has_no_line_for_each_event() -> None:
    run = ShownRun(Style.PLAIN)
    for number in range(1000):
        run.send(0.01, stage=Stage.BUILD, done=number, total=1000)
    assert run.text.splitlines() == ["gomod2bazel: build"]


@pytest.mark.parametrize("style", list(Style))
def test_quiet_leaves_warnings_and_errors(style: Style) -> None:
    run = ShownRun(style, quiet=True)
    _first_build(run)
    run.progress.say(warning("2 modules are not verified"))
    run.progress.say(note("using Go 1.26"))
    run.progress.write("gomod2bazel: cannot build it\n")
    assert run.text == "gomod2bazel: warning: 2 modules are not verified\ngomod2bazel: cannot build it\n"


def test_none_leaves_messages() -> None:
    run = ShownRun(Style.NONE)
    _first_build(run)
    assert run.text == "gomod2bazel: no go on PATH\n"


@pytest.mark.parametrize("error", [OSError("gone"), None])
def test_a_folder_that_is_gone_shows_what_was_known(error: OSError | None) -> None:
    def newer() -> Event:
        if error:
            raise error
        return Event(stage=Stage.SETUP, text="newer")

    run = ShownRun(Style.BAR)
    run.send(0, stage=Stage.SETUP, text="older", newer=newer)
    run.after(2)
    assert ("0:02  older" if error else "0:02  newer") in run.text


def test_an_event_that_comes_while_another_is_measured_is_not_lost() -> None:
    run = ShownRun(Style.BAR)

    def newer() -> Event:
        run.progress(Event(stage=Stage.BUILD, text="next"))
        return Event(stage=Stage.SETUP, text="late")

    run.send(0, stage=Stage.SETUP, text="first", newer=newer)
    run.after(3)
    assert "late" not in run.text
    assert "0:03  next" in run.text


def test_nothing_is_painted_over_what_another_program_writes() -> None:
    run = ShownRun(Style.BAR)
    run.send(0, stage=Stage.LOAD)
    run.progress.hide()
    written = len(run.written)
    run.after(5)
    run.progress.close()
    run.send(5, stage=Stage.LOAD)
    run.after(5)
    assert len(run.written) == written


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "painted"),
    [
        (_Terminal(), {"TERM": "xterm"}, True),
        (_Terminal(), {"TERM": "dumb"}, False),
        (_Terminal(), {}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_only_a_terminal_that_can_is_painted(stream: io.StringIO, environment: dict[str, str], painted: bool) -> None:
    with Progress.for_stream(stream, environment) as progress:
        progress(Event(stage=Stage.LOAD))
        assert ("\r" in stream.getvalue()) == painted


def test_the_style_can_be_chosen() -> None:
    stream = io.StringIO()
    with Progress.for_stream(stream, {}, style=Style.BAR) as progress:
        progress(Event(stage=Stage.LOAD))
        assert "\r" in stream.getvalue()


def test_a_thread_ticks_until_the_end() -> None:
    ticked = threading.Event()

    def newer() -> Event:
        ticked.set()
        return Event(stage=Stage.LOAD)

    before = set(threading.enumerate())
    with Progress(io.StringIO(), Look(style=Style.BAR), ticks=True) as progress:
        progress(Event(stage=Stage.LOAD, newer=newer))
        assert ticked.wait(30)
    assert set(threading.enumerate()) <= before


def test_lines_of_several_threads_stay_whole() -> None:
    run = ShownRun(Style.BAR)

    def work(number: int) -> None:
        for count in range(100):
            run.progress(Event(stage=Stage.BUILD, done=count, total=100, text=f"package {number}"))
            run.progress.say(f"message {number}.{count}")
            run.progress.tick()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.progress.close()
    messages = [line for line in run.lines if line.startswith("gomod2bazel: ")]
    assert sorted(messages) == sorted(f"gomod2bazel: message {n}.{c}" for n in range(4) for c in range(100))


class _Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_that_went_away_does_not_end_the_run() -> None:
    with Progress(_Closed(), Look(style=Style.PLAIN)) as progress:
        progress(Event(stage=Stage.LOAD))
        progress.say("still here")
