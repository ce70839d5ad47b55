"""What lines of Bazel's own progress say."""

from __future__ import annotations

import pytest

from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.bazel.server.progress_lines import event_from_bazel


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            "[12 / 345] Compiling Go package fmt; 3s linux-sandbox ... (2 actions, 1 running)",
            Event(stage=Stage.BUILD, done=12, total=345, running=1, text="compiling fmt"),
        ),
        (
            "[1,012 / 2,345] [Prepa] Compiling Go package fmt ... (4 actions running)",
            Event(stage=Stage.BUILD, done=1012, total=2345, running=4, text="compiling fmt"),
        ),
        (
            "[9 / 9] Linking Go binary yq; 1s worker",
            Event(stage=Stage.LINK, done=9, total=9, running=1, text="linking yq"),
        ),
        (
            "[3 / 7] Vetting Go package fmt; 1s worker",
            Event(stage=Stage.BUILD, done=3, total=7, running=1, text="Vetting Go package fmt"),
        ),
        (
            "[5 / 73] checking cached actions",
            Event(stage=Stage.BUILD, done=5, total=73, text="checking cached actions"),
        ),
        # Nothing is known of what is to come.
        ("[1 / 1] no actions running", Event(stage=Stage.BUILD, text="no actions running")),
        ("[3 / 2] checking cached actions", Event(stage=Stage.BUILD, text="checking cached actions")),
        ("Loading: 7 packages loaded", Event(stage=Stage.LOAD, text="Bazel loaded 7 packages")),
        (
            "Analyzing: target //:a (1 packages loaded, 0 targets configured)",
            Event(stage=Stage.LOAD, text="Bazel loaded 1 package"),
        ),
        ("INFO: Analyzed 2 targets (0 packages loaded).", Event(stage=Stage.BUILD, text="preparing actions")),
        ("ERROR: [1 / 2] is not a counter here", None),
        ("", None),
    ],
)
def test_bazels_own_progress(line: str, event: Event | None) -> None:
    assert event_from_bazel(line) == event
