"""Positions of packages of the workspace are those that an editor can jump to."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.base.positions import in_workspace


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("broken/b.go", "top.go", "external/r/b.go", "a+b/c.go"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "directory", "rewrite", "shown"),
    [
        (
            "example.org/m/broken/b.go:3:23: undefined: x\n",
            "broken",
            "example.org/m/broken",
            "broken/b.go:3:23: undefined: x\n",
        ),
        ("example.org/m/top.go:3:2: wrong\n", ".", "example.org/m", "top.go:3:2: wrong\n"),
        (
            "a.go:1: x\n\texample.org/m/broken/b.go:4: other\n",
            "broken",
            "example.org/m/broken",
            "a.go:1: x\n\tbroken/b.go:4: other\n",
        ),
        ("example.org/m/a+b/c.go:3:2: wrong\n", "a+b", "example.org/m/a+b", "a+b/c.go:3:2: wrong\n"),
    ],
)
def test_files_of_the_workspace(text: str, directory: str, rewrite: str, shown: str) -> None:
    assert in_workspace(text, directory, rewrite) == shown


@pytest.mark.parametrize(
    ("text", "directory", "rewrite"),
    [
        ("example.com/r@v1.0.0/b.go:3: wrong\n", "external/r", "example.com/r@v1.0.0"),
        ("example.org/m/broken/made.go:3: generated elsewhere\n", "broken", "example.org/m/broken"),
        ("example.org/m/broken/sub/b.go:3: of another package\n", "broken", "example.org/m/broken"),
        ("see example.org/m/broken/b.go:3\n", "broken", "example.org/m/broken"),
        ("example.org/m/broken/b.go is too long\n", "broken", "example.org/m/broken"),
        ("a.go:1: x\n", "broken", ""),
    ],
)
def test_what_stays(text: str, directory: str, rewrite: str) -> None:
    assert in_workspace(text, directory, rewrite) == text
