"""Prepare a build: load the module for each platform, lock it, and choose its binaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.bazel import files_read as bazel_files
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.commands.building.parts import Part, check_chosen_binaries, parts_of
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.install.output_flag import Output
from gomod2bazel.load.changes import files_read as load_files
from gomod2bazel.load.changes.up_to_date import State, states_of
from gomod2bazel.lock.choose import place_of
from gomod2bazel.options.options import Options
from gomod2bazel.provision import go as go_files
from gomod2bazel.provision.go import go_for

__all__ = ["PreparedBuild", "prepare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBuild:
    """What a run will build.

    Attributes:
        builds: the share of each platform.
        joint: the module for all platforms at once, if there are several and one lock can have them.
        before: the state of each file that was read; what is edited later counts as changed.
        editable: those of them that a user edits; of the others, any change may change what is loaded.
        sets: the set of each main package of the module, by import path.
        ignore: paths of the ignore directives of go.mod.
        notes: what loading reported.
        parts: what was loaded and locked for each of ``builds``.
    """

    builds: tuple[PlatformBuild, ...]
    joint: PreparedModule | None = None
    before: Mapping[str, State]
    editable: tuple[str, ...]
    sets: Mapping[str, str]
    ignore: tuple[str, ...]
    notes: tuple[Message, ...]
    parts: tuple[Part, ...] = ()


def prepare(session: Session, options: Options, output: Output) -> PreparedBuild:
    """Load the module that ``options`` name, lock it and choose its binaries.

    Args:
        session: environment, caches, runner.
        options: the command line.
        output: the value of -o.

    Raises:
        Gomod2bazelError: the module cannot be loaded, or not built as asked for.
    """
    notes: list[Message] = []

    def say(message: str | Message) -> None:
        # A text alone says what was done, which the next run does not do again.
        if isinstance(message, Message):
            notes.append(message)
        session.say(message)

    loading = replace(session, say=say)
    go = go_for(loading, fetch=not options.module.sources.offline)
    parts = parts_of(load_all(loading, options.module, options.choose, go), options, output, loading)
    check_chosen_binaries(parts, options, output)
    exact = {str(path) for path in _files_read(session, parts, go)}
    edited = {str(path) for part in parts for path in load_files.edited_files(part.loaded, session.caches.modules)}
    mains = parts[0].loaded.mains
    builds = tuple(_platform_build(part) for part in parts)
    return PreparedBuild(
        builds=builds,
        joint=PreparedModule.joint(
            [(part.loaded, part.lock, build.prepared) for part, build in zip(parts, builds, strict=True)]
        ),
        before=states_of(map(Path, exact | edited)),
        editable=tuple(sorted(edited - exact)),
        sets=mains.sets,
        ignore=mains.ignore,
        notes=tuple(notes),
        parts=tuple(parts),
    )


def _platform_build(part: Part) -> PlatformBuild:
    chosen = tuple(
        ChosenBinary(
            target=binary.target, name=binary.name, import_path=binary.import_path, set=binary.set, files=files
        )
        for binary, files in part.chosen
    )
    return PlatformBuild(
        prepared=PreparedModule.of(part.loaded, part.lock),
        chosen=chosen,
        packages=part.lock.packages_of([binary for binary, _ in part.chosen]),
        place=place_of(part.lock, part.loaded.options.platforms),
        error=part.error,
    )


def _files_read(session: Session, parts: Iterable[Part], go: Tool) -> Iterator[Path]:
    """Yield each file that a stage reads, apart from those that a user edits."""
    yield from go_files.files_read(go, session.environment)
    for part in parts:
        yield from load_files.files_named(part.loaded)
        yield from bazel_files.files_read(part.loaded, part.lock, session.environment)
