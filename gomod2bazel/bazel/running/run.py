"""Build targets of the private workspace with the user's one Bazel server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.bazel.c_tools import c_folders, c_tools_id
from gomod2bazel.bazel.flags import (
    BuildSettings,
    build_flags,
    common_flags,
    disk_cache_flags,
    isolation_flags,
)
from gomod2bazel.bazel.names import SDK
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.remote.access import cache_failure, remote_access
from gomod2bazel.bazel.running.commands import Command, ModuleTargets, commands_for
from gomod2bazel.bazel.running.platforms import PlatformsCommand
from gomod2bazel.bazel.server.bazel import Bazel, client_environment
from gomod2bazel.bazel.server.build_report import BuildReport
from gomod2bazel.bazel.server.early import starting_server
from gomod2bazel.bazel.toolexec import Toolexec
from gomod2bazel.bazel.watching.watch import Watch
from gomod2bazel.bazel.watching.watcher import Build, Watcher, watching
from gomod2bazel.bazel.workspace import Workspace, profile_label
from gomod2bazel.options.options import BazelOptions, CompileOptions
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.namespaces import landlock_works, namespaces_work
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["BazelRun", "bazel_of", "held_bazel", "starting_bazel"]


_NOT_HIDDEN = (
    "this kernel has no Landlock, so C code of modules can read files of this machine; "
    f"only file names in its source are refused: {page('trust.md#what-c-code-can-read')}"
)

_SILENT = ShownSteps(say=lambda _line: None)

# A proxy that nothing answers at: what Bazel would ask of the network fails at once.
_NOWHERE = "http://127.0.0.1:9"
_OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE)


def bazel_of(session: Session, tool: Tool, *, offline: bool = False) -> Bazel:
    """Return the driver of ``tool`` in the private workspace; ``offline``, it reaches no registry of modules."""
    session.caches.workspace.mkdir(parents=True, exist_ok=True)
    extra = dict(tool.environment) | (_OFFLINE | {"no_proxy": "", "NO_PROXY": ""} if offline else {})
    return Bazel(
        command=(str(tool.path), *tool.arguments),
        workspace=session.caches.workspace,
        output_user_root=session.caches.bazel,
        environment=client_environment(session.environment, extra),
        runner=session.runner,
    )


@contextmanager
def starting_bazel(session: Session, *, offline: bool) -> Iterator[None]:
    """Let Bazel's server start meanwhile, if there is a Bazel and its server does not run.

    Args:
        session: The user's session.
        offline: whether Bazel reaches nothing of the network.
    """
    try:
        tool = find_bazel(session.environment, session.runner, session.caches, _SILENT, fetch=False)
    except ToolError:
        # It is fetched, or reported as missing, once there is something to build.
        yield
        return
    with starting_server(bazel_of(session, tool, offline=offline)):
        yield


@contextmanager
def held_bazel(session: Session, options: BazelOptions, *, offline: bool) -> Iterator[BazelRun]:
    """Hold the private workspace until what was built in it has been used: another run would overwrite it.

    Args:
        session: The user's session.
        options: how Bazel runs.
        offline: whether it reaches nothing of the network.
    """
    tool = find_bazel(session.environment, session.runner, session.caches, session.steps, fetch=not offline)
    session.caches.check(tool.version)
    workspace = Workspace(root=session.caches.workspace, rules=rules_root(session.environment))
    with (
        remote_access(options.remote, session.environment, session.say) as startup,
        workspace.held(lambda line: _show_wait(session, line)),
        watching(session, options, workspace.rules) as watcher,
    ):
        yield BazelRun(
            session=session,
            options=options,
            bazel=replace(bazel_of(session, tool, offline=offline), startup=startup),
            version=tool.version,
            workspace=workspace,
            watcher=watcher,
        )


def _show_wait(session: Session, line: str) -> None:
    session.say(line)
    session.progress(Event(stage=Stage.LOAD, text=line))


@dataclass(frozen=True, slots=True, kw_only=True)
class BazelRun:
    """Builds in the private workspace while it is held."""

    session: Session
    options: BazelOptions
    bazel: Bazel
    version: str
    workspace: Workspace
    watcher: Watcher | None = None

    def commands(self, modules: Sequence[ModuleTargets]) -> list[Command]:
        """Return the Bazel commands that build modules: one for all modules that agree on its flags.

        A module alone has one for all of its platforms. What is watched shows the commands of one module after those
        of another.
        """
        joint = None if self.watcher else self._joint(modules)
        return [joint] if joint else commands_for(modules, lambda item: None if self.watcher else self._key(item))

    def _joint(self, modules: Sequence[ModuleTargets]) -> PlatformsCommand | None:
        """Return the command for all platforms of one module; None where there is no such command."""
        if not any(module.joint for module in modules):
            return None
        every, environment = [module.prepared for module in modules], self.session.environment
        c_tools = self._c_tools(every)
        settings = [BuildSettings.of(part.configuration, part.settings, environment, c_tools) for part in every]
        return PlatformsCommand.of(modules, settings)

    def _key(self, module: ModuleTargets) -> Hashable:
        """Return what modules must agree on for one Bazel command; programs that compile C are those of all."""
        prepared, profile = module.prepared, module.compiled.profile
        flags = build_flags(prepared.configuration, prepared.settings, self.session.environment, self.options)
        return (*flags, *_compile_flags(module.compiled), prepared.configuration, prepared.goroot, profile)

    def build(
        self, command: Command, show: Callable[[str], None] | None = None, more: Sequence[str] = (), *, part: str = ""
    ) -> BuildReport:
        """Write the private workspace for what a command builds, and run the command.

        Args:
            command: what to build.
            show: takes what tools print though all is well, as it comes.
            more: more flags of Bazel.
            part: which of several commands it is, for the display.

        Raises:
            ToolError: Bazel is broken.
            Interrupted: the user asked to stop.
        """
        if part:
            show_event = self.session.progress
            session = replace(self.session, progress=lambda event: show_event(replace(event, part=part)))
            watcher = replace(self.watcher, session=session) if self.watcher else None
            return replace(self, session=session, watcher=watcher).build(command, show, more)
        first, contents = command.modules[0], command.contents
        self.workspace.write(contents, goroot=first.prepared.goroot, profile=first.compiled.profile)
        flags = [*self._flags(command), *_compile_flags(first.compiled), *more]
        report = self._built(command, flags, contents.folders, show or self.session.err)
        if failure := cache_failure(report.stderr):
            self.session.warn(f"the remote cache failed during the build, which did without it: {failure}")
        return report

    def _built(
        self, command: Command, flags: list[str], folders: Mapping[str, str], show: Callable[[str], None]
    ) -> BuildReport:
        labels, names = command.labels, command.names
        if self.watcher is None:
            watch = Watch(write=self.session.err, show=show, names=names)
            return self.bazel.build(labels, flags, keep_going=True, on_event=self.session.progress, on_action=watch)
        first = command.modules[0]
        flags = [*flags, *self._toolexec(first.prepared, flags)]
        folders = {**folders, SDK: first.prepared.goroot}
        build = Build(labels=labels, flags=flags, names=names, folders=folders, targets=first.targets, show=show)
        return self.watcher.build(self.bazel, build)

    def _flags(self, command: Command) -> list[str]:
        """Return the flags of a build: what it is for, what actions may read, and what is shown of it."""
        environment, modules = self.session.environment, [module.prepared for module in command.modules]
        first, tools = modules[0], _c_tools(modules)
        if tools and not landlock_works():
            self.session.warn(_NOT_HIDDEN)
        visible = tuple(str((self.session.cwd / folder).absolute()) for folder in self.options.visible)
        options = replace(self.options, visible=visible)
        if isinstance(command, PlatformsCommand):
            flags = [*command.flags, *common_flags(options)]
        else:
            c_tools = self._c_tools(modules)
            flags = build_flags(first.configuration, first.settings, environment, options, c_tools)
        folders = [folder for prepared in modules for folder in (*prepared.folders.values(), *prepared.outside)]
        read = [*folders, first.goroot, sys.base_prefix]
        flags += disk_cache_flags(self.version, self.options.cache.disk_cache)
        flags += isolation_flags(
            self.version,
            [*read, *c_folders(tools, environment), str(self.workspace.rules)],
            str(self.session.caches.bazel),
            namespaces=namespaces_work(environment, self.session.runner),
        )
        return flags

    def _c_tools(self, modules: Sequence[PreparedModule]) -> str:
        return c_tools_id(_c_tools(modules), self.session.environment, self.session.runner)

    def _toolexec(self, prepared: PreparedModule, flags: Sequence[str]) -> list[str]:
        """Return the flags for -toolexec, with an output folder of its own; what it runs is not in a sandbox."""
        if not self.options.toolexec:
            return []
        toolexec = Toolexec.find(self.options.toolexec, self.session, prepared.goroot)
        path = toolexec.write(self.session.caches.toolexec, self.session)
        folder = next(flag for flag in flags if flag.startswith("--platform_suffix="))
        local = [f"--strategy={mnemonic}=local" for mnemonic in ("GoCompile", "GoLink", "GoPreprofile")]
        return [f"--@gomod2bazel//rules/config:toolexec={path}", f"{folder}_{toolexec.identity}", *local]


def _c_tools(modules: Sequence[PreparedModule]) -> dict[str, str]:
    """Return the programs that compile C for any of the modules, and the language of each."""
    return {program: language for prepared in modules for program, language in prepared.c_tools.items()}


def _compile_flags(compiled: CompileOptions) -> list[str]:
    """Return the flags for the CPU profile, and for what compilers print as the user asks for it."""
    profile = compiled.profile
    flags = [f"--@gomod2bazel//rules/config:pgo_profile={profile_label(profile)}"] if profile else []
    return [*flags, "--output_groups=+diagnostics"] if compiled.gcflags or compiled.asmflags else flags
