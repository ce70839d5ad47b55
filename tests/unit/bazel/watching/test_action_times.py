"""Profiles of Bazel: when actions ran, which of them a cache had, and the critical path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gomod2bazel.bazel.watching.action_times import Profiles, read_timeline
from gomod2bazel.release.report.data import CriticalStep


def event(category: str, name: str, start: float, seconds: float, thread: int = 1, **more: Any) -> dict[str, Any]:
    times = {"ts": start * 1e6, "dur": seconds * 1e6}
    return {"ph": "X", "cat": category, "name": name, "tid": thread, **times, **more}


def action(name: str, start: float, seconds: float, thread: int = 1, kind: str = "GoCompile") -> dict[str, Any]:
    return event("action processing", name, start, seconds, thread, args={"mnemonic": kind}, out="x")


def profile(file: Path, date: str, *events: dict[str, Any]) -> Path:
    file.write_text(json.dumps({"otherData": {"date": date}, "traceEvents": events}), encoding="utf-8")
    return file


def test_actions_of_several_commands(tmp_path: Path) -> None:
    first = profile(
        tmp_path / "0.json",
        "2026-01-01T00:00:00Z",
        {"ph": "M", "name": "thread_name"},
        action("Compiling Go package example.com/a", 5.0, 2.0),
        event("waiting for response from worker", "w", 5.5, 1.0),
        action("Compiling Go package example.com/b", 7.5, 0.5, thread=2),
        event("remote action cache check", "c", 7.6, 0.1, thread=2),
        # Of the action in another thread.
        event("remote action cache check", "c", 5.6, 0.1, thread=2),
        action("Linking Go binary tool", 8.0, 1.0, kind="GoLink"),
        event("remote action cache check", "c", 8.1, 0.1),
        event("remote output download", "stage remote inputs", 8.2, 0.1),
        event("general information", "subprocess.run", 8.3, 0.5),
        action("Compiling Go package example.com/c", 9.5, 0.5),
        event("remote action cache check", "check cache hit", 9.6, 0.1),
        event("Remote execution process wall time", "execute", 9.7, 0.1),
        event("critical path component", "action 'Linking Go binary tool'", 8.0, 1.0, 0),
        event("critical path component", "action 'Compiling Go package example.com/a'", 5.0, 2.0, 0),
    )
    second = profile(tmp_path / "1.json", "2026-01-01T00:00:20Z", action("Writing file x", 0.0, 0.1, kind="FileWrite"))
    timeline = read_timeline([first, second], 7)
    assert timeline
    assert [(a.name, a.kind, a.start, a.seconds) for a in timeline.actions] == [
        ("example.com/a", "GoCompile", 0.0, 2.0),
        ("example.com/b", "GoCompile", 2.5, 0.5),
        ("tool", "GoLink", 3.0, 1.0),
        ("example.com/c", "GoCompile", 4.5, 0.5),
        ("Writing file x", "FileWrite", 15.0, 0.1),
    ]
    assert [a.name for a in timeline.actions if a.is_cached] == ["example.com/b"]
    assert [a.name for a in timeline.actions if a.is_critical] == ["example.com/a", "tool"]
    assert timeline.critical == (
        CriticalStep(name="example.com/a", seconds=2.0),
        CriticalStep(name="tool", seconds=1.0),
    )
    assert timeline.up_to_date == 7


def test_a_profile_that_ends_early_is_left_out(tmp_path: Path) -> None:
    broken = tmp_path / "0.json"
    broken.write_text('{"otherData": {"date": "2026', encoding="utf-8")
    assert read_timeline([broken, tmp_path / "missing.json"], 0) is None
    whole = profile(tmp_path / "1.json", "2026-01-01T00:00:00Z", action("Compiling Go package p", 1.0, 1.0))
    timeline = read_timeline([broken, whole], 0)
    assert timeline
    assert [a.name for a in timeline.actions] == ["p"]


def test_each_command_has_a_profile_if_there_is_to_be_a_report(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    assert [flags[-1] for flags in (profiles.flags(), profiles.flags())] == [
        f"--profile={tmp_path}/0.json",
        f"--profile={tmp_path}/1.json",
    ]
    assert Profiles(tmp_path, is_wanted=False).flags() == []
