"""Standard streams that are closed, full or read by nobody; and errors that nobody foresaw."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gomod2bazel import __main__ as main_module
from gomod2bazel import cli
from gomod2bazel.base.process.session import Session

ROOT = Path(__file__).resolve().parents[4]
RUN = f"{sys.executable} -P -m gomod2bazel"


def _shell(tmp_path: Path, command: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), **changes}
    return subprocess.run(
        ["sh", "-c", command], env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
def test_output_that_nobody_gets_is_an_error(redirection: str, tmp_path: Path) -> None:
    done = _shell(tmp_path, f"{RUN} help {redirection}")
    assert done.returncode == 1
    assert done.stderr.startswith(b"gomod2bazel: error: cannot write standard output: ")
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


@pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full", "<&-", "<&- 2>&-"])
def test_other_streams_do_not_matter(redirection: str, tmp_path: Path) -> None:
    done = _shell(tmp_path, f"{RUN} version {redirection}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"gomod2bazel ")
    done = _shell(tmp_path, f"{RUN} frobnicate {redirection}")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_no_file_takes_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    text = (
        "from gomod2bazel.base.process.streams import open_streams; open_streams(); print(open('x', 'w').fileno() > 2)"
    )
    done = _shell(tmp_path, f'{sys.executable} -c "{text}" <&- 2>&-')
    assert done.stdout == b"True\n"


def test_names_that_are_not_utf8_come_out_as_they_are(tmp_path: Path) -> None:
    text = "from gomod2bazel.base.process.streams import write_output; write_output('a\\udcffb')"
    assert _shell(tmp_path, f'{sys.executable} -c "{text}"', PYTHONIOENCODING="ascii").stdout == b"a\xffb"


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    done = _shell(tmp_path, f'mkdir gone && cd gone && rmdir "$PWD" && exec {RUN} version')
    assert done.returncode == 2
    assert b"gomod2bazel: error: cannot use the working directory: No such file or directory\nhint: " in done.stderr


@pytest.mark.parametrize("name", ["file", "x" * 300])
def test_a_cache_folder_that_cannot_be(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _shell(tmp_path, f"{RUN} list example.com/m@v1.0.0", XDG_CACHE_HOME=f"{tmp_path}/{name}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"gomod2bazel: error: cannot create {tmp_path}/{name}".encode())
    assert b"hint: " in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (OSError(28, "No space left on device"), 1, "cannot use a file: No space left on device"),
        (FileNotFoundError(2, "No such file", "/x/y"), 1, "cannot use /x/y: No such file"),
        (MemoryError(), 1, "out of memory"),
        (ImportError("no module named y"), 5, "cannot load a Python module of gomod2bazel: no module named y"),
        (KeyError("Path"), 70, "internal error: KeyError: 'Path'"),
        (RecursionError("deep"), 70, "internal error: RecursionError: deep"),
    ],
)
def test_what_nobody_foresaw(
    error: Exception, code: int, text: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(argv: list[str], session: Session) -> int:
        raise error

    monkeypatch.setattr(cli, "run_command", fail)
    monkeypatch.delenv("GOMOD2BAZEL_TRACE", raising=False)
    assert main_module.main(["build"]) == code
    said = capfd.readouterr().err
    assert said.startswith(f"gomod2bazel: error: {text}")
    assert "Traceback" not in said
    assert ("report this bug" in said) == (code == 70)
    # Where it was, and that alone: FILE:LINE.
    assert ("test_streams.py:" in said) == (code == 70)


def test_the_whole_account_on_demand(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(argv: list[str], session: Session) -> int:
        raise KeyError("Path")

    monkeypatch.setattr(cli, "run_command", fail)
    monkeypatch.setenv("GOMOD2BAZEL_TRACE", "1")
    assert main_module.main(["build"]) == 70
    assert "Traceback" in capfd.readouterr().err


def test_nothing_is_imported_where_no_error_could_be_told() -> None:
    tree = ast.parse(Path(str(main_module.__file__)).read_text(encoding="utf-8"))
    names = [name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names]
    assert names == ["os", "sys"], "Python has imported these before"
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]
