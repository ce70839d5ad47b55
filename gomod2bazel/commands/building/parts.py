"""The share of each platform in a build: its lock, and the chosen binaries as they will be installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.message import Messenger, note, warning
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import missing_of
from gomod2bazel.install.install import Binary
from gomod2bazel.install.output_flag import Output
from gomod2bazel.install.outputs import files_of, renamed
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.choose import LEFT_OUT, choose, left_out, place_of, without_main
from gomod2bazel.lock.clashes import Named, Settled, settle_clashes
from gomod2bazel.lock.lock import Lock, LockedBinary
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.buildmode import SINGLE_MAIN, check_chosen, check_shared_output, suffix
from gomod2bazel.options.options import ChooseOptions, Options
from gomod2bazel.sets.doubts import described, doubts

__all__ = ["Part", "check_chosen_binaries", "parts_of"]

_SETTLE = "-as {path}={name} settles one, as does a table of gomod2bazel.toml; gomod2bazel list -explain shows why"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One platform's share of a run: what was loaded, its lock, and the chosen binaries as they will be installed."""

    loaded: Loaded
    lock: Lock
    chosen: tuple[tuple[LockedBinary, tuple[Binary, ...]], ...]
    error: Gomod2bazelError | None


def parts_of(all_loaded: Iterable[Loaded], options: Options, output: Output, session: Session) -> list[Part]:
    """Return the share of each platform: its lock, and the files of the chosen binaries.

    Args:
        all_loaded: The module, as loaded for each platform.
        options: The command line.
        output: The value of -o.
        session: The user's session; it prints the messages about binaries that are left out.

    Raises:
        UsageError: Nothing is left to build, or chosen binaries share a name.
    """
    check_shared_output(options.module.load.compile.buildmode, output.given)
    all_loaded = list(all_loaded)
    if all_loaded:
        # INPUT names the same packages for all platforms.
        options = replace(options, choose=all_loaded[0].narrowed(options.choose))
        _check_doubts(all_loaded[0], options.choose, session)
    locks = [(loaded, make_lock(loaded, options.choose)) for loaded in all_loaded]
    selections = [_selection(loaded, lock, options, session.cwd) for loaded, lock in locks]
    settled = _settled(selections, options, output)
    if skipped := settled.note():
        session.warn(skipped)
    parts = [_part(selection, settled, options.choose, output) for selection in selections]
    for part in parts:
        _report_left_out(part, options.choose, session.say)
    if skipped and not any(part.chosen or part.error for part in parts):
        raise UsageError(
            "-on-clash=skip leaves no binary to build",
            hint="-on-clash=qualify makes unique names from their import paths",
        )
    return parts


def _check_doubts(loaded: Loaded, choose: ChooseOptions, session: Session) -> None:
    """Name the main packages that may be in other sets than they seem; refuse those below -set-confidence.

    Raises:
        UsageError: the set of one is less likely to be right than -set-confidence asks for.
    """
    classified = loaded.mains.classified
    refused = doubts(classified, choose, choose.set_confidence)
    if refused:
        raise UsageError(
            "\n".join([f"-set-confidence={choose.set_confidence:g}: these sets are less certain", *described(refused)]),
            hint=_SETTLE.format(path=refused[0].import_path, name=refused[0].set),
        )
    doubtful = doubts(classified, choose)
    if doubtful:
        session.note(
            "\n".join(["these sets are doubtful", *described(doubtful)]),
            hint=_SETTLE.format(path=doubtful[0].import_path, name=doubtful[0].set),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """The chosen binaries of one platform, with the names that the lock has for them."""

    loaded: Loaded
    lock: Lock
    binaries: tuple[LockedBinary, ...]

    @property
    def suffix(self) -> str:
        """What the platform and the build mode add to names of files."""
        return suffix(self.loaded.options.compile.buildmode, self.loaded.configuration.goos)

    def named(self, given: Mapping[str, str]) -> list[Named]:
        """Return the names of the binaries; those that -binary gives, or an override, are not to be changed."""
        mains = self.loaded.mains
        return [
            Named(
                import_path=binary.import_path,
                name=binary.name,
                suffix=self.suffix,
                fixed=bool(given.get(binary.import_path) or mains.overrides.name_of(mains.module, binary.import_path)),
            )
            for binary in self.binaries
        ]


def _selection(loaded: Loaded, lock: Lock, options: Options, cwd: Path) -> _Selection:
    """Choose the binaries of one platform."""

    def excluded() -> UsageError | None:
        """Return the error for a module of which constraints exclude all main packages that are asked for."""
        if loaded.opened is None or options.module.load.compile.buildmode == "archive":
            return None
        # Imported here: most builds have binaries.
        from gomod2bazel.load.input.excluded import excluded_error  # noqa: PLC0415

        paths = [path for path, name in loaded.mains.sets.items() if options.choose.takes(path, name)]
        return excluded_error(loaded.mains, paths, loaded.configuration, loaded.opened.root, cwd)

    return _Selection(loaded=loaded, lock=lock, binaries=choose(lock, options.choose, excluded, loaded.mains.module))


def _settled(selections: Iterable[_Selection], options: Options, output: Output) -> Settled:
    """Settle which names binaries get that share one."""
    # Archives lie in folders of their import paths; other modes that are named here make one file.
    one_file = options.module.load.compile.buildmode in ("archive", *SINGLE_MAIN)
    if not output.written or output.name or one_file:
        return Settled()
    names = [selection.named(options.choose.binaries) for selection in selections]
    return settle_clashes(names, options.choose.on_clash)


def _part(selection: _Selection, settled: Settled, options: ChooseOptions, output: Output) -> Part:
    loaded = selection.loaded
    names = {path: f"{name}{selection.suffix}" for path, name in settled.names.items()}
    if output.name and len(selection.binaries) == 1:
        names[selection.binaries[0].import_path] = output.name
    lock = renamed(selection.lock, names)
    platform = f"{loaded.configuration.goos}_{loaded.configuration.goarch}"
    folder = platform if len(loaded.options.platforms) > 1 else ""
    paths = {binary.import_path for binary in selection.binaries} - settled.left_out.keys()
    chosen = tuple(
        (binary, files_of(binary, lock, loaded, folder, placed=_is_placed(binary, options, output)))
        for binary in lock.binaries
        if binary.import_path in paths
    )
    return Part(loaded=loaded, lock=lock, chosen=chosen, error=missing_of(loaded, lock, options))


def _is_placed(binary: LockedBinary, options: ChooseOptions, output: Output) -> bool:
    """Return whether the user named the file of a binary."""
    return bool(output.name or options.binaries.get(binary.import_path))


def _report_left_out(part: Part, options: ChooseOptions, say: Messenger) -> None:
    place = place_of(part.lock, part.loaded.options.platforms)
    if mainless := without_main(part.lock, options):
        say(note(f"skipping main packages without func main{place}: {', '.join(mainless)}"))
    if spared := left_out(part.lock, options, place):
        say(warning(f"{spared}\n{LEFT_OUT}"))


def check_chosen_binaries(parts: Sequence[Part], options: Options, output: Output) -> None:
    """Refuse what neither the build mode nor -o allows; a part that lacks what was asked for has its own error."""
    for part in parts:
        if not part.error:
            check_chosen(
                options.module.load.compile.buildmode, [locked.import_path for locked, _ in part.chosen], output.given
            )
    output.check([locked.import_path for part in parts for locked, _ in part.chosen], options.choose.binaries)
