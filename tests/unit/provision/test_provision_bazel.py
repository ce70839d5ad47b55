"""Which Bazel is taken, in which order, and what happens when a way of setting one up fails."""

import base64
import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner, RecordedLines, completed, programs
from support.shown_run import LONGEST_SILENCE, ShownRun

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError, TrustError
from gomod2bazel.base.process.progress import Style
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.provision import bazel_release, bazel_setup
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.registries import npm


@pytest.fixture(autouse=True)
def _known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6", "1", "x86_64")))


@pytest.fixture
def caches(tmp_path: Path) -> Caches:
    return Caches(root=tmp_path / "cache")


def _set_up_earlier(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".complete").write_text("7.7.1\n")


@pytest.mark.parametrize(
    ("out", "version"),
    [
        ("bazel 7.0.0\n", "7.0.0"),
        ("bazel 8.4.2- (@non-git)\n", "8.4.2-"),
        ("Extracting...\nbazel 9.0.0rc1\n", "9.0.0rc1"),
    ],
)
def test_bazel_on_path_is_taken(tmp_path: Path, caches: Caches, out: str, version: str) -> None:
    environment = programs(tmp_path / "bin", "bazel", "bazelisk")
    tool = find_bazel(environment, FakeRunner({"bin/bazel --version": completed(out)}), caches, RecordedLines())
    assert (tool.path, tool.version, tool.origin) == (tmp_path / "bin" / "bazel", version, "PATH")


def test_named_bazel_wins_over_path(tmp_path: Path, caches: Caches) -> None:
    environment = programs(tmp_path / "bin", "bazel", "mine")
    environment["BAZEL"] = str(tmp_path / "bin" / "mine")
    tool = find_bazel(
        environment, FakeRunner({"bin/mine --version": completed("bazel 8.0.0\n")}), caches, RecordedLines()
    )
    assert (tool.path, tool.origin) == (tmp_path / "bin" / "mine", "$BAZEL")


@pytest.mark.parametrize(
    ("named", "answer", "why"),
    [
        ("mine", completed("bazel 6.5.0\n"), "is Bazel 6.5.0, but 7 or newer is required"),
        ("mine", completed("bazel no_version\n"), "does not print its version"),
        ("mine", completed(code=1, err="could not download"), "could not download"),
        ("absent", completed(), "is not a program"),
    ],
)
def test_named_bazel_is_never_replaced(tmp_path: Path, caches: Caches, named: str, answer: Completed, why: str) -> None:
    """What the user chose and cannot be used is an error, though another would be there."""
    _set_up_earlier(caches.tools / "bazel-debian-x86_64")
    environment = programs(tmp_path / "bin", "mine") | {"BAZEL": str(tmp_path / "bin" / named)}
    with pytest.raises(ToolError, match=why) as caught:
        find_bazel(environment, FakeRunner({"bin/mine": answer}), caches, RecordedLines())
    assert "BAZEL" in caught.value.hint


def test_old_bazel_gives_way_to_bazelisk_and_that_to_an_earlier_set_up(tmp_path: Path, caches: Caches) -> None:
    environment = programs(tmp_path / "bin", "bazel", "bazelisk")
    old, new = completed("bazel 6.5.0\n"), completed("bazel 8.0.0\n")
    both = FakeRunner({"bin/bazelisk --version": new, "bin/bazel --version": old})
    assert find_bazel(environment, both, caches, RecordedLines()).path.name == "bazelisk"

    _set_up_earlier(caches.tools / "bazel-debian-x86_64")
    broken = FakeRunner({"bin/bazelisk --version": completed(code=1), "bin/bazel --version": old})
    said = RecordedLines()
    tool = find_bazel(environment, broken, caches, said)
    assert (tool.path, tool.origin) == (caches.tools / "bazel-debian-x86_64" / "bazel", "Debian packages")
    assert said == []


def test_bazelisk_is_told_a_version_unless_the_user_did(tmp_path: Path, caches: Caches) -> None:
    environment = programs(tmp_path / "bin", "bazelisk")
    runner = FakeRunner({"--version": completed("bazel 7.7.1\n")})
    tool = find_bazel(environment, runner, caches, RecordedLines())
    assert tool.environment == (("USE_BAZEL_VERSION", bazel_release.RELEASE),)
    assert runner.environments[0]["USE_BAZEL_VERSION"] == bazel_release.RELEASE
    folder = runner.folders[0]
    assert folder is not None
    assert folder not in (Path.cwd(), tmp_path)

    tool = find_bazel(environment | {"USE_BAZEL_VERSION": "8.4.2"}, runner, caches, RecordedLines())
    assert tool.environment == ()
    assert runner.environments[1]["USE_BAZEL_VERSION"] == "8.4.2"


