"""The command bazel: the program that was found takes the driver's place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]

# Prints its version, or else what it was run with, and ends with a code of its own.
FAKE = f"""#!{sys.executable}
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("bazel 8.0.0")
    sys.exit(0)
print(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get("USE_BAZEL_VERSION"), os.environ["MINE"]]))
sys.stderr.write(sys.stdin.read())
sys.exit(7)
"""


@pytest.mark.parametrize("pinned", [False, True])
def test_it_gets_what_the_user_gave(tmp_path: Path, *, pinned: bool) -> None:
    bazel = tmp_path / "bin/bazel"
    bazel.parent.mkdir()
    bazel.write_text(FAKE, encoding="utf-8")
    bazel.chmod(0o755)
    folder = tmp_path / "workspace/deep"
    folder.mkdir(parents=True)
    if pinned:
        (tmp_path / "workspace/.bazelversion").write_text("8.1.0\n", encoding="utf-8")
    known = {name: value for name, value in os.environ.items() if name not in ("BAZEL", "USE_BAZEL_VERSION")}
    changes = {"BAZEL": str(bazel), "MINE": "x", "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = ["--batch", "run", "//:x", "--", "-goproxy", "a b"]
    done = subprocess.run(
        [sys.executable, "-m", "gomod2bazel", "bazel", *words],
        cwd=folder,
        env={**known, **changes},
        input="typed",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (7, "typed")
    # Without .bazelversion a Bazelisk, which the program may be, is told the release.
    assert json.loads(done.stdout) == [words, str(folder), None if pinned else "7.7.1", "x"]


def test_there_is_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gomod2bazel", "bazel", "version"],
        cwd=tmp_path,
        env={**os.environ, "BAZEL": "/nonexistent/bazel", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        5,
        "gomod2bazel: error: $BAZEL is /nonexistent/bazel, which is not a program",
    )
