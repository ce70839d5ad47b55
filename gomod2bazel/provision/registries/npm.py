"""Packages from the npm registry: fetched by npm, pinned by integrity, one file taken out; no script of theirs runs."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import ToolError, TrustError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner

__all__ = ["OPTIONS", "Package", "extract_file", "fetch"]

_DEADLINE = 180.0

OPTIONS = ("--cache", ".npm", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
"""For every npm command: scripts stay unrun, and npm's own cache stays in the folder it works in, to go with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A pinned release of a package.

    Attributes:
        name: with its scope.
        version: exact version.
        integrity: ``sha512-`` and the base64 digest of its archive, as lock files write it.
    """

    name: str
    version: str
    integrity: str


def fetch(package: Package, into: Path, environment: Mapping[str, str], runner: Runner) -> Path:
    """Download the archive of ``package`` into the folder ``into`` and return its path, verified.

    Raises:
        ToolError: npm is missing, or the download failed.
        TrustError: the archive is another one than the pinned one.
    """
    npm = which("npm", environment)
    if npm is None:
        raise ToolError("npm is not on PATH", hint="install Node.js")
    done = runner.run(
        [npm, "pack", *OPTIONS, "--silent", "--pack-destination", into, f"{package.name}@{package.version}"],
        env=environment,
        cwd=into,
        timeout=_DEADLINE,
    )
    shutil.rmtree(into / ".npm", ignore_errors=True)
    archives = sorted(into.glob("*.tgz"))
    if done.code != 0 or len(archives) != 1:
        raise ToolError(f"{package.name}@{package.version} cannot be fetched from npm\n{done.describe()}")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if integrity != package.integrity:
        raise TrustError(f"{package.name}@{package.version}: its integrity is {integrity}, not {package.integrity}")
    return archives[0]


def extract_file(archive: Path, member: str, target: Path) -> None:
    """Write the plain file ``member`` of ``archive`` to ``target``, executable.

    Raises:
        ToolError: the archive has no such plain file.
    """
    with tarfile.open(archive, "r:gz") as tar:
        try:
            content = tar.extractfile(member)
        except KeyError:
            content = None
        if content is None:
            raise ToolError(f"{archive.name} has no file {member}")
        with target.open("wb") as out:
            shutil.copyfileobj(content, out, 1 << 20)
    target.chmod(0o755)
