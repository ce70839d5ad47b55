"""-work: what the builder and the tools worked with, kept as the go command keeps it: $WORK/b001 and on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import copy_file, make_folder
from gomod2bazel.bazel.server.build_report import RanAction
from gomod2bazel.bazel.watching.script import Script

__all__ = ["FLAGS", "keep_work", "make_work"]

FLAGS = ("--sandbox_debug", "--strategy=GoCompile=sandboxed")
"""Each action in a separate sandbox, which stays. Not part of what an action does: it recompiles nothing."""


def make_work(environment: Mapping[str, str]) -> Path:
    """Make the folder that is shown as $WORK, where the go command would: in GOTMPDIR, or among temporary files."""
    parent = environment.get("GOTMPDIR") or environment.get("TMPDIR") or None
    return Path(tempfile.mkdtemp(prefix="go-build", dir=parent))


def keep_work(work: Path, ran: Iterable[RanAction], script: Script, *, base: Path, root: Path) -> None:
    """Fill the folder with what the actions of a build left: scratch files and outputs.

    Args:
        work: the folder, from `make_work`.
        ran: the actions; of those that were up to date, there is none.
        script: knows how their folders and outputs are called.
        base: Bazel's output base.
        root: Bazel's execution root.
    """
    sandboxes = [path for path in (base / "sandbox").glob("*/*/execroot/*") if path.is_dir()]
    for action in ran:
        planned = script.plan.get(action.output)
        if planned is None:
            continue
        folder = work / script.folders[action.output]
        make_folder(folder)
        for sandbox in sandboxes:
            left = sandbox / f"{action.output}.work"
            if left.is_dir():
                shutil.copytree(left, folder, dirs_exist_ok=True, symlinks=True)
        for output in planned.outputs:
            target = Path(script.names[output].replace("$WORK", str(work)))
            make_folder(target.parent)
            if (root / output).exists():  # else of an action that failed
                copy_file(root / output, target)
                target.chmod(0o755 if os.access(root / output, os.X_OK) else 0o644)
    for sandbox in sandboxes:
        shutil.rmtree(sandbox.parent.parent, ignore_errors=True)
