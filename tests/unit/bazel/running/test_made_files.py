"""Files that Bazel made, kept while a later build replaces them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import FileError
from gomod2bazel.bazel.running.made_files import MadeFiles


def _replace(file: Path, content: str) -> None:
    file.unlink()
    file.write_text(content)


@pytest.mark.parametrize("most_open", [0, 1, 9])
def test_later_builds_change_nothing(most_open: int, tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    with MadeFiles(most_open=most_open) as made:
        for number in range(2):
            for file in files:
                file.write_text(f"{file.name}{number}")
            kept = [made.keep(file) for file in files]
            for file in files:
                _replace(file, "later")
            # Twice, as installing does that compares first.
            for _ in range(2):
                assert [name.read_text() for name in kept] == [f"{file.name}{number}" for file in files]
            for file in files:
                file.unlink()
    assert not any(name.exists() for name in kept)


def test_what_bazel_looks_at_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    before = file.stat()
    with MadeFiles() as made:
        made.keep(file)
        assert file.stat() == before
    assert file.stat().st_ctime_ns == before.st_ctime_ns


def test_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileError, match=r"cannot read .*nowhere"), MadeFiles() as made:
        made.keep(tmp_path / "file")
        made.keep(tmp_path / "nowhere")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
