"""A disk that is too full for a build is found before it begins."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from gomod2bazel.base.errors import FileError
from gomod2bazel.install.room import check_room

MIB = 1 << 20


class _Disks:
    """Two file systems, with what is free on each."""

    def __init__(self, cache: int, destination: int, files: int = 1000, free_files: int = 10, blocks: int = 9) -> None:
        self._free = {"cache": cache, "bin": destination}
        self._files = (files, free_files)
        self._blocks = blocks

    def __call__(self, place: Path) -> SimpleNamespace:
        free = next((free for name, free in self._free.items() if name in Path(place).parts), 1 << 40)
        files, free_files = self._files
        blocks = {"f_blocks": self._blocks, "f_bavail": free // 4096, "f_frsize": 4096}
        return SimpleNamespace(**blocks, f_files=files, f_favail=free_files)


def _check(folder: Path, monkeypatch: pytest.MonkeyPatch, disks: _Disks) -> list[str]:
    for name in ("cache", "bin"):
        (folder / name).mkdir(exist_ok=True)
    monkeypatch.setattr(os, "statvfs", disks)
    warnings: list[str] = []
    # Neither folder is there: those above it count.
    check_room(folder / "cache" / "gomod2bazel", folder / "bin" / "x" / "y", warnings.append)
    return warnings


@pytest.mark.parametrize(
    ("disks", "warning"),
    [
        (_Disks(1 << 40, 1 << 40), ""),
        (_Disks(512 * MIB, MIB), ""),
        (_Disks(100 * MIB, 1 << 40), "only 100 MiB free in "),
        # A file system that does not know, and one without a fixed number of files (btrfs).
        (_Disks(0, 0, blocks=0), ""),
        (_Disks(1 << 40, 1 << 40, files=0, free_files=0), ""),
    ],
)
def test_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disks: _Disks, warning: str) -> None:
    warnings = _check(tmp_path, monkeypatch, disks)
    assert len(warnings) == bool(warning)
    assert all(line.startswith(warning) for line in warnings)


@pytest.mark.parametrize(
    ("disks", "message", "hint"),
    [
        (_Disks(63 * MIB, 1 << 40), r"no space left for building in .*/cache/gomod2bazel: 63 MiB free", "XDG_CACHE"),
        (_Disks(1 << 40, 4096), r"no space left for binaries in .*/bin/x/y: 4.0 KiB free", "-destination"),
        (_Disks(1 << 40, 1 << 40, free_files=0), r"no space left for building in .*: 0 B free", "XDG_CACHE"),
    ],
)
def test_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disks: _Disks, message: str, hint: str) -> None:
    with pytest.raises(FileError, match=message) as caught:
        _check(tmp_path, monkeypatch, disks)
    assert hint in caught.value.hint


def test_a_system_that_does_not_answer_is_no_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr(os, "statvfs", refuse)
    check_room(tmp_path, tmp_path, pytest.fail)
