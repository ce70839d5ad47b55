"""Drive Bazel: one warm server, builds followed through their event stream, its exit codes in the driver's terms."""

from __future__ import annotations

import os
import pwd
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gomod2bazel.base.disk.files import file_errors, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.runner import Completed, Runner, SubprocessRunner
from gomod2bazel.bazel.server.bep import EventReader, ReportBuilder
from gomod2bazel.bazel.server.build_report import BuildReport, RanAction
from gomod2bazel.bazel.server.client import Client, Ended
from gomod2bazel.bazel.server.failures import LOST_INPUTS, client_failure, query_failure, what_was_killed
from gomod2bazel.bazel.server.progress_lines import event_from_bazel

__all__ = ["Bazel", "client_environment"]

_IDLE_SECONDS = 3 * 60 * 60
"""How long the server waits for the next run before it ends: a morning's work, not a night."""

_JVM = "--host_jvm_args=-XX:TieredStopAtLevel=1"
"""Java code is compiled once, quickly: on few cores the optimising compiler costs a build more than it gives back."""

_DIGESTS = "--unix_digest_hash_attribute_name=user.gomod2bazel.sha256"
"""Where the builder stores the SHA-256 of large outputs (rules/private/builder/base/digests.py): quickly compiled Java
code would take a tenth of a second for every 20 MB."""

_WITHOUT_CACHE = (
    (("--noremote_accept_cached",), "the remote or disk cache lacks files of earlier actions; running these again"),
    (("--remote_cache=", "--disk_cache="), "the cache still lacks files, or returns wrong ones; building without it"),
)
"""What is tried when a remote or disk cache has lost files. Bazel runs actions again whose outputs are missing there,
but not those whose outputs have wrong bytes, as long as it has a cache."""

_TESTED = (3, 4)
"""Exit codes of ``bazel test``: tests failed, or there are none."""

_TAIL = 200
"""Lines kept of Bazel's messages."""

_CHATTER = re.compile(
    r"(INFO:|Loading:|Analyzing:|Computing main repo mapping:|Fetching |DEBUG: |FAILED: $|Use --|\[[\d,]+ / [\d,]+\]"
    r"|\s+currently loading: |$)"
)
"""Lines that tell how far Bazel is, not what is wrong."""

_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|TMPDIR|TZ|XDG_CACHE_HOME|JAVA_HOME|NETRC|SSL_CERT_(FILE|DIR)|(?i:(https?|no)_proxy)"
    r"|USE_BAZEL_VERSION|BAZELISK_\w+"
)
"""Variables Bazel is given when they are set; with others, what is built could depend on the shell it is run from."""

_WAITING = re.compile(r"Another .*command.* is running.*Waiting for it to complete")


