"""The driver as pip and uv install it, used from an empty folder: nothing of the checkout takes part."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import pytest
from hatchling.build import build_wheel
from pages.command_blocks import command_blocks
from support.driver import ROOT, Driver

from gomod2bazel import __version__

pytestmark = [pytest.mark.bazel, pytest.mark.network]

_UV = "uv==0.13.9"


def run(argv: Sequence[str | Path], driver: Driver, cwd: Path) -> str:
    """Run a program with the driver's tools and caches, and return what it prints; it must succeed."""
    return run_program(argv, driver, cwd).stdout


def run_program(argv: Sequence[str | Path], driver: Driver, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program, which must succeed; pip and uv find packages as the user has set them up."""
    users = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_"))}
    kept = {k: v for k, v in driver.environment.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        argv, cwd=cwd, env={**kept, **users}, capture_output=True, encoding="utf-8", timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _without_numbers(line: str) -> str:
    # Tests share a disk cache.
    return re.sub(r"\d+(?:\.\d+)*", "N", " ".join(re.sub(r"; \d+ results? from a cache", "", line).split()))


@pytest.fixture(scope="module")
def programs(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the checkout, and uv, into a virtual environment; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("installed")
    run([sys.executable, "-m", "venv", folder / "venv"], driver, folder)
    run([folder / "venv/bin/pip", "install", "--quiet", _UV, ROOT], driver, folder)
    return folder / "venv" / "bin"


def test_pip_installs_a_driver_that_builds(programs: Path, driver: Driver, tmp_path: Path) -> None:
    assert run([programs / "gomod2bazel", "version"], driver, tmp_path) == f"gomod2bazel {__version__}\n"
    assert "(installed with the driver)" in run([programs / "gomod2bazel", "doctor"], driver, tmp_path)
    # The quick start of the README.
    blocks = list(command_blocks((ROOT / "README.md").read_text("utf-8")))
    (build,) = [block.text for block in blocks if block.value == "tests/integration/test_installed.py"]
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = run_program(
        ["sh", "-c", build.replace("tools/gomod2bazel", str(programs / "gomod2bazel"))], driver, tmp_path
    )
    shown = re.search(r"It ends with\n\n((?:    .*\n)+)", (ROOT / "README.md").read_text("utf-8"))
    assert shown is not None
    # Lines of progress, which a terminal does not keep, come between these.
    printed = iter(_without_numbers(line) for line in done.stderr.splitlines())
    assert [line for line in shown[1].splitlines() if _without_numbers(line) not in printed] == [], done.stderr
    assert (tmp_path / "out/files").read_text("utf-8") == "/usr/bin/hello\n/usr/bin/hello-admin\n"
    assert run([tmp_path / "out/usr/bin/hello"], driver, tmp_path) == "Hello, World!\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples", "out"]


def test_uv_runs_the_wheel(programs: Path, driver: Driver, tmp_path: Path) -> None:
    with chdir(ROOT):
        name = build_wheel(str(tmp_path))
    (tmp_path / "empty").mkdir()
    uv = (programs / "uv", "--cache-dir", tmp_path / "cache", "tool", "run", "--python", sys.executable)
    printed = run([*uv, "--from", tmp_path / name, "gomod2bazel", "version"], driver, tmp_path / "empty")
    assert printed == f"gomod2bazel {__version__}\n"
    assert list((tmp_path / "empty").iterdir()) == []
