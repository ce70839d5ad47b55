"""Load the module that INPUT names, once for each platform, with the Go that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.input.missing_modules import all_missing
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.load.load import Loaded, check_trust, load
from gomod2bazel.load.main_packages import MainPackages, classify_input
from gomod2bazel.lock.choose import asked_for, missing
from gomod2bazel.lock.lock import Lock
from gomod2bazel.options.options import BuildOptions
from gomod2bazel.options.set_names import SETS

__all__ = ["load_all", "missing_of"]


def load_all(
    session: Session, options: BuildOptions, go: Tool, sets: Collection[str] = SETS, *, fresh: Path | None = None
) -> list[Loaded]:
    """Load the input once for each platform; all that cannot be trusted is refused here.

    Args:
        session: environment, caches, runner.
        options: the command line.
        go: the go command.
        sets: sets whose binaries are wanted also where ``./...`` does not look.
        fresh: a module cache to fill in place of the one that is kept.
    """
    if options.baseline:
        # Imported here: most builds have none.
        from gomod2bazel.baseline.load import load_all_with  # noqa: PLC0415

        return with_go(session, options, go, lambda tool: load_all_with(session, options, tool, sets, fresh))
    return with_go(session, options, go, lambda tool: _load_all(session, options, tool, sets, fresh))


def _load_all(
    session: Session, options: BuildOptions, go: Tool, sets: Collection[str], fresh: Path | None
) -> list[Loaded]:
    opener = Opener(session=session, go=go.path, fresh=fresh)
    opened = [opener.open(options, platform, session.cwd) for platform in options.platforms or (None,)]
    # The same files for every platform.
    mains = classify_input(opened[0], options, session.cwd)
    say = session.once()
    loaded = [_load(one, mains, options, session, sets, say) for one in opened]
    for one in loaded:
        check_trust(one)
    return loaded


def _load(
    opened: InputModule,
    mains: MainPackages,
    options: BuildOptions,
    session: Session,
    sets: Collection[str],
    say: Callable[[str], None],
) -> Loaded:
    try:
        return load(opened, mains, options, cwd=session.cwd, sets=sets, say=say, tests=options.tests)
    except MissingModuleError as error:
        raise all_missing(error, opened, options) from error


def missing_of(loaded: Loaded, lock: Lock, options: BuildOptions) -> Gomod2bazelError | None:
    """Return what keeps binaries from being built that were asked for; of missing modules, all there are."""
    error = missing(lock, options)
    if not isinstance(error, MissingModuleError) or loaded.opened is None:
        return error
    return all_missing(error, loaded.opened, options, asked_for(lock, options))
