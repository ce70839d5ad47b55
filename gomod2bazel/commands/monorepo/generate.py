"""The command generate: write, check or show the BUILD files of a repository."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.files import replace_file
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder, with_recorder
from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.base.process.message import Message, warning
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.command_line.arguments import with_absolute_files
from gomod2bazel.load.changes.up_to_date import Run, states_below
from gomod2bazel.options.flags import FLAGS, flags_of, parse
from gomod2bazel.options.goflags import from_go_flags
from gomod2bazel.options.options import GenerateOptions, Options, with_values

if TYPE_CHECKING:
    from gomod2bazel.generate.rules.plan import Change
    from gomod2bazel.generate.update import Planned

__all__ = ["generate", "read_arguments", "update"]


def generate(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Carry out the command and return its exit code: 1 where -check finds a stale file, or -keep-going left errors.

    Args:
        session: The user's session.
        arguments: after the command's name.
        flags: those that it takes.

    Raises:
        UsageError: flags, a directive or a BUILD file are wrong, or there is no module.
        Gomod2bazelError: packages do not load; the class tells why.
    """
    options, folder, session = _options(session, arguments, flags)
    return update(session, options, folder)


def update(session: Session, options: Options, folder: Path, *, whole: bool = False) -> int:
    """Write, check or show the BUILD files and locks of a repository, and return the exit code.

    Args:
        session: The user's session.
        options: of the command line.
        folder: the folder below which files may be changed.
        whole: whether nothing is written where tests or tools do not load.

    Raises:
        Gomod2bazelError: as `generate`.
    """
    session, recorder = with_recorder(session)
    root = _root(folder)
    request = {"generate": str(folder), "options": asdict(with_values(options, {"json": False}))}
    run = Run.of(session.caches.runs, request, session.environment, session.cwd)
    if remembered := run.current():
        remembered.repeat(session, "nothing changed since the last run: all BUILD files are up to date")
        if options.report.json:
            session.out(_document(options.generate, None, (), recorder))
        return 0
    before = states_below(root)
    warnings: list[Message] = []
    session = session.noting(warnings)
    # Imported here: a run that has nothing to do ends before it would pay for all of this.
    from gomod2bazel.generate.update import combined_error, find_changes  # noqa: PLC0415

    changes = find_changes(session, options.module, options.generate, folder, keep_going=options.choose.keep_going)
    for note in changes.notes:
        session.say(note if isinstance(note, Message) else warning(note))
    if changes.errors and whole:
        raise combined_error(changes.errors)
    if not options.generate.check and not options.generate.diff:
        _write_all(session, options.generate, root, changes)
    if options.report.json:
        recorder.add(*changes.errors)
        session.out(_document(options.generate, changes.packages, changes.changes, recorder))
    else:
        session.out(_text(options.generate, changes.changes))
    if changes.errors:
        raise combined_error(changes.errors)
    stale = bool(changes.changes) and (options.generate.check or options.generate.diff)
    # The next run does not repeat what -init reports of the files that it makes.
    if not stale and not (options.generate.init and changes.changes):
        paths = [root / change.path for change in changes.changes]
        run.save({**before, **changes.read}, [*paths, *(path.parent for path in paths)], [], warnings)
    return 1 if stale and options.generate.check else 0


def read_arguments(
    session: Session, arguments: Sequence[str], flags: Collection[str], command: str
) -> tuple[Options, tuple[str, ...], Session]:
    """Read the command line of a command that writes files of a repository: options, words, and the session after -C.

    Args:
        session: The user's session.
        arguments: after the command's name.
        flags: those that it takes.
        command: its name.

    Raises:
        UsageError: a flag is wrong, or not one of the command's.
    """
    options, words = parse(arguments, from_go_flags(session.environment, set(FLAGS), None))
    strange = [name for name, _ in flags_of(arguments) if name not in flags]
    if strange:
        unknown = ", ".join(f"-{name}" for name in dict.fromkeys(strange))
        raise UsageError(
            f"{unknown} {'do' if ',' in unknown else 'does'} not apply to {command}, which builds nothing",
            hint=f"gomod2bazel help {command} lists its flags",
        )
    session = session.in_folder(options.chdir)
    return with_absolute_files(options, session), words, _as_bazel_sees(session)


