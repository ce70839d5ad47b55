"""What -baseline changes of a module before it is loaded."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from gomod2bazel.base.disk.files import make_folder, write_file
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.conflicts import check
from gomod2bazel.baseline.file import Baseline, read_baseline
from gomod2bazel.baseline.resolution import Resolution, UnlistedError
from gomod2bazel.baseline.resolve import Resolver
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.listing import patterns_of
from gomod2bazel.options.module_input import ModuleInput
from gomod2bazel.options.options import ModuleOptions

__all__ = ["applied", "baseline_of", "plain_go", "resolution_of", "with_version"]


def baseline_of(session: Session, options: ModuleOptions, go: Tool) -> Baseline | None:
    """Return the baseline that -baseline names, or None where it does not.

    Raises:
        UsageError: it cannot be read, or other flags select the versions.
    """
    if not options.versions.baseline:
        return None
    for name, value in (("modfile", options.load.modfile), ("mod", options.load.mod)):
        if value not in ("", "readonly"):
            raise UsageError(
                f"-{name} and -baseline cannot be used together: both select module versions", hint=f"omit -{name}"
            )
    return read_baseline(plain_go(session, go), options.versions.baseline, session.cwd)


def plain_go(session: Session, go: Tool) -> GoCommand:
    """Return a go command that reads files and fetches nothing."""
    users = GoCommand.of(session, go.path)
    return users.with_environment(GOFLAGS="", GOTOOLCHAIN="local", GOPROXY="off", GOWORK="off")


def with_version(options: ModuleOptions, baseline: Baseline | None) -> ModuleOptions:
    """Return the options with the baseline's version for an INPUT that is a module path without one."""
    module_input = options.input
    if baseline is None or not isinstance(module_input, ModuleInput) or module_input.version:
        return options
    # It may be the path of a package: the longest module path counts.
    elements = module_input.path.split("/")
    paths = ("/".join(elements[:length]) for length in range(len(elements), 0, -1))
    version = next((baseline.versions[path] for path in paths if path in baseline.versions), "")
    return replace(options, input=module_input.at_version(version)) if version else options


def resolution_of(
    baseline: Baseline, source: OpenedInput, *, lower: bool = True, with_graph: bool = False
) -> Resolution:
    """Resolve a module with a baseline; see `Resolver` for ``lower`` and ``with_graph``."""
    _check_workspace(source.opened)
    resolver = Resolver(source, baseline, lower=lower, with_graph=with_graph)
    try:
        return resolver.resolve(patterns_of(source))
    except UnlistedError as unlisted:
        # The versions not being those that are required comes first.
        if lower:
            check(unlisted.problems, source.options.versions.baseline_mode)
        raise unlisted.error from unlisted


def applied(resolution: Resolution, source: OpenedInput) -> OpenedInput:
    """Return a module so that loading takes the go.mod of a resolution; the module's own stays as it is."""
    opened = replace(source.opened, go=resolution.go, sums=resolution.sums)
    if not opened.is_main:
        return replace(source, opened=replace(opened, go_mod=resolution.go_mod))
    name = hashlib.sha256((resolution.go_mod + resolution.sums.text()).encode(errors="surrogateescape")).hexdigest()
    folder = source.session.caches.baselines / name[:16]
    make_folder(folder)
    write_file(folder / "go.mod", resolution.go_mod)
    write_file(folder / "go.sum", resolution.sums.text())
    load = replace(source.options.load, modfile=str(folder / "go.mod"), mod="readonly")
    return replace(source, opened=opened, options=replace(source.options, load=load))


def _check_workspace(opened: InputModule) -> None:
    """Refuse a tree whose versions are not those of its go.mod.

    Raises:
        UsageError: it is part of a workspace.
    """
    workspace = opened.settings.get("GOWORK", "")
    if opened.is_main and workspace not in ("", "off"):
        message = f"-baseline cannot be used with the workspace {workspace}, which selects its own versions"
        raise UsageError(message, hint="set GOWORK=off")