def test_looking_only_downloads_nothing(tmp_path: Path, caches: Caches) -> None:
    environment = programs(tmp_path / "bin", "bazelisk", "npm") | {"https_proxy": "http://proxy", "NO_PROXY": "*"}
    runner = FakeRunner({"--version": completed(code=1, err="could not download")})
    with pytest.raises(ToolError, match="could not download"):
        find_bazel(environment, runner, caches, RecordedLines(), fetch=False)
    assert len(runner.calls) == 1
    used = runner.environments[0]
    assert used["https_proxy"] == used["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert used["NO_PROXY"] == used["no_proxy"] == ""
    assert not caches.root.exists()


def _bazelisk_archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("package/bazelisk-linux_amd64")
        info.size = 4
        tar.addfile(info, io.BytesIO(b"\x7fELF"))
    return buffer.getvalue()


def _npm(monkeypatch: pytest.MonkeyPatch, *, pinned: bytes, served: bytes) -> FakeRunner:
    """Return a runner whose npm serves ``served`` where ``pinned`` is expected."""
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(pinned).digest()).decode()
    monkeypatch.setattr(
        bazel_setup, "PACKAGE", npm.Package(name="@bazel/bazelisk", version="1.0.0", integrity=integrity)
    )

    def pack(argv: tuple[str, ...]) -> Completed:
        (Path(argv[argv.index("--pack-destination") + 1]) / "bazel-bazelisk-1.0.0.tgz").write_bytes(served)
        return completed()

    return FakeRunner({"npm pack --ignore-scripts @bazel/bazelisk@1.0.0": pack})


def test_bazelisk_from_npm(tmp_path: Path, caches: Caches, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = _bazelisk_archive()
    runner = _npm(monkeypatch, pinned=archive, served=archive)
    runner.answers["--version"] = completed("bazel 7.7.1\n")
    environment = programs(tmp_path / "bin", "npm")
    tool = find_bazel(environment, runner, caches, RecordedLines())
    assert (tool.version, tool.origin) == ("7.7.1", "Bazelisk from npm")
    wrapper = tool.path.read_text()
    assert "USE_BAZEL_VERSION=7.7.1" in wrapper
    assert f"BAZELISK_HOME={tool.path.parent}/home" in wrapper
    assert os.access(tool.path.parent / "bazelisk", os.X_OK)
    assert find_bazel(environment, FakeRunner(), caches, RecordedLines()) == tool


def test_tampered_bazelisk_is_refused(tmp_path: Path, caches: Caches, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong checksum ends the search: another way must not hide it."""
    runner = _npm(monkeypatch, pinned=b"pinned", served=_bazelisk_archive())
    with pytest.raises(TrustError, match="its integrity is"):
        find_bazel(programs(tmp_path / "bin", "npm"), runner, caches, RecordedLines())
    assert not list(caches.tools.glob("bazelisk-*"))


def test_every_failed_way_is_told(tmp_path: Path, caches: Caches, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = _bazelisk_archive()
    runner = _npm(monkeypatch, pinned=archive, served=archive)
    runner.answers["--version"] = completed(code=1, err="could not download Bazel: no route")
    said = RecordedLines()
    with pytest.raises(ToolError) as caught:
        find_bazel(programs(tmp_path / "bin", "npm"), runner, caches, said)
    text = str(caught.value)
    assert "Bazelisk from npm: " in text
    assert "no route" in text
    assert "Debian packages: " in text
    assert "apt-get is not on PATH" in text
    assert "$BAZEL" in caught.value.hint
    assert "no bazel or bazelisk on PATH" in said[0]
    assert not [p for p in caches.tools.iterdir() if p.is_dir()]


@pytest.mark.parametrize("style", list(LONGEST_SILENCE))
def test_a_slow_set_up_of_bazel_is_shown(
    tmp_path: Path, caches: Caches, monkeypatch: pytest.MonkeyPatch, style: Style
) -> None:
    archive = _bazelisk_archive()
    runner = _npm(monkeypatch, pinned=archive, served=archive)
    runner.answers["--version"] = completed("bazel 7.7.1\n")
    run = ShownRun(style)
    find_bazel(programs(tmp_path / "bin", "npm"), run.slowed(runner, 40), caches, run.steps)
    assert run.silence <= LONGEST_SILENCE[style]
    assert any("fetching Bazelisk 1." in line for line in run.lines)
    assert any("fetching Bazel 7.7.1" in line for line in run.lines)
