"""What the user sees of a run while it lasts."""

from __future__ import annotations

import io

import pytest

from gomod2bazel.base.process.progress import Event, Look, Progress, Stage, event_from_bazel, render


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            "[12 / 345] Compiling Go package fmt; 3s linux-sandbox ... (2 actions, 1 running)",
            Event(stage=Stage.BUILD, done=12, total=345, text="Compiling Go package fmt"),
        ),
        (
            "[1,012 / 2,345] [Prepa] Compiling Go package fmt ... (2 actions, 1 running)",
            Event(stage=Stage.BUILD, done=1012, total=2345, text="Compiling Go package fmt"),
        ),
        (
            "[9 / 9] Linking Go binary yq; 1s worker",
            Event(stage=Stage.LINK, done=9, total=9, text="Linking Go binary yq"),
        ),
        ("[3 / 2] checking cached actions", Event(stage=Stage.BUILD, done=2, total=2, text="checking cached actions")),
        ("Loading: 7 packages loaded", Event(stage=Stage.LOAD, text="7 packages loaded")),
        (
            "Analyzing: target //:a (1 packages loaded, 0 targets configured)",
            Event(stage=Stage.LOAD, text="1 packages loaded"),
        ),
        ("INFO: Analyzed 2 targets (0 packages loaded).", Event(stage=Stage.BUILD)),
        ("ERROR: [1 / 2] is no counter here", None),
        ("", None),
    ],
)
def test_bazels_own_progress(line: str, event: Event | None) -> None:
    assert event_from_bazel(line) == event


BUILDING = Event(stage=Stage.BUILD, done=30, total=120, text="Compiling Go package golang.org/x/net/html")


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (100, "build   [######------------------] 30/120  Compiling Go package golang.org/x/net/html"),
        (60, "build   [######------------------] 30/120  Compiling Go p..."),
        (48, "build   [######------------------] 30/120"),
        (40, "build   30/120  Compiling Go package ..."),
        (12, "build   30/1"),
        (0, ""),
    ],
)
def test_a_line_fits_its_terminal(columns: int, line: str) -> None:
    assert render(BUILDING, columns) == line
    assert len(render(BUILDING, columns)) <= max(columns, 0)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Event(stage=Stage.LOAD), "load"),
        (Event(stage=Stage.FETCH, total=2), "fetch   [------------------------] 0/2"),
        (Event(stage=Stage.INSTALL, done=2, total=2), "install [########################] 2/2"),
        (Event(stage=Stage.LINK, text="a\x1b[2Jb\nö"), "link     a?[2Jb??"),
    ],
)
def test_lines_of_other_stages(event: Event, line: str) -> None:
    assert render(event, 80) == line


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def show(events: list[tuple[float, Event]], *, terminal: bool, quiet: bool = False) -> str:
    stream, clock = io.StringIO(), _Clock()
    with Progress(stream, Look(terminal=terminal, quiet=quiet), clock=clock, columns=lambda: 60) as progress:
        for at, event in events:
            clock.now = at
            progress(event)
    return stream.getvalue()


RUN = [
    (0.0, Event(stage=Stage.FETCH, total=3)),
    (0.5, Event(stage=Stage.FETCH, done=3, total=3)),
    (0.6, Event(stage=Stage.LOAD, text="4 packages loaded")),
    (0.7, Event(stage=Stage.LOAD, note="another Bazel command is running")),
    (0.8, Event(stage=Stage.BUILD, done=1, total=4)),
    (0.9, Event(stage=Stage.LINK, done=2, total=4)),
    (1.5, Event(stage=Stage.BUILD, done=3, total=4)),
    (2.0, Event(stage=Stage.INSTALL, total=2)),
]


def test_a_pipe_gets_a_line_a_stage() -> None:
    assert show(RUN, terminal=False).splitlines() == [
        "gomod2bazel: fetch: 3 modules",
        "gomod2bazel: load",
        "gomod2bazel: another Bazel command is running",
        "gomod2bazel: build",
        "gomod2bazel: link",
        "gomod2bazel: install: 2 binaries",
    ]


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end() -> None:
    painted = show(RUN, terminal=True)
    assert painted.split("\r")[1:5] == [
        "fetch   [------------------------] 0/3\x1b[K",
        "fetch   [########################] 3/3\x1b[K",
        "load     4 packages loaded\x1b[K",
        "\x1b[Kgomod2bazel: another Bazel command is running\n",
    ]
    assert painted.split("\r")[5] == "load     4 packages loaded\x1b[K"
    assert painted.endswith("\r\x1b[K")
    assert painted.count("\n") == 1


def test_repaints_are_ten_a_second_at_most() -> None:
    events = [(i / 1000, Event(stage=Stage.BUILD, done=i, total=1000)) for i in range(1000)]
    assert show(events, terminal=True).count("build") in {9, 10}


def test_quiet_is_silent() -> None:
    assert show(RUN, terminal=True, quiet=True) == ""
    assert show(RUN, terminal=False, quiet=True) == ""


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
    Progress.for_stream(stream, environment)(Event(stage=Stage.LOAD))
    assert ("\r" in stream.getvalue()) == painted


class _Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_that_went_away_does_not_end_the_run() -> None:
    with Progress(_Closed(), Look(terminal=False)) as progress:
        progress(Event(stage=Stage.LOAD))
        progress.say("still here")
