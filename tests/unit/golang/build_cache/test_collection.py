"""Removing what was not used for longest from a disk cache."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gomod2bazel.golang.build_cache.collection import Collected, collect

NOW = 1_700_000_000


def fill(root: Path) -> None:
    """Write three results of 10 bytes, each with a body of 90, used 3, 2 and 1 hours ago."""
    for number in (3, 2, 1):
        for kind, size in (("ac", 10), ("cas", 90)):
            path = root / kind / f"a{number}" / f"a{number}{kind}"
            path.parent.mkdir(parents=True)
            path.write_bytes(b"x" * size)
            os.utime(path, (NOW - number * 3600,) * 2)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file() and path.name != "lock")


@pytest.mark.parametrize(
    ("before", "most", "collected", "left"),
    [
        (NOW - 1.5 * 3600, None, Collected(4, 200, 100), ["a1ac", "a1cas"]),
        (None, 300, Collected(0, 0, 300), ["a1ac", "a1cas", "a2ac", "a2cas", "a3ac", "a3cas"]),
        # Action results go before their bodies.
        (None, 299, Collected(1, 10, 290), ["a1ac", "a1cas", "a2ac", "a2cas", "a3cas"]),
        (None, 110, Collected(4, 200, 100), ["a1ac", "a1cas"]),
        (NOW - 2.5 * 3600, 100, Collected(4, 200, 100), ["a1ac", "a1cas"]),
        (None, 0, Collected(6, 300, 0), []),
        (None, None, Collected(0, 0, 300), ["a1ac", "a1cas", "a2ac", "a2cas", "a3ac", "a3cas"]),
    ],
)
def test_limits(tmp_path: Path, before: float | None, most: int | None, collected: Collected, left: list[str]) -> None:
    fill(tmp_path)
    assert collect(tmp_path, before, most, dry=True) == collected
    assert len(names(tmp_path)) == 6
    assert collect(tmp_path, before, most, dry=False) == collected
    assert names(tmp_path) == left


def test_nothing_outside_is_touched(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "disk"
    fill(outside)
    (root / "cas").mkdir(parents=True)
    (root / "ac").symlink_to(outside / "ac")
    (root / "cas" / "a3").symlink_to(outside / "cas" / "a3")
    (root / "cas" / "b").mkdir()
    (root / "cas" / "b" / "link").symlink_to(outside / "cas" / "a3" / "a3cas")
    (root / "other").mkdir()
    (root / "other" / "file").touch()
    assert collect(root, time.time(), 0, dry=False) == Collected(0, 0, 0)
    assert len(names(outside)) == 6
    assert (root / "other" / "file").exists()


def test_a_missing_folder_is_empty(tmp_path: Path) -> None:
    assert collect(tmp_path / "no", 0.0, 0, dry=False) == Collected(0, 0, 0)
    assert list(tmp_path.iterdir()) == []
