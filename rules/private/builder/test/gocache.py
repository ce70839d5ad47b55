"""Fills a build cache for the go command with the packages of the standard library that a lock has.

Tests that run the go command begin with it, each with links to its files. What depends on the machine or on time is
left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["tidy_cache"]

# In place of the time at which an entry was written, in nanoseconds.
_TIME = 1_000_000_000_000_000_000

# How an index of a folder's packages begins, which is found by the times of its files (cmd/go/internal/modindex).
_INDEX = b"go index v"


def tidy_cache(folder: Path) -> None:
    """Make the files of a build cache those that any machine would write (cmd/go/internal/cache).

    Args:
        folder: The cache.
    """
    for entry in sorted(folder.glob("??/*-a")):
        version, action, output, size, _ = entry.read_text(encoding="ascii").split()
        data = folder / output[:2] / f"{output}-d"
        if not data.is_file() or data.read_bytes()[: len(_INDEX)] == _INDEX:
            entry.unlink()
            data.unlink(missing_ok=True)
            continue
        entry.write_text(f"{version} {action} {output} {size:>20} {_TIME:>20}\n", encoding="ascii")
    for file in folder.iterdir():
        if file.is_file():
            file.unlink()


def main() -> int:
    """Fill the cache; return the go command's exit status."""
    parser = argparse.ArgumentParser(fromfile_prefix_chars="@")
    parser.add_argument("--programs", type=Path, help="the folder of the go command")
    parser.add_argument("--output", type=Path, help="the folder of the cache")
    parser.add_argument("--variables", type=json.loads, help="variables of the go command, as JSON")
    parser.add_argument("--buildmode", default="default")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    programs = Path(os.path.realpath(options.programs / "go")).parent
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "GO111MODULE": "off",
            "GOCACHE": str(options.output.absolute()),
            "GOENV": "off",
            "GOPATH": folder,
            "GOPROXY": "off",
            "GOROOT": str(programs.parent),
            "GOTOOLCHAIN": "local",
            "HOME": folder,
            "PATH": os.environ.get("PATH", os.defpath),
            **options.variables,
        }
        words = ["list", "-e", "-export", "-f", "", f"-buildmode={options.buildmode}", *options.packages]
        done = subprocess.run(
            [programs / "go", *words], env=environment, cwd=folder, stdout=subprocess.DEVNULL, check=False
        )
    tidy_cache(options.output)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
