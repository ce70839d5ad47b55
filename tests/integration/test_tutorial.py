"""docs/tutorial.md, from an empty folder to its end: its files are written, its commands run, their output compared."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.driver import ROOT, Driver

pytestmark = pytest.mark.bazel

_BLOCK = re.compile(r"^(?:(Add to )?`([^`\n]+)`:\n\n)?```(\w+)\n(.*?)^```$", re.M | re.S)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)

# What stands for the programs on a user's PATH.
SHELL = """
gomod2bazel() { "$PYTHON" -P -m gomod2bazel "$@"; }
bazel() { "$BAZEL" "--bazelrc=$RC" "$@"; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the page asks for: a command and what it prints, or a file and what is put into it, or added to it."""

    what: str
    text: str
    command: bool = False
    adds: bool = False

    def script(self, number: int) -> str:
        """Return the shell's words for it; what commands print ends with a line that names the step."""
        if self.command:
            return f"{self.what}\necho '== {number}'\n"
        path = shlex.quote(self.what)
        return f"mkdir -p \"$(dirname {path})\"\ncat >{'>' * self.adds}{path} <<'-- end --'\n{self.text}-- end --\n"


def steps() -> Iterator[Step]:
    """Yield the steps of the page, in its order."""
    for adds, path, language, text in _BLOCK.findall((ROOT / "docs/tutorial.md").read_text("utf-8")):
        if language == "console":
            assert not path
            for command, prints in _COMMAND.findall(text):
                yield Step(what=command, text=prints, command=True)
        else:
            assert path, f"a block of {language} that no line names a file for:\n{text}"
            yield Step(what=path, text=text, adds=bool(adds))


STEPS = tuple(steps())


def settled(line: str) -> str:
    """Leave out what differs between runs, machines and widths of terminals."""
    return re.sub(r"\d+\.\ds\b", "N s", " ".join(line.split()))


def printed(text: str) -> list[str]:
    # What Bazel advises where a test declares no size.
    lines = (line for line in text.splitlines() if not line.startswith("There were tests whose specified size"))
    return [settled(line) for line in lines]


def test_the_tutorial(driver: Driver, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    values = {
        "GOMOD2BAZEL": str(ROOT),
        "PYTHON": sys.executable,
        "RC": str(driver.bazelrc()),
    }
    environment = {name: value for name, value in driver.environment.items() if name != "GOPROXY"} | values
    script = SHELL + "".join(step.script(number) for number, step in enumerate(STEPS))
    try:
        done = subprocess.run(
            ["sh", "-e"],
            input=script,
            cwd=work,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )
    finally:
        subprocess.run(
            ["sh", "-c", SHELL + "cd mono && bazel shutdown"], cwd=work, env=environment, timeout=60, check=False
        )
    found = {int(number): text for text, number in re.findall(r"(.*?)^== (\d+)\n", done.stdout, re.M | re.S)}
    for number, step in enumerate(STEPS):
        if step.command:
            assert number in found, f"{step.what}\n{done.stdout}\n{done.stderr}"
            assert printed(found[number]) == printed(step.text), step.what
    assert done.returncode == 0, done.stderr


def test_the_page_has_what_its_title_says() -> None:
    commands = [step.what for step in STEPS if step.command]
    for verb in ("bazel build", "bazel test", "bazel run", "gomod2bazel generate"):
        assert any(command.startswith(verb) for command in commands), verb
    assert {step.what for step in STEPS if not step.command} >= {"greet/greet_test.go", "cmd/welcome/main.go"}
