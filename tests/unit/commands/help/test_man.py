"""Manual pages: one for each command, with every flag, and without warnings of groff where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gomod2bazel.commands.command_line.command import flags_for
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.commands.table.help.man import man_pages
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.render import flags_of_page

ROOT = Path(__file__).resolve().parents[4]
MAN = man_pages(COMMANDS)
FILES = {f"gomod2bazel-{name.replace(' ', '-')}.1": name for name in PAGES}


def test_there_is_one_for_each_command() -> None:
    assert set(MAN) == {"gomod2bazel.1", *FILES}
    main = MAN["gomod2bazel.1"].replace("\\", "")
    assert [name for name in COMMANDS if f".BR gomod2bazel-{name} (1)\n" not in main] == []


@pytest.mark.parametrize(("file", "name"), FILES.items())
def test_a_page_has_every_flag_and_example(file: str, name: str) -> None:
    text = MAN[file]
    flags = {match.replace("\\", "") for match in re.findall(r"^\.BI? \\-([\w\\-]+)", text, re.M)}
    assert flags == set(flags_of_page(name, COMMANDS))
    assert text.count(".EX\n") == text.count(".EE\n") == len(PAGES[name].examples)
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "SEE ALSO"):
        assert text.count(f".SH {heading}\n") == 1


def test_rare_flags_are_on_it() -> None:
    assert ".BI \\-toolexec " in MAN["gomod2bazel-build.1"]
    assert "toolexec" in flags_for("build", COMMANDS)


def test_no_text_is_taken_for_a_request() -> None:
    known = {"TH", "SH", "SS", "TP", "PP", "B", "BI", "BR", "I", "RS", "RE", "EX", "EE", "br", "ad"}
    for name, text in MAN.items():
        assert {re.split(r"[ \n]", line)[0][1:] for line in text.splitlines() if line.startswith(".")} <= known, name
        assert not [line for line in text.splitlines() if line.startswith("'")], name
        assert not [line for line in text.splitlines() if not line.strip()], name


@pytest.mark.parametrize("name", MAN)
def test_groff_has_no_warnings(name: str) -> None:
    program = shutil.which("groff")
    if program is None:
        pytest.skip("no groff")
    command = [program, "-man", "-Tutf8", "-ww", "-rLL=100n"]
    done = subprocess.run(command, input=MAN[name], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    shown = re.sub("\x1b\\[[0-9;]*m|.\b", "", done.stdout)
    examples = PAGES[FILES[name]].examples if name in FILES else ()
    assert [example.command for example in examples if example.command not in shown] == [], "they can be copied"


def test_the_wheel_is_built_with_the_standard_library_alone() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from gomod2bazel.commands.table.help.completion import completions_for;"
        "from gomod2bazel.commands.table.help.man import man_pages;"
        "from gomod2bazel.commands.table.commands import COMMANDS;"
        "print(len(man_pages(COMMANDS)), len(completions_for(('fish',), COMMANDS)))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script, ROOT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
