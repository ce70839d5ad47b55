"""The wheel holds all that an installed driver needs, and the driver in it finds it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path, PurePosixPath

import pytest
from hatchling.build import build_wheel

from gomod2bazel import __version__
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.commands.table.help.man import man_pages

pytestmark = pytest.mark.repository

_ROOT = Path(__file__).resolve().parents[3]

# Code that only the checkout uses.
_NOT_SHIPPED = ("tests/", "tools/", "bench/", "e2e/", "examples/")


# Except for what starts the driver.
_STARTED = {f"tools/{name}" for name in ("environment.sh", "gomod2bazel", "make_environment.py", "requirements.txt")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel with the build back end itself: a front end would set up an environment from the network."""
    folder = tmp_path_factory.mktemp("wheel")
    with chdir(_ROOT):
        name = build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as opened:
        yield opened


def _sources(folder: str) -> set[str]:
    """Return the files of the checkout below ``folder``, without what Python and editors leave there."""
    files = (path for path in (_ROOT / folder).rglob("*") if path.is_file())
    names = (path.relative_to(_ROOT).as_posix() for path in files)
    return {name for name in names if not any(p.startswith((".", "__pycache__")) for p in PurePosixPath(name).parts)}


def test_holds_the_driver(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert _sources("gomod2bazel") <= names
    assert {
        "gomod2bazel/py.typed",
        "gomod2bazel/base/protos/result.proto",
        "gomod2bazel/base/protos/build_events_pb2.pyi",
    } <= names


def test_holds_the_rules(wheel: zipfile.ZipFile) -> None:
    wanted = {
        f"gomod2bazel/data/{name}" for name in (*_sources("rules"), "MODULE.bazel", "BUILD.bazel", "WORKSPACE.bzlmod")
    }
    assert wanted <= set(wheel.namelist())


def test_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = [name for name in wheel.namelist() if ".data/" not in name]
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"gomod2bazel"}
    unwanted = [n for n in names if "__pycache__" in n or n.removeprefix("gomod2bazel/data/").startswith(_NOT_SHIPPED)]
    assert {name.removeprefix("gomod2bazel/data/") for name in unwanted} == _STARTED


def test_its_rules_start_the_driver(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """`bazel run` starts the driver and go_install from the folder of the rules, which has no other files."""
    wheel.extractall(tmp_path)
    root = (tmp_path / "gomod2bazel" / "data").rename(tmp_path / "rules of a wheel")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GOMOD2BAZEL_PYTHON": sys.executable}
    command = ["sh", str(root / "tools" / "gomod2bazel"), "version"]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"gomod2bazel {__version__}\n"
    script = (
        "from gomod2bazel.install.install_target import install_built; import gomod2bazel; print(gomod2bazel.__file__)"
    )
    environment = {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", script], cwd="/", env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{root}/gomod2bazel/__init__.py\n"


def test_installs_pages_completions_and_files_for_packages(wheel: zipfile.ZipFile) -> None:
    files = {name.partition(".data/data/")[2]: name for name in wheel.namelist() if ".data/" in name}
    shells = {
        "share/bash-completion/completions/gomod2bazel": "complete -F _gomod2bazel gomod2bazel",
        "share/zsh/site-functions/_gomod2bazel": "#compdef gomod2bazel",
        "share/fish/vendor_completions.d/gomod2bazel.fish": "complete -c gomod2bazel",
    }
    pages = {f"share/man/man1/{name}": text for name, text in man_pages(COMMANDS).items()}
    # Where debhelper and rpmbuild look for them below /usr.
    packaging = {
        "share/perl5/Debian/Debhelper/Buildsystem/gomod2bazel.pm": "package Debian::Debhelper::Buildsystem",
        "share/perl5/Debian/Debhelper/Sequence/gomod2bazel.pm": "remove_command('dh_dwz')",
        "lib/rpm/macros.d/macros.gomod2bazel": "%gomod2bazel_build(-)",
        "lib/rpm/fileattrs/gomod2bazel.attr": "%__gomod2bazel_provides",
    }
    assert set(files) == {*shells, *pages, *packaging}
    for path, text in {**shells, **pages, **packaging}.items():
        assert text in wheel.read(files[path]).decode(), path


def test_its_driver_finds_its_rules(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    script = "import os; from gomod2bazel.provision.rulesroot import rules_root; print(rules_root(os.environ))"
    # -P: not the current folder; nothing of a Bazel that may run this test.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("RUNFILES_", "GOMOD2BAZEL_"))}
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd="/",
        env=environment | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "gomod2bazel" / "data"


def test_names_its_command(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "gomod2bazel = gomod2bazel.__main__:main" in wheel.read(entry_points).decode()
