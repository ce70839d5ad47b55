"""Load the module that INPUT names, once for each platform, with the Go that it asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.load.input.missing_modules import all_missing
from gomod2bazel.load.input.opened import OpenedInput, open_input
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.load.load import Loaded, check_trust, load
from gomod2bazel.lock.choose import missing, place_of, requested_broken
from gomod2bazel.lock.lock import Lock
from gomod2bazel.options.options import ChooseOptions, ModuleOptions

__all__ = ["load_all", "missing_of"]


def load_all(
    session: Session, options: ModuleOptions, choose: ChooseOptions, go: Tool, *, fresh: Path | None = None
) -> list[Loaded]:
    """Load the input once for each platform, and refuse what is not verified.

    Args:
        session: environment, caches, runner.
        options: which module it is, and what to list of it.
        choose: the sets whose binaries are wanted also where ``./...`` does not look; -binary names more.
        go: the go command.
        fresh: a module cache to fill in place of the one that is kept.
    """
    if options.versions.baseline:
        # Imported here: most builds have none.
        from gomod2bazel.baseline.load import load_all_with  # noqa: PLC0415

        return with_go(session, options, go, lambda tool: load_all_with(session, options, choose, tool, fresh))
    return with_go(session, options, go, lambda tool: _load_all(session, options, choose, tool, fresh))


def _load_all(
    session: Session, options: ModuleOptions, choose: ChooseOptions, go: Tool, fresh: Path | None
) -> list[Loaded]:
    session = replace(session, say=session.once())
    loaded = [_load(source) for source in open_input(session, options, choose, go.path, fresh)]
    for leaf in loaded:
        check_trust(leaf)
    return loaded


def _load(source: OpenedInput) -> Loaded:
    try:
        return load(source)
    except MissingModuleError as error:
        raise all_missing(error, source.opened, source.options.load) from error


def missing_of(loaded: Loaded, lock: Lock, choose: ChooseOptions) -> Gomod2bazelError | None:
    """Return what keeps binaries from being built that were asked for; of missing modules, all there are."""
    choose = loaded.narrowed(choose)
    error = missing(lock, choose, place_of(lock, loaded.options.platforms))
    if not isinstance(error, MissingModuleError) or loaded.opened is None:
        return error
    return all_missing(error, loaded.opened, loaded.options, requested_broken(lock, choose))
