"""GOFIPS140: which version of the FIPS 140 packages a build uses (cmd/go/internal/fips140)."""

from __future__ import annotations

import re
from pathlib import Path

from gomod2bazel.base.disk.files import read_text

__all__ = ["PACKAGES", "snapshot_folder", "tags_of", "version_of"]

PACKAGES = "crypto/internal/fips140"
"""Import path of the packages; those of a snapshot have its version as the next element."""


def version_of(setting: str, goroot: Path) -> str:
    """Return the version that a value of GOFIPS140 means.

    Args:
        setting: off, latest, a version, or a name such as inprocess that a file next to the snapshots explains.
        goroot: the SDK.

    Returns:
        ``latest``, a version, or nothing for off. The go command has refused all other values.
    """
    if setting in ("", "off"):
        return ""
    alias = goroot / "lib" / "fips140" / f"{setting}.txt"
    return read_text(alias).strip() if alias.is_file() else setting


def tags_of(version: str) -> tuple[str, ...]:
    """Return the build tag that a snapshot adds to the user's."""
    match = re.match(r"v\d+\.\d+", version)
    return (f"fips140{match[0]}",) if match else ()


def snapshot_folder(import_path: str) -> str:
    """Return the folder of a snapshot's package in the SDK's repository, with a slash at the end; else nothing.

    The rules unpack the snapshot there; ``go list`` names a folder of this machine's module cache.
    """
    match = re.match(rf"{PACKAGES}/(v\d[^/]*(/.*)?)$", import_path)
    return f"fips140/{match[1]}/" if match else ""
