"""-buildvcs: what the go command records of version control in binaries of a tree."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import BuildError
from gomod2bazel.golang.command.gocommand import GoCommand, error_of

__all__ = ["Stamp", "read_stamps"]

# Length of the marks around module information (cmd/go/internal/modload, infoStart and infoEnd).
_MARK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One binary's.

    Attributes:
        version: the main module's, from the tags of its repository; ``(devel)`` where there is none.
        settings: ``vcs``, ``vcs.revision``, ``vcs.time`` and ``vcs.modified``; empty outside a repository.
    """

    version: str
    settings: Mapping[str, str]


def read_stamps(
    go: GoCommand, mains: Sequence[str], flags: Sequence[str], cwd: Path, *, buildvcs: str
) -> dict[str, Stamp]:
    """Return the stamp of each main package.

    ``go build -n`` asks the version control system, works out the module's version, and runs nothing else; what it
    would give the linker holds both (cmd/go/internal/load, setBuildInfo).

    Args:
        go: the go command.
        mains: import paths.
        flags: of ``go list``.
        cwd: the module's folder.
        buildvcs: ``true`` or ``auto``.

    Raises:
        BuildError: the state of the repository cannot be had, and ``true`` or the go command insists on it.
    """
    if not mains:
        return {}
    # Nothing is written, but a folder that has a lone binary's name would be an error.
    nowhere = f"-o={os.devnull}"
    done = go.run("build", "-n", "-trimpath", f"-buildvcs={buildvcs}", nowhere, *flags, "--", *mains, cwd=cwd)
    if done.code:
        # The whole shell script that comes before is not what is wrong.
        lines = done.err.splitlines()
        at = next((i for i, line in enumerate(lines) if "error obtaining VCS status" in line), None)
        if at is None:
            raise error_of("\n".join(lines[-5:]))
        raise BuildError("\n".join(dict.fromkeys(line.rstrip() for line in lines[at:] if line.strip())))
    modinfo = re.findall(r'^modinfo (".*")$', done.err, re.MULTILINE)
    return dict(_stamp(str(ast.literal_eval(text))[_MARK:-_MARK]) for text in modinfo)


def _stamp(text: str) -> tuple[str, Stamp]:
    rows = [line.split("\t") for line in text.splitlines()]
    path = next(row[1] for row in rows if row[0] == "path")
    version = next((row[2] for row in rows if row[0] == "mod"), "")
    pairs = dict(row[1].split("=", 1) for row in rows if row[0] == "build")
    return path, Stamp(version=version, settings={k: v for k, v in pairs.items() if k.partition(".")[0] == "vcs"})
