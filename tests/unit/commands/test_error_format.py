"""With -error-format json, each line of standard error is an object that the schema `error` describes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.documents import checked

from gomod2bazel import __main__ as main_module
from gomod2bazel import cli
from gomod2bazel.__main__ import main
from gomod2bazel.base import errors
from gomod2bazel.base.documents.fields import error_fields
from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, ToolError, TrustError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.table.commands import COMMANDS

ROOT = Path(__file__).parents[3]


def _instead(monkeypatch: pytest.MonkeyPatch, run: Callable[[Call], int]) -> None:
    """Let the command version do something else."""
    commands = {**COMMANDS, "version": replace(COMMANDS["version"], run=run)}
    monkeypatch.setattr(cli, "COMMANDS", commands)


def _raising(error: BaseException) -> Callable[[Call], int]:
    def run(_: Call) -> int:
        raise error

    return run


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [checked("error", line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["build", "-error-format", "json"], "no INPUT given"),
        (["--error-format=json", "bild"], "unknown command 'bild'"),
        (["build", "-nosuch", "-error-format=json", "x"], "flag provided but not defined: -nosuch"),
        (["build", "-error-format=json", "-set", "nosuch", "x"], "-set: "),
        (["build", "-color=red", "--error-format", "json", "x"], "-color: 'red' is not one of auto"),
        (["doctor", "-error-format=json", "-yaml"], "doctor: unknown argument -yaml"),
        (["generate", "-error-format=json", "nosuch"], "nosuch: no such folder"),
    ],
)
def test_wrong_command_lines(argv: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    (error,) = _lines(capsys)
    assert error["what"].startswith(what)
    assert (error["level"], error["code"], error["exit_code"]) == ("error", "usage", 2)


@pytest.mark.parametrize(
    "argv",
    [
        ["bild", "-error-format=text"],
        ["build", "-error-format", "json", "-error-format", "text"],
        ["build", "-ldflags", "-error-format=json", "-nosuch"],
        ["build", "-nosuch", "--", "-error-format=json"],
        ["build", "-error-format", "yaml"],
    ],
)
def test_text(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert capsys.readouterr().err.startswith("gomod2bazel: error: ")


def test_fields_of_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    missing = MissingModuleError("a module is missing", where="go.mod:3:9", hint="add a source")
    missing.of_modules(
        {"a.com/a@v1.0.0": "gone", "b.com/b@v1.0.0": "gone"}, {"a.com/a@v1.0.0": ("m", "a.com/a@v1.0.0")}
    )
    _instead(monkeypatch, _raising(missing))
    assert main(["version", "-error-format=json"]) == 3
    assert _lines(capsys) == [
        {
            "schema_version": 1,
            "level": "error",
            "code": "missing-module",
            "exit_code": 3,
            "what": "a module is missing",
            "file": "go.mod",
            "line": 3,
            "column": 9,
            "module": "a.com/a@v1.0.0",
            "chain": ["m", "a.com/a@v1.0.0"],
            "modules": [
                {"module": "a.com/a@v1.0.0", "reason": "gone", "chain": ["m", "a.com/a@v1.0.0"]},
                {"module": "b.com/b@v1.0.0", "reason": "gone", "chain": []},
            ],
            "hint": "add a source",
        }
    ]


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (KeyboardInterrupt(), "interrupted", 130),
        (FileNotFoundError(2, "No such file or directory", "/x"), "file", 1),
        (ValueError("a bug\nof two lines"), "internal-error", 70),
        (MemoryError(), "out-of-memory", 1),
        (ImportError("no module"), "tool", 5),
        (Gomod2bazelError("a\udcffb"), "failed", 1),
    ],
)
def test_all_that_may_end_a_run(
    error: BaseException, code: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _instead(monkeypatch, _raising(error))
    assert main(["version", "-error-format", "json"]) == exit_code
    (line,) = capfd.readouterr().err.splitlines()
    value = checked("error", line)
    assert (value["level"], value["code"], value["exit_code"]) == ("error", code, exit_code)


def test_a_traceback_is_in_the_same_object(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GOMOD2BAZEL_TRACE", "1")
    _instead(monkeypatch, _raising(ValueError("odd")))
    assert main(["-error-format=json", "version"]) == 70
    assert "Traceback (most recent call last)" in json.loads(capfd.readouterr().err)["what"]
    thread = SimpleNamespace(exc_type=KeyError, exc_value=KeyError("x"), exc_traceback=None)
    main_module._print_thread_error(thread)
    assert checked("error", capfd.readouterr().err)["what"].startswith("internal error: KeyError: 'x'")


def test_messages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(call: Call) -> int:
        session = call.session
        session.begin(Event(stage=Stage.LOAD))
        session.progress(Event(stage=Stage.BUILD, done=1, total=2))
        session.say("1 package compiled")
        session.warn("odd", where="x.go:3", hint="look")
        session.note("décidé")
        session.err("# a.com/a\na.go:1: escapes\n")
        session.out("data\n")
        return 0

    _instead(monkeypatch, run)
    assert main(["version", "-error-format=json", "-progress=bar", "-color=always"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "data\n"
    assert printed.err.isascii(), "whatever encoding standard error has"
    lines = [checked("error", line) for line in printed.err.splitlines()]
    assert [(line["level"], line["what"], line["file"], line["hint"]) for line in lines] == [
        ("result", "1 package compiled", None, None),
        ("warning", "odd", "x.go", "look"),
        ("note", "décidé", None, None),
        ("output", "# a.com/a\na.go:1: escapes", None, None),
    ]
    assert main(["version", "-q", "-error-format=json"]) == 0
    assert [line["level"] for line in _lines(capsys)] == ["warning", "output"]


def _classes(kind: type[Gomod2bazelError]) -> Iterator[type[Gomod2bazelError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _classes(below)


def test_the_page_has_all_codes() -> None:
    classes = [kind for kind in _classes(Gomod2bazelError) if kind.__module__ == errors.__name__]
    lacks_sum, needs_go = TrustError(""), ToolError("")
    lacks_sum.lacks_sum, needs_go.needs_go = True, ("1.99",)
    made = [*(kind("") for kind in classes), lacks_sum, needs_go]
    codes = {error_fields(error)["code"]: str(error.exit_code) for error in made}
    codes |= {"internal-error": "70", "out-of-memory": "1"}
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `([\w-]+)` \| (\d+) \|", page, re.M)) == codes
