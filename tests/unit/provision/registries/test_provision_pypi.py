"""Wheels: what pip is asked, and what may come out of an archive."""

import stat
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from support.fake_programs import FakeRunner, completed

from gomod2bazel.base.errors import ToolError, TrustError
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.provision.registries import pypi

WHEEL = pypi.Wheel(project="thing", version="1.0", sha256={"x86_64": "aa", "aarch64": "bb"})


def _archive(path: Path, members: dict[str, int]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, f"content of {name}")
    return path


def _keep(path: PurePosixPath) -> PurePosixPath:
    return path


def test_permission_bits_survive(tmp_path: Path) -> None:
    wheel = _archive(tmp_path / "w.whl", {"bin/run": 0o100755, "data": 0o100644, "plain": 0})
    assert pypi.unpack(wheel, tmp_path / "out", _keep) == 3
    modes = {
        name: stat.S_IMODE((tmp_path / "out" / name).stat().st_mode) & 0o700 for name in ("bin/run", "data", "plain")
    }
    assert modes == {"bin/run": 0o700, "data": 0o600, "plain": 0o600}
    assert (tmp_path / "out" / "bin" / "run").read_text() == "content of bin/run"


@pytest.mark.parametrize(
    ("name", "mode"),
    [("../evil", 0), ("a/../../evil", 0), ("/evil", 0), ("a\\..\\evil", 0), ("link", 0o120777), ("pipe", 0o010644)],
)
def test_hostile_members_are_refused(tmp_path: Path, name: str, mode: int) -> None:
    wheel = _archive(tmp_path / "w.whl", {name: mode})
    with pytest.raises(TrustError):
        pypi.unpack(wheel, tmp_path / "out", _keep)
    assert not (tmp_path / "evil").exists()


def test_unwanted_members_stay_out(tmp_path: Path) -> None:
    wheel = _archive(tmp_path / "w.whl", {"a/keep": 0, "b/drop": 0})
    assert pypi.unpack(wheel, tmp_path / "out", lambda p: p.relative_to("a") if p.parts[0] == "a" else None) == 1
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["keep"]


def test_pip_is_held_to_the_pinned_hashes(tmp_path: Path) -> None:
    def download(argv: tuple[str, ...]) -> Completed:
        pins = Path(argv[argv.index("--requirement") + 1]).read_text()
        assert pins == "thing==1.0 --hash=sha256:aa --hash=sha256:bb\n"
        (Path(argv[argv.index("--dest") + 1]) / "thing-1.0-any.whl").touch()
        return completed()

    runner = FakeRunner({"pip --version": completed("pip 23"), "download --require-hashes :all:": download})
    found = pypi.fetch(WHEEL, tmp_path, {"PIP_TARGET": "/elsewhere", "PIP_INDEX_URL": "mirror"}, runner)
    assert found == tmp_path / "thing-1.0-any.whl"
    used = runner.environment_of("download")
    assert "PIP_TARGET" not in used
    assert used["PIP_INDEX_URL"] == "mirror"


def test_failed_download_shows_what_pip_said(tmp_path: Path) -> None:
    runner = FakeRunner({"--version": completed(), "download": completed(code=1, err="THESE PACKAGES DO NOT MATCH")})
    with pytest.raises(ToolError, match="DO NOT MATCH"):
        pypi.fetch(WHEEL, tmp_path, {}, runner)


def test_no_pip_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no pip") as caught:
        pypi.fetch(WHEEL, tmp_path, {"PATH": ""}, FakeRunner())
    assert "python3-pip" in caught.value.hint


def test_pip_below_the_virtual_environment_is_found() -> None:
    def answer(argv: tuple[str, ...]) -> Completed:
        return completed(code=1 if argv[0] == sys.executable else 0)

    runner = FakeRunner({"-m pip --version": answer})
    pip = pypi.find_pip({"PATH": ""}, runner)
    assert pip is None or pip[0] != sys.executable
