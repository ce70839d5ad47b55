"""Values of the workspace status in the linker's flags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.link import stamp

STATUS = {"STABLE_GIT_COMMIT": "4a5b", "BUILD_TIMESTAMP": "17", "EMPTY": ""}


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ("plain", "plain"),
        ("{STABLE_GIT_COMMIT}", "4a5b"),
        ("v1-{STABLE_GIT_COMMIT}-{BUILD_TIMESTAMP}.{EMPTY}", "v1-4a5b-17."),
        ("{UNKNOWN} {} {STABLE_GIT_COMMIT", "{UNKNOWN} {} {STABLE_GIT_COMMIT"),
        ('{"commit": "{STABLE_GIT_COMMIT}"}', '{"commit": "4a5b"}'),
        ("a\\b\nc", "a\\\\b\\nc"),
    ],
)
def test_flags(value: str, made: str) -> None:
    assert stamp.flags({"main.version": value}, STATUS) == f"-X=main.version={made}\n"


def test_values_of_a_status_file_may_have_blanks_or_be_empty(tmp_path: Path) -> None:
    (tmp_path / "stable").write_text("STABLE_A one  two\nSTABLE_B\nSTABLE_C \n", encoding="utf-8")
    (tmp_path / "volatile").write_text("V 1\n", encoding="utf-8")
    (tmp_path / "asked").write_text(json.dumps({"a.A": "<{STABLE_A}><{STABLE_B}{STABLE_C}>{V}"}), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("asked", "made", "stable", "volatile")]
    assert stamp.main(files) == 0
    assert (tmp_path / "made").read_text(encoding="utf-8") == "-X=a.A=<one  two><>1\n"
