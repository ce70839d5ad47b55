"""A build ends with what was built, where it is, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.prepared_modules import X1, Y, app, prepared
from support.user import User

from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.commands import Command, ModuleTargets, commands_for
from gomod2bazel.bazel.server.build_report import ActionCounts, BuildReport, Output
from gomod2bazel.commands.building import build as building
from gomod2bazel.commands.building import prepare as preparing
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.commands.building.prepare import PreparedBuild
from gomod2bazel.install.install import Binary
from gomod2bazel.options.options import BazelOptions

SETS = {"m": "target", "m/example": "example", "m/gen": "maintenance", "m/testdata": "fixture"}


@dataclass
class _Run:
    """A Bazel that builds a file for each platform."""

    session: Session
    folder: Path
    compiled: int = 2
    options: BazelOptions = field(default_factory=BazelOptions)

    def commands(self, modules: Sequence[ModuleTargets]) -> list[Command]:
        return commands_for(modules, lambda module: module.prepared.settings["GOARCH"])

    def build(self, command: Command, _show: object, _more: object, **_: object) -> BuildReport:
        file = self.folder / "cmd"
        file.write_text(command.modules[0].prepared.settings["GOARCH"])
        labels = command.labels
        return BuildReport(
            outputs={(label, "default"): (Output(path=file, name="cmd"),) for label in labels},
            built=frozenset(labels),
            actions=ActionCounts(by_mnemonic={"GoCompile": self.compiled, "GoLink": min(self.compiled, 1)}),
            exit_code=0,
        )


def _part(arch: str, folder: str) -> PlatformBuild:
    module = replace(prepared(app("m"), Y, X1), settings={"GOOS": "linux", "GOARCH": arch}, names={"m//:": "m"})
    files = (Binary(import_path="m", name="cmd", folder=folder),)
    chosen = (ChosenBinary(target="cmd", name="cmd", import_path="m", set="target", files=files),)
    return PlatformBuild(prepared=module, chosen=chosen, packages=5, place=f" for linux/{arch}" if folder else "")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return a user with a tree of four main packages."""
    user = User(tmp_path, FakeRunner())
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "go.mod").write_text("module m\n")
    (tmp_path / "made").mkdir()
    monkeypatch.setattr(building, "check_compiler", lambda *_: None)
    monkeypatch.setattr(building, "check_parts", lambda *_: None)
    _let(monkeypatch, user, _part("amd64", ""))
    return user


def _let(monkeypatch: pytest.MonkeyPatch, user: User, *parts: PlatformBuild, compiled: int = 2) -> None:
    """Let what is loaded be ``parts``."""
    made = PreparedBuild(builds=parts, before={}, editable=(), sets=SETS, ignore=(), notes=())

    @contextmanager
    def held(*_: object, **__: object) -> Iterator[_Run]:
        yield _Run(session=user.session, folder=user.session.cwd / "made", compiled=compiled)

    monkeypatch.setattr(preparing, "prepare", lambda *_: made)
    monkeypatch.setattr(building, "held_bazel", held)


def _lines(user: User) -> list[str]:
    return [line.rpartition(" in ")[0] if line.endswith(" s") else line for line in user.messages]


LEFT_OUT = "left out: 1 example, 1 maintenance (gomod2bazel list tree shows them; -set all builds them)"


def test_files_are_shown_where_they_are(user: User) -> None:
    user.run("build", "-prefix", "stage", "-destination", "/usr/bin", "tree")
    assert _lines(user) == [
        "2 packages compiled, 3 up to date; 1 of 1 binary linked",
        "built 1 of 3 binaries of m (set target) with go1.26.8",
        "stage/usr/bin/cmd  5 B  new",
        LEFT_OUT,
    ]
    assert (user.session.cwd / "stage/usr/bin/cmd").read_text() == "amd64"


def test_again_and_changed(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    user.run("build", "-destination", "bin", "tree")
    user.messages.clear()
    (user.session.cwd / "bin/cmd").write_text("other")
    user.run("build", "-destination", "bin", "tree")
    assert "bin/cmd  5 B  changed" in user.messages
    user.messages.clear()
    _let(monkeypatch, user, _part("amd64", ""), compiled=0)
    (user.session.cwd / "bin/cmd").touch()
    user.run("build", "-destination", "bin", "tree")
    assert _lines(user) == [
        "nothing to do: 5 packages and 1 binary are up to date",
        "already built: 1 of 3 binaries of m (set target) with go1.26.8",
        "bin/cmd  5 B  unchanged",
        LEFT_OUT,
    ]


def test_each_platform_has_its_folder(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    _let(monkeypatch, user, _part("amd64", "linux_amd64"), _part("arm64", "linux_arm64"))
    user.run("build", "-destination", "dist", "-platform", "linux/amd64,linux/arm64", "tree")
    assert _lines(user)[2:5] == [
        "built 1 of 3 binaries of m (set target) for 2 platforms with go1.26.8",
        "dist/linux_amd64/cmd  5 B  new",
        "dist/linux_arm64/cmd  5 B  new",
    ]


def test_nothing_is_written(user: User) -> None:
    user.run("build", "-o", "/dev/null", "tree")
    assert _lines(user)[1:] == ["built 1 of 3 binaries of m (set target) with go1.26.8", LEFT_OUT]
