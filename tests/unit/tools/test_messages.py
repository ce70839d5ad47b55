"""The catalogue of user messages is complete, and keeps the rules of wording."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from catalogue.__main__ import main
from catalogue.messages import Message, collect, messages_of
from catalogue.wording import problems

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]

SOURCE = '''
"""A module docstring is not a message."""

class OddError(Exception):
    """Neither is this."""

def f(session, name):
    """Nor this one."""
    hint = "run go mod tidy"
    session.say(f"skipping {name!r}, which does not load: {name.upper() or 'no name'}")
    if name:
        raise OddError(f"{name}: not a "
                       "module", hint="write example.com/m")
    return {"key": "value", "shown": "the file is empty"}

FLAGS = {"x": Flag("x", None, "print the commands")}
'''


def test_messages_of_a_file() -> None:
    found = [(m.line, m.kind, m.text) for m in messages_of(textwrap.dedent(SOURCE), "x.py")]
    assert sorted(found) == [
        (9, "hint", "run go mod tidy"),
        (10, "note", "skipping {name}, which does not load: {name.upper() or 'no name'}"),
        (10, "text", "no name"),
        (12, "error", "{name}: not a module"),
        (13, "hint", "write example.com/m"),
        (14, "text", "the file is empty"),
        (16, "help", "print the commands"),
    ]


def test_the_catalogue_has_messages_of_all_kinds() -> None:
    found = collect(ROOT)
    assert len(found) > 1500
    assert {m.kind for m in found} == {"error", "hint", "note", "help", "evidence", "text"}
    assert {m.file.partition("/")[0] for m in found} == {"gomod2bazel", "rules"}
    assert any(m.file.endswith(".bzl") and m.kind == "error" for m in found)


def test_the_wording_of_all_messages() -> None:
    assert [problem for message in collect(ROOT) for problem in problems(message)] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("error", "{name} is no version"),
        ("error", "nothing vouches for {module}"),
        ("error", "{command}: no end after {seconds} s"),
        ("error", "the go.mod is not the one served beside it"),
        ("error", "its module line says {path}, which is not where it stands"),
        ("error", "{flag}: no meaning for list"),
        ("error", "-explain {name}: several binaries are called so"),
        ("error", "failed"),
        ("note", "nothing is said of {path}"),
        ("note", "using {name} out of the sources"),
        ("help", "tell of the tools that were found"),
        ("help", "what holds on this machine alone"),
        ("text", "it lies in testdata"),
        ("hint", "the source is broken; do not use it"),
        ("hint", "it takes -a and -b"),
    ],
)
def test_wording_that_is_refused(kind: str, text: str) -> None:
    (problem,) = problems(Message(file="x.py", line=3, kind=kind, text=text))
    assert problem.startswith(f"x.py:3: {text!r}: ")


@pytest.mark.parametrize("text", ["run go mod tidy", "-set all builds every set", "gomod2bazel help lists the flags"])
def test_hints_that_are_right(text: str) -> None:
    assert list(problems(Message(file="x.py", line=1, kind="hint", text=text))) == []


def test_names_in_placeholders_are_not_words() -> None:
    assert list(problems(Message(file="x.py", line=1, kind="error", text="{path}: {said}"))) == []


def test_the_program_prints_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-kind", "error", "base/version"]) == 0
    printed = capsys.readouterr()
    assert "gomod2bazel/base/version.py:" in printed.out and ": error: 'malformed module path {path}'" in printed.out
    assert "error" in printed.err and "hint" not in printed.err
    assert main(["-check"]) == 0
    assert capsys.readouterr().out == ""
