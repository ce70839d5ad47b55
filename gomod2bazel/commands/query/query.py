"""The query command: Bazel's query over the targets of modules, or over a monorepo of the user's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import BuildError, ToolError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.bazel.names import SDK, repository_name
from gomod2bazel.bazel.running.run import held_bazel
from gomod2bazel.bazel.server.bazel import Bazel
from gomod2bazel.bazel.workspace import module_folders
from gomod2bazel.commands.query.affected import EVERYTHING, affected_by, differences
from gomod2bazel.commands.query.aliases import by_alias
from gomod2bazel.commands.query.expression import Scope, check, expand
from gomod2bazel.commands.query.locks import LockedInput, grouped
from gomod2bazel.commands.query.main_modules import main_modules_of, with_import_paths, with_main_modules
from gomod2bazel.commands.query.output import ATTRIBUTES, FORMATS, QueriedTarget, read_targets
from gomod2bazel.lock.choose import missing
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import Options
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import go_for

__all__ = ["query"]

# As in builds (bazelflags): nothing of the workspace's surroundings, and no download.
_PRIVATE = ("--lockfile_mode=off", "--repository_disable_download")

# What makes a folder the root of a workspace (https://bazel.build/external/overview#repo).
_MARKS = ("MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE")

# Canonical names of repositories that go_modules makes: `~` parts their elements up to Bazel 7, `+` since 8.
_OURS = re.compile(rf"(gomod2bazel[~+][^~+]*|_main)[~+]go_modules[~+](?!{SDK}$)[^~+]+")


def query(session: Session, options: Options, expression: str, inputs: Sequence[Input]) -> None:
    """Print the targets that an expression finds.

    Args:
        session: environment, caches, runner.
        options: the command line; -output, -keep-going, and for inputs all that loading them takes.
        expression: in Bazel's query language, with the helpers of `query_expression`.
        inputs: The modules to query; none for the Bazel workspace that the user is in.

    Raises:
        BuildError: something that the expression needs does not load.
        UsageError: the expression or a flag is wrong, or there is no workspace.
        Gomod2bazelError: an input cannot be loaded, or Bazel does not run.
    """
    form = _form(options)
    check(expression)
    session, recorder = with_recorder(session)
    with _of_inputs(session, options, inputs) if inputs else _of_workspace(session, options) as place:
        targets, left_out = place.answer(expression)
    problem = BuildError(left_out, hint="fix these packages: the output omits them") if left_out else None
    recorder.add(problem)
    if not targets:
        session.note("the expression matches nothing")
    session.out(FORMATS[form](targets, recorder))
    if problem:
        raise problem


def _form(options: Options) -> str:
    """Return how to print the answer."""
    if options.report.json and options.report.output not in ("", "json"):
        raise UsageError(f"-json and -output {options.report.output} cannot be used together", hint="give one of them")
    return "json" if options.report.json else options.report.output or "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a query is asked.

    Attributes:
        session, options: of the run.
        bazel: which Bazel.
        flags: of all its commands.
        repositories: canonical name of each repository that the main one sees, by the name it has there.
        roots: an expression for all targets among which the helpers look.
        modules: ``PATH@VERSION`` of each module they need; None: to be asked.
        visible: repositories that may have aliases of modules' packages, by the names that the main one has for them.
        main_modules: paths of the modules whose packages are in the workspace itself.
        root: the root folder of the user's workspace; None for inputs.
    """

    session: Session
    options: Options
    bazel: Bazel
    flags: tuple[str, ...]
    repositories: Mapping[str, str]
    roots: str
    modules: Iterable[str] | None
    visible: tuple[str, ...] = ()
    main_modules: tuple[str, ...] = ()
    root: Path | None = None

    def answer(self, expression: str) -> tuple[tuple[QueriedTarget, ...], str]:
        """Return the targets of an expression, and Bazel's messages about those that -keep-going left out."""
        scope = Scope(
            roots=self.roots,
            modules=lambda: self._known(scope),
            main_modules=self.main_modules,
            affected=(lambda revision: self._affected(revision, scope)) if self.root else None,
        )
        targets, left_out = self._ask(expand(expression, scope), expression)
        targets = with_import_paths(targets, lambda labels: self._ask(labels)[0])
        targets = with_main_modules(targets, self.main_modules)
        if self.visible and any(target.label.startswith("@@") or target.kind == "alias" for target in targets):
            targets = by_alias(targets, self._ask(" + ".join(f"@{name}//..." for name in self.visible))[0])
        return targets, left_out

    def _affected(self, revision: str, scope: Scope) -> str:
        """Return an expression for the targets of the workspace that a difference from a commit affects.

        Bazel's `rdeps` would load all that tests need to run, and download it.
        """
        root = self.root or self.session.cwd
        differing = differences(self.session, root, revision)
        if differing.everything:
            return EVERYTHING
        changed = differing.expression(root, scope.packages)
        if not changed:
            return "set()"
        modules = f" + {scope.roots} + {scope.packages}" if differing.modules else ""
        graph = self._ask(f"//...:*{modules}")[0]
        labels = affected_by({target.label for target in self._ask(changed)[0]}, graph)
        quoted = " ".join(f'"{label}"' for label in labels)
        return f"set({quoted})"

    def _known(self, scope: Scope) -> Iterable[str]:
        if self.modules is not None:
            return self.modules
        return {target.module for target in self._ask(scope.packages)[0]} - {""}

    def _ask(self, expression: str, written: str = "") -> tuple[tuple[QueriedTarget, ...], str]:
        """Ask Bazel; what the user has ``written`` otherwise is shown as it was asked when that fails."""
        flags = (*self.flags, f"--proto:output_rule_attrs={','.join(ATTRIBUTES)}", "--noproto:locations")
        with temporary_folder() as folder:
            output = Path(folder, "targets")
            try:
                left_out = self.bazel.query_targets(
                    expression, output, flags, keep_going=self.options.choose.keep_going, on_event=self.session.progress
                )
            except BuildError as error:
                expanded = "" if expression == written else f"\nexpanded query: {expression}"
                hint = f"{error.hint}; -keep-going skips what does not load" if error.can_be_skipped else error.hint
                raise BuildError(f"{error}{expanded}", hint=hint) from error
            with output.open("rb") as stream:
                return read_targets(stream, self.repositories), left_out


