"""Debian's packages: the machine is looked at, apt is kept away from its state."""

import re
from pathlib import Path

import pytest
from support.fake_programs import Answer, FakeRunner, RecordedLines, completed, programs

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.provision.debian.packages import Apt, Debian, extract

TARGETS = (
    "https://deb.example.org/debian-security/\nhttps://deb.example.org/debian/\nhttps://other.example.org/debian\n"
)


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    path = tmp_path / "keyring.gpg"
    path.touch()
    return path


def _machine(targets: str = TARGETS) -> FakeRunner:
    return FakeRunner({"indextargets": completed(targets), "dpkg --print-architecture": completed("amd64\n")})


def test_machine_s_own_mirror(tmp_path: Path, keyring: Path) -> None:
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg")
    found = Debian.examine(environment, _machine(), (tmp_path / "absent", keyring))
    assert found == Debian(architecture="amd64", mirror="https://deb.example.org/debian/", keyring=keyring)
    named = Debian.examine(environment | {"DEBIAN_MIRROR": "file:/srv/debian"}, _machine(), (keyring,))
    assert named.mirror == "file:/srv/debian"


@pytest.mark.parametrize("mirror", ["nonsense", "http://x/debian sid main\ndeb http://y", "http://x/[trusted=yes]"])
def test_mirror_that_would_write_another_source_line_is_refused(tmp_path: Path, keyring: Path, mirror: str) -> None:
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg") | {"DEBIAN_MIRROR": mirror}
    with pytest.raises(ToolError, match="is not a mirror"):
        Debian.examine(environment, _machine(), (keyring,))


def test_all_lacks_are_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"apt-get is not on PATH.*dpkg-deb is not on PATH"):
        Debian.examine(programs(tmp_path / "none"), FakeRunner(), ())
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg")
    with pytest.raises(ToolError, match=r"which verifies them.*apt is not configured with a Debian mirror"):
        Debian.examine(environment, _machine("https://ubuntu.example.org/ubuntu\n"), (tmp_path / "absent.gpg",))


def test_apt_works_on_a_state_of_its_own(tmp_path: Path, keyring: Path) -> None:
    state = tmp_path / "state dir"
    state.mkdir()

    def install(_: tuple[str, ...]) -> Completed:
        (state / "cache/archives/b.deb").touch()
        (state / "cache/archives/a.deb").touch()
        return completed()

    uris = "'https://deb.example.org/b.deb' b.deb 300 SHA256:b\n'https://deb.example.org/a.deb' a.deb 700 SHA256:a\n"
    answers: dict[str, Answer] = {
        "update --error-on=any": completed(),
        "--print-uris install": completed(uris),
        "install --download-only": install,
    }
    runner = FakeRunner(answers)
    host = Debian(architecture="amd64", mirror="https://deb.example.org/debian/", keyring=keyring)
    steps = RecordedLines()
    found = Apt(state=state, packages=["wanted"], environment={}, runner=runner).fetch(host, ["there"], steps)
    assert [p.name for p in found] == ["a.deb", "b.deb"]
    assert all(f"--config-file={state}/apt.conf" in call for call in runner.calls)
    assert runner.calls[1][-1] == "wanted"
    assert [(event.total, event.text) for event in steps.events] == [
        (0, "fetching the list of Debian's packages"),
        (1000, "fetching Bazel and Java"),
    ]
    (state / "cache/archives/partial/c.deb").write_bytes(bytes(400))
    now = steps.events[1].newer
    assert now
    assert now() == Event(stage=Stage.SETUP, done=400, total=1000, unit=BYTES, text="fetching Bazel and Java")

    settings = dict(re.findall(r'^(\S+) "(.*)";$', (state / "apt.conf").read_text(), re.MULTILINE))
    for name in ("Dir::State", "Dir::State::status", "Dir::Cache", "Dir::Etc::sourcelist"):
        assert settings[name].startswith(str(state)), name
    assert settings["Dir::Etc::sourceparts"] == settings["Dir::Etc::trustedparts"] == "/dev/null"
    assert settings["APT::Get::AllowUnauthenticated"] == "false"
    cleared = re.findall(r"^#clear (\S+);$", (state / "apt.conf").read_text(), re.MULTILINE)
    assert {"APT::Update::Post-Invoke", "DPkg::Post-Invoke"} <= set(cleared)
    assert f"signed-by={keyring}" in (state / "sources.list").read_text()
    assert "Package: there\nStatus: install ok installed\n" in (state / "status").read_text()


def test_bad_signature_is_told(tmp_path: Path, keyring: Path) -> None:
    runner = FakeRunner({"update": completed(code=100, err="E: The repository is not signed.")})
    host = Debian(architecture="amd64", mirror="https://deb.example.org/debian/", keyring=keyring)
    with pytest.raises(ToolError, match="is not signed"):
        Apt(state=tmp_path, packages=["wanted"], environment={}, runner=runner).fetch(host, [], RecordedLines())


def test_unpacked_root_has_today_s_links(tmp_path: Path) -> None:
    runner = FakeRunner({"dpkg-deb --extract": completed()})
    steps = RecordedLines()
    extract([tmp_path / "a.deb"], tmp_path / "root", {}, runner, steps)
    assert [(event.done, event.total, event.text) for event in steps.events] == [(0, 1, "unpacking a.deb")]
    assert {n: str((tmp_path / "root" / n).readlink()) for n in ("bin", "lib", "lib64", "sbin")} == {
        n: f"usr/{n}" for n in ("bin", "lib", "lib64", "sbin")
    }
    with pytest.raises(ToolError, match=r"b\.deb cannot be unpacked"):
        extract([tmp_path / "b.deb"], tmp_path / "other", {}, FakeRunner({"dpkg-deb": completed(code=2)}), steps)
