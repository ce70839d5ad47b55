"""The command line of a command that has one INPUT, with all files that it names made absolute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.golang.command.overlay import settled
from gomod2bazel.options.flags import FLAGS, flags_of, parse
from gomod2bazel.options.goflags import from_go_flags
from gomod2bazel.options.options import Options, with_values

__all__ = ["read_arguments", "read_words", "with_absolute_files"]


def read_arguments(session: Session, arguments: Sequence[str], plain: Options | None = None) -> tuple[Options, Session]:
    """Read a command line after GOFLAGS; -C is done first, as the go command does.

    Args:
        session: The user's session.
        arguments: after the command's name.
        plain: what holds where no flag says otherwise.
    """
    options, inputs, session = read_words(session, arguments, plain)
    if len(inputs) != 1:
        said = f"one INPUT expected, got {len(inputs)}: {' '.join(inputs)}" if inputs else "no INPUT given"
        raise UsageError(said, hint="gomod2bazel build [flags] example.com/m@version | path/to/go.mod")
    if not options.module.load.main_module and any(name == "modfile" for name, _ in flags_of(arguments)):
        _check_modfile(inputs[0], session)
    return with_values(options, {"input": inputs[0]}), session


def read_words(
    session: Session, arguments: Sequence[str], plain: Options | None = None
) -> tuple[Options, tuple[str, ...], Session]:
    """Read a command line after GOFLAGS; -C is done first, as the go command does.

    Args:
        session: the user's session.
        arguments: the command line after the command's name.
        plain: what holds where no flag says otherwise.

    Returns:
        The options, the arguments that are no flags, and the session in the folder of -C.
    """
    options, words = parse(arguments, from_go_flags(session.environment, set(FLAGS), plain))
    session = session.in_folder(options.chdir)
    return with_absolute_files(options, session), words, session


def _check_modfile(source: str, session: Session) -> None:
    """Refuse -modfile for what has no folder of its own (cmd/go/internal/modload, Init); in GOFLAGS it means nothing.

    Raises:
        UsageError: INPUT is out of the sources.
    """
    # Imported here: start-up counts, and -modfile is rare.
    from gomod2bazel.load.input.inputs import ModuleInput, read_input  # noqa: PLC0415

    if isinstance(read_input(source, session.cwd), ModuleInput):
        raise UsageError("-modfile cannot be used with commands that ignore the current module")


def with_absolute_files(options: Options, session: Session) -> Options:
    """Make the files of -modfile, -overlay, -pkgdir and -pgo absolute: the go command and Bazel run in other folders.

    Raises:
        UsageError: one that a flag names is not there, or an overlay makes no sense.
    """
    load, pgo = options.module.load, options.module.load.compile.pgo
    changed: dict[str, Any] = {}
    if load.modfile.endswith(".mod") and not (session.cwd / load.modfile).is_file():
        raise UsageError(f"-modfile: open {load.modfile}: no such file or directory")
    changed |= {"modfile": str(session.cwd / load.modfile)} if load.modfile else {}
    changed |= {"pkgdir": str(session.cwd / load.pkgdir)} if load.pkgdir else {}
    if load.overlay:
        changed["overlay"], changed["overlaid"] = settled(load.overlay, session.cwd, session.caches.overlays)
    if pgo not in ("auto", "off"):
        profile = session.cwd / pgo
        if profile.is_dir():
            raise UsageError(f"-pgo: error parsing profile: read {pgo}: is a directory")
        if not profile.is_file():
            raise UsageError(f"-pgo: error opening profile: open {pgo}: no such file or directory")
        changed["pgo"] = str(profile)
    return with_values(options, changed)
