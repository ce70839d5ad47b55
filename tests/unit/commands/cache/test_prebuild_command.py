"""Prebuild of several INPUTs: the commands of a build of the same, one summary, and failures by INPUT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from support.documents import checked
from support.prepared_modules import X1, Y, app, prepared
from support.user import User

from gomod2bazel.base.errors import BuildError, Gomod2bazelError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.commands import Command, ModuleTargets, commands_for
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport, FailedAction
from gomod2bazel.commands.building import prepare as preparing
from gomod2bazel.commands.building.inputs import read_requests
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.commands.building.prepare import PreparedBuild
from gomod2bazel.commands.cache import prebuild as prebuilding
from gomod2bazel.install.install import Binary
from gomod2bazel.install.output_flag import Output
from gomod2bazel.options.flags import parse
from gomod2bazel.options.options import BazelOptions, Options


@dataclass
class _Run:
    """A Bazel that compiles what binaries need, but for some modules."""

    session: Session
    broken: frozenset[str]
    options: BazelOptions = field(default_factory=BazelOptions)
    version: str = "8.0.0"
    commands_run: list[list[str]] = field(default_factory=list)
    flags: list[Sequence[str]] = field(default_factory=list)

    def commands(self, modules: Sequence[ModuleTargets]) -> list[Command]:
        return commands_for(modules, lambda module: (module.compiled.pgo, module.compiled.gcflags))

    def build(
        self,
        command: Command,
        _show: object,
        more: Sequence[str],
        *,
        part: str,  # noqa: ARG002  (for the display)
    ) -> BuildReport:
        names = [module.prepared.path for module in command.modules]
        self.commands_run.append(names)
        self.flags.append(more)
        failed = [name for name in names if name in self.broken]
        return BuildReport(
            outputs={},
            built=frozenset(label for name, label in zip(names, command.labels, strict=True) if name not in failed),
            failed_actions=tuple(
                FailedAction(label="@@x~y-av1.0.0//:", mnemonic="GoCompile", exit_code=1, message="undefined: z")
                for name in failed
            ),
            actions=ActionCounts(by_mnemonic={"GoCompile": 3}, by_runner={"disk cache hit": 1}),
            exit_code=1 if failed else 0,
        )


def _prepared_build(name: str, error: Gomod2bazelError | None) -> PreparedBuild:
    files = (Binary(import_path=name, name="cmd"),)
    chosen = (ChosenBinary(target="cmd", name="cmd", import_path=name, set="target", files=files),)
    module = replace(prepared(app(name), Y, X1), settings={"CC": ""})
    part = PlatformBuild(prepared=module, chosen=chosen, packages=5, place="", error=error)
    return PreparedBuild(builds=(part,), before={}, editable=(), sets={}, ignore=(), notes=())


@dataclass
class _World:
    """A user with trees a, b and c."""

    user: User
    run: _Run
    destinations: list[str] = field(default_factory=list)

    def prebuild(self, *arguments: str) -> list[str]:
        """Run the command and return its messages."""
        options, words = parse(arguments)
        requests = read_requests(self.user.session, options, words, arguments, "gomod2bazel prebuild INPUT")
        prebuilding.prebuild(self.user.session, requests)
        return self.user.messages


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> _World:
    """Return a user whose Bazel cannot compile what the marked modules need."""
    user = User(tmp_path, SubprocessRunner())
    world = _World(user, _Run(user.session, frozenset(getattr(request, "param", ""))))
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(f"module {name}\n")

    def prepare(_session: Session, options: Options, output: Output) -> PreparedBuild:
        world.destinations.append(output.destination)
        if "wrong" in options.module.load.tags:
            raise UsageError("it does not load")
        error = BuildError("example lacks a module") if "lacking" in options.module.load.tags else None
        return _prepared_build(options.module.input.text.removeprefix("./"), error)

    @contextmanager
    def held(*_: object, **__: Any) -> Iterator[_Run]:
        yield world.run

    monkeypatch.setattr(preparing, "prepare", prepare)
    monkeypatch.setattr(prebuilding, "held_bazel", held)
    return world


def test_inputs_that_agree_are_one_command(world: _World) -> None:
    messages = world.prebuild("./a", "./b", "./c")
    assert world.run.commands_run == [["a", "b", "c"]]
    assert messages == ["3 packages compiled that 3 binaries need, 1 of them from a cache"]
    (flags,) = world.run.flags
    assert flags[-1] == "--output_groups=dependencies,-diagnostics"


def test_a_document(world: _World) -> None:
    world.prebuild("-json", "./a", "./b")
    value = checked("prebuild", "".join(world.user.out))
    assert value == {
        "schema_version": 1,
        "binaries": 2,
        "compiled": 3,
        "cached": 1,
        "export": None,
        "messages": [],
    }


@pytest.mark.parametrize("world", ["b"], indirect=True)
def test_a_document_has_what_failed(world: _World) -> None:
    with pytest.raises(BuildError):
        world.prebuild("-json", "-keep-going", "./a", "./b")
    (message,) = checked("prebuild", "".join(world.user.out))["messages"]
    assert (message["level"], message["exit_code"]) == ("error", 1)
    assert "undefined: z" in message["what"]


def test_commands_are_those_of_a_build(world: _World) -> None:
    # A build shows diagnostics of b: it is not built with the others.
    (world.user.session.cwd / "more").write_text("-gcflags=-m -destination=/opt/b ./b\n./c\n")
    messages = world.prebuild("-inputs=more", "./a")
    assert world.run.commands_run == [["a", "c"], ["b"]]
    assert messages == ["6 packages compiled that 3 binaries need, 2 of them from a cache"]
    assert world.destinations == ["."] * 3, "nothing is installed"


@pytest.mark.parametrize("world", ["b"], indirect=True)
def test_the_first_failure_ends_the_run(world: _World) -> None:
    with pytest.raises(BuildError) as raised:
        world.prebuild("./a", "./b", "./c")
    assert str(raised.value).endswith("undefined: z\nnot built for ./b: b")


@pytest.mark.parametrize("world", ["b"], indirect=True)
def test_with_keep_going_each_failure_names_its_input(world: _World) -> None:
    (world.user.session.cwd / "more").write_text("-tags=wrong ./c\n-tags=lacking ./a\n")
    with pytest.raises(BuildError) as raised:
        world.prebuild("-keep-going", "-inputs=more", "./a", "./b")
    assert world.run.commands_run == [["a", "b", "a"]]
    problems = str(raised.value).split("\n")
    assert [problems[0], *problems[-3:]] == [
        "it does not load", "undefined: z", "not built for ./b: b", "example lacks a module"
    ]  # fmt: skip


def test_with_keep_going_where_nothing_loads(world: _World) -> None:
    with pytest.raises(UsageError, match="it does not load"):
        world.prebuild("-keep-going", "-tags=wrong", "./a", "./b")
    assert world.run.commands_run == []


def test_binaries_that_cannot_be_built_end_a_run_before_it_compiles(world: _World) -> None:
    with pytest.raises(BuildError, match="example lacks a module"):
        world.prebuild("-tags=lacking", "./a")
    assert world.run.commands_run == []


@pytest.mark.parametrize("world", ["a"], indirect=True)
def test_one_input_is_not_named(world: _World) -> None:
    with pytest.raises(BuildError) as raised:
        world.prebuild("./a")
    assert str(raised.value).endswith("not built: a")


def test_a_log_for_each_command_of_an_export(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def apart(run: _Run) -> Iterator[_Run]:
        yield run

    exported: list[Sequence[Path]] = []
    monkeypatch.setattr(prebuilding, "_apart", apart)
    monkeypatch.setattr(prebuilding, "_export", lambda _session, _options, logs, *_: exported.append(logs))
    (world.user.session.cwd / "more").write_text("-pgo=off ./b\n")
    world.prebuild("-export=results", "-inputs=more", "./a")
    names = [flags[-1].rpartition("/")[2] for flags in world.run.flags]
    assert [flags[-1].partition("=")[0] for flags in world.run.flags] == ["--execution_log_binary_file"] * 2
    assert names == ["log0", "log1"]
    assert exported == [[]], "Bazel wrote none"
