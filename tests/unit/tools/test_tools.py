"""The commands in tools/, run as a user runs them, with a Python that only pretends to be one."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import run_tests

ROOT = Path(__file__).parents[3]

FAKE_PYTHON = """#!/bin/sh
case $* in
*sys.version_info*) exit ${FAKE_OLD:-0} ;;
*make_environment.py*)
    echo "made $4" >&2
    mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && : >"$3/.complete" ;;
*) printf '%s|' "$PYTHONPATH" "${PYTHONDONTWRITEBYTECODE-unset}" "$@" ;;
esac
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "python3"
    fake.write_text(FAKE_PYTHON)
    fake.chmod(0o755)
    home = tmp_path / "a home"
    home.mkdir()
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


def _run(argv: list[str], environment: dict[str, str], cwd: Path = Path("/")) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, env=environment, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_sets_up_once_and_passes_arguments_on(environment: dict[str, str]) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "build", "a b", "-set=all"]
    first = _run(command, environment)
    expected = f"{ROOT}|unset|-P|-m|gomod2bazel|build|a b|-set=all|"
    assert (first.stdout, first.returncode) == (expected, 0)
    assert "requirements.txt" in first.stderr
    again = _run(command, environment)
    assert (again.stdout, again.stderr, again.returncode) == (expected, "", 0)


def test_works_through_a_link_from_anywhere(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(ROOT / "tools" / "gomod2bazel")
    assert _run(["./linked"], environment, tmp_path).stdout.startswith(f"{ROOT}|")
    assert _run(["sh", "gomod2bazel"], environment, ROOT / "tools").stdout.startswith(f"{ROOT}|")


def test_tests_have_an_environment_of_their_own(environment: dict[str, str]) -> None:
    done = _run([str(ROOT / "tools" / "test"), "-k", "version"], environment)
    assert done.stdout == f"{ROOT}|unset|-P|{ROOT}/tools/run_tests.py|-k|version|"
    assert "requirements-dev.txt" in done.stderr


def test_incomplete_environment_is_made_anew(environment: dict[str, str]) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "list"]
    _run(command, environment)
    (complete,) = Path(environment["HOME"]).glob(".cache/gomod2bazel/tools/python-*/.complete")
    complete.unlink()
    assert "made" in _run(command, environment).stderr
    (complete.parent / "bin" / "python").unlink()
    assert "made" in _run(command, environment).stderr


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"FAKE_OLD": "1", "PATH": "{bin}"}, 5, "no Python 3.11 or newer"),
        ({"PYTHON": "/nonexistent/python"}, 5, "/nonexistent/python"),
        ({"HOME": ""}, 2, "neither XDG_CACHE_HOME nor HOME is set"),
        ({"HOME": "", "XDG_CACHE_HOME": "relative"}, 2, "neither XDG_CACHE_HOME nor HOME is set"),
    ],
)
def test_errors_say_what_to_do(
    environment: dict[str, str], tmp_path: Path, changes: dict[str, str], code: int, words: str
) -> None:
    for name in ("readlink", "sha256sum", "uname", "cat"):
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    changed = {name: value.replace("{bin}", str(tmp_path / "bin")) for name, value in changes.items()}
    done = _run([str(ROOT / "tools" / "gomod2bazel"), "list"], environment | changed)
    assert done.returncode == code
    assert words in done.stderr
    assert "\nhint: " in done.stderr


def test_xdg_cache_home_is_used(environment: dict[str, str], tmp_path: Path) -> None:
    _run([str(ROOT / "tools" / "gomod2bazel"), "list"], environment | {"XDG_CACHE_HOME": str(tmp_path / "xdg")})
    assert list((tmp_path / "xdg" / "gomod2bazel" / "tools").glob("python-*"))
    assert list(Path(environment["HOME"]).iterdir()) == []


def _other_python(tmp_path: Path) -> Path:
    """Return a folder with another Python, such as that of a virtual environment that was activated."""
    folder = tmp_path / "other" / "bin"
    folder.mkdir(parents=True)
    (folder / "python3").write_text(FAKE_PYTHON)
    (folder / "python3").chmod(0o755)
    return folder


def test_another_python_on_path_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "list"]
    assert "made" in _run(command, environment).stderr
    other = _other_python(tmp_path)
    again = _run(command, environment | {"PATH": f"{other}:{environment['PATH']}", "VIRTUAL_ENV": str(other.parent)})
    assert (again.stderr, again.returncode) == ("", 0)
    # No Python at all is needed on PATH then.
    (tmp_path / "bin" / "python3").unlink()
    assert _run(command, environment | {"PATH": "/nonexistent:/usr/bin:/bin"}).stderr == ""