def _options(session: Session, arguments: Sequence[str], flags: Collection[str]) -> tuple[Options, Path, Session]:
    options, words, session = read_arguments(session, arguments, flags, "generate")
    if len(words) > 1:
        raise UsageError(
            f"one DIR expected, got {len(words)}: {' '.join(words)}", hint="gomod2bazel generate [flags] [DIR]"
        )
    if (len(options.module.load.platforms) > 1 or options.module.variants) and options.generate.rules != "gomod2bazel":
        raise UsageError(
            f"-rules {options.generate.rules}: generate writes the files of one platform only",
            hint="name one with -platform",
        )
    if options.generate.init and options.generate.rules != "gomod2bazel":
        raise UsageError(
            f"-init sets up a repository for the rules of gomod2bazel, not for {options.generate.rules}",
            hint="omit -rules",
        )
    folder = session.cwd / (words[0] if words else ".")
    if not folder.is_dir():
        raise UsageError(f"{words[0] if words else '.'}: no such folder", hint="gomod2bazel generate [flags] [DIR]")
    return options, folder.resolve(), session


def _as_bazel_sees(session: Session) -> Session:
    """Return the session with the system's name of a GOWORK that is given: Bazel knows its workspace by no other."""
    named = session.environment.get("GOWORK", "")
    if not named.startswith("/"):
        return session
    # The folder alone: what go.work itself leads to is not where its paths begin.
    work = Path(named).parent.resolve() / Path(named).name
    return replace(session, environment={**session.environment, "GOWORK": str(work)})


def _root(folder: Path) -> Path:
    from gomod2bazel.generate.loading.repository import find_root  # noqa: PLC0415

    return find_root(folder)


def _text(options: GenerateOptions, changes: Sequence[Change]) -> str:
    """Return what -diff and -check print."""
    diffs = "".join(_diff(change.path, change.old, change.new) for change in changes) if options.diff else ""
    return diffs + ("".join(f"{change.path}\n" for change in changes) if options.check else "")


def _document(options: GenerateOptions, packages: int | None, changes: Sequence[Change], recorder: Recorder) -> str:
    """Return what -json prints; docs/json.md describes it."""
    mode = "check" if options.check else "diff" if options.diff else "write"
    files = [
        {
            "path": change.path,
            "change": "add" if change.old is None else "remove" if change.new is None else "change",
            "written": mode == "write",
            "diff": _diff(change.path, change.old, change.new) if options.diff else None,
        }
        for change in changes
    ]
    return document({"mode": mode, "up_to_date": not files, "packages": packages, "files": files}, recorder)


def _diff(path: str, old: str | None, new: str | None) -> str:
    """Return a unified diff of a file, as `patch -p1` takes it."""
    lines = difflib.unified_diff(
        (old or "").splitlines(keepends=True),
        (new or "").splitlines(keepends=True),
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    )
    ended = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return "".join(ended)


def _write(root: Path, name: str, text: str | None) -> None:
    """Write a file of the repository whole or not at all; None removes it.

    Raises:
        InstallError: it cannot be written.
    """
    # If the path is a link, its target is the file.
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise InstallError(f"{name} is a link out of the repository, to {path}", hint="replace the link by a file")
    try:
        if text is None:
            path.unlink()
        else:
            replace_file(path, lambda partial: _write_as(partial, path, text))
    except OSError as error:
        raise InstallError(f"{path}: {error.strerror}", hint="make it writable, and run generate again") from error


def _write_as(partial: Path, path: Path, text: str) -> None:
    """Write a file that is to take the place of ``path``, with its mode."""
    partial.write_bytes(text.encode(errors="surrogateescape"))
    if path.exists():
        partial.chmod(path.stat().st_mode & 0o777)


def _write_all(session: Session, options: GenerateOptions, root: Path, planned: Planned) -> None:
    """Make the changes."""
    for change in planned.changes:
        _write(root, change.path, change.new)
    if options.rules == "gomod2bazel":
        _check_workspace(session, root)
    _report_changes(session, len(planned.changes), planned.packages)


def _check_workspace(session: Session, root: Path) -> None:
    """Warn where Bazel has no workspace yet."""
    from gomod2bazel.generate.loading.repository import ROOTS  # noqa: PLC0415

    if not any((root / name).is_file() for name in ROOTS):
        what = "MODULE.bazel is missing, so Bazel cannot build these packages"
        session.warn(what, hint="gomod2bazel generate -init writes it")


def _report_changes(session: Session, changed: int, packages: int) -> None:
    files = count(changed, "file") if changed else "no BUILD file"
    session.say(f"{files} changed" + (f", for {count(packages, 'package')}" if packages else ""))