@contextmanager
def _of_inputs(session: Session, options: Options, inputs: Sequence[Input]) -> Iterator[_Place]:
    """Write the private workspace so that all inputs are there, and hold it."""
    if len(options.module.load.platforms) > 1:
        raise UsageError("query takes one platform", hint="query once for each of -platform")
    go = go_for(session, fetch=not options.module.sources.offline)
    goroot, locked = "", []
    for module_input in inputs:
        module = replace(options.module, input=module_input)
        locked_input, goroot = _locked(session, replace(options, module=module), go)
        locked.append(locked_input)
    groups = grouped(locked)
    with held_bazel(session, options.bazel, offline=options.module.sources.offline) as run:
        folders: dict[str, str] = {}
        for number, group in enumerate(groups, 1):
            folders |= module_folders(group.packages, number, group.lock.modules)
        run.workspace.write_groups([group.lock for group in groups], folders, goroot=goroot)
        yield _Place(
            session=session,
            options=options,
            bazel=run.bazel,
            flags=_PRIVATE,
            repositories=run.bazel.repositories(_PRIVATE),
            roots=" + ".join(_roots(groups)) or "set()",
            modules=[f"{m.path}@{m.version}".rstrip("@") for group in groups for m in group.lock.modules],
        )


def _locked(session: Session, options: Options, go: Tool) -> tuple[LockedInput, str]:
    """Load and lock one input; return it and GOROOT.

    Main packages that do not load are reported and left out, unless none is left: nobody asked for an empty module.
    """
    choose = options.choose.from_every_set()
    (loaded,) = load_all(session, options.module, choose, go)
    lock = make_lock(loaded, choose)
    error = None if lock.binaries else missing(lock, loaded.narrowed(choose))
    if error and not options.choose.keep_going:
        raise error
    for path, broken in lock.broken.items():
        session.warn(f"{path} does not load: {broken.reason}")
    return LockedInput(lock=lock, packages=loaded.packages), loaded.settings["GOROOT"]


def _roots(groups: Sequence[LockedInput]) -> Iterator[str]:
    """Yield a pattern for each repository that has binaries."""
    for number, group in enumerate(groups, 1):
        main = {binary.module for binary in group.lock.binaries}
        for module in group.lock.modules:
            if module.path in main:
                yield f"@{repository_name(module.path, module.version, number)}//..."


@contextmanager
def _of_workspace(session: Session, options: Options) -> Iterator[_Place]:
    """Stand in the workspace of the user's, as a guest: with Bazel's settings as the user's own commands have them."""
    folders = (session.cwd, *session.cwd.parents)
    if not any((folder / mark).is_file() for folder in folders for mark in _MARKS):
        raise UsageError(
            f"no INPUT given, and no Bazel workspace: neither {session.cwd} nor a folder above it has a MODULE.bazel",
            hint="gomod2bazel query [flags] 'EXPR' INPUT ..., or without INPUT in a workspace",
        )
    if options.module.sources.offline:
        raise UsageError(
            "-offline needs an INPUT: in a workspace, its .bazelrc decides what Bazel fetches",
            hint="omit -offline, and add common --nofetch to the workspace's .bazelrc",
        )
    tool = find_bazel(
        session.environment, session.runner, session.caches, session.steps, fetch=not options.module.sources.offline
    )
    # Without the version that find_bazel pins for Bazelisk: the workspace or the user chooses it.
    bazel = Bazel(
        command=(str(tool.path), *tool.arguments),
        workspace=session.cwd,
        output_user_root=None,
        environment=session.environment,
        runner=session.runner,
    )
    repositories = _visible(bazel)
    ours = sorted(apparent for apparent, canonical in repositories.items() if _OURS.fullmatch(canonical))
    yield _Place(
        session=session,
        options=options,
        bazel=bazel,
        flags=(),
        repositories=repositories,
        # Of repositories of aliases, what these stand for.
        roots=" + ".join(["//...", *(f"@{name}//... + labels(actual, @{name}//...)" for name in ours)]),
        modules=None,
        visible=tuple(ours),
        main_modules=main_modules_of(folders, _MARKS),
        root=next(folder for folder in folders if any((folder / mark).is_file() for mark in _MARKS)),
    )


def _visible(bazel: Bazel) -> Mapping[str, str]:
    """Return the repositories that the main one sees; none where it does without Bazel modules."""
    try:
        return bazel.repositories()
    except ToolError:
        return {}
