"""Build targets of the private workspace with the user's one Bazel server."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gomod2bazel.bazel import Bazel, client_environment
from gomod2bazel.bazelflags import build_flags, isolation_flags
from gomod2bazel.build_report import BuildReport
from gomod2bazel.load import Loaded
from gomod2bazel.lock import Lock
from gomod2bazel.namespaces import namespaces_work
from gomod2bazel.options import BuildOptions
from gomod2bazel.provision import Tool, find_bazel
from gomod2bazel.rulesroot import rules_root
from gomod2bazel.session import Session
from gomod2bazel.workspace import Workspace, module_folders

__all__ = ["BazelRun", "bazel_of", "held_bazel"]


def bazel_of(session: Session, tool: Tool) -> Bazel:
    """Return the driver of ``tool`` in the private workspace."""
    session.caches.workspace.mkdir(parents=True, exist_ok=True)
    return Bazel(
        command=(str(tool.path), *tool.arguments),
        workspace=session.caches.workspace,
        output_user_root=session.caches.bazel,
        environment=client_environment(session.environment, dict(tool.environment)),
        runner=session.runner,
    )


@contextmanager
def held_bazel(session: Session, options: BuildOptions) -> Iterator[BazelRun]:
    """Hold the private workspace until what was built in it has been used: another run would overwrite it."""
    tool = find_bazel(session.environment, session.runner, session.caches, session.say)
    workspace = Workspace(root=session.caches.workspace, rules=rules_root(session.environment))
    with workspace.held(session.say):
        yield BazelRun(
            session=session, options=options, bazel=bazel_of(session, tool), version=tool.version, workspace=workspace
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BazelRun:
    """Builds in the private workspace while it is held."""

    session: Session
    options: BuildOptions
    bazel: Bazel
    version: str
    workspace: Workspace

    def build(self, loaded: Loaded, lock: Lock, targets: Sequence[str]) -> BuildReport:
        """Write the private workspace for ``lock`` and build ``targets`` of its module.

        Raises:
            ToolError: Bazel is broken.
            Interrupted: the user asked to stop.
        """
        self.workspace.write(
            lock,
            loaded.packages,
            goroot=loaded.settings["GOROOT"],
            module=(loaded.module.path, loaded.module.version),
        )
        flags = build_flags(lock.configuration, loaded.settings, self.session.environment, self.options)
        read = [*module_folders(loaded.packages).values(), loaded.settings["GOROOT"], sys.base_prefix]
        flags += isolation_flags(
            self.version,
            [*read, str(self.workspace.rules)],
            str(self.session.caches.bazel),
            namespaces=namespaces_work(self.session.environment, self.session.runner),
        )
        return self.bazel.build(
            [f"@input//:{target}" for target in targets],
            flags,
            keep_going=True,
            on_event=self.session.progress,
            on_message=self._message,
        )

    def _message(self, line: str) -> None:
        if self.options.commands or self.options.verbose:
            self.session.say(line)
