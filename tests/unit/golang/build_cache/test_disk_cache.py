"""The disk cache: Bazel's layout, whole files or none, times of use, and no symlink followed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from gomod2bazel.base.disk.partial import partial_name
from gomod2bazel.golang.build_cache.action_result import Digest, Entry, encode
from gomod2bazel.golang.build_cache.disk_cache import DiskCache, WrongBodyError

KEY = "ab" * 32
BODY = b"what was compiled"
DIGEST = Digest(hashlib.sha256(BODY).hexdigest(), len(BODY))
ENTRY = Entry(DIGEST, 5)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "disk")


def store(cache: DiskCache) -> Path:
    path = cache.store_body(DIGEST, [BODY[:3], BODY[3:]])
    cache.store_entry(KEY, ENTRY)
    return path


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_the_layout_is_that_of_bazel(cache: DiskCache) -> None:
    assert cache.find(KEY) is None
    path = store(cache)
    assert files(cache.root) == [f"ac/ab/{KEY}", f"cas/{DIGEST.hash[:2]}/{DIGEST.hash}"]
    assert (cache.root / f"ac/ab/{KEY}").read_bytes() == encode(ENTRY)
    assert (path.read_bytes(), cache.find(KEY)) == (BODY, (ENTRY, path))
    assert (cache.root / "tmp").is_dir()


def test_files_have_the_modes_that_the_umask_leaves(cache: DiskCache) -> None:
    before = os.umask(0o027)
    try:
        path = store(cache)
    finally:
        os.umask(before)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o640, 0o750)


@pytest.mark.parametrize("chunks", [[BODY, b"x"], [BODY[:-1]], [], [b"x" * len(BODY)]])
def test_a_wrong_body_is_not_stored(cache: DiskCache, chunks: list[bytes]) -> None:
    with pytest.raises(WrongBodyError):
        cache.store_body(DIGEST, chunks)
    assert files(cache.root) == []


def test_a_body_that_is_not_whole_is_not_found(cache: DiskCache) -> None:
    path = store(cache)
    path.write_bytes(BODY[:-1])
    assert cache.find(KEY) is None
    store(cache)
    assert cache.find(KEY) == (ENTRY, path)
    path.unlink()
    assert cache.find(KEY) is None


@pytest.mark.parametrize("content", [b"", b"no message", b"x" * (1 << 17)])
def test_an_action_result_of_another_kind_is_not_found(cache: DiskCache, content: bytes) -> None:
    store(cache)
    (cache.root / f"ac/ab/{KEY}").write_bytes(content)
    assert cache.find(KEY) is None


def test_use_is_marked_and_a_body_is_never_older_than_its_entry(cache: DiskCache) -> None:
    path = store(cache)
    entry = cache.root / f"ac/ab/{KEY}"
    before = time.time() - 3 * 60 * 60
    for file in (entry, path):
        os.utime(file, (before, before))
    cache.find(KEY)
    assert before + 3600 < entry.stat().st_mtime <= path.stat().st_mtime
    times = entry.stat().st_mtime_ns, path.stat().st_mtime_ns
    cache.find(KEY)
    assert (entry.stat().st_mtime_ns, path.stat().st_mtime_ns) == times


def test_symlinks_to_files_are_neither_read_nor_written_through(cache: DiskCache, tmp_path: Path) -> None:
    path, entry = store(cache), cache.root / f"ac/ab/{KEY}"
    for file in (path, entry):
        outside = tmp_path / file.name
        file.rename(outside)
        file.symlink_to(outside)
        assert cache.find(KEY) is None
    store(cache)
    assert not path.is_symlink()
    assert not entry.is_symlink()
    assert (tmp_path / path.name).read_bytes() == BODY


@pytest.mark.parametrize("folder", ["ac", "ac/ab", "cas", f"cas/{DIGEST.hash[:2]}", "tmp"])
def test_symlinks_to_folders_are_refused(cache: DiskCache, tmp_path: Path, folder: str) -> None:
    (tmp_path / "outside").mkdir()
    (cache.root / folder).parent.mkdir(parents=True)
    (cache.root / folder).symlink_to(tmp_path / "outside")
    with pytest.raises(NotADirectoryError):
        store(cache)
    assert files(tmp_path / "outside") == []
    if folder != "tmp":
        with pytest.raises(NotADirectoryError):
            cache.find(KEY) or cache.body(DIGEST)


def test_a_fifo_is_not_waited_for(cache: DiskCache) -> None:
    store(cache)
    (cache.root / f"ac/ab/{KEY}").unlink()
    os.mkfifo(cache.root / f"ac/ab/{KEY}")
    assert cache.find(KEY) is None


def test_what_killed_processes_left_is_removed(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    store(cache)
    (cache.root / "tmp" / partial_name()).touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 1 << 22)
        (cache.root / "tmp" / partial_name()).touch()
    cache.remove_abandoned()
    assert [f"-{os.getpid()}-" in name for name in files(cache.root / "tmp")] == [True]
