"""What is built of each INPUT: as an earlier run prepared it, or prepared now."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.running.run import starting_bazel
from gomod2bazel.commands.building.compilers import check_compiler_of
from gomod2bazel.commands.building.during_build import classifying, keeping
from gomod2bazel.commands.building.kept import KeptBuild, read_kept
from gomod2bazel.commands.building.outcome import Built, InputPart
from gomod2bazel.commands.building.platform_build import PlatformBuild
from gomod2bazel.commands.building.request import Request
from gomod2bazel.install.install import InstalledFile
from gomod2bazel.install.summary import Summary
from gomod2bazel.load.changes.up_to_date import State
from gomod2bazel.options.options import ChooseOptions
from gomod2bazel.options.set_names import SETS

__all__ = ["Preparing", "Share", "check_parts", "input_parts", "summary_of"]

if TYPE_CHECKING:
    from gomod2bazel.commands.building.parts import Part
    from gomod2bazel.commands.building.prepare import PreparedBuild

_Preparation: TypeAlias = "tuple[int, PreparedBuild]"
"""When it began, in nanoseconds of the epoch, and what came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What is built of one INPUT.

    Attributes:
        request: the INPUT and its options.
        builds: the share of each platform.
        joint: the module for all platforms at once, or None.
        sets: the set of each main package of the module, by import path.
        before: the states of the files that it was made of.
        is_right: asked before anything is installed or reported as failed.
        parts: what was loaded and locked for each of ``builds``; nothing if an earlier run prepared them.
    """

    request: Request
    builds: Sequence[PlatformBuild]
    joint: PreparedModule | None
    sets: Mapping[str, str]
    before: Mapping[str, State]
    is_right: Callable[[], bool]
    parts: Sequence[Part] = ()

    @property
    def written(self) -> bool:
        """Whether anything is installed: with -o /dev/null, nothing is."""
        return self.request.output.written


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """Prepares INPUTs.

    Attributes:
        session: environment, caches, runner.
        during: ends what goes on while Bazel builds.
        keeps: whether what is prepared is kept for the next run, which then takes it.
        starts: whether Bazel's server starts meanwhile.
    """

    session: Session
    during: ExitStack
    keeps: bool = True
    starts: bool = True

    def shares(self, requests: Sequence[Request], problems: list[Gomod2bazelError]) -> list[Share]:
        """Return what is built of each INPUT: as an earlier run prepared it, or prepared now.

        Args:
            requests: the INPUTs.
            problems: those of INPUTs that cannot be prepared are added, where the run goes on.
        """
        keep_going = requests[0].options.choose.keep_going and len(requests) > 1
        kept = [read_kept(request.kept) if self._may_keep(request) else None for request in requests]
        new = [request for request, known in zip(requests, kept, strict=True) if known is None]
        shares = []
        with self._preparing(new) as preparing:
            for request, known in zip(requests, kept, strict=True):
                try:
                    shares.append(self._kept(request, known) if known else self._share(request, next(preparing)()))
                except Gomod2bazelError as error:
                    if not keep_going:
                        raise
                    problems.append(error)
        return shares

    def _kept(self, request: Request, kept: KeptBuild) -> Share:
        """Return what an earlier run prepared."""
        for note in kept.notes:
            self.session.say(note)
        sets = self.during.enter_context(classifying(kept, self.session, request.options.module))
        return Share(
            request=request,
            builds=kept.builds,
            joint=kept.joint,
            sets=kept.sets,
            before=kept.before,
            is_right=sets.are_equal,
        )

    def again(self, request: Request) -> Share:
        """Prepare one INPUT, whatever an earlier run prepared."""
        with self._preparing([request]) as preparing:
            return self._share(request, next(preparing)())

    @contextmanager
    def _preparing(self, requests: Sequence[Request]) -> Iterator[Iterator[Callable[[], _Preparation]]]:
        """Prepare INPUTs, several at once, while Bazel's server starts; see `loading.at_once`."""
        if not requests:
            yield iter(())
            return
        # Imported here: a run that builds what was kept loads nothing.
        from gomod2bazel.commands.building.loading import at_once  # noqa: PLC0415
        from gomod2bazel.commands.building.prepare import prepare  # noqa: PLC0415

        def task(request: Request) -> Callable[[Session], _Preparation]:
            return lambda session: (time.time_ns(), prepare(session, request.options, request.output))

        offline = requests[0].options.module.sources.offline
        with (
            starting_bazel(self.session, offline=offline) if self.starts else nullcontext(),
            at_once(self.session, [task(request) for request in requests]) as preparing,
        ):
            yield preparing

    def _share(self, request: Request, preparation: _Preparation) -> Share:
        started, prepared = preparation
        if self._may_keep(request):
            self.during.enter_context(keeping(prepared, request.kept, started))
        return Share(
            request=request,
            builds=prepared.builds,
            joint=prepared.joint,
            sets=prepared.sets,
            before=prepared.before,
            is_right=lambda: True,
            parts=prepared.parts,
        )

    def _may_keep(self, request: Request) -> bool:
        return self.keeps and request.may_be_kept


def input_parts(shares: Sequence[Share], *, several: bool) -> list[InputPart]:
    """Return what is built, with what messages add for one of several INPUTs and platforms.

    Args:
        shares: what is built of each INPUT.
        several: whether the run has several INPUTs, which messages then name.
    """
    return [
        InputPart(
            part=part,
            joint=share.joint,
            request=share.request,
            place=f"{f' for {share.request.text}' if several else ''}{part.place}",
        )
        for share in shares
        for part in share.builds
    ]


def summary_of(shares: Sequence[Share], files: Sequence[InstalledFile], built: Built, seconds: float) -> Summary:
    """Return what a run came to.

    Args:
        shares: what was to be built of each INPUT.
        files: what is in place.
        built: what came of them.
        seconds: how long it took.
    """
    parts = [part for share in shares for part in share.builds]
    sets: list[str] = []
    binaries = 0
    for share in shares:
        chosen = {binary.import_path for part in share.builds for binary in part.chosen}
        sets += [name for path, name in share.sets.items() if path not in chosen and name in SETS]
        binaries += len(chosen | {path for path, name in share.sets.items() if name in SETS})
    modules = (f"{part.prepared.path}@{part.prepared.version}".removesuffix("@") for part in parts)
    return Summary(
        files=files,
        built=len(built.made),
        is_up_to_date=built.is_up_to_date,
        binaries=binaries,
        modules=tuple(dict.fromkeys(modules)),
        inputs=tuple(share.request.text for share in shares),
        sets=shares[0].request.options.choose.sets,
        platforms=len({(part.prepared.settings.get("GOOS"), part.prepared.settings.get("GOARCH")) for part in parts}),
        left_out=Counter(sets),
        go=parts[0].prepared.configuration.go,
        seconds=seconds,
    )


def check_parts(session: Session, shares: Sequence[Share], options: ChooseOptions) -> None:
    """Refuse what cannot be built, unless the run goes on after failures.

    Args:
        session: for the compilers of the machine.
        shares: what is built of each INPUT.
        options: whether the run goes on.

    Raises:
        Gomod2bazelError: binaries that were asked for cannot be built.
    """
    for part in (part for share in shares for part in share.builds):
        if part.error and not options.keep_going:
            raise part.error
        check_compiler_of(session, part.prepared)
