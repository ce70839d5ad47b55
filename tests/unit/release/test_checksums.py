"""Checksum files: sha256sum reads them."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from gomod2bazel.release.checksums import checksums

NAMES = ("dist/tool", "dist/linux_amd64/a b", "other/üñ", "dist/back\\slash", "dist/line\nbreak", "dist/return\r")


def test_sha256sum_finds_all_files_right(tmp_path: Path) -> None:
    digests = {}
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "dist" / "SUMS").write_bytes(checksums(digests, "dist"))
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SUMS"], cwd=tmp_path / "dist", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(NAMES)), done
    (tmp_path / "other" / "üñ").write_text("changed", encoding="utf-8")
    again = subprocess.run(["sha256sum", "-c", "SUMS"], cwd=tmp_path / "dist", capture_output=True, check=False)
    assert again.returncode == 1


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [("/usr/bin/x", "/usr/share", "../bin/x"), ("x", ".", "x"), ("dist/a", "dist", "a"), ("/x", "/", "x")],
)
def test_names_are_relative_to_the_folder(path: str, folder: str, expected: str) -> None:
    assert checksums({path: "00"}, folder) == f"00  {expected}\n".encode()


def test_lines_are_in_the_order_of_names() -> None:
    assert checksums({"b": "1", "a": "2"}, ".") == b"2  a\n1  b\n"
