"""Run go_test rules of a generated workspace with a Bazel server that is kept for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.locks import file_lock
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.c_tools import c_folders, c_tools_id, c_tools_of
from gomod2bazel.bazel.flags import build_flags, disk_cache_flags, isolation_flags
from gomod2bazel.bazel.remote.access import remote_access
from gomod2bazel.bazel.running.run import bazel_of
from gomod2bazel.bazel.server.build_report import BuildReport
from gomod2bazel.commands.testing.workspace import GeneratedWorkspace
from gomod2bazel.generate.loading.unreachable import SIBLINGS
from gomod2bazel.options.options import BazelOptions, TestOptions
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.namespaces import namespaces_work
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["held_tests", "run_tests", "test_flags"]

# Bazel ends a test that does not end itself after -timeout: a program prints its goroutines meanwhile.
_GRACE = 60
_NO_TIMEOUT = 10_000_000

_NETWORK = "this kernel does not let Bazel isolate tests: they can reach the network and files of this machine"


@contextmanager
def held_tests(session: Session) -> Iterator[None]:
    """Keep other runs out of the folder of tests while this run uses it."""

    def waiting() -> None:
        session.say("waiting for another gomod2bazel test")
        session.progress(Event(stage=Stage.LOAD, text="waiting for another gomod2bazel test"))

    with file_lock(session.caches.tests.with_suffix(".lock"), waiting=waiting):
        yield


def run_tests(
    session: Session,
    workspace: GeneratedWorkspace,
    labels: Sequence[str],
    options: tuple[BazelOptions, TestOptions],
    *,
    offline: bool,
) -> BuildReport:
    """Build and run the tests of some packages.

    Args:
        session: The user's session.
        workspace: what was generated.
        labels: of Bazel packages, as `GeneratedWorkspace.label` returns them.
        options: how Bazel and the tests run.
        offline: whether Bazel reaches nothing of the network.

    Raises:
        ToolError: Bazel is broken.
        Interrupted: the user asked to stop.
    """
    bazel_options, test_options = options
    tool = find_bazel(session.environment, session.runner, session.caches, session.steps, fetch=not offline)
    session.caches.check(tool.version)
    isolated = namespaces_work(session.environment, session.runner)
    if not isolated:
        session.warn(_NETWORK)
    flags = _Flags(session=session, workspace=workspace, options=bazel_options, isolated=isolated)
    with remote_access(bazel_options.remote, session.environment, session.say) as startup:
        bazel = replace(
            bazel_of(session, tool, offline=offline), workspace=workspace.copy.root, startup=startup, tests=True
        )
        return bazel.build(
            [f"{label}:all" for label in labels],
            [*flags.of(tool.version), *test_flags(test_options)],
            keep_going=True,
            on_event=session.progress,
        )


def test_flags(options: TestOptions) -> list[str]:
    """Return Bazel's flags for how tests run.

    Args:
        options: as the user gave them.
    """
    given: Mapping[str, str] = {
        "run": options.run,
        "skip": options.skip,
        "short": "true" if options.short else "",
        "count": str(options.count) if options.count else "",
        "shuffle": options.shuffle,
        "parallel": str(options.parallel) if options.parallel else "",
        "timeout": f"{options.timeout:g}s",
    }
    arguments = [f"--test_arg=-test.{name}={value}" for name, value in given.items() if value]
    limit = int(options.timeout) + _GRACE if options.timeout else _NO_TIMEOUT
    # As for go test, -count is the way to run again what has passed.
    cached = "no" if options.count else "auto"
    return [
        "--build_tests_only",
        "--build_runfile_links",
        "--build_runfile_manifests",
        "--test_output=summary",
        "--test_summary=none",
        "--test_verbose_timeout_warnings=false",
        f"--test_timeout={limit}",
        f"--cache_test_results={cached}",
        "--test_env=GO_TEST_PROGRAM_IN_TMPDIR=1",
        # As go test does before it runs tests.
        "--@gomod2bazel//rules/config:vet=test",
        *arguments,
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flags:
    """The flags of a build in the workspace."""

    session: Session
    workspace: GeneratedWorkspace
    options: BazelOptions
    isolated: bool

    def of(self, version: str) -> list[str]:
        """Return the flags for a release of Bazel."""
        unit, environment, lock = self.workspace.unit, self.session.environment, self.workspace.lock
        tools = c_tools_of(lock, unit.settings)
        c_tools = c_tools_id(tools, environment, self.session.runner)
        visible = tuple(str((self.session.cwd / folder).absolute()) for folder in self.options.visible)
        options = replace(self.options, visible=visible)
        read = [
            *self.workspace.folders.values(),
            unit.settings["GOROOT"],
            sys.base_prefix,
            *c_folders(tools, environment),
            str(rules_root(environment)),
            str(self.workspace.copy.root),
        ]
        siblings = Path(self.workspace.copy.root, "external").exists()
        return [
            *build_flags(lock.configuration, unit.settings, environment, options, c_tools),
            *disk_cache_flags(version, self.options.cache.disk_cache),
            *isolation_flags(version, read, str(self.session.caches.bazel), namespaces=self.isolated),
            *([SIBLINGS] if siblings else []),
        ]
