"""Recognising a run that has nothing to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from support.given import options_of

from gomod2bazel.base.process.message import warning
from gomod2bazel.load.changes.up_to_date import Run, states_of
from gomod2bazel.options.module_input import parse_module

WARNING = warning("look at this", where="f:1", hint="do that")
OPTIONS = asdict(options_of(input=parse_module("example.com/m")))


def _run(tmp_path: Path, *written: Path) -> Run:
    """Return the record of a run that read ``in``, a missing file and a folder, and wrote ``written``."""
    (tmp_path / "in").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    run = Run.of(tmp_path / "runs", OPTIONS, {}, tmp_path)
    before = states_of(tmp_path / name for name in ("in", "none", "folder"))
    run.save(before, written, ["/usr/bin/x"], [WARNING])
    return run


def test_nothing_changed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.touch()
    remembered = _run(tmp_path, out).current()
    assert remembered
    assert remembered.installed == ("/usr/bin/x",)
    assert remembered.warnings == (WARNING,)


def _touch_later(path: Path) -> None:
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))


def _replace(path: Path) -> None:
    stat = path.stat()
    other = path.with_name("other")
    other.write_text("b", encoding="utf-8")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file written": lambda p: (p / "in").write_text("longer", encoding="utf-8"),
    "a file with a new time": lambda p: _touch_later(p / "in"),
    "a file replaced by one of the same size and time": lambda p: _replace(p / "in"),
    "a file removed": lambda p: (p / "in").unlink(),
    "a missing file made": lambda p: (p / "none").touch(),
    "a file added to a folder": lambda p: (p / "folder" / "x").touch(),
    "an output removed": lambda p: (p / "out").unlink(),
    "an output's mode": lambda p: (p / "out").chmod(0o751),
    "the record damaged": lambda p: next((p / "runs").iterdir()).write_text("{", encoding="utf-8"),
    "the record forgotten": lambda p: Run.of(p / "runs", OPTIONS, {}, p).forget(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_noticed(what: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.touch(mode=0o644)
    run = _run(tmp_path, out)
    CHANGES[what](tmp_path)
    assert run.current() is None


def test_never_run(tmp_path: Path) -> None:
    run = Run.of(tmp_path / "runs", OPTIONS, {}, tmp_path)
    assert run.current() is None
    run.forget()


def test_a_record_is_one_whole_file(tmp_path: Path) -> None:
    run = _run(tmp_path)
    assert list((tmp_path / "runs").iterdir()) == [run.path]


@pytest.mark.parametrize(
    ("environment", "same"),
    [
        ({"GOFLAGS": "-tags=a"}, False),
        ({"CGO_CFLAGS": "-g"}, False),
        ({"CC": "clang"}, False),
        ({"PATH": "/other"}, False),
        ({"BAZEL": "/bazel"}, False),
        ({"TERM": "dumb", "LANG": "C", "PWD": "/x"}, True),
    ],
)
def test_environment(environment: dict[str, str], same: bool, tmp_path: Path) -> None:
    plain = Run.of(tmp_path, OPTIONS, {}, tmp_path).path
    assert (Run.of(tmp_path, OPTIONS, environment, tmp_path).path == plain) is same


def test_each_combination_has_its_record(tmp_path: Path) -> None:
    others = [
        Run.of(tmp_path, asdict(options_of(input=parse_module("example.com/n"))), {}, tmp_path),
        Run.of(tmp_path, asdict(options_of(input=parse_module("example.com/m"), ldflags=("-s",))), {}, tmp_path),
        Run.of(tmp_path, asdict(options_of(input=parse_module("example.com/m"), binaries={"a": "b"})), {}, tmp_path),
        Run.of(tmp_path, OPTIONS, {}, tmp_path / "elsewhere"),
        Run.of(tmp_path, OPTIONS, {}, tmp_path),
    ]
    assert len({run.path for run in others}) == len(others)
