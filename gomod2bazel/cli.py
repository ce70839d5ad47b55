"""The command line of the driver: the table of commands, and one run with its errors in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import asdict

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.cache_lock import caches_alone, caches_in_use
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import file_error
from gomod2bazel.base.disk.retired import remove_retired
from gomod2bazel.base.disk.scratch import scratch_folder
from gomod2bazel.base.disk.working_folder import working_folder
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.interrupts import interruptible
from gomod2bazel.base.process.progress import Progress
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.streams import open_streams, write_output
from gomod2bazel.commands.arguments import check_modfile, read_inputs, read_only_input, read_words
from gomod2bazel.commands.building.inputs import read_requests
from gomod2bazel.commands.command import COMPILED, INSTALLED, WATCHED, Command, check_flags
from gomod2bazel.commands.housekeeping import clean, shutdown
from gomod2bazel.load.changes.up_to_date import Run
from gomod2bazel.options.flags import FLAGS
from gomod2bazel.options.goflags import go_flags
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.options.set_names import SETS

__all__ = ["COMMANDS", "run_command", "run_program"]


def run_program(arguments: Sequence[str]) -> int:
    """Run the command that ``arguments`` name and return the exit code; report expected errors."""
    open_streams()
    with interruptible(), Progress.for_stream(sys.stderr, os.environ) as progress:
        try:
            return run_command(arguments, _session(progress))
        except Gomod2bazelError as error:
            return _explain(error, progress)
        except OSError as error:
            # What looks at a file without opening it: stat(2) and the like. The error names the file.
            return _explain(file_error("use", error.filename or "a file", error), progress)
        except KeyboardInterrupt:
            progress.note("interrupted")
            return 130


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
    command = COMMANDS[name]
    if not command.uses_caches:
        return command.run(session, tuple(arguments))
    root = session.caches.root
    held = caches_alone if name == "clean" else caches_in_use
    with held(root, session.say), scratch_folder(session.caches.scratch):
        code = command.run(session, tuple(arguments))
    remove_retired(session.caches.modules, root)
    return code


def _session(progress: Progress) -> Session:
    environment = dict(os.environ)
    return Session(
        environment=environment,
        cwd=working_folder(environment),
        caches=Caches.from_environment(environment),
        runner=SubprocessRunner(),
        say=progress.note,
        progress=progress,
        out=write_output,
        err=progress.write,
    )


def _explain(error: Gomod2bazelError, progress: Progress) -> int:
    text = str(error).encode("utf-8", "backslashreplace").decode()
    hint = f"hint: {error.hint}\n" if error.hint else ""
    progress.write(f"gomod2bazel: {text}\n{hint}")
    return error.exit_code


def _read_words(
    session: Session, command: str, arguments: Sequence[str], plain: Options | None = None
) -> tuple[Options, tuple[str, ...], Session]:
    """Read the command line of a command, and refuse flags that do not apply to it; `read_words` says the rest."""
    options, words, session = read_words(session, arguments, plain)
    check_flags(command, arguments, COMMANDS, subcommand=words[0] if words else "")
    return options, words, session


def _read_arguments(
    session: Session, command: str, arguments: Sequence[str], plain: Options | None = None
) -> tuple[Options, Session]:
    """Read the command line of a command that takes one INPUT, which is then among the options."""
    options, words, session = _read_words(session, command, arguments, plain)
    usage = f"gomod2bazel {command} [flags] example.com/m@version | path/to/go.mod"
    module_input = read_only_input(words, session, usage)
    check_modfile(module_input, options, arguments)
    return with_values(options, {"input": module_input}), session


def _build(session: Session, arguments: Sequence[str]) -> int:
    options, words, session = _read_words(session, "build", arguments)
    inputs = read_requests(session, options, words, arguments)
    record = Run.of(session.caches.runs, {"inputs": [*map(asdict, inputs)]}, session.environment, session.cwd)
    installed = None if options.bazel.always_runs else record.is_current()
    if installed is not None:
        binaries = count(len(installed), "binary")
        are = "is" if len(installed) == 1 else "are"
        session.say(f"nothing changed since the last run: {binaries} {are} up to date, no actions were run")
        return 0
    # Imported here: a run that has nothing to do ends before it would pay for all of this.
    from gomod2bazel.bazel.messages import failure_events  # noqa: PLC0415
    from gomod2bazel.commands.building.build import build  # noqa: PLC0415
    from gomod2bazel.commands.building.request import Request  # noqa: PLC0415

    # -destination and -prefix are relative to the user's folder: under `bazel run` and after -C that is not ours.
    with chdir(session.cwd):
        try:
            build(session, [Request.of(session, request) for request in inputs], record)
        except Gomod2bazelError as error:
            if not options.report.json or not error.outputs:
                raise
            session.out(failure_events(error.outputs))
            raise type(error)("\n".join(error.not_built)) from error
    return 0


def _lock(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.lock import lock  # noqa: PLC0415

    options, session = _read_arguments(session, "lock", arguments)
    lock(session, options)
    return 0


def _list(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.list import list_binaries  # noqa: PLC0415

    options, session = _read_arguments(session, "list", arguments, with_values(Options(), {"sets": SETS}))
    list_binaries(session, options)
    return 0


def _query(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.query.query import query  # noqa: PLC0415

    options, words, session = _read_words(session, "query", arguments)
    if not words:
        raise UsageError("no query expression given", hint="gomod2bazel query [flags] 'EXPR' [INPUT ...]")
    query(session, options, words[0], read_inputs(words[1:], session))
    return 0


def _fetch(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.fetch.fetch import fetch  # noqa: PLC0415

    plain = with_values(Options(), {"sets": SETS, "destination": ""})
    options, words, session = _read_words(session, "fetch", arguments, plain)
    if not words:
        raise UsageError("no INPUT given", hint="gomod2bazel fetch -destination DIR [flags] INPUT ...")
    if not options.install.destination:
        raise UsageError("fetch needs -destination", hint="give the folder of the goproxy hierarchy: -destination DIR")
    with chdir(session.cwd):
        fetch(session, options, read_inputs(words, session))
    return 0


def _baseline(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.baseline import baseline  # noqa: PLC0415

    options, words, session = _read_words(session, "baseline", arguments, with_values(Options(), {"sets": SETS}))
    return baseline(session, options, words)


def _verify(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.verify.verify import verify  # noqa: PLC0415

    words = (*go_flags(session.environment, set(FLAGS)), *arguments)
    options, changed = _read_arguments(session, "verify", arguments)
    # The go command has to do what GOFLAGS say, too.
    check_flags("verify", words, COMMANDS)
    with chdir(changed.cwd):
        return verify(changed, options, words)


def _pack(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.pack.pack import pack  # noqa: PLC0415

    return pack(session, arguments, COMMANDS["pack"].flags)


def _index(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.pack.pack import index  # noqa: PLC0415

    return index(session, arguments, COMMANDS["index"].flags)


def _binary_package(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.binary_package.create import create  # noqa: PLC0415

    if arguments[:1] != ("create",):
        message = (
            f"unknown command 'binary-package {arguments[0]}'" if arguments else "binary-package needs a subcommand"
        )
        raise UsageError(message, hint="gomod2bazel binary-package create [flags] INPUT")
    return create(session, arguments[1:], COMMANDS["binary-package"].flags)


def _generate(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.monorepo.generate import generate  # noqa: PLC0415

    return generate(session, arguments, COMMANDS["generate"].flags)


def _add(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.monorepo.dependencies import add  # noqa: PLC0415

    return add(session, arguments, COMMANDS["add"].flags)


def _remove(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.monorepo.dependencies import remove  # noqa: PLC0415

    return remove(session, arguments, COMMANDS["remove"].flags)


def _bazel(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.commands.monorepo.bazel import run_bazel  # noqa: PLC0415

    return run_bazel(session, arguments)


def _packages_driver(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.generate.editor.packages_driver import packages_driver  # noqa: PLC0415

    return packages_driver(session, arguments)


def _delve_paths(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.generate.editor.packages_driver import delve_paths  # noqa: PLC0415

    return delve_paths(session, arguments)


def _gocacheprog(_: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.golang.build_cache.gocacheprog import run_process  # noqa: PLC0415

    return run_process(arguments)


def _doctor(session: Session, arguments: Sequence[str]) -> int:
    from gomod2bazel.provision import doctor  # noqa: PLC0415

    text, code = doctor.run(arguments, session.environment, session.runner)
    session.out(text)
    return code


def _help(session: Session, _: Sequence[str]) -> int:
    commands = "".join(f"  {name:<10} {command.summary}\n" for name, command in COMMANDS.items())
    flags = "".join(f"  -{name:<14} {flag.help}\n" for name, flag in sorted(FLAGS.items()))
    session.out(
        "usage: gomod2bazel COMMAND [flags] INPUT\n\n"
        "INPUT is a module path, MODULE@VERSION, a go.mod or its folder, or a .mod file in a goproxy hierarchy.\n\n"
        f"Commands:\n{commands}\nFlags, with one dash or two (a command in parentheses is the only "
        f"one that takes the flag):\n{flags}"
    )
    return 0


def _version(session: Session, _: Sequence[str]) -> int:
    session.out(f"gomod2bazel {__version__}\n")
    return 0


# Flags of commands that write files to a folder and build nothing.
_HIERARCHY = ("C", "destination", "prefix", "result-file", "result-format")

# Flags of commands that change go.mod: where modules come from, and what generate takes.
_CHANGES = (
    "C", "allow-host", "allow-untested-go", "as", "deadline", "goproxy", "keep-going", "offline", "overrides", "tags",
    "tool",
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {
    "build": Command(
        _build,
        "build and install the binaries of modules",
        special=("disk-cache", "inputs", "json", "on-clash"),
    ),
    "list": Command(
        _list,
        "list the binaries of a module with their sets, or explain one",
        special=("all", "explain", "json"),
        refused=("keep-going", "result-file", "strict", *INSTALLED, *WATCHED, *COMPILED),
        why="list, which builds nothing",
    ),
    "fetch": Command(
        _fetch,
        "download what builds of the INPUTs need into a goproxy hierarchy, for offline builds",
        special=("t",),
        refused=("keep-going", "o", "strict", *WATCHED),
        why="fetch, which builds nothing and names files itself",
    ),
    "lock": Command(
        _lock,
        "print the lock file, or write it to -result-file",
        special=("sdk", "std", "variant"),
        refused=("set", "strict", *INSTALLED, *WATCHED),
        why="lock, which builds nothing and contains the binaries of every set",
    ),
    "query": Command(
        _query,
        "run a Bazel query over modules or a monorepo",
        special=("json", "output"),
        refused=("result-file", "set", "strict", *INSTALLED, *WATCHED),
        why="query, which builds nothing; binaries(SET) chooses sets",
    ),
    "generate": Command(
        _generate,
        "write and update the BUILD files of a repository's Go packages",
        flags=(
            *("C", "allow-host", "allow-untested-go", "as", "check", "deadline", "diff", "goproxy", "init"),
            *(
                "keep-going",
                "mod",
                "offline",
                "overrides",
                "loads",
                "platform",
                "rules",
                "sdk",
                "sumfile",
                "tags",
                "variant",
            ),
        ),
        special=("check", "diff", "init", "loads", "rules", "sdk", "variant"),
    ),
    "add": Command(
        _add,
        "go get, go mod tidy and generate in one, for each MODULE@VERSION",
        flags=_CHANGES,
        special=("tool",),
    ),
    "remove": Command(
        _remove,
        "drop modules from go.mod, then go mod tidy and generate",
        flags=_CHANGES,
        special=("tool",),
    ),
    "packages-driver": Command(
        _packages_driver,
        "answer gopls and other tools about packages (GOPACKAGESDRIVER)",
    ),
    "delve-paths": Command(
        _delve_paths,
        "print where Delve finds the sources of binaries",
    ),
    "gocacheprog": Command(
        _gocacheprog,
        "keep the go command's build cache in a disk or remote cache of Bazel (GOCACHEPROG)",
        flags=("disk-cache", "remote-cache", "remote-header", "remote-read-only", "deadline"),
        special=("disk-cache", "remote-cache", "remote-header", "remote-read-only"),
        uses_caches=False,
    ),
    "verify": Command(
        _verify,
        "build with Bazel and with go build, and compare the binaries",
        special=("disk-cache", "json", "on-clash"),
        refused=(*INSTALLED, "debug-actiongraph", "debug-trace", "n", "result-file", "work"),
        why="verify, which installs nothing",
    ),
    "baseline": Command(
        _baseline,
        "update FILE LEAF..., impact MODULE@VERSION LEAF..., audit -osv DIR [LEAF...]: see docs",
        special=("json",),
        subcommands={"update": ("waves",), "impact": ("waves",), "audit": ("built", "osv")},
    ),
    "pack": Command(
        _pack,
        "pack a module tree into the goproxy hierarchy at -destination",
        flags=(*_HIERARCHY, "version"),
        special=("version",),
    ),
    "index": Command(
        _index,
        "write the list files of the goproxy hierarchy at -destination",
        flags=_HIERARCHY,
    ),
    "binary-package": Command(
        _binary_package,
        "create: write a module tree with archives instead of sources",
        flags=(*_HIERARCHY, "package", "platform", "tags", "version", "goproxy", "sumfile", "offline"),
        subcommands={"create": ("package", "version")},
    ),
    "bazel": Command(
        _bazel,
        "run the Bazel that was found or set up, with all that follows",
        uses_caches=False,
    ),
    "doctor": Command(
        _doctor,
        "show which tools were found, and how to get the missing ones",
        uses_caches=False,
    ),
    "shutdown": Command(shutdown, "stop the Bazel server"),
    "clean": Command(
        clean,
        "stop the Bazel server and delete what was built and fetched, or what of it is old",
        flags=("n", "older-than", "larger-than", "disk-cache"),
        special=("older-than", "larger-than", "disk-cache"),
    ),
    "help": Command(
        _help,
        "print this help",
        uses_caches=False,
    ),
    "version": Command(
        _version,
        "print the version",
        uses_caches=False,
    ),
}
"""The commands by name, in the order of `help`."""
