"""How a watched build is shown: command lines as the go command joins them, and the order of the actions."""

from __future__ import annotations

import json

import pytest

from gomod2bazel.bazel.server.build_report import RanAction
from gomod2bazel.bazel.watching.plan import read_plan
from gomod2bazel.bazel.watching.script import join, numbered
from gomod2bazel.bazel.watching.timeline import Timeline


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["gcc", "-O2"], "gcc -O2"),
        (["link", "-X=a=b c", ""], 'link "-X=a=b c" ""'),
        (["-trimpath", "/a=>b;$WORK/b001=>"], '-trimpath "/a=>b;$WORK/b001=>"'),
        (['-ldflags="-O2"'], '"-ldflags=\\"-O2\\""'),
        (["-Wl,-("], '"-Wl,-("'),
    ],
)
def test_join(words: list[str], text: str) -> None:
    assert join(words) == text


def _compile(number: int, name: str, *imports: str) -> dict[str, object]:
    lines = [f"importpath={name}", f"export={name}.x", *(f"imports={one}={one}.x" for one in imports)]
    words = ["python", "x/builder/__main__.py", *lines]
    return {"mnemonic": "GoCompile", "arguments": words, "outputIds": [number], "primaryOutputId": number}


_GRAPH = {
    "actions": [
        {"mnemonic": "GoLink", "arguments": ["link", "-o", "m", "m.x"], "outputIds": [1], "primaryOutputId": 1},
        _compile(2, "m", "b", "a"),
        _compile(3, "a"),
        _compile(4, "b", "a"),
    ],
    "artifacts": [{"id": n, "pathFragmentId": n} for n in (1, 2, 3, 4)],
    "pathFragments": [{"id": n, "label": label} for n, label in enumerate(["m", "m.x", "a.x", "b.x"], 1)],
}


def test_actions_come_after_what_they_need() -> None:
    plan = read_plan(json.dumps(_GRAPH))
    assert [action.output for action in plan] == ["a.x", "b.x", "m.x", "m"]
    assert plan[-1].package == "m"
    # As with the go command, the main package is compiled and linked in one folder, the first.
    assert numbered(plan) == {"m": "b001", "m.x": "b001", "b.x": "b002", "a.x": "b003"}


def test_actions_at_the_same_time_are_shown_in_threads_of_their_own() -> None:
    plan = {action.output: action for action in read_plan(json.dumps(_GRAPH))}
    times = {"a.x": (1.0, 3.0), "b.x": (2.0, 4.0), "m.x": (4.0, 5.0)}
    ran = [
        RanAction(label="", mnemonic="GoCompile", output=name, success=True, start=start, end=end)
        for name, (start, end) in times.items()
    ]
    timeline = Timeline(clock=lambda: 0.0)
    timeline.add(ran, plan)
    assert [(span.name, span.thread) for span in timeline.spans] == [
        ("Executing action (build a)", 1),
        ("Executing action (build b)", 2),
        ("Executing action (build m)", 1),
    ]
