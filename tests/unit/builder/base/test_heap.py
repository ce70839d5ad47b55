"""How the compiler's garbage collector is set."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.base import heap
from builder.base.tools import Tools

COMPILER = "/sdk/pkg/tool/linux_amd64/compile"
GIB = 1 << 30


@pytest.fixture(autouse=True)
def _anew() -> None:
    heap._has_room.cache_clear()


def _machine(monkeypatch: pytest.MonkeyPatch, memory: int, processors: int) -> None:
    monkeypatch.setattr(heap, "_memory", lambda: memory)
    monkeypatch.setattr("os.cpu_count", lambda: processors)


@pytest.mark.parametrize(
    ("memory", "processors", "collector"),
    [
        (24 * GIB, 2, "off"),
        (12 * GIB, 4, "off"),
        (12 * GIB - 1, 4, ""),
        (2 * GIB, 1, ""),
    ],
)
def test_the_compiler_collects_late_where_there_is_memory(
    monkeypatch: pytest.MonkeyPatch, memory: int, processors: int, collector: str
) -> None:
    _machine(monkeypatch, memory, processors)
    assert heap.settings_of([COMPILER, "-p", "example.com/a"])["GOGC"] == collector
    assert heap.settings_of(["python3", "toolexec.py", COMPILER, "-p", "a"])["GOGC"] == collector


@pytest.mark.parametrize("program", ["/sdk/pkg/tool/linux_amd64/asm", "gcc", "/home/me/compile"])
def test_other_programs_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    _machine(monkeypatch, 24 * GIB, 2)
    assert heap.settings_of([program, "-o", "x"]) == {}


def test_what_a_container_may_use_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(heap, "_LIMITS", (str(tmp_path / "none"), str(limit)))
    whole = heap._memory()
    limit.write_text("max\n", encoding="ascii")
    assert heap._memory() == whole
    limit.write_text("1048576\n", encoding="ascii")
    assert heap._memory() == 1 << 20


def test_tools_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _machine(monkeypatch, 24 * GIB, 2)
    monkeypatch.setenv("GOGC", "400")
    folder = tmp_path / "pkg" / "tool" / "any"
    folder.mkdir(parents=True)
    for name in ("compile", "asm"):
        (folder / name).write_text('#!/bin/sh\necho "$GOGC $GOMEMLIMIT"\n', encoding="ascii")
        (folder / name).chmod(0o755)
    assert Tools().run([str(folder / "compile")]) == f"off {2 * GIB}\n"
    assert Tools().run([str(folder / "asm")]) == "400 \n"
