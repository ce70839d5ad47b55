"""How far a stage is, in one line."""

from __future__ import annotations

import pytest

from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.base.process.progress_line import log_line, painted_line

BUILDING = Event(stage=Stage.BUILD, done=30, total=120, running=2, text="compiling golang.org/x/net/html")
PART = Event(stage=Stage.BUILD, done=1, total=3, part="linux/arm64, 2 of 3", text="compiling fmt")


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (
            100,
            "build    [######------------------]  25%  30/120  0:35  2 running  compiling golang.org/x/net/html",
        ),
        (79, "build    [####------------]  25%  30/120  0:35  2 running  compiling golang...."),
        (60, "build    25%  30/120  0:35  2 running  compiling golang.o..."),
        (40, "build    25%  30/120  0:35  2 running"),
        (24, "build    30/120  0:35"),
        (12, "build    30/"),
        (0, ""),
    ],
)
def test_a_line_fits_its_terminal(columns: int, line: str) -> None:
    assert painted_line(BUILDING, columns, 35.9) == line
    assert len(line) <= columns


@pytest.mark.parametrize("columns", range(130))
@pytest.mark.parametrize("event", [BUILDING, PART, Event(stage=Stage.LOAD, text="x" * 200)])
def test_a_line_fits_any_terminal(event: Event, columns: int) -> None:
    assert len(painted_line(event, columns, 3725)) <= columns


@pytest.mark.parametrize(
    ("event", "seconds", "line"),
    [
        (Event(stage=Stage.LOAD), 3, "load     0:03"),
        (Event(stage=Stage.INSTALL, done=2, total=2), 61, "install  [########################]  100%  2/2  1:01"),
        (Event(stage=Stage.LINK, text="a\x1b[2Jb\nö"), 3725, "link     1:02:05  a?[2Jb??"),
        (PART, 0, "build    [########----------------]  33%  1/3  0:00  linux/arm64, 2 of 3  compiling fmt"),
        (
            Event(stage=Stage.SETUP, done=3 << 20, total=12 << 20, unit=BYTES, text="fetching Go"),
            5,
            "set up   [######------------------]  25%  3.0 MiB/12 MiB  0:05  fetching Go",
        ),
        (Event(stage=Stage.SETUP, done=2048, unit=BYTES, text="fetching Go"), 5, "set up   2.0 KiB  0:05  fetching Go"),
        (Event(stage=Stage.SETUP, unit=BYTES, text="fetching Go"), 5, "set up   0:05  fetching Go"),
    ],
)
def test_lines_of_a_terminal(event: Event, seconds: float, line: str) -> None:
    assert painted_line(event, 100, seconds) == line


@pytest.mark.parametrize("done", [1, 119, 120])
def test_the_bar_of_a_build_is_never_full(done: int) -> None:
    line = painted_line(Event(stage=Stage.LINK, done=done, total=120), 100, 0)
    assert "-]" in line
    assert "100%" not in line


@pytest.mark.parametrize(
    ("event", "seconds", "line"),
    [
        (
            Event(stage=Stage.BUILD, done=41, total=73, running=2, text="compiling runtime"),
            35.2,
            "build: 41/73 actions, 35 s, 2 running, compiling runtime",
        ),
        (PART, 125, "build: 1/3 actions, 2 min 5 s, linux/arm64, 2 of 3, compiling fmt"),
        (Event(stage=Stage.LINK, done=1, total=1), 20, "link: 1/1 action, 20 s"),
        (Event(stage=Stage.LOAD), 20, "load: 20 s"),
        (
            Event(stage=Stage.SETUP, done=34 << 20, unit=BYTES, text="fetching Go 1.26.6"),
            30,
            "set up: 34 MiB, 30 s, fetching Go 1.26.6",
        ),
        (
            Event(stage=Stage.SETUP, done=34 << 20, total=100 << 20, unit=BYTES),
            30,
            "set up: 34 MiB/100 MiB, 30 s",
        ),
        (
            Event(stage=Stage.SETUP, done=7, total=178, unit="package", text="unpacking libc6"),
            15,
            "set up: 7/178 packages, 15 s, unpacking libc6",
        ),
    ],
)
def test_lines_of_a_log(event: Event, seconds: float, line: str) -> None:
    assert log_line(event, seconds) == line
