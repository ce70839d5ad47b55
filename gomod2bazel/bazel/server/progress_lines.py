"""Read the lines in which Bazel shows its progress."""

from __future__ import annotations

import re

from gomod2bazel.base.counts import count
from gomod2bazel.base.process.events import Event, Stage

__all__ = ["event_from_bazel"]

_COUNTER = re.compile(r"\[([\d,]+) / ([\d,]+)\]\s*(?:\[[A-Za-z]+\]\s*)?(.*)")
_LOADED = re.compile(r"(?:Loading|Analyzing): .*?(\d+) packages? loaded")
_AFTER_TEXT = re.compile(r"; \d+s\b.*| \.\.\. \(.*")
_RUNNING = re.compile(r"\((\d+) actions?(?:, (\d+))? running\)")
_VERBS = {"Compiling Go package": "compiling", "Linking Go binary": "linking"}
_IDLE = frozenset(("no actions running", "checking cached actions"))


def event_from_bazel(line: str) -> Event | None:
    """Return what a line of Bazel's own progress says (with --curses=no, --color=no), or None.

    The counters in ``[12 / 345] Compiling ...`` are the one cheap source of done and total: the build event stream
    reports no action that was up to date, others only with --build_event_publish_all_actions (half a kilobyte an
    action), and a total never. Bazel writes about one such line a second while something changes.
    """
    counter = _COUNTER.match(line)
    if counter:
        done, total = (int(number.replace(",", "")) for number in counter.group(1, 2))
        return _counted(min(done, total), total, counter[3])
    if line.startswith("INFO: Analyzed "):
        return Event(stage=Stage.BUILD, text="preparing actions")
    loaded = _LOADED.match(line)
    return Event(stage=Stage.LOAD, text=f"Bazel loaded {count(int(loaded[1]), 'package')}") if loaded else None


def _counted(done: int, total: int, rest: str) -> Event:
    text = _AFTER_TEXT.sub("", rest)
    if text in _IDLE:
        # Before the first action runs, Bazel counts those that it knows so far, such as 1 of 1.
        known = total if done < total else 0
        return Event(stage=Stage.BUILD, done=done if known else 0, total=known, text=text)
    running = _RUNNING.search(rest)
    for words, verb in _VERBS.items():
        text = text.replace(words, verb, 1) if text.startswith(words) else text
    return Event(
        stage=Stage.LINK if text.lower().startswith(("link", "golink")) else Stage.BUILD,
        done=done,
        total=total,
        running=int(running[2] or running[1]) if running else 1,
        text=text,
    )
