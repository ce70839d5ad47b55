"""The virtual environment: how pip is found and what it is asked."""

from pathlib import Path

import pytest
from support.fake_programs import FakeRunner, RecordedLines, completed
from support.shown_run import LONGEST_SILENCE, ShownRun

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.progress import Style
from gomod2bazel.provision.venv import Pins, make_venv

PYTHON = Path("/usr/bin/python3.11")


def _make(tmp_path: Path, runner: FakeRunner, said: RecordedLines | None = None) -> None:
    pins = Pins(requirements=tmp_path / "requirements.txt", python=PYTHON)
    make_venv(tmp_path / "venv", pins, {"PIP_USER": "1"}, runner, said or RecordedLines())


def test_base_pip_installs_hashed_wheels_only(tmp_path: Path) -> None:
    runner = FakeRunner({"--version": completed(), "venv --without-pip": completed(), "install": completed()})
    _make(tmp_path, runner)
    install = runner.calls[-1]
    assert install[:5] == (str(PYTHON), "-m", "pip", "--python", str(tmp_path / "venv" / "bin" / "python"))
    assert "--require-hashes" in install
    assert install[install.index("--only-binary") + 1] == ":all:"
    assert runner.environments[-1]["PIP_USER"] == "0"

    again, said = FakeRunner(), RecordedLines()
    _make(tmp_path, again, said)
    assert (again.calls, said) == ([], [])


def test_an_environment_whose_python_is_gone_is_made_again(tmp_path: Path) -> None:
    answers = {"--version": completed(), "venv --without-pip": completed(), "install": completed()}
    _make(tmp_path, FakeRunner(answers))
    (tmp_path / "venv" / "bin").mkdir()
    (tmp_path / "venv" / "bin" / "python").symlink_to("/nonexistent/python3.11")
    again = FakeRunner(answers)
    _make(tmp_path, again)
    assert "install" in again.calls[-1]
    assert not (tmp_path / "venv" / "bin").exists(), "what was left of it is gone"


def test_python_without_pip_gets_one_from_venv(tmp_path: Path) -> None:
    runner = FakeRunner({"--version": completed(code=1), "-m venv": completed(), "install": completed()})
    _make(tmp_path, runner)
    assert "--without-pip" not in runner.calls[1]
    assert runner.calls[-1][:3] == (str(tmp_path / "venv" / "bin" / "python"), "-m", "pip")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"--version": completed(code=1), "-m venv": completed(code=1, out="ensurepip is not available")}, "ensurepip"),
        (
            {"install": completed(code=1, err="hash mismatch"), "--version": completed(), "venv": completed()},
            "mismatch",
        ),
    ],
)
def test_failure_is_told_and_leaves_nothing(tmp_path: Path, answers: dict[str, object], why: str) -> None:
    with pytest.raises(ToolError, match=why) as caught:
        _make(tmp_path, FakeRunner(answers))  # type: ignore[arg-type]
    assert "python3-pip" in caught.value.hint
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("style", list(LONGEST_SILENCE))
def test_a_slow_set_up_of_python_is_shown(tmp_path: Path, style: Style) -> None:
    runner = FakeRunner({"--version": completed(), "venv --without-pip": completed(), "install": completed()})
    run = ShownRun(style)
    pins = Pins(requirements=tmp_path / "requirements.txt", python=PYTHON)
    make_venv(tmp_path / "venv", pins, {}, run.slowed(runner, 30), run.steps)
    assert run.silence <= LONGEST_SILENCE[style]
    assert any("making a Python environment" in line for line in run.lines)
    assert any("fetching Python packages" in line for line in run.lines)
