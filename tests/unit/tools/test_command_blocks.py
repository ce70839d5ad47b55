"""Every block of commands in the documentation has a mark that names its test, or the reason why none runs it.

Commands of gomod2bazel on all pages are read with the tables of commands and flags, whether a test runs them or not.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # libcst brings it
from pages.command_blocks import command_blocks, commands_of_text, inline_commands

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.command import check_flags
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.options.flags import flags_of, parse

ROOT = Path(__file__).resolve().parents[3]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]

# What stands for any argument, or for any flag: `gomod2bazel build [flags] INPUT ...`
_PLACEHOLDER = re.compile(r"\[.*|.*\]|\.\.\.|ARGS\.*|CMD|COMMAND")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_each_block_is_run_by_a_test_or_marked(page: Path) -> None:
    assert list(marker_problems(page.read_text("utf-8"), page.name)) == []


def marker_problems(text: str, name: str) -> Iterator[str]:
    for block in command_blocks(text):
        place = f"line {block.line}"
        if not block.marker:
            yield f"{place}: no comment says who runs it: {block.text.splitlines()[0]}"
        tests = re.findall(r"tests/[\w./-]+\.py", block.value)
        yield from (f"{place}: {test} does not exist" for test in tests if not (ROOT / test).is_file())
        if block.marker == "run by":
            if not tests:
                yield f"{place}: 'run by' names no test"
            # A test that runs the blocks of a page reads the page.
            readers = (test for test in tests if (ROOT / test).is_file())
            yield from (f"{place}: {test} does not read {name}" for test in readers if name not in _text(test))


def _text(test: str) -> str:
    return (ROOT / test).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_and_flags_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = [words for block in command_blocks(text) for words in commands_of_text(block.text)]
    for words in (*commands, *inline_commands(text), *commands_of_workflows(text)):
        problem = problem_of_command(words)
        assert problem is None, f"gomod2bazel {' '.join(words)}: {problem}"


def commands_of_workflows(text: str) -> Iterator[list[str]]:
    """Yield the commands in YAML files of a page, wherever they are: below `run`, `script` and the like."""
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
        for value in scalars(yaml.safe_load(block)):
            yield from commands_of_text(value)


def scalars(node: Any) -> Iterator[str]:
    """Yield the strings of a YAML document that are not keys."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from scalars(child)
    if isinstance(node, str):
        yield node


def problem_of_command(words: list[str]) -> str | None:
    """Return what is wrong with a command line as far as the tables of commands and flags show it, or None."""
    if not words or _PLACEHOLDER.fullmatch(words[0]):
        return None
    name, *rest = [word for word in words if not _PLACEHOLDER.fullmatch(word)]
    name = name.lstrip("-") if name in ("--version", "--help", "-h") else name
    if name not in COMMANDS:
        return f"{name} is not a command"
    if name in ("bazel", "help", "h"):
        return None
    command = COMMANDS[name]
    try:
        parse(rest)
        check_flags(name, rest, COMMANDS, next((word for word in rest if word in command.subcommands), ""))
    except UsageError as error:
        # A mention of a flag, not a command to run.
        return None if error.what == f"flag needs an argument: {words[-1]}" else str(error)
    strange = [flag for flag, _ in flags_of(rest) if command.flags and flag not in command.flags]
    return f"{name} does not take -{strange[0]}" if strange else None


def test_commands_of_workflows() -> None:
    steps = (
        "jobs:\n  a: {steps: [{run: gomod2bazel list m}]}\n  script:\n    - |\n      cd x\n      gomod2bazel lock m\n"
    )
    page = f"```yaml\n{steps}```\n"
    assert list(commands_of_workflows(page)) == [["list", "m"], ["lock", "m"]]
    assert sum(len(list(commands_of_workflows(page.read_text("utf-8")))) for page in PAGES) > 10


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_expressions_for_jq() -> None:
    """Those for result files read the one that docs/result-file.md shows, and print a line for each input or file."""
    example = json.loads(re.search(r"^    \{\n.*?^    \}\n", _text("docs/result-file.md"), re.M | re.S)[0])  # type: ignore[index]
    example["binaries"][0]["inputs"][0]["verified"] = False
    printed: dict[str, list[str]] = {}
    for page in PAGES:
        for expression in re.findall(r"^ *jq -r '(\.binaries[^']+)'", page.read_text("utf-8"), re.M):
            done = subprocess.run(["jq", "-r", expression], input=json.dumps(example), capture_output=True, text=True)
            assert done.returncode == 0, f"{page.name}: {expression}: {done.stderr}"
            printed[expression] = done.stdout.splitlines()
    file = example["binaries"][0]
    assert printed.pop('.binaries[] | "\\(.sha256)  \\(.path)"') == [f"{file['sha256']}  {file['path']}"]
    assert printed.pop(".binaries[].inputs[] | select(.verified | not) | .module") == ["example.com/hello"]
    assert printed == {}


MARKED = """\
# A page

<!-- run by: tests/integration/test_tutorial.py -->

Text.

    $ gomod2bazel build -destination bin \\
        example.com/m@v1.0.0
    printed

<!-- not run: as tests/unit/nowhere.py does it -->

```sh
X=1 gomod2bazel list "$PWD" | cut -f 1 && tools/gomod2bazel verify m >log 2>&1 # gomod2bazel fetch
```

    no command

```starlark
gomod2bazel(name = "x")
```

- In a list `gomod2bazel
  lock m`:

      gomod2bazel fetch m
"""


def test_blocks_of_a_page() -> None:
    assert [(block.line, block.marker, block.value) for block in command_blocks(MARKED)] == [
        (7, "run by", "tests/integration/test_tutorial.py"),
        (13, "not run", "as tests/unit/nowhere.py does it"),
        (26, "run by", "tests/integration/test_tutorial.py"),
    ]
    assert list(marker_problems(MARKED, "tutorial.md")) == ["line 13: tests/unit/nowhere.py does not exist"]
    assert next(marker_problems(MARKED, "query.md")).endswith("test_tutorial.py does not read query.md")
    assert list(marker_problems("    go version\n", "x.md")) == ["line 1: no comment says who runs it: go version"]


def test_commands_of_a_page() -> None:
    blocks = list(command_blocks(MARKED))
    assert [list(commands_of_text(block.text)) for block in blocks] == [
        [["build", "-destination", "bin", "example.com/m@v1.0.0"]],
        [["list", "$PWD"], ["verify", "m"]],
        [["fetch", "m"]],
    ]
    assert list(inline_commands(MARKED)) == [["lock", "m"]]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("build -destination bin m", None),
        ("build [flags] INPUT ...", None),
        ("ARGS...", None),
        ("baseline audit -osv DIR -built bin m", None),
        ("bazel test -flag //...", None),
        ("biuld m", "biuld is not a command"),
        ("build -destinaton bin m", "-destinaton"),
        ("build -set targt m", "targt"),
        ("list -destination bin m", "list, which builds nothing"),
        ("generate -destination bin", "generate does not take -destination"),
        ("baseline update -osv DIR base.mod m", "-osv is a flag of build and baseline audit"),
    ],
)
def test_what_is_wrong_with_a_command(line: str, problem: str | None) -> None:
    answer = problem_of_command(line.split(" "))
    assert (answer is None) == (problem is None)
    assert (problem or "") in (answer or "")