def client_environment(environment: Mapping[str, str], extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment to run Bazel with.

    The locale is always C.UTF-8: a server keeps the locale it was started with, and one without UTF-8 cannot open files
    with other than ASCII names. USER is always set: Bazel refuses to start where it is not and the user has no name.

    Args:
        environment: the driver's own.
        extra: variables to add.
    """
    passed = {name: value for name, value in environment.items() if value and _PASSED_ON.fullmatch(name)}
    passed |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(extra or {})}
    if "USER" not in passed:
        try:
            passed["USER"] = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            passed["USER"] = f"uid{os.getuid()}"
    return passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bazel:
    """Bazel in one workspace, with one server.

    The startup options are the same for every command, because Bazel restarts a server that was started with others.
    The rc files of the system and of the user's home are read, as they may name a mirror of the module registry; those
    of the workspace are not.

    Attributes:
        command: program, and startup options that belong to it.
        workspace: folder with the MODULE.bazel, or one below it.
        output_user_root: where Bazel keeps everything; together with ``workspace`` it decides which server is used.
            None in a workspace of the user's: startup options and rc files are then those of the user's own commands.
        environment: the whole environment of Bazel, from `client_environment`.
        jobs: actions at once; None for Bazel's own choice.
        startup: more startup options.
        runner: runs the commands that are not builds.
        patience: seconds an interrupted build has to stop; see `Client`.
        tests: whether a build also runs the tests among its targets.
    """

    command: tuple[str, ...]
    workspace: Path
    output_user_root: Path | None
    environment: Mapping[str, str]
    jobs: int | None = None
    startup: tuple[str, ...] = ()
    runner: Runner = field(default_factory=SubprocessRunner)
    patience: float = 10.0
    tests: bool = False

    def argv(self, verb: str, *arguments: str) -> tuple[str, ...]:
        """Return the command line of ``bazel VERB ARGUMENTS`` with this server's startup options."""
        if self.output_user_root is None:
            return (*self.command, *self.startup, verb, *arguments)
        root = f"--output_user_root={self.output_user_root}"
        idle = f"--max_idle_secs={_IDLE_SECONDS}"
        return (*self.command, root, idle, _JVM, _DIGESTS, "--noworkspace_rc", *self.startup, verb, *arguments)

    def build(
        self,
        targets: Sequence[str],
        flags: Sequence[str] = (),
        *,
        keep_going: bool = False,
        on_event: Callable[[Event], None] = lambda _event: None,
        on_action: Callable[[RanAction], None] | None = None,
    ) -> BuildReport:
        """Build ``targets`` and return what came of it; targets that failed are in the report, not an error here.

        Args:
            targets: labels or target patterns, any number.
            flags: more flags of ``bazel build``.
            keep_going: build what can be built after a failure.
            on_event: called as the build proceeds.
            on_action: called with each action that was not up to date, as it ends.

        Raises:
            Interrupted: the user asked to stop; Bazel has stopped.
            ToolError: Bazel did not get as far as building, or broke down.
        """
        with temporary_folder() as folder:
            patterns, events = folder / "targets", folder / "events"
            write_file(patterns, "".join(f"{target}\n" for target in targets))
            event_flags = ["--build_event_publish_all_actions"] if on_action else []
            verb = "test" if self.tests else "build"
            argv = self.argv(verb, *self._build_flags([*flags, *event_flags], patterns, events, keep_going=keep_going))

            def attempt(*more: str) -> tuple[Ended, _Watch]:
                # Of an attempt that was cut off nothing counts.
                with file_errors("write", events):
                    events.write_bytes(b"")
                with events.open("rb") as stream:
                    builder = ReportBuilder(on_action=on_action)
                    reader = EventReader(stream)
                    watch = _Watch(reader=reader, on_event=on_event, builder=builder)
                    return self._follow((*argv, *more), watch), watch

            ended, watch = _restarted(attempt, on_event)
            for more, note in _WITHOUT_CACHE:
                if ended.code != LOST_INPUTS or ended.interrupted:
                    break
                on_event(Event(stage=Stage.BUILD, note=note))
                ended, watch = attempt(*more)
        if ended.interrupted or ended.code not in {0, 1, *(_TESTED if self.tests else ())}:
            raise client_failure(ended, argv, watch.text)
        report = watch.builder.report(stderr=watch.text)
        if ended.code == 0 and not report.complete:
            raise ToolError(
                "Bazel's build event stream ended early",
                hint="check that the temporary folder has free space: df -h /tmp",
            )
        return report

    def _follow(self, argv: Sequence[str], watch: _Watch, out: IO[bytes] | None = None) -> Ended:
        client = Client(environment=self.environment, folder=self.workspace, patience=self.patience)
        return client.run(argv, on_line=watch.line, on_tick=watch.tick, out=out)

    def _build_flags(self, flags: Sequence[str], patterns: Path, events: Path, *, keep_going: bool) -> list[str]:
        """Return the flags of a build; those the driver relies on come last, where they win."""
        jobs = [] if self.jobs is None else [f"--jobs={self.jobs}"]
        return [
            *jobs,
            *flags,
            "--keep_going" if keep_going else "--nokeep_going",
            "--color=no",
            "--curses=no",
            "--show_progress",
            "--show_result=0",
            "--symlink_prefix=/",  # none; nobody looks into the workspace
            f"--target_pattern_file={patterns}",
            f"--build_event_binary_file={events}",
            # file: URIs, also where a remote cache has the file
            "--nobuild_event_binary_file_path_conversion",
        ]

    def info(self, key: str) -> str:
        """Return ``bazel info KEY``.

        Raises:
            ToolError: Bazel does not run, or has no such key.
        """
        return self._simple("info", "--color=no", key).out.rstrip("\n")

    def query(self, expression: str, flags: Sequence[str] = (), *, verb: str = "query") -> str:
        """Return what ``bazel query`` (or cquery, aquery) prints for ``expression``.

        Raises:
            BuildError: the expression is wrong or something it needs does not load.
            ToolError: Bazel does not run.
        """
        with temporary_folder() as folder:
            # An expression may be longer than an argument can be.
            file = Path(folder) / "query"
            write_file(file, expression)
            return self._simple(verb, "--color=no", "--noshow_progress", *flags, f"--query_file={file}").out

    def query_targets(
        self,
        expression: str,
        output: Path,
        flags: Sequence[str] = (),
        *,
        keep_going: bool = False,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> str:
        """Write the targets that ``expression`` finds to ``output``, as streamed protobuf; labels are canonical.

        Returns:
            Bazel's messages about what it could not load and left out, with ``keep_going``; else an empty string.

        Raises:
            BuildError: the expression is wrong or something it needs does not load.
            Interrupted: the user asked to stop.
            ToolError: Bazel does not run.
        """
        with temporary_folder() as folder:
            file = Path(folder) / "query"
            write_file(file, expression)
            # To standard output: --output_file is newer than the oldest Bazel that is supported.
            output_flags = (
                "--color=no",
                "--curses=no",
                "--show_progress",
                "--output=streamed_proto",
                "--consistent_labels",
            )
            going = "--keep_going" if keep_going else "--nokeep_going"
            argv = self.argv("query", *flags, *output_flags, going, f"--query_file={file}")

            def attempt() -> tuple[Ended, _Watch]:
                watch = _Watch(on_event=on_event)
                with file_errors("write", output), output.open("wb") as out:
                    return self._follow(argv, watch, out), watch

            ended, watch = _restarted(attempt, on_event)
        if ended.code == 3 and keep_going and not ended.interrupted:
            return watch.text
        if ended.interrupted or ended.code != 0:
            raise query_failure(ended, argv, watch.text)
        return ""

    def repositories(self, flags: Sequence[str] = ()) -> dict[str, str]:
        """Return the canonical name of each repository that the main one sees, by the name it has there.

        Raises:
            ToolError: Bazel does not run, or has no modules.
        """
        return read_object(self._simple("mod", "--color=no", *flags, "dump_repo_mapping", "").out, "bazel mod")

    def shutdown(self) -> None:
        """Stop the server, if one runs."""
        self._simple("shutdown", "--color=no")

    def _simple(self, verb: str, *arguments: str) -> Completed:
        done = self.runner.run(self.argv(verb, *arguments), env=self.environment, cwd=self.workspace)
        if what_was_killed(Ended(code=done.code, interrupted=False), done.err):
            done = self.runner.run(self.argv(verb, *arguments), env=self.environment, cwd=self.workspace)
        if done.code != 0:
            stderr = "\n".join(line for line in done.err.splitlines() if not _CHATTER.match(line))
            ended = Ended(code=done.code, interrupted=False)
            raise (query_failure if "query" in verb else client_failure)(ended, done.argv, stderr)
        return done


@dataclass(slots=True, kw_only=True)
class _Watch:
    """Follows one command: its messages into the tail and progress events, a build's event stream into a report."""

    on_event: Callable[[Event], None]
    reader: EventReader | None = None
    builder: ReportBuilder = field(default_factory=ReportBuilder)
    messages: deque[str] = field(default_factory=lambda: deque(maxlen=_TAIL))

    @property
    def text(self) -> str:
        """The messages that came."""
        return "\n".join(self.messages)

    def line(self, line: str) -> None:
        """Take a line of Bazel's standard error."""
        event = event_from_bazel(line)
        if event is not None:
            self.on_event(event)
        elif _WAITING.match(line):
            self.on_event(Event(stage=Stage.LOAD, note="waiting for another Bazel command to finish"))
        elif line.startswith("Starting local Bazel server"):
            self.on_event(Event(stage=Stage.LOAD, text="starting Bazel"))
        elif not _CHATTER.match(line):
            self.messages.append(line)

    def tick(self) -> None:
        """Take in what came on the event stream."""
        for event in self.reader.poll() if self.reader else ():
            self.builder.add(event)


def _restarted(attempt: Callable[[], tuple[Ended, _Watch]], on_event: Callable[[Event], None]) -> tuple[Ended, _Watch]:
    """Run a client, and once more where a process of Bazel's was killed meanwhile: it is started again for that."""
    ended, watch = attempt()
    killed = what_was_killed(ended, watch.text)
    if killed:
        on_event(Event(stage=Stage.BUILD, note=f"{killed} was killed (out of memory?); starting it again"))
        return attempt()
    return ended, watch
