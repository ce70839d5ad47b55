"""The command line of a command that has one INPUT, with all files that it names made absolute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.golang.command.overlay import settled
from gomod2bazel.options.flags import FLAGS, parse
from gomod2bazel.options.goflags import from_go_flags
from gomod2bazel.options.options import BuildOptions

__all__ = ["read_arguments", "with_absolute_files"]


def read_arguments(
    session: Session, arguments: Sequence[str], plain: BuildOptions | None = None
) -> tuple[BuildOptions, Session]:
    """Read a command line after GOFLAGS; -C is done first, as the go command does.

    Args:
        session: of the user.
        arguments: after the command's name.
        plain: what holds where no flag says otherwise.
    """
    start = from_go_flags(session.environment, set(FLAGS), plain)
    options, inputs = parse(arguments, start)
    if len(inputs) != 1:
        said = f"one INPUT expected, got {len(inputs)}: {' '.join(inputs)}" if inputs else "no INPUT given"
        raise UsageError(said, hint="gomod2bazel build [flags] example.com/m@version | path/to/go.mod")
    session = session.in_folder(options.chdir)
    if options.modfile != start.modfile and not options.main_module:
        _check_modfile(inputs[0], session)
    return replace(with_absolute_files(options, session), input=inputs[0]), session


def _check_modfile(source: str, session: Session) -> None:
    """Refuse -modfile for what has no folder of its own (cmd/go/internal/modload, Init); in GOFLAGS it means nothing.

    Raises:
        UsageError: INPUT is out of the sources.
    """
    # Imported here: start-up counts, and -modfile is rare.
    from gomod2bazel.load.input.inputs import ModuleInput, read_input  # noqa: PLC0415

    if isinstance(read_input(source, session.cwd), ModuleInput):
        raise UsageError("-modfile cannot be used with commands that ignore the current module")


def with_absolute_files(options: BuildOptions, session: Session) -> BuildOptions:
    """Make the files that -overlay and -pgo name absolute: the go command and Bazel stand in folders of their own.

    Raises:
        UsageError: one that a flag names is not there, or an overlay makes no sense.
    """
    if options.modfile.endswith(".mod") and not (session.cwd / options.modfile).is_file():
        raise UsageError(f"-modfile: open {options.modfile}: no such file or directory")
    if options.overlay:
        options = replace(options, overlay=settled(options.overlay, session.cwd, session.caches.overlays))
    if options.pgo not in ("auto", "off"):
        profile = session.cwd / options.pgo
        if profile.is_dir():
            raise UsageError(f"-pgo: error parsing profile: read {options.pgo}: is a directory")
        if not profile.is_file():
            raise UsageError(f"-pgo: error opening profile: open {options.pgo}: no such file or directory")
        options = replace(options, pgo=str(profile))
    return options
