"""What carries out each command. What a command needs is imported when it is called: few calls need most of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building.inputs import read_requests
from gomod2bazel.commands.command_line.arguments import check_destination, read_inputs
from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.command_line.command import TESTED
from gomod2bazel.load.changes.up_to_date import Run
from gomod2bazel.options.flags import FLAGS, parse_only
from gomod2bazel.options.goflags import go_flags
from gomod2bazel.options.options import Options, recorded, with_values
from gomod2bazel.options.set_names import SETS

__all__ = [
    "add",
    "affected",
    "baseline",
    "bazel",
    "binary_package",
    "build",
    "clean",
    "completion",
    "delve_paths",
    "doctor",
    "fetch",
    "generate",
    "gocacheprog",
    "help_",
    "index",
    "list_",
    "lock",
    "pack",
    "packages_driver",
    "prebuild",
    "query",
    "remove",
    "schema",
    "sets",
    "shutdown",
    "test",
    "verify",
    "version",
]


def build(call: Call) -> int:
    """Build and install the binaries of modules."""
    options, words, session = call.words()
    usage = "gomod2bazel build [flags] example.com/m@version | path/to/go.mod ..."
    inputs = read_requests(session, options, words, call.arguments, usage)
    record = Run.of(session.caches.runs, {"inputs": [*map(recorded, inputs)]}, session.environment, session.cwd)
    remembered = None if options.bazel.always_runs or options.report.page else record.current()
    if remembered:
        binaries = count(len(remembered.installed), "binary")
        are = "is" if len(remembered.installed) == 1 else "are"
        remembered.repeat(
            session, f"nothing changed since the last run: {binaries} {are} up to date, no actions were run"
        )
        return 0
    # Imported here: a run that has nothing to do ends before it would pay for all of this.
    _import(session, options)
    from gomod2bazel.bazel.messages import failure_events  # noqa: PLC0415
    from gomod2bazel.commands.building import build as building  # noqa: PLC0415
    from gomod2bazel.commands.building.request import Request  # noqa: PLC0415
    from gomod2bazel.install.summary import Summary, summary_lines  # noqa: PLC0415

    def report(summary: Summary) -> None:
        for line in summary_lines(summary):
            session.say(line)

    # -destination and -prefix are relative to the user's folder: under `bazel run` and after -C that is not ours.
    with chdir(session.cwd):
        requests = [Request.of(session, request) for request in inputs]
        try:
            building.build(session, requests, record, report)
        except Gomod2bazelError as error:
            if not options.report.json or not error.outputs:
                raise
            session.out(failure_events(error.outputs))
            raise type(error)("\n".join(error.not_built)) from error
    return 0


def prebuild(call: Call) -> int:
    """Compile what the binaries of modules need of other modules and of the standard library."""
    from gomod2bazel.commands.cache import prebuild as prebuilding  # noqa: PLC0415

    options, words, session = call.words()
    inputs = read_requests(session, options, words, call.arguments, "gomod2bazel prebuild [flags] INPUT ...")
    with chdir(session.cwd):
        _import(session, options)
        prebuilding.prebuild(session, inputs)
    return 0


def _import(session: Session, options: Options) -> None:
    """Take the results in the folders of -import into the disk cache."""
    if not options.bazel.cache.import_folders:
        return
    from gomod2bazel.golang.build_cache.disk_cache import DiskCache  # noqa: PLC0415
    from gomod2bazel.golang.build_cache.exported import import_results  # noqa: PLC0415

    disk = DiskCache(Path(options.bazel.cache.disk_cache))
    for folder in options.bazel.cache.import_folders:
        import_results(session.cwd / folder, disk)


def lock(call: Call) -> int:
    """Print or write a lock."""
    from gomod2bazel.commands.monorepo import lock as locking  # noqa: PLC0415

    options, session = call.only_input()
    locking.lock(session, options)
    return 0


def list_(call: Call) -> int:
    """List the binaries of modules."""
    from gomod2bazel.commands.query.list import list_binaries  # noqa: PLC0415

    options, words, session = call.words(with_values(Options(), {"sets": SETS}))
    usage = "gomod2bazel list [flags] example.com/m@version | path/to/go.mod ..."
    list_binaries(session, read_requests(session, options, words, call.arguments, usage))
    return 0


def sets(call: Call) -> int:
    """Compare the sets of two versions of a module, or print them for review."""
    options, words, session = call.words(with_values(Options(), {"sets": SETS}))
    word, inputs = next(iter(words), ""), words[1:]
    usage = f"gomod2bazel help sets{f' {word}' if word in ('diff', 'suggest') else ''}"
    if word not in ("diff", "suggest"):
        message = f"unknown command 'sets {word}'" if word else "sets needs a subcommand"
        raise UsageError(message, hint=did_you_mean(word, ("diff", "suggest"), "sets ") or usage)
    requests = read_requests(session, options, inputs, call.arguments, usage)
    if word == "diff":
        from gomod2bazel.commands.query.set_changes import diff  # noqa: PLC0415

        return diff(session, requests)
    from gomod2bazel.commands.query.suggest import suggest  # noqa: PLC0415

    for request in requests:
        suggest(session, request)
    return 0


def query(call: Call) -> int:
    """Run a Bazel query."""
    from gomod2bazel.commands.query import query as querying  # noqa: PLC0415

    options, words, session = call.words()
    if not words:
        raise UsageError("no query expression given", hint="gomod2bazel query [flags] 'EXPR' [INPUT ...]")
    querying.query(session, options, words[0], read_inputs(words[1:], session))
    return 0


def affected(call: Call) -> int:
    """List what a difference from a commit can change."""
    from gomod2bazel.commands.query import since  # noqa: PLC0415

    options, words, session = call.words(with_values(Options(), {"sets": SETS}))
    usage = "gomod2bazel affected -since GITREF [flags] INPUT ..."
    if not options.report.since:
        raise UsageError("affected needs -since", hint=usage)
    if not words:
        raise UsageError("no INPUT given", hint=usage)
    since.affected(session, options, read_inputs(words, session))
    return 0


def fetch(call: Call) -> int:
    """Download what builds need."""
    from gomod2bazel.commands.fetch import fetch as fetching  # noqa: PLC0415

    options, words, session = call.words(with_values(Options(), {"sets": SETS}))
    if not words:
        raise UsageError("no INPUT given", hint="gomod2bazel fetch -destination DIR [flags] INPUT ...")
    check_destination(call.arguments, "fetch", "the folder of the goproxy hierarchy")
    with chdir(session.cwd):
        fetching.fetch(session, options, read_inputs(words, session))
    return 0


def baseline(call: Call) -> int:
    """Update a baseline, or report on it."""
    from gomod2bazel.commands import baseline as baselines  # noqa: PLC0415

    options, words, session = call.words(with_values(Options(), {"sets": SETS}))
    return baselines.baseline(session, options, words)


def verify(call: Call) -> int:
    """Compare binaries with those of the go command, or build binaries of others again."""
    from gomod2bazel.commands.verify.binary.named import files_named  # noqa: PLC0415

    options, arguments, _ = call.words()
    files = files_named(options.choose.binaries, has_input=bool(arguments))
    if files:
        return _rebuild(call, files)
    from gomod2bazel.commands.verify import verify as verifying  # noqa: PLC0415

    words = (*go_flags(call.session.environment, FLAGS.keys() - TESTED), *call.arguments)
    options, session = call.only_input()
    # The go command has to do what GOFLAGS say, too.
    call.check_flags(words)
    with chdir(session.cwd):
        _import(session, options)
        return verifying.verify(session, options, words)


def _rebuild(call: Call, files: Sequence[str]) -> int:
    """Build each of ``files`` again, from the module version that it names, or from INPUT."""
    from gomod2bazel.commands.verify.binary.named import check_recorded  # noqa: PLC0415
    from gomod2bazel.commands.verify.binary.rebuild import rebuild  # noqa: PLC0415

    options, words, session = call.words()
    check_recorded(call.arguments)
    module_input = None
    if words:
        options, session = call.only_input()
        module_input = options.module.input
    with chdir(session.cwd):
        _import(session, options)
        return rebuild(session, options, files, module_input)


def test(call: Call) -> int:
    """Run the tests of a module."""
    from gomod2bazel.commands.testing.test import check_go_test_flags  # noqa: PLC0415
    from gomod2bazel.commands.testing.test import test as run_tests  # noqa: PLC0415

    check_go_test_flags(call.arguments)
    options, session = call.only_input()
    return run_tests(session, options)


def pack(call: Call) -> int:
    """Pack a module tree."""
    from gomod2bazel.commands.pack import pack as packing  # noqa: PLC0415

    return packing.pack(call.session, call.arguments, call.flags)


def index(call: Call) -> int:
    """Write the list files of a goproxy hierarchy."""
    from gomod2bazel.commands.pack import pack as packing  # noqa: PLC0415

    return packing.index(call.session, call.arguments, call.flags)


def binary_package(call: Call) -> int:
    """Create binary-only packages."""
    from gomod2bazel.commands.binary_package.create import create  # noqa: PLC0415

    if tuple(call.arguments[:1]) != ("create",):
        word = next(iter(call.arguments), "")
        message = f"unknown command 'binary-package {word}'" if word else "binary-package needs a subcommand"
        near = did_you_mean(word, ("create",), "binary-package ")
        raise UsageError(message, hint=near or "gomod2bazel binary-package create [flags] INPUT")
    return create(call.session, call.arguments[1:], call.flags)


def generate(call: Call) -> int:
    """Write BUILD files."""
    from gomod2bazel.commands.monorepo import generate as generating  # noqa: PLC0415

    return generating.generate(call.session, call.arguments, call.flags)


def add(call: Call) -> int:
    """Add modules to a monorepo."""
    from gomod2bazel.commands.monorepo import dependencies  # noqa: PLC0415

    return dependencies.add(call.session, call.arguments, call.flags)


def remove(call: Call) -> int:
    """Remove modules from a monorepo."""
    from gomod2bazel.commands.monorepo import dependencies  # noqa: PLC0415

    return dependencies.remove(call.session, call.arguments, call.flags)


def bazel(call: Call) -> int:
    """Run Bazel."""
    from gomod2bazel.commands.monorepo.bazel import run_bazel  # noqa: PLC0415

    return run_bazel(call.session, call.arguments)


def packages_driver(call: Call) -> int:
    """Answer gopls about packages."""
    from gomod2bazel.generate.editor import packages_driver as driver  # noqa: PLC0415

    return driver.packages_driver(call.session, call.arguments)


def delve_paths(call: Call) -> int:
    """Print where Delve finds sources."""
    from gomod2bazel.generate.editor import packages_driver as driver  # noqa: PLC0415

    return driver.delve_paths(call.session, call.arguments)


def gocacheprog(call: Call) -> int:
    """Serve the go command's build cache."""
    from gomod2bazel.golang.build_cache.gocacheprog import run_process  # noqa: PLC0415

    return run_process(call.arguments)


