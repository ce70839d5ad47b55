"""Read Bazel's build event stream (``--build_event_binary_file``) and fold it into a report.

The stream is a sequence of length-prefixed protobuf messages. `EventReader` reads it while Bazel still writes it,
`ReportBuilder` folds the events into one `BuildReport`. Outputs are found as Bazel tells them: a target's output groups
name sets of files, which name more sets; no path is guessed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.errors import ToolError
from gomod2bazel.bazel.server.build_report import (
    Aborted,
    ActionCounts,
    BuildReport,
    FailedAction,
    Output,
    RanAction,
    TestRun,
)

if TYPE_CHECKING:
    from gomod2bazel.base.protos import build_events_pb2 as pb

__all__ = ["EventReader", "ReportBuilder", "head"]

HEAD = 1 << 18
"""Bytes read of what a failed action wrote: enough for any compiler's errors, bounded for a runaway one."""


class EventReader:
    """Reads the events of a stream that may still grow.

    Args:
        stream: the file, opened in binary mode; a message whose end is not there yet is left for the next `poll`.
    """

    def __init__(self, stream: BinaryIO) -> None:
        # Imported here because it takes longer than the rest of the driver's start, and a run may not need Bazel.
        from google.protobuf import proto  # noqa: PLC0415

        from gomod2bazel.base.protos import build_events_pb2  # noqa: PLC0415

        self._stream = stream
        self._pending = b""
        self._parse: Callable[[io.BytesIO], pb.BuildEvent | None] = lambda message: proto.parse_length_prefixed(
            build_events_pb2.BuildEvent, message
        )

    def poll(self) -> Iterator[pb.BuildEvent]:
        """Yield the events that came since the last time.

        Raises:
            ToolError: the stream is not what Bazel writes.
        """
        from google.protobuf.message import DecodeError  # noqa: PLC0415

        self._pending += self._stream.read()
        whole = _whole_messages(self._pending)
        messages, self._pending = io.BytesIO(self._pending[:whole]), self._pending[whole:]
        try:
            while (event := self._parse(messages)) is not None:
                yield event
        except (DecodeError, ValueError) as error:
            raise ToolError(f"Bazel's build event stream cannot be read: {error}") from error


def _whole_messages(data: bytes) -> int:
    """Return how many bytes at the start of ``data`` are whole length-prefixed messages."""
    end = 0
    while True:
        size, position, shift = 0, end, 0
        while position < len(data) and data[position] & 0x80:
            size |= (data[position] & 0x7F) << shift
            position, shift = position + 1, shift + 7
        if shift > 63:
            raise ToolError("Bazel's build event stream cannot be read: a length of more than 64 bits")
        if position >= len(data):
            return end
        size |= data[position] << shift
        if position + 1 + size > len(data):
            return end
        end = position + 1 + size


