"""Make the files of a release from its tag, and print the release notes.

    tools/release v0.1.0 FOLDER

FOLDER gets the archive that the Bazel Central Registry serves, and the wheel, which is built from that archive's
content. The same tag makes the same bytes. Exit status 2 where tag, version and changelog do not fit together.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "gomod2bazel"
PROJECT = "https://github.com/gomod2bazel/gomod2bazel"

_NOTES = """\
{notes}

## Bazel

```starlark
bazel_dep(name = "gomod2bazel", version = "{version}")
```

## Command line

```
pip install gomod2bazel=={version}
```
"""


class ReleaseError(Exception):
    """The tag cannot be released."""


def main(arguments: Sequence[str]) -> int:
    """Make the files, print the notes, and return the exit status."""
    if len(arguments) != 2:
        print("usage: tools/release TAG FOLDER", file=sys.stderr)
        return 2
    tag, folder = arguments[0], Path(arguments[1])
    try:
        print(release(ROOT, tag, folder), end="")
    except ReleaseError as error:
        print(f"tools/release: {error}", file=sys.stderr)
        return 2
    return 0


def release(repository: Path, tag: str, folder: Path) -> str:
    """Write archive and wheel of a tag, and return the release notes.

    Args:
        repository: The git repository.
        tag: vVERSION.
        folder: Where the files go; it is created.

    Raises:
        ReleaseError: The tag does not exist, or does not fit the version in MODULE.bazel or the changelog.
    """
    version = tag.removeprefix("v")
    archive = git(repository, "archive", "--format=tar", f"--prefix={NAME}-{version}/", tag)
    files = texts(archive, f"{NAME}-{version}")
    if tag != f"v{(named := module_version(files['MODULE.bazel']))}":
        raise ReleaseError(f"the tag is {tag}, but MODULE.bazel has version {named}")
    notes = section(files["CHANGELOG.md"], version)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}-{tag}.tar.gz").write_bytes(gzip.compress(archive, mtime=0))
    time = git(repository, "log", "-1", "--format=%ct", tag).decode().strip()
    build_wheel(archive, f"{NAME}-{version}", folder, time)
    return _NOTES.format(notes=notes.replace("](docs/", f"]({PROJECT}/blob/{tag}/docs/"), version=version)


def git(repository: Path, *arguments: str) -> bytes:
    """Run git and return what it prints.

    Raises:
        ReleaseError: It failed.
    """
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise ReleaseError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def texts(archive: bytes, prefix: str) -> dict[str, str]:
    """Return the text of the files in a tar that say what is released."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {name: tar.extractfile(f"{prefix}/{name}") for name in ("MODULE.bazel", "CHANGELOG.md")}
        return {name: file.read().decode() for name, file in members.items() if file}


def module_version(text: str) -> str:
    """Return the version that a MODULE.bazel declares."""
    return text.partition('version = "')[2].partition('"')[0]


def section(changelog: str, version: str) -> str:
    """Return what the changelog says of a version.

    Raises:
        ReleaseError: Nothing.
    """
    match = re.search(rf"^## {re.escape(version)}$\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not match or not match[1].strip():
        raise ReleaseError(f"CHANGELOG.md has no section {version}")
    return match[1].strip()


def build_wheel(archive: bytes, prefix: str, folder: Path, time: str) -> None:
    """Build the wheel from an archive's content, with its build back end itself, which these packages have pinned.

    Args:
        archive: A tar.
        prefix: The folder in it.
        folder: Where the wheel goes.
        time: What its entries have, in seconds since 1970.
    """
    script = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(scratch, filter="data")
        subprocess.run(
            [sys.executable, "-P", "-c", script, folder.resolve()],
            cwd=Path(scratch, prefix),
            env={**os.environ, "SOURCE_DATE_EPOCH": time},
            check=True,
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