def doctor(call: Call) -> int:
    """Show which tools were found."""
    from gomod2bazel.provision import doctor as doctors  # noqa: PLC0415

    text, code = doctors.run(call.arguments, call.session.environment, call.session.runner)
    call.session.out(text)
    return code


def shutdown(call: Call) -> int:
    """Stop the Bazel server."""
    from gomod2bazel.commands.cache import housekeeping  # noqa: PLC0415

    return housekeeping.shutdown(call.session, call.arguments)


def clean(call: Call) -> int:
    """Delete what was built and fetched, or what of it is old."""
    from gomod2bazel.commands.cache import housekeeping  # noqa: PLC0415

    return housekeeping.clean(call.session, call.arguments, call.flags)


def help_(call: Call) -> int:
    """Print the overview, or the page of a command or of a topic."""
    from gomod2bazel.commands.table.help.help import page_of  # noqa: PLC0415

    call.session.out(page_of(call.arguments, call.commands))
    return 0


def completion(call: Call) -> int:
    """Print the completions for a shell."""
    from gomod2bazel.commands.table.help.completion import completions_for  # noqa: PLC0415

    call.session.out(completions_for(call.arguments, call.commands))
    return 0


def version(call: Call) -> int:
    """Print the version."""
    options, _ = parse_only(call.arguments, call.flags, call.name)
    if not options.report.json:
        call.session.out(f"gomod2bazel {__version__}\n")
        return 0
    from gomod2bazel.base.documents.document import document  # noqa: PLC0415

    call.session.out(document({"version": __version__, "python": sys.version.split()[0]}))
    return 0


def schema(call: Call) -> int:
    """Print a JSON Schema, or the names of all."""
    from gomod2bazel.base.documents.schema_files import read_schema, schema_names  # noqa: PLC0415

    if len(call.arguments) > 1:
        raise UsageError(f"one NAME expected, got {len(call.arguments)}", hint="gomod2bazel schema [NAME]")
    call.session.out(read_schema(call.arguments[0]) if call.arguments else "".join(f"{n}\n" for n in schema_names()))
    return 0
