"""What several INPUTs come to: files in their order, one summary, and failures by INPUT."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.prepared_modules import X1, Y, app, prepared
from support.user import User

from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.commands import Command, ModuleTargets, commands_for
from gomod2bazel.bazel.running.made_files import MadeFiles
from gomod2bazel.bazel.running.run import BazelRun
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport, FailedAction, Output
from gomod2bazel.commands.building.outcome import Built, InputPart, build_all
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.commands.building.request import Request
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary
from gomod2bazel.install.output_flag import Output as OutputFlag
from gomod2bazel.options.options import BazelOptions, Options, with_values


@dataclass
class _Run:
    """A Bazel that builds all binaries but those of some modules; a command replaces what others made."""

    session: Session
    folder: Path
    broken: frozenset[str]
    options: BazelOptions = field(default_factory=BazelOptions)
    built: list[list[str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def commands(self, modules: Sequence[ModuleTargets]) -> list[Command]:
        def key(module: ModuleTargets) -> Hashable:
            return module.prepared.settings["GOARCH"]

        return commands_for(modules, key)

    def build(self, command: Command, _show: object, _more: object, *, part: str) -> BuildReport:
        names = [module.prepared.path for module in command.modules]
        self.built.append(names)
        self.parts.append(part)
        outputs = {}
        for name, label in zip(names, command.labels, strict=True):
            file = self.folder / name / "cmd"
            file.parent.mkdir(exist_ok=True)
            file.unlink(missing_ok=True)
            file.write_text(f"{name} of command {len(self.built)}")
            outputs[label, "default"] = (Output(path=file, name="cmd"),)
        failed = [name for name in names if name in self.broken]
        return BuildReport(
            outputs=outputs,
            built=frozenset(label for name, label in zip(names, command.labels, strict=True) if name not in failed),
            failed_actions=tuple(
                FailedAction(label=f"@@x~{name}//:", mnemonic="GoCompile", exit_code=1, message="undefined: z")
                for name in failed
            ),
            actions=ActionCounts(by_mnemonic={"GoCompile": 2, "GoLink": len(names)}),
            exit_code=1 if failed else 0,
        )


def _part(session: Session, name: str, arch: str = "amd64", **flags: Any) -> InputPart:
    module = replace(prepared(app(name), Y, X1), settings={"GOOS": "linux", "GOARCH": arch}, names={f"{name}//:": name})
    files = (Binary(import_path=name, name="cmd"),)
    chosen = (ChosenBinary(target="cmd", name="cmd", import_path=name, set="target", files=files),)
    options = with_values(Options(), flags)
    request = Request(
        options=options,
        output=OutputFlag.of(options.install),
        destination=Destination(destination=f"bin/{name}", prefix=""),
        kept=session.cwd / "kept",
    )
    part = PlatformBuild(prepared=module, chosen=chosen, packages=5, place="")
    return InputPart(part=part, request=request, place=f" for {name}")


def _build(run: _Run, *parts: InputPart) -> tuple[Built, list[str]]:
    with MadeFiles() as made:
        built = build_all(cast(BazelRun, run), parts, made)
        return built, [file.source.read_text() for file, _ in built.files]


def _run(folder: Path, *broken: str) -> tuple[_Run, User]:
    user = User(folder, SubprocessRunner())
    return _Run(session=user.session, folder=folder, broken=frozenset(broken)), user


def test_one_summary_and_files_in_the_order_of_inputs(tmp_path: Path) -> None:
    run, user = _run(tmp_path)
    parts = [_part(user.session, *words) for words in (("a",), ("b", "arm64"), ("c",), ("b", "arm64"))]
    built, texts = _build(run, *parts)
    # Two of one module that differ in nothing are one command's, too.
    assert run.built == [["a", "c"], ["b", "b"]]
    assert run.parts == ["linux/amd64, 1 of 2", "linux/arm64, 2 of 2"]
    assert texts == ["a of command 1", "b of command 2", "c of command 1", "b of command 2"]
    assert user.messages == ["4 packages compiled, 5 up to date; 4 of 4 binaries linked"]
    assert (built.problems, built.any_made) == ([], True)


def test_one_input_has_a_summary_for_each_platform(tmp_path: Path) -> None:
    run, user = _run(tmp_path)
    part = _part(user.session, "a")
    other = replace(part, part=_part(user.session, "a", "arm64").part, place=" for linux/arm64")
    _build(run, replace(part, place=" for linux/amd64"), other)
    assert user.messages == [
        f"2 packages compiled, 3 up to date; 1 of 1 binary linked for linux/{arch}" for arch in ("amd64", "arm64")
    ]


def test_the_first_failure_ends_the_run(tmp_path: Path) -> None:
    run, user = _run(tmp_path, "b", "c")
    with pytest.raises(BuildError) as raised:
        _build(run, *(_part(user.session, name) for name in "abc"))
    assert str(raised.value) == "# b\nundefined: z\nnot built for b: b"


def test_with_keep_going_each_failure_names_its_input(tmp_path: Path) -> None:
    run, user = _run(tmp_path, "b", "d")
    built, texts = _build(run, *(_part(user.session, name, keep_going=True) for name in "abcd"))
    assert texts == ["a of command 1", "c of command 1"]
    assert [str(problem) for problem in built.problems] == [
        f"# {name}\nundefined: z\nnot built for {name}: {name}" for name in "bd"
    ]
    assert len(user.messages) == 1


def test_nothing_is_kept_of_dev_null(tmp_path: Path) -> None:
    run, user = _run(tmp_path)
    built, texts = _build(run, _part(user.session, "a", output_file="/dev/null"), _part(user.session, "b"))
    assert texts == ["b of command 1"]
    assert built.any_made
