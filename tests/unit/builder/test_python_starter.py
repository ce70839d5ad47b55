"""The script that starts the Python of the machine: what was found, else the first on PATH that is new enough."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STARTER = Path(__file__).resolve().parents[3] / "rules" / "private" / "builder" / "python.sh"
SHOW = ("-I", "-S", "-c", "import sys; print(sys.argv[1:])", "a b")
PYTHON = f'#!/bin/sh\necho {{}}\nexec {sys.executable} "$@"\n'
TOO_OLD = "#!/bin/sh\nexit 1\n"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """Return the script as actions have it: a link to where the repository has it."""
    (tmp_path / "repository").mkdir()
    (tmp_path / "sandbox").mkdir()
    there = tmp_path / "repository" / "python.sh"
    shutil.copyfile(STARTER, there)
    there.chmod(0o755)
    link = tmp_path / "sandbox" / "python.sh"
    link.symlink_to(there)
    return link


def run(starter: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    path = ":".join(map(str, folders)) or "/nonexistent"
    return subprocess.run(
        [starter, *SHOW], env={"PATH": path}, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def note(tmp_path: Path, python: Path) -> None:
    (tmp_path / "repository" / "python_of_this_machine").write_text(f"{python}\n", encoding="utf-8")


def test_the_one_that_was_found(starter: Path, tmp_path: Path) -> None:
    note(tmp_path, program(tmp_path / "my python" / "python", PYTHON.format("found")))
    other = program(tmp_path / "bin" / "python3", PYTHON.format("other")).parent
    assert run(starter, other).stdout == "found\n['a b']\n"
    assert run(starter).stdout == "found\n['a b']\n"


def test_the_one_on_path(starter: Path, tmp_path: Path) -> None:
    note(tmp_path, tmp_path / "gone")
    old = program(tmp_path / "old" / "python3", TOO_OLD).parent
    new = program(tmp_path / "new" / "python3.12", PYTHON.format("new")).parent
    # Once to see its version.
    assert run(starter, old, new).stdout == "new\nnew\n['a b']\n"


def test_none(starter: Path, tmp_path: Path) -> None:
    done = run(starter, program(tmp_path / "old" / "python3", TOO_OLD).parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"no Python 3.11 or newer on PATH ({tmp_path}/old) to run the builder")
