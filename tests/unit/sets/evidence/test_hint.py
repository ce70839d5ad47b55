"""Hints are shown to people, whatever the names of files hold."""

from __future__ import annotations

import os

from gomod2bazel.sets.evidence.hint import Hint


def test_what_a_terminal_would_not_show_is_escaped() -> None:
    name = os.fsdecode(b"esc\x1b[31m\xe9 \xc3\xa9.go")
    hint = Hint(kind="k", reason=f"it reads {name}", position=f"{name}:1")
    assert (hint.reason, hint.position) == (r"it reads esc\x1b[31m\udce9 é.go", r"esc\x1b[31m\udce9 é.go:1")
