"""The INPUTs of a build, and the flags that apply to each."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.commands.building.inputs import read_requests
from gomod2bazel.options.flags import parse


def _read(folder: Path, *arguments: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Return INPUT, sets and destination of each request."""
    session = User(folder, SubprocessRunner()).session
    options, words = parse(arguments)
    requests = read_requests(session, options, words, arguments, "gomod2bazel build INPUT")
    return [(r.module.input.text, r.choose.sets, r.install.destination) for r in requests]


def test_inputs_of_the_command_line(tmp_path: Path) -> None:
    words = ("example.com/a@v1.0.0", "-destination=/bin", "example.com/b@v1.0.0", "example.com/a@v1.0.0")
    assert _read(tmp_path, *words) == [
        ("example.com/a@v1.0.0", ("target",), "/bin"),
        ("example.com/b@v1.0.0", ("target",), "/bin"),
    ]


def test_lines_of_a_file_have_flags_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "inputs").write_text(
        "# The baseline.\n\nexample.com/a@v1.0.0\n  -set all example.com/b@v1.0.0 '-destination=/opt/b c'\n"
    )
    assert _read(tmp_path, "-inputs", "inputs", "-set=example", "example.com/c@v1.0.0") == [
        ("example.com/c@v1.0.0", ("example",), "."),
        ("example.com/a@v1.0.0", ("example",), "."),
        ("example.com/b@v1.0.0", ("target", "test-helper", "integration", "example", "maintenance"), "/opt/b c"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "-inputs inputs: no line names an INPUT"),
        ("example.com/a@v1.0.0 example.com/b@v1.0.0\n", "inputs:1: one INPUT expected, got 2"),
        ("\n-set all\n", "inputs:2: one INPUT expected, got 0"),
        ("-x example.com/a@v1.0.0\n", "inputs:1: -x: only for all INPUTs together"),
        ("-result-file=x example.com/a@v1.0.0\n", "inputs:1: -result-file: only for all INPUTs together"),
        ("-disk-cache=/x example.com/a@v1.0.0\n", "inputs:1: -disk-cache: only for all INPUTs together"),
        ("-export=/x example.com/a@v1.0.0\n", "inputs:1: -export: only for all INPUTs together"),
        ("-inputs=inputs example.com/a@v1.0.0\n", "inputs:1: -inputs: only for all INPUTs together"),
        ("-nonsense example.com/a@v1.0.0\n", "inputs:1: .*-nonsense"),
        ("./nowhere\n", "inputs:1: .*nowhere: no such file or folder"),
        ("'example.com/a@v1.0.0\n", "inputs:1: unterminated ' string"),
    ],
)
def test_lines_that_are_wrong(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "inputs").write_text(text)
    with pytest.raises(UsageError, match=message):
        _read(tmp_path, "-inputs=inputs")


def test_no_input(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no INPUT given"):
        _read(tmp_path)
    with pytest.raises(UsageError, match="-inputs nowhere: no such file"):
        _read(tmp_path, "-inputs=nowhere")
