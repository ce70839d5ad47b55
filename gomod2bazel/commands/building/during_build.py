"""What a run does while Bazel builds: classify the main packages again, or keep what was prepared for the next run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building.kept import KeptBuild, outlines_of, write_kept
from gomod2bazel.options.options import ModuleOptions

if TYPE_CHECKING:
    from gomod2bazel.commands.building.prepare import PreparedBuild

__all__ = ["SetsAgain", "classifying", "keeping"]


@dataclass(frozen=True, slots=True)
class SetsAgain:
    """The sets of a module's main packages, as its files are now.

    Attributes:
        kept: what an earlier run prepared.
        sets: the sets by import path, once they are known; None if nothing was edited.
    """

    kept: KeptBuild
    sets: Future[dict[str, str]] | None

    def are_equal(self) -> bool:
        """Wait, and return whether each main package is in the set that it was in."""
        try:
            return self.sets is None or self.sets.result() == self.kept.sets
        except Gomod2bazelError:
            # Whoever loads the module again reports it.
            return False


@contextmanager
def classifying(kept: KeptBuild, session: Session, options: ModuleOptions) -> Iterator[SetsAgain]:
    """Classify the main packages again meanwhile, if a file was edited.

    Args:
        kept: what an earlier run prepared.
        session: for the user's folder.
        options: they may assign packages to sets.
    """
    with ThreadPoolExecutor(1) as pool:
        sets = pool.submit(_sets, kept, session.cwd, options) if kept.is_edited else None
        yield SetsAgain(kept, sets)


def _sets(kept: KeptBuild, cwd: Path, options: ModuleOptions) -> dict[str, str]:
    # Imported here: it takes as long as to classify a small module, and Bazel builds meanwhile.
    from gomod2bazel.load.input.main_packages import classify_folder  # noqa: PLC0415
    from gomod2bazel.sets.curated import curated_for  # noqa: PLC0415
    from gomod2bazel.sets.overrides_file import read_overrides  # noqa: PLC0415

    module = kept.builds[0].prepared
    root = Path(module.root)
    curated = curated_for(module.path, options.assign, cwd)
    overrides = replace(read_overrides(options.assign, root, cwd), curated=curated)
    return classify_folder(root, module.path, overrides, kept.ignore, {}).sets


@contextmanager
def keeping(prepared: PreparedBuild, path: Path, started: int) -> Iterator[None]:
    """Keep what was prepared for the next run meanwhile, if all of it can be built.

    Args:
        prepared: what will be built.
        path: the file to keep it in.
        started: when loading began, in nanoseconds of the epoch. A file that changed later may be another one than
            the one that was loaded.
    """
    goes_on = True

    def keep() -> None:
        outlines = outlines_of(prepared.before, prepared.editable, lambda: goes_on)
        if outlines is not None:
            write_kept(path, prepared, outlines)

    whole = not any(build.error for build in prepared.builds)
    if not whole or any(state and state[3] >= started for state in prepared.before.values()):
        yield
        return
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep)
        try:
            yield
        except KeyboardInterrupt:
            goes_on = False
            raise
    # A disk that is full, or a file that nobody may read, does not make the build fail: nothing is then kept.
    with suppress(OSError, Gomod2bazelError):
        kept.result()
