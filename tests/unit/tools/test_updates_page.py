"""docs/how-to/updates.md: what its files hold is well-formed, and the commands in them are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.options.flags import parse

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/how-to/updates.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


def _commands() -> Iterator[list[str]]:
    for text in _blocks("yaml"):
        yield from (line.split() for line in re.findall(r"^ *- run: gomod2bazel (.*)$", text, re.M))


def test_commands_of_workflows_are_those_of_the_page() -> None:
    commands = list(_commands())
    assert ["generate", "-check"] in commands
    assert ["generate"] in commands
    shown = [line.split() for line in re.findall(r"^    gomod2bazel (.*)$", PAGE, re.M)]
    assert [command for command in shown if command not in commands] == []
    for name, *words in commands:
        assert name in COMMANDS
        if name == "generate":
            parse(words)


def test_renovate_runs_a_command_that_the_runner_allows() -> None:
    (text,) = _blocks("json")
    rules: dict[str, Any] = json.loads(text)
    (task,) = [rule["postUpgradeTasks"] for rule in rules["packageRules"]]
    (allowed,) = re.findall(r'`"allowedCommands": (\[.*?\])`', PAGE)
    assert all(any(re.fullmatch(p, command) for p in json.loads(allowed)) for command in task["commands"])
    assert any(name.endswith("gomod2bazel.lock.json") for name in task["fileFilters"])
