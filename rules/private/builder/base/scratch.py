"""The scratch folder of a job, and what its tools may read while it runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.base.confine import is_supported
from builder.base.tools import BuilderError, Tools

__all__ = ["scratch"]


@contextmanager
def scratch(folder: str, tools: Tools, *, keep: bool) -> Iterator[None]:
    """Make an empty folder for a job.

    Args:
        folder: its absolute path.
        tools: of the job; what they may read ends with it.
        keep: leave the folder behind, for -work; otherwise the sandbox goes away with it.

    Raises:
        BuilderError: sources name files that the tools may not read, and the kernel cannot keep them from it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    confinement = tools.confinement
    try:
        if confinement and not is_supported() and (refused := confinement.refused()):
            raise BuilderError(refused)
        yield
    finally:
        if confinement:
            confinement.close()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
