"""GOFIPS140: versions, the tag they add, and where the packages of a snapshot are."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.samples import package

from gomod2bazel.golang.command.patterns import PerPackage
from gomod2bazel.load.fips140 import snapshot_folder, tags_of, version_of
from gomod2bazel.lock.entries import Flags, locked_package


@pytest.mark.parametrize(
    ("setting", "version", "tags"),
    [
        ("", "", ()),
        ("off", "", ()),
        ("latest", "latest", ()),
        ("v1.26.0", "v1.26.0", ("fips140v1.26",)),
        ("certified", "v1.0.0-c2097c7c", ("fips140v1.0",)),
    ],
)
def test_version(setting: str, version: str, tags: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "lib" / "fips140"
    folder.mkdir(parents=True)
    (folder / "certified.txt").write_text("v1.0.0-c2097c7c\n")
    assert version_of(setting, tmp_path) == version
    assert tags_of(version) == tags


def test_a_snapshots_package_is_imported_by_its_plain_path() -> None:
    path = "crypto/internal/fips140/v1.0.0-c2097c7c/sha256"
    one = package(path, Standard=True, Dir=f"/root/go/pkg/mod/golang.org/fips140@v1.0.0-c2097c7c/fips140/{path}")
    none = Flags(gcflags=PerPackage(()), asmflags=PerPackage(()))
    locked = locked_package(one, Path("/go"), path, none)
    assert locked.dir == "fips140/v1.0.0-c2097c7c/sha256/"
    assert locked.source_path == "crypto/internal/fips140/sha256"
    assert snapshot_folder("crypto/internal/fips140/sha256") == ""
