"""What tests need is found when one of them is chosen, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]


def _pytest(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a separate process, where no Go and no Bazel can be found or set up."""
    nothing = {"PATH": str(folder), "HOME": str(folder), "BAZEL": "/nonexistent/bazel", "PYTHONPATH": f"{ROOT}"}
    argv = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", *arguments]
    return subprocess.run(argv, cwd=ROOT, env=nothing | environment, capture_output=True, text=True, check=False)


def test_what_needs_no_tool_looks_for_none(tmp_path: Path) -> None:
    done = _pytest(tmp_path, "tests/cases", "-k", "holds_nothing and cgo-off")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_needs_bazel_asks_before_the_first_test(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho go1.26.8\n")
    go.chmod(0o755)
    done = _pytest(tmp_path, "tests/integration/test_bazel_server.py", "-k", "query")
    assert done.returncode == 5
    assert "/nonexistent/bazel, which is not a program\nhint: unset BAZEL" in done.stdout + done.stderr


def test_marks_follow_from_fixtures(tmp_path: Path) -> None:
    def chosen(marks: str, *more: str) -> set[str]:
        files = ("tests/integration/test_real_modules.py", "tests/integration/test_parity_real.py")
        lines = _pytest(tmp_path, "--collect-only", "-m", marks, *more, *files).stdout.splitlines()
        return {line.partition("::")[2] for line in lines if "::" in line}

    assert chosen("not go or nightly") == {"test_the_page_has_all_rows", "test_the_page_admits_no_difference"}
    found = chosen("network and bazel and go", "--nightly")
    assert {"test_a_small_row_is_equal", "test_as_the_go_command[github.com/junegunn/fzf-1]"} <= found
