"""-q and -progress, which every command with flags takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from gomod2bazel.cli import run_program

VERSIONS = "proxy/example.com/m/@v"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """Return the command line of a command that prints messages: one version of a module is incomplete."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / VERSIONS
    folder.mkdir(parents=True)
    (folder / "v1.0.0.info").write_text(json.dumps({"Version": "v1.0.0"}))
    return ("index", "-destination", "proxy")


WARNING = "gomod2bazel: warning: example.com/m: not listed, as .info, .mod or .zip is missing: v1.0.0\n"


def test_messages_without_the_flags(index: Sequence[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run_program(index) == 0
    assert capfd.readouterr().err == f"{WARNING}gomod2bazel: proxy/example.com/m/@v/list\n"


@pytest.mark.parametrize("flags", [["-q"], ["--q"], ["-q=true"], ["-progress", "bar", "-q"], ["-q=false", "-q"]])
def test_quiet_prints_nothing_but_errors_and_warnings(
    index: Sequence[str], flags: Sequence[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_program([*index, *flags]) == 0
    assert capfd.readouterr().err == WARNING
    assert run_program([*flags, *index]) == 0
    assert capfd.readouterr().err == WARNING
    assert run_program([*index, *flags, "word"]) == 2
    assert "index takes no INPUT: word\n" in capfd.readouterr().err


@pytest.mark.parametrize("flags", [["-q=false"], ["-progress=none"], ["-C", "-q"], ["-destination=proxy", "--", "-q"]])
def test_what_is_not_quiet(index: Sequence[str], flags: Sequence[str], capfd: pytest.CaptureFixture[str]) -> None:
    run_program([*index, *flags])
    assert capfd.readouterr().err != WARNING


@pytest.mark.parametrize("value", ["fancy", ""])
def test_an_unknown_way_is_refused(index: Sequence[str], value: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_program([*index, f"-progress={value}"]) == 2
    assert "auto, plain, bar" in capfd.readouterr().err
