"""The commands: each reads its flags, does its work through a session, and returns an exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.disk.cache_lock import caches_alone, caches_in_use
from gomod2bazel.base.disk.files import remove_tree
from gomod2bazel.base.disk.retired import remove_retired
from gomod2bazel.base.disk.scratch import scratch_folder
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.golang.command.overlay import settled
from gomod2bazel.load.up_to_date import Run
from gomod2bazel.options.applicability import check_meaning
from gomod2bazel.options.flags import FLAGS, parse
from gomod2bazel.options.goflags import from_go_flags, go_flags
from gomod2bazel.options.options import BuildOptions
from gomod2bazel.options.set_names import SETS

__all__ = ["COMMANDS", "run_command"]

# These read nothing of the caches, and run also where the caches cannot be written.
_WITHOUT_CACHES = ("doctor", "help", "version")


def run_command(argv: Sequence[str], session: Session) -> int:
    """Run the command that ``argv`` names and return the exit code.

    Raises:
        Gomod2bazelError: it failed; the error holds the exit code.
    """
    name, arguments = (argv[0], argv[1:]) if argv else ("help", ())
    name = {"-h": "help", "-help": "help", "--help": "help", "-version": "version", "--version": "version"}.get(
        name, name
    )
    if name not in COMMANDS:
        raise UsageError(f"unknown command {name!r}", hint="gomod2bazel help lists the commands")
    run = COMMANDS[name][0]
    if name in _WITHOUT_CACHES:
        return run(session, tuple(arguments))
    root = session.caches.root
    held = caches_alone if name == "clean" else caches_in_use
    with held(root, session.say), scratch_folder(session.caches.scratch):
        code = run(session, tuple(arguments))
    remove_retired(session.caches.modules, root)
    return code


def _options(
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
    session = _changed_folder(session, options)
    if options.modfile != start.modfile and not options.main_module:
        _check_modfile(inputs[0], session)
    return replace(_with_whole_paths(options, session), input=inputs[0]), session


def _check_modfile(source: str, session: Session) -> None:
    """Refuse -modfile for what has no folder of its own (cmd/go/internal/modload, Init); in GOFLAGS it means nothing.

    Raises:
        UsageError: INPUT is out of the sources.
    """
    from gomod2bazel.load.input.inputs import ModuleInput, read_input  # noqa: PLC0415

    if isinstance(read_input(source, session.cwd), ModuleInput):
        raise UsageError("-modfile cannot be used with commands that ignore the current module")


def _with_whole_paths(options: BuildOptions, session: Session) -> BuildOptions:
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


def _changed_folder(session: Session, options: BuildOptions) -> Session:
    return session.in_folder(options.chdir)


def _build(session: Session, arguments: Sequence[str]) -> int:
    options, session = _options(session, arguments)
    check_meaning("build", arguments)
    record = Run.of(session.caches.runs, options, session.environment, session.cwd)
    installed = None if options.always_runs else record.is_current()
    if installed is not None:
        session.say(f"nothing changed since the last run: {len(installed)} binaries are up to date, no action was run")
        return 0
    # Imported here: a run that has nothing to do ends before it would pay for all of this.
    from gomod2bazel.bazel.messages import failure_events  # noqa: PLC0415
    from gomod2bazel.build import build  # noqa: PLC0415

    # -destination and -prefix are relative to the user's folder: under `bazel run` and after -C that is not ours.
    with chdir(session.cwd):
        try:
            build(session, options, record)
        except Gomod2bazelError as error:
            if not options.json or not error.outputs:
                raise
            session.out(failure_events(error.outputs))
            left = [line for line in error.what.splitlines() if line.startswith("not built")]
            raise type(error)("\n".join(left)) from error
    return 0


def _lock(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.lock_command import lock  # noqa: PLC0415

    options, session = _options(session, arguments)
    check_meaning("lock", arguments)
    lock(session, options)
    return 0


def _list(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.list_command import list_binaries  # noqa: PLC0415

    options, session = _options(session, arguments, BuildOptions(sets=SETS))
    check_meaning("list", arguments)
    list_binaries(session, options)
    return 0


def _query(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.query import query  # noqa: PLC0415

    start = from_go_flags(session.environment, set(FLAGS), None)
    options, words = parse(arguments, start)
    if not words:
        raise UsageError("no query expression given", hint="gomod2bazel query [flags] 'EXPR' [INPUT ...]")
    check_meaning("query", arguments)
    query(_changed_folder(session, options), options, words[0], words[1:])
    return 0


def _fetch(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.fetch_command import fetch  # noqa: PLC0415

    start = from_go_flags(session.environment, set(FLAGS), BuildOptions(sets=SETS, destination=""))
    options, words = parse(arguments, start)
    if not words:
        raise UsageError("no INPUT given", hint="gomod2bazel fetch -destination DIR [flags] INPUT ...")
    if not options.destination:
        raise UsageError("fetch needs -destination", hint="name the folder of the hierarchy: -destination DIR")
    check_meaning("fetch", arguments)
    session = _changed_folder(session, options)
    with chdir(session.cwd):
        fetch(session, _with_whole_paths(options, session), words)
    return 0


def _baseline(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.baseline.command import baseline  # noqa: PLC0415

    start = from_go_flags(session.environment, set(FLAGS), BuildOptions(sets=SETS))
    options, words = parse(arguments, start)
    return baseline(_changed_folder(session, options), options, words)


def _verify(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.verify import verify  # noqa: PLC0415

    options, changed = _options(session, arguments)
    check_meaning("verify", arguments)
    with chdir(changed.cwd):
        return verify(changed, options, (*go_flags(session.environment, set(FLAGS)), *arguments))


def _pack(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.packing.command import pack  # noqa: PLC0415

    return pack(session, arguments)


def _index(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.packing.command import index  # noqa: PLC0415

    return index(session, arguments)


def _binary_package(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.binary_only.create import create  # noqa: PLC0415

    if arguments[:1] != ("create",):
        said = f"unknown command 'binary-package {arguments[0]}'" if arguments else "binary-package what?"
        raise UsageError(said, hint="gomod2bazel binary-package create [flags] INPUT")
    return create(session, arguments[1:])


def _generate(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.generate.command import generate  # noqa: PLC0415

    return generate(session, arguments)


def _doctor(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel import doctor  # noqa: PLC0415

    text, code = doctor.run(arguments, session.environment, session.runner)
    session.out(text)
    return code


def _shutdown(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.bazel.run import bazel_of  # noqa: PLC0415
    from gomod2bazel.provision import find_bazel  # noqa: PLC0415

    _no_arguments("shutdown", arguments)
    tool = find_bazel(session.environment, session.runner, session.caches, session.say, fetch=False)
    bazel_of(session, tool).shutdown()
    return 0


def _clean(session: Session, arguments: Sequence[str]) -> int:
    """Stop the server, then drop what it built, the modules and the records; tools that were set up stay."""
    _no_arguments("clean", arguments)
    _shutdown(session, ())
    caches = session.caches
    made = (caches.baselines, caches.patched, caches.overlays, caches.toolexec)
    for folder in (caches.runs, caches.modules, *made, caches.workspace, caches.bazel, caches.root / "go-build"):
        if Path(folder).exists():
            remove_tree(folder)
            session.say(f"removed {folder}")
    return 0


def _help(session: Session, _: Sequence[str]) -> int:
    commands = "".join(f"  {name:<10} {text}\n" for name, (_, text) in COMMANDS.items())
    flags = "".join(f"  -{name:<14} {flag.help}\n" for name, flag in sorted(FLAGS.items()))
    session.out(
        "usage: gomod2bazel COMMAND [flags] INPUT\n\n"
        "INPUT is a module path, MODULE@VERSION, a go.mod or its folder, or a .mod file in a goproxy hierarchy.\n\n"
        f"Commands:\n{commands}\nFlags of build, list, fetch, lock and query (one dash or two):\n{flags}"
    )
    return 0


def _version(session: Session, _: Sequence[str]) -> int:
    session.out(f"gomod2bazel {__version__}\n")
    return 0


def _no_arguments(name: str, arguments: Sequence[str]) -> None:
    if arguments:
        raise UsageError(f"{name} takes no arguments: {' '.join(arguments)}")


#: Name of each command: what carries it out, and a line of help.
COMMANDS: dict[str, tuple[Callable[[Session, Sequence[str]], int], str]] = {
    "build": (_build, "build and install the binaries of a module"),
    "list": (_list, "list the binaries of a module, the set of each, and why"),
    "fetch": (_fetch, "fill a goproxy hierarchy with all that inputs need, for builds without a network"),
    "lock": (_lock, "print the lock file, or write it to -result-file"),
    "query": (_query, "print the targets that a Bazel query finds in modules or in a monorepo"),
    "generate": (_generate, "write or merge the BUILD files of a repository's own Go packages"),
    "verify": (_verify, "build with Bazel and with go build, and compare the binaries"),
    "baseline": (_baseline, "update FILE LEAF..., impact MODULE@VERSION LEAF..., audit -osv DIR [LEAF...]: see docs"),
    "pack": (_pack, "pack a module tree into the goproxy hierarchy at -destination"),
    "index": (_index, "write the list files of the goproxy hierarchy at -destination"),
    "binary-package": (_binary_package, "create: a module tree with archives in place of sources"),
    "doctor": (_doctor, "tell which tools were found, and what to do about those that were not"),
    "shutdown": (_shutdown, "stop the Bazel server"),
    "clean": (_clean, "stop the Bazel server and drop what was built and fetched"),
    "help": (_help, "print this"),
    "version": (_version, "print the version"),
}
