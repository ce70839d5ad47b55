"""Vulnerability records: ranges, fixes, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.baseline.audit.osv import Affected, Record, read_records


def affected(*events: dict[str, str], versions: tuple[str, ...] = ()) -> Affected:
    ranges = [{"type": "SEMVER", "events": list(events)}] if events else []
    one = {"package": {"name": "example.com/m", "ecosystem": "Go"}, "ranges": ranges, "versions": list(versions)}
    return Record.of({"id": "GO-1", "summary": "bad", "affected": [one]}).affected[0]


TWICE = ({"introduced": "0"}, {"fixed": "1.1.3"}, {"introduced": "1.2.0-0"}, {"fixed": "1.2.2"})


@pytest.mark.parametrize(
    ("events", "version", "has", "fix"),
    [
        (TWICE, "v1.0.0", True, "1.1.3"),
        (TWICE, "v0.0.0-20200101000000-abcdefabcdef", True, "1.1.3"),
        (TWICE, "v1.1.3", False, "1.2.2"),
        (TWICE, "v1.1.9", False, "1.2.2"),
        (TWICE, "v1.2.0-rc.1", True, "1.2.2"),
        (TWICE, "v1.2.2-0.20200101000000-abcdefabcdef", True, "1.2.2"),
        (TWICE, "v1.2.2", False, ""),
        (tuple(reversed(TWICE)), "v1.1.4", False, "1.2.2"),
        (({"introduced": "0"},), "v9.0.0", True, ""),
        (({"introduced": "1.0.0"}, {"last_affected": "1.4.0"}), "v1.4.0", True, ""),
        (({"introduced": "1.0.0"}, {"last_affected": "1.4.0"}), "v1.4.1", False, ""),
        (({"introduced": "0"}, {"fixed": "2.0.0+incompatible"}), "v2.0.0+incompatible", False, ""),
    ],
)
def test_ranges(events: tuple[dict[str, str], ...], version: str, has: bool, fix: str) -> None:
    found = affected(*events)
    assert (found.has(version), found.fix(version)) == (has, fix)


def test_versions_that_are_listed() -> None:
    found = affected(versions=("1.0.0", "1.2.0"))
    assert [found.has(version) for version in ("v1.0.0", "v1.1.0", "v1.2.0")] == [True, False, True]


def test_a_fix_that_another_range_has_again_is_none() -> None:
    one = {
        "package": {"name": "example.com/m", "ecosystem": "Go"},
        "ranges": [
            {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.1.0"}]},
            {"type": "SEMVER", "events": [{"introduced": "1.1.0"}, {"fixed": "1.3.0"}]},
            {"type": "GIT", "events": [{"introduced": "0123abc"}]},
        ],
    }
    assert Record.of({"id": "GO-1", "affected": [one]}).affected[0].fix("v1.0.0") == "1.3.0"


def write(folder: Path, name: str, value: Any) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


def test_a_copy_of_the_database(tmp_path: Path) -> None:
    write(tmp_path, "index/modules.json", [{"path": "example.com/m"}])
    write(tmp_path, "ID/GO-2.json", {"id": "GO-2", "details": "\nFirst line.\nSecond.\n", "affected": None})
    write(tmp_path, "ID/GO-1.json", {"id": "GO-1", "summary": "bad", "aliases": ["CVE-1"]})
    write(tmp_path, "ID/GO-3.json", {"id": "GO-3", "withdrawn": "2024-01-01T00:00:00Z"})
    write(tmp_path, "ID/PY-1.json", {"id": "PY-1", "affected": [{"package": {"name": "m", "ecosystem": "PyPI"}}]})
    first, second, python = read_records(tmp_path, "osv")
    assert (first.id, first.aliases, first.summary) == ("GO-1", ("CVE-1",), "bad")
    assert (second.id, second.summary) == ("GO-2", "First line.")
    assert (python.id, python.affected) == ("PY-1", ())


def test_files_that_are_no_records_are_told_all_at_once(tmp_path: Path) -> None:
    bad = {"package": {"name": "m", "ecosystem": "Go"}, "ranges": [{"type": "SEMVER", "events": [{"fixed": "soon"}]}]}
    for name, value in {
        "a.json": "{",
        "b.json": [],
        "c.json": {"summary": "no id"},
        "d.json": {"id": "GO-1", "affected": [bad]},
        "e.json": "[" * 100_000,
        "f.json": {"id": 7},
        "g.json": {"id": "GO-1", "affected": [{"package": "m"}]},
    }.items():
        write(tmp_path, name, value)
    with pytest.raises(UsageError) as error:
        read_records(tmp_path, "osv")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [f"osv/{name}.json" for name in "abcdefg"]


def test_a_folder_without_records(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no OSV records in this folder"):
        read_records(tmp_path, "osv")
