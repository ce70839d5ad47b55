"""Build a binary of somebody else again, from its sources, and compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import NetworkError, ToolError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.commands.verify.binary.build_id import is_changed, with_content_id, with_id
from gomod2bazel.commands.verify.binary.differences import fact_difference, module_difference, stamp_difference
from gomod2bazel.commands.verify.binary.facts import BinaryFacts, read_facts
from gomod2bazel.commands.verify.binary.recipe import Given, Recipe, recipe_of
from gomod2bazel.commands.verify.binary.report import Rebuilt, to_json, to_lines
from gomod2bazel.commands.verify.built import build_into
from gomod2bazel.commands.verify.compare import Difference, digest, file_difference
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.modinfo import closure, module_lines
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.options.module_input import Input, ModuleInput
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.provision.go import go_for

__all__ = ["rebuild"]


def rebuild(session: Session, options: Options, files: Sequence[str], module_input: Input | None) -> int:
    """Build each binary again, print what came of it, and return the exit code: 1 where anything differs.

    Args:
        session: environment, caches, runner.
        options: the command line.
        files: the binaries, as the user wrote them.
        module_input: INPUT, where the user names the sources; else each binary names its module version.

    Raises:
        Gomod2bazelError: a file is not a Go executable, its sources cannot be had, or they do not build.
    """
    session = replace(session, say=session.once())
    session, recorder = with_recorder(session)
    go = go_for(session, fetch=not options.module.sources.offline)
    reader = GoCommand.of(session, go.path).with_environment(GOCACHE=str(session.caches.root / "go-build"))
    given = Given(
        ldflags=options.module.load.compile.ldflags,
        pgo=str(options.module.load.compile.profile or ""),
        has_input=module_input is not None,
    )
    # All are read before anything is built.
    facts = [read_facts(reader, session.cwd / name, name) for name in files]
    recipes = [recipe_of(each, given) for each in facts]
    rebuilt = []
    with temporary_folder() as name:
        for number, (each, recipe) in enumerate(zip(facts, recipes, strict=True)):
            if isinstance(recipe, Difference):
                rebuilt.append(Rebuilt(facts=each, source=_source(each, module_input), difference=recipe))
                continue
            one_run = _Rebuilding(
                session=_session_for(recipe, session),
                options=_options_for(recipe, options, module_input),
                reader=reader,
                facts=each,
                recipe=recipe,
                folder=Path(name, str(number)),
            )
            rebuilt.append(one_run.run(go))
    text = module_input.text if module_input else ""
    session.out(to_json(text, rebuilt, recorder) if options.report.json else to_lines(rebuilt))
    if not given.ldflags and any(each.ours and _may_be_flags(each.difference) for each in rebuilt):
        session.note(
            "a binary built with -trimpath does not record -ldflags, and a stripped one has no trace of -X",
            hint="-ldflags FLAGS names the flags that it was linked with",
        )
    return 1 if any(each.difference for each in rebuilt) else 0


def _may_be_flags(difference: Difference | None) -> bool:
    return difference is not None and difference.kind in ("section", "symbol", "bytes")


def _session_for(recipe: Recipe, session: Session) -> Session:
    """Return the session with the variables of a build: what a binary does not name has its default."""
    environment = {name: value for name, value in session.environment.items() if name not in recipe.environment}
    named = {name: value for name, value in recipe.environment.items() if value is not None}
    return replace(session, environment={**environment, **named})


def _options_for(recipe: Recipe, options: Options, module_input: Input | None) -> Options:
    """Return the options of a build: GOFLAGS and defaults have no part in what a binary records."""
    plain = Options()
    load = options.module.load
    names = ("mod", "modfile", "overlay", "overlaid", "main_module", "modcacherw")
    kept = {name: getattr(load, name) for name in names}
    module = replace(plain.module, sources=options.module.sources)
    # A recipe without a module version is for INPUT.
    sources = module_input or (ModuleInput.of(recipe.module) if recipe.module else options.module.input)
    values = {**kept, **recipe.values, "input": sources}
    return with_values(replace(plain, module=module, bazel=options.bazel), values)


def _source(facts: BinaryFacts, module_input: Input | None) -> str:
    """Return what a binary is built from, in words: its package at a version, or in INPUT."""
    if module_input:
        return f"{facts.import_path} in {module_input.text}"
    return f"{facts.import_path}@{facts.main.version}" if facts.main else facts.import_path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rebuilding:
    """Builds one binary again.

    Attributes:
        session: with the variables of its build.
        options: those of its build.
        reader: the go command that reads binaries.
        facts: what it says of its build.
        recipe: how it was built.
        folder: to build in; it does not exist yet.
    """

    session: Session
    options: Options
    reader: GoCommand
    facts: BinaryFacts
    recipe: Recipe
    folder: Path

    def run(self, go: Tool) -> Rebuilt:
        """Build and compare.

        Args:
            go: the go command that fetches the toolchain.
        """
        module_input = self.options.module.input
        rebuilt = Rebuilt(
            facts=self.facts,
            source=_source(self.facts, module_input if self.recipe.module is None else None),
            flags=self.recipe.flags,
        )
        try:
            toolchain = with_go(self.session, self.options.module, go, lambda tool: tool)
        except NetworkError:
            raise
        except ToolError as error:
            text = f"go{self.recipe.go} cannot be used: {error.what}"
            return replace(rebuilt, difference=Difference(kind="toolchain", text=text.replace("\n", "; ")))
        difference = self._module_difference(toolchain)
        if difference:
            return replace(rebuilt, difference=difference)
        self.session.say(
            f"rebuilding {rebuilt.source} with {self.facts.go_version} for {'/'.join(self.facts.platform)}"
        )
        path = self._built()
        with_toolchain = replace(self.reader, path=toolchain.path)
        with_content_id(with_toolchain, path, self.facts.build_id)
        ours = digest(path)
        if ours == self.facts.sha256:
            return replace(rebuilt, ours=ours)
        return replace(rebuilt, ours=ours, difference=self._difference(with_toolchain, path))

    def _module_difference(self, go: Tool) -> Difference | None:
        """Return the first module that differs, before anything is built."""
        (loaded,) = load_all(self.session, self.options.module, self.options.choose, go)
        packages = {package.import_path: package for package in loaded.packages}
        main = packages.get(self.recipe.import_path)
        if main is None or main.module is None:
            # The build has the reason.
            return None
        stamp = loaded.stamps.get(main.import_path)
        lines = module_lines(main, closure(main.import_path, packages), stamp.version if stamp else "")
        return stamp_difference(stamp.settings if stamp else {}, self.facts.settings) or module_difference(
            lines, self.facts.module_lines
        )

    def _built(self) -> Path:
        records, _ = build_into(self.folder, self.session, self.options)
        return next(Path(record.path) for record in records if not record.path.endswith(".h"))

    def _difference(self, go: GoCommand, path: Path) -> Difference:
        """Return what differs first between the binary and ours at ``path``.

        Args:
            go: the go command of the toolchain.
            path: of ours.
        """
        ours = read_facts(self.reader, path, path.name)
        difference = fact_difference(ours, self.facts)
        if difference:
            return difference
        # The build ID has a hash of all the rest, so it tells nothing.
        path = with_id(path, ours.build_id, self.facts.build_id, self.folder / "compared")
        difference = file_difference(self.reader, path, self.facts.path, "FILE")
        if difference.kind != "signature" and is_changed(go, self.facts.path, self.facts.build_id, self.folder):
            text = f"{difference.text}; FILE was changed after it was linked: its build ID is that of another content"
            return replace(difference, text=text)
        return difference
