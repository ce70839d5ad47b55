"""-config: flags that a project keeps in gomod2bazel.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.configs import FILE_NAME, with_configs
from gomod2bazel.options.options import AssignOptions
from gomod2bazel.sets.overrides_file import read_overrides

TEXT = """
[config.release]
build = ["-archive=zip", "-p", "2", "example.com/m@v1.0.0"]

[config.small]
build = ["-ldflags=-s -w"]
list = []

[[binary]]
import-path = "example.com/m"
set = "example"
"""


def words(folder: Path, *arguments: str, command: str = "build", text: str = TEXT) -> tuple[str, ...]:
    """Return the command line with the words of a file."""
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return with_configs(command, arguments, folder)


def test_words_come_before_the_command_line_in_the_order_of_the_flags(tmp_path: Path) -> None:
    given = ("-config", "small", "-v", "--config=release", "-p=1")
    assert words(tmp_path, *given) == (
        "-ldflags=-s -w",
        *("-archive=zip", "-p", "2", "example.com/m@v1.0.0"),
        *given,
    )


def test_without_the_flag_no_file_is_read(tmp_path: Path) -> None:
    assert words(tmp_path, "-v", "--", "-config", "x", text="?") == ("-v", "--", "-config", "x")


def test_the_file_is_in_the_folder_of_c(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    words(tmp_path / "sub")
    assert with_configs("build", ("-C", "sub", "-config", "small"), tmp_path)[0] == "-ldflags=-s -w"


def test_overrides_are_in_the_same_file(tmp_path: Path) -> None:
    words(tmp_path)
    assert [rule.set for rule in read_overrides(AssignOptions(), None, tmp_path).rules] == ["example"]


@pytest.mark.parametrize(
    ("arguments", "text", "problem"),
    [
        (("-config", "relese"), TEXT, "has no [config.relese]"),
        (("-config", ""), TEXT, "has no [config.]"),
        (("-config", "x"), "", "has no [config.x]"),
        (("-config", "x"), "config = 1", "not a table of tables"),
        (("-config", "x"), "[config]\nx = 1", "not a table of tables"),
        (("-config", "x"), "[config.x]\nlist = []", "has flags for list, not for build"),
        (("-config", "x"), "[config.x]\nbuild = '-v'", "not a list of words"),
        (("-config", "x"), "[config.x]\nbuild = [1]", "not a list of words"),
        (("-config", "x"), "[config.x]\nbuild = ['-config=y']", "are for the command line alone"),
        (("-config", "x"), "[config.x]\nbuild = ['-C', '/']", "are for the command line alone"),
        (("-config", "x"), "[config", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(arguments: tuple[str, ...], text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        words(tmp_path, *arguments, text=text)
    assert problem in str(error.value)
    assert error.value.hint


def test_a_missing_file_and_a_near_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gomod2bazel.toml: cannot be read: No such file"):
        with_configs("build", ("-config", "x"), tmp_path)
    with pytest.raises(UsageError) as error:
        words(tmp_path, "-config", "relese")
    assert error.value.hint == "did you mean release?"
