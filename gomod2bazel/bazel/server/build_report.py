"""What one Bazel build did, in the driver's own terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Aborted", "ActionCounts", "BuildReport", "FailedAction", "Output", "RanAction", "TestRun", "apparent"]

_CONSEQUENCES = frozenset({"NO_ANALYZE", "NO_BUILD", "INCOMPLETE", "SKIPPED", "USER_INTERRUPTED"})
"""Reasons for which a target was given up because of something else, which has an event of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that a target's output group holds.

    Attributes:
        path: absolute local path.
        name: path below the output root, as Bazel names it.
        digest: hexadecimal, by Bazel's digest function; empty if unknown.
        length: bytes; 0 if unknown.
    """

    path: Path
    name: str
    digest: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAction:
    """An action that failed, with what it wrote itself.

    Attributes:
        label: the target it belongs to.
        mnemonic: its kind, as "GoCompile".
        output: its first output, relative to the execution root.
        exit_code: of its process where it had one, else Bazel's.
        message: Bazel's account of the failure.
        stdout, stderr: the beginning of what the action wrote.
    """

    label: str
    mnemonic: str
    exit_code: int
    message: str
    output: str = ""
    stdout: str = ""
    stderr: str = ""

    def describe(self, name: str = "") -> str:
        """Return what a person needs: the action's own words, Bazel's only where it had none.

        Args:
            name: what to call the target, as the go command names a package above its errors.
        """
        output = "\n".join(text.rstrip() for text in (self.stdout, self.stderr) if text.strip())
        head = f"# {name}" if name else f"{self.label} ({self.mnemonic}):"
        return f"{head}\n{output or self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RanAction:
    """An action that was not up to date.

    Attributes:
        label: the target it belongs to.
        mnemonic: its kind, as "GoCompile".
        output: its first output, relative to the execution root.
        success: whether it did well.
        start, end: seconds since 1970; 0 where Bazel does not tell.
        diagnostics: its output.
    """

    label: str
    mnemonic: str
    output: str
    success: bool
    start: float = 0.0
    end: float = 0.0
    diagnostics: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aborted:
    """A target or pattern that Bazel gave up.

    Attributes:
        label: what it was about; empty when that was more than one pattern.
        reason: one of Bazel's words: LOADING_FAILURE, ANALYSIS_FAILURE, USER_INTERRUPTED, ...
        description: Bazel's account; may be empty.
    """

    label: str
    reason: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCounts:
    """How many actions a build had to do with.

    Attributes:
        created: actions in what was newly analysed.
        executed: actions that were not up to date, Bazel's own bookkeeping included.
        by_mnemonic: executed, by kind.
        by_runner: executed, by what did it: "linux-sandbox", "worker", "disk cache hit", "internal", ... and "total".
        cache_hits, cache_misses: of the local action cache, which knows what is up to date.
    """

    created: int = 0
    executed: int = 0
    by_mnemonic: Mapping[str, int] = field(default_factory=dict)
    by_runner: Mapping[str, int] = field(default_factory=dict)
    cache_hits: int = 0
    cache_misses: int = 0

    @property
    def processes(self) -> int:
        """How many executed actions ran a program or took its result from a cache: 0 when all was up to date."""
        return sum(count for runner, count in self.by_runner.items() if runner not in {"total", "internal"})

    @property
    def cached(self) -> int:
        """How many results came from a disk cache or a remote one."""
        return sum(self.by_runner.get(runner, 0) for runner in ("disk cache hit", "remote cache hit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """The last run of a test.

    Attributes:
        label: the test.
        passed: whether it passed.
        timed_out: whether Bazel stopped it.
        cached: whether the result is that of an earlier run.
        seconds: how long it took.
        log, xml: what it printed, and its report in JUnit's format; None where Bazel has no such file.
    """

    __test__ = False

    label: str
    passed: bool
    timed_out: bool = False
    cached: bool = False
    seconds: float = 0.0
    log: Path | None = None
    xml: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What one build did.

    Attributes:
        outputs: files by (label, output group); labels are spelled as Bazel spells them.
        built: labels of the targets that were built completely.
        failed: labels of the targets that were not.
        incomplete: (label, output group) pairs of which some file was not made.
        failed_actions: in the order they failed.
        aborted: in the order they were given up.
        actions: how many were run, and by what.
        wall_seconds: Bazel's own measure of the build.
        exit_code, exit_name: Bazel's: 1 and "BUILD_FAILURE"; -1 and "" when the stream ended before.
        complete: whether the stream came to its end.
        stderr: the end of Bazel's own messages, without progress and information lines.
        tests: what `bazel test` ran, by label.
    """

    outputs: Mapping[tuple[str, str], tuple[Output, ...]]
    built: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    incomplete: frozenset[tuple[str, str]] = frozenset()
    failed_actions: tuple[FailedAction, ...] = ()
    aborted: tuple[Aborted, ...] = ()
    actions: ActionCounts = field(default_factory=ActionCounts)
    wall_seconds: float = 0.0
    exit_code: int = -1
    exit_name: str = ""
    complete: bool = False
    stderr: str = ""
    tests: Mapping[str, TestRun] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether all that was asked for was built."""
        return self.exit_code == 0

    def files(self, label: str, group: str = "default") -> tuple[Output, ...]:
        """Return the files of one output group of ``label``; none when it was not built or has no such group."""
        return self.outputs.get((label, group), ())

    def failures(self, names: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        """Return what each failed action wrote, by the name of its target, or nothing where it has none.

        Args:
            names: as in `describe_failures`.
        """
        known = names or {}
        named = [(known.get(apparent(action.label), ""), action) for action in self.failed_actions]
        return list(dict.fromkeys((name, action.describe(name)) for name, action in named))

    def describe_failures(self, names: Mapping[str, str] | None = None) -> str:
        """Return why targets were not built: what failed actions wrote, and Bazel's messages where that is not all.

        The events alone do not explain load errors: for a package with a syntax error they say that it lacks
        the target, and for a missing source file they say nothing. Bazel's messages explain both.

        Args:
            names: what to call targets, by ``REPOSITORY//:TARGET`` with the repository's apparent name.
        """
        causes = [text for _, text in self.failures(names)]
        given_up = [a.description.rstrip() for a in self.aborted if a.reason not in _CONSEQUENCES]
        if given_up or not causes:
            causes.append(self.stderr or "\n".join(filter(None, dict.fromkeys(given_up))))
        return "\n".join(causes)


def apparent(label: str) -> str:
    """Return a label with its repository's last name alone: an extension's come before it, parted by ~ or +."""
    repository, slashes, rest = label.partition("//")
    return re.split(r"[@~+]", repository)[-1] + slashes + rest
