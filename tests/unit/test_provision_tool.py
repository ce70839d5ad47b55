"""Where programs are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.provision.tool import which, whole_path


def test_no_program_of_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("here", "bin"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tool").write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / folder / "tool").chmod(0o755)
    monkeypatch.chdir(tmp_path / "here")
    assert which("tool", {"PATH": f".::../bin:{tmp_path}/bin"}) == tmp_path / "bin" / "tool"
    assert which("tool", {"PATH": ".:../bin"}) is None
    assert which("./tool", {"PATH": ""}) == tmp_path / "here" / "tool", "a name with a slash is a path"
    assert whole_path({"PATH": ".:/a:b:/c"}) == "/a:/c"
