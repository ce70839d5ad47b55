"""Which files that Bazel reads a later run has to find unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.samples import loaded, lock

from gomod2bazel.bazel import files_read


def test_rules_without_what_python_writes_next_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("rules/defs.bzl", "rules/private/builder/jobs.py")
    for name in (*names, "rules/private/builder/__pycache__/jobs.cpython-311.pyc", "gomod2bazel/cli.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(files_read, "rules_root", lambda _: tmp_path)
    found = set(files_read.files_read(loaded(root=tmp_path), lock(), {}))
    assert found == {tmp_path / name for name in names}
