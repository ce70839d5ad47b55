"""Flags for standard error, wherever they are on the command line."""

from __future__ import annotations

import pytest

from gomod2bazel.__main__ import main
from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.terminal import Terminal, split_terminal


@pytest.mark.parametrize(
    ("argv", "color", "rest"),
    [
        ([], "auto", []),
        (["build", "-color", "always", "m"], "always", ["build", "m"]),
        (["--color=never", "build", "m"], "never", ["build", "m"]),
        (["build", "-color=never", "-color", "auto"], "auto", ["build"]),
        # These are values of other flags, and words after --.
        (["build", "-ldflags", "-color", "m"], "auto", ["build", "-ldflags", "-color", "m"]),
        (["build", "--", "-color", "x"], "auto", ["build", "--", "-color", "x"]),
        (["build", "-nosuch", "-color=always"], "always", ["build", "-nosuch"]),
    ],
)
def test_split(argv: list[str], color: str, rest: list[str]) -> None:
    terminal, words = split_terminal(argv)
    assert (terminal.color, words) == (color, rest)


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["build", "-color"], "flag needs an argument: -color"),
        (["-color=red", "build"], "-color: 'red' is not one of auto, always, never"),
        (["build", "-q=maybe"], 'invalid boolean value "maybe" for -q: parse error'),
    ],
)
def test_refused(argv: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as caught:
        split_terminal(argv)
    assert caught.value.what == what
    assert main(argv) == 2
    assert capsys.readouterr().err.startswith(f"gomod2bazel: error: {what}\n")


@pytest.mark.parametrize(
    ("color", "terminal", "environment", "colored"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {}, False),
    ],
)
def test_whether_words_are_coloured(color: str, terminal: bool, environment: dict[str, str], colored: bool) -> None:
    assert Terminal(color=color).is_colored(terminal=terminal, environment=environment) is colored


def test_colour_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-color=always", "frobnicate"]) == 2
    assert capsys.readouterr().err.startswith("gomod2bazel: \x1b[1;31merror:\x1b[0m unknown command 'frobnicate'")