def head(path: Path) -> bytes:
    """Return the beginning of a file; nothing when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""


class ReportBuilder:
    """Folds events, in the order they came, into a `BuildReport`.

    Args:
        read: reads what an action wrote. Called as soon as the action is known to have failed, because the next build
            under the same server clears these files.
        on_action: called with each action that the stream reports: those that failed, and with
            --build_event_publish_all_actions those that did well.
    """

    def __init__(
        self, read: Callable[[Path], bytes] = head, on_action: Callable[[RanAction], None] | None = None
    ) -> None:
        self._read = read
        self._on_action = on_action
        self._root = ""
        self._sets: dict[str, pb.NamedSetOfFiles] = {}
        self._groups: dict[tuple[str, str], list[str]] = {}
        self._targets: dict[str, bool] = {}
        self._incomplete: set[tuple[str, str]] = set()
        self._failed: list[FailedAction] = []
        self._aborted: list[Aborted] = []
        self._tests: dict[str, TestRun] = {}
        self._actions = ActionCounts()
        self._wall = 0.0
        self._exit = (-1, "")
        self._complete = False

    def add(self, event: pb.BuildEvent) -> None:
        """Take one event in; kinds that are not in a report are skipped."""
        kind = event.WhichOneof("payload")
        if kind == "action" and self._on_action:
            self._on_action(self._ran(event.id.action_completed.primary_output, event.action))
        if kind == "named_set_of_files":
            self._sets[event.id.named_set.id] = event.named_set_of_files
        elif kind == "completed":
            self._add_target(event.id.target_completed, event.completed)
        elif kind == "action" and not event.action.success:
            self._failed.append(self._failed_action(event.id.action_completed.primary_output, event.action))
        elif kind == "aborted":
            self._add_aborted(event)
        elif kind == "test_result":
            self._add_test(_utf8(event.id.test_result.label), event.test_result)
        elif kind == "build_metrics":
            self._actions = _counts(event.build_metrics.action_summary)
            self._wall = event.build_metrics.timing_metrics.wall_time_in_ms / 1000
        elif kind == "workspace_info":
            self._root = event.workspace_info.local_exec_root
        elif kind == "finished":
            self._exit = (event.finished.exit_code.code, event.finished.exit_code.name)
        self._complete = self._complete or event.last_message

    def report(self, *, stderr: str = "") -> BuildReport:
        """Return what the events so far amount to.

        Args:
            stderr: Bazel's own messages, to go with it.

        Raises:
            ToolError: the stream ended well but lacks a set of files it refers to.
        """
        return BuildReport(
            outputs={key: self._files(roots) for key, roots in self._groups.items()},
            built=frozenset(label for label, success in self._targets.items() if success),
            failed=frozenset(label for label, success in self._targets.items() if not success),
            incomplete=frozenset(self._incomplete),
            failed_actions=tuple(self._failed),
            aborted=tuple(self._aborted),
            actions=self._actions,
            wall_seconds=self._wall,
            exit_code=self._exit[0],
            exit_name=self._exit[1],
            complete=self._complete,
            stderr=stderr,
            tests=dict(self._tests),
        )

    def _add_test(self, label: str, result: pb.TestResult) -> None:
        """Note the result of a test; of several attempts the last one counts."""
        files = {file.name: _path(file, self._root) for file in result.test_action_output}
        status, took = type(result).Status, result.test_attempt_duration
        self._tests[label] = TestRun(
            label=label,
            passed=result.status in (status.PASSED, status.FLAKY),
            timed_out=result.status == status.TIMEOUT,
            cached=result.cached_locally or result.execution_info.cached_remotely,
            seconds=took.seconds + took.nanos / 1e9,
            log=files.get("test.log"),
            xml=files.get("test.xml"),
        )

    def _add_target(self, target: pb.EventId.Target, completed: pb.TargetComplete) -> None:
        """Note the outcome of a target, or of an aspect on it: both must do well for the target to be built."""
        label = _utf8(target.label)
        self._targets[label] = self._targets.get(label, True) and completed.success
        for group in completed.output_group:
            key = (label, group.name)
            self._groups.setdefault(key, []).extend(part.id for part in group.file_sets)
            if group.incomplete:
                self._incomplete.add(key)

    def _add_aborted(self, event: pb.BuildEvent) -> None:
        label = _subject(event.id)
        try:
            reason = type(event.aborted).Reason.Name(event.aborted.reason)
        except ValueError:  # a newer Bazel's
            reason = f"reason {event.aborted.reason}"
        self._aborted.append(Aborted(label=label, reason=reason, description=event.aborted.description))
        if event.id.HasField("target_completed"):
            self._targets[label] = False

    def _failed_action(self, output: str, action: pb.ActionExecuted) -> FailedAction:
        detail = action.failure_detail
        return FailedAction(
            label=_utf8(action.label),
            mnemonic=action.type,
            exit_code=detail.spawn.spawn_exit_code or action.exit_code,
            # What follows an empty line is advice about Bazel's own flags.
            message=detail.message.split("\n\nUse --", 1)[0],
            output=_utf8(output),
            stdout=self._text(action.stdout),
            stderr=self._text(action.stderr),
        )

    def _ran(self, output: str, action: pb.ActionExecuted) -> RanAction:
        return RanAction(
            label=_utf8(action.label),
            mnemonic=action.type,
            output=_utf8(output),
            success=action.success,
            diagnostics=self._text(action.stdout) + self._text(action.stderr),
        )

    def _text(self, file: pb.File) -> str:
        if file.WhichOneof("file") == "contents":
            return file.contents.decode(errors="replace")
        return self._read(_path(file, self._root)).decode(errors="replace") if file.uri else ""

    def _files(self, roots: list[str]) -> tuple[Output, ...]:
        """Return the files in the sets ``roots`` and all sets below them, each once; each set is visited once."""
        outputs: dict[Path, Output] = {}
        for name in reachable(roots, self._below):
            for file in self._sets[name].files if name in self._sets else ():
                output = _output(file, self._root)
                outputs.setdefault(output.path, output)
        return tuple(outputs.values())

    def _below(self, name: str) -> list[str]:
        """Return the names of the sets in a set; nothing is known of one whose event has not come yet."""
        if name in self._sets:
            return [part.id for part in self._sets[name].file_sets]
        if self._complete:
            raise ToolError(f"Bazel's build event stream refers to a set of files that it does not contain: {name}")
        return []


def _subject(event: pb.EventId) -> str:
    """Return the label or the one pattern an event is about; empty when there is none, or several patterns."""
    kind = event.WhichOneof("id")
    if kind == "pattern" or kind == "pattern_skipped":
        patterns = getattr(event, kind).pattern
        return _utf8(patterns[0]) if len(patterns) == 1 else ""
    return _utf8(getattr(getattr(event, kind), "label", "")) if kind else ""


def _counts(summary: pb.BuildMetrics.ActionSummary) -> ActionCounts:
    return ActionCounts(
        created=summary.actions_created,
        executed=summary.actions_executed,
        by_mnemonic={data.mnemonic: data.actions_executed for data in summary.action_data},
        by_runner={runner.name: runner.count for runner in summary.runner_count},
        cache_hits=summary.action_cache_statistics.hits,
        cache_misses=summary.action_cache_statistics.misses,
    )


def _output(file: pb.File, root: str) -> Output:
    return Output(path=_path(file, root), name=file.name, digest=file.digest, length=file.length)


def _path(file: pb.File, root: str) -> Path:
    """Return where ``file`` is on this machine: by its file: URI, else by its place below the execution root."""
    uri = urlsplit(file.uri)
    if uri.scheme != "file" or uri.netloc not in {"", "localhost"}:
        return Path(root, *file.path_prefix, file.name)
    return Path(_utf8(unquote(uri.path, errors="surrogateescape")))


def _utf8(text: str) -> str:
    """Decode labels and URIs, which some releases of Bazel encode twice.

    Bazel's own strings hold one character a byte, and not all ways out put the bytes together again: "ö" arrives as
    the two letters of its bytes. What reads as UTF-8 when taken byte by byte is taken so.
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