def test_a_python_that_the_user_names_is_used(environment: dict[str, str], tmp_path: Path) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "list"]
    _run(command, environment)
    chosen = environment | {"PYTHON": str(_other_python(tmp_path) / "python3")}
    assert "made" in _run(command, chosen).stderr
    assert _run(command, chosen).stderr == ""
    same = environment | {"PYTHON": str(tmp_path / "link")}
    (tmp_path / "link").symlink_to(tmp_path / "bin" / "python3")
    assert _run(command, same).stderr == "", "another name of the Python that there is an environment of"


def test_an_environment_whose_python_is_gone_is_replaced(environment: dict[str, str], tmp_path: Path) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "list"]
    _run(command, environment)
    (python,) = Path(environment["HOME"]).glob(".cache/gomod2bazel/tools/python-*/bin/python")
    python.unlink()
    python.symlink_to("/nonexistent/python3.11")
    other = _other_python(tmp_path)
    assert "made" in _run(command, environment | {"PATH": f"{other}:/usr/bin:/bin"}).stderr


@pytest.mark.parametrize(
    "words",
    [[], ["help"], ["version"], ["--version"], ["shutdown"], ["clean", "-n"], ["build", "-h"], ["list", "--help"]],
)
def test_nothing_is_installed_for_what_needs_nothing(environment: dict[str, str], words: list[str]) -> None:
    done = _run([str(ROOT / "tools" / "gomod2bazel"), *words], environment)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "|".join([str(ROOT), "unset", "-P", "-m", "gomod2bazel", *(words or ["help"]), ""])
    assert list(Path(environment["HOME"]).iterdir()) == []


@pytest.mark.parametrize("words", [["bazel", "-h"], ["gocacheprog", "--help"], ["list", "help"]])
def test_arguments_for_others_are_not_ours(environment: dict[str, str], words: list[str]) -> None:
    assert "made" in _run([str(ROOT / "tools" / "gomod2bazel"), *words], environment).stderr


@pytest.mark.parametrize(
    "words",
    [["-offline"], ["--offline"], ["-offline=true"], ["-set=all", "-offline=1", "m"], ["-offline=0", "-offline"]],
)
def test_offline_installs_nothing(environment: dict[str, str], words: list[str]) -> None:
    command = [str(ROOT / "tools" / "gomod2bazel"), "build", *words]
    done = _run(command, environment)
    assert done.returncode == 5
    assert "-offline: the Python packages of tools/requirements.txt are not set up\nhint: " in done.stderr
    assert list(Path(environment["HOME"]).iterdir()) == []
    _run([command[0], "doctor"], environment)
    assert (_run(command, environment).returncode, _run(command, environment).stderr) == (0, "")


@pytest.mark.parametrize("words", [["-offline=false"], ["-offline", "-offline=F"], ["--", "-offline"], ["offline"]])
def test_what_is_not_offline(environment: dict[str, str], words: list[str]) -> None:
    assert "made" in _run([str(ROOT / "tools" / "gomod2bazel"), "build", *words], environment).stderr


def _pins(name: str) -> dict[str, str]:
    """Return the pins of a requirements file, after seeing that each has a hash."""
    text = (ROOT / "tools" / name).read_text()
    entries = re.findall(r"^([a-zA-Z0-9][\w.-]*)==(\S+)(.*(?:\n +--hash=sha256:[0-9a-f]{64}.*)*)", text, re.MULTILINE)
    for project, _, rest in entries:
        assert "--hash=sha256:" in rest, project
    return {project: version for project, version, _ in entries}


def test_pins_cover_what_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {re.split(r"[<>=]", line)[0] for line in project["project"]["dependencies"]}
    run, dev = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert runtime <= set(run)
    assert runtime | set(project["dependency-groups"]["dev"]) <= set(dev)
    assert run.items() <= dev.items()
    assert set(project["dependency-groups"]["docs"]) <= set(_pins("requirements-docs.txt"))


def test_the_tests_of_a_stage_are_there() -> None:
    """A file that is not there would be an error of pytest after minutes."""
    assert run_tests.PARITY <= run_tests.INTEGRATION
    assert {*run_tests.MONOREPOS} <= run_tests.INTEGRATION - run_tests.PARITY
    assert all((ROOT / path).exists() for path in run_tests.CASES)


def test_every_test_that_runs_bazel_is_in_a_stage() -> None:
    marked, fixture = r"^(pytestmark = .*|@)pytest\.mark\.bazel\b", r"^def test_\w+\([^)]*\b(driver|networked): "
    runs_bazel = re.compile(f"{marked}|{fixture}", re.M)
    for path in (ROOT / "tests").rglob("test_*.py"):
        if runs_bazel.search(path.read_text(encoding="utf-8")):
            name = str(path.relative_to(ROOT))
            assert name in run_tests.INTEGRATION or name.startswith(run_tests.CASES), name
