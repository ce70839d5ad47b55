"""Help: the overview, a page for each command, topics, and the spellings of all that."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.user import User

from gomod2bazel import __version__
from gomod2bazel.base import errors
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.cli import run_command
from gomod2bazel.commands.command_line.command import check_flags, flags_for
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.pages.page import Example
from gomod2bazel.commands.table.help.topics import EXIT_CODES, TOPICS
from gomod2bazel.options.flag_table import FLAGS
from gomod2bazel.options.flags import flags_of, parse, parse_only
from gomod2bazel.options.options import Options, values_of

ROOT = Path(__file__).resolve().parents[4]

EXAMPLES = [
    pytest.param(name, example, id=f"{name}: {example.what}") for name in PAGES for example in PAGES[name].examples
]


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user without a single program."""
    return User(tmp_path, FakeRunner())


@pytest.mark.parametrize("argv", [[], ["help"], ["-h"], ["--help"], ["-help"], ["help", "-h"]])
def test_the_overview_is_short_and_has_all_commands(argv: list[str], user: User) -> None:
    text = user.run(*argv)
    lines = text.splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 100
    assert all(len(re.findall(rf"^  {name}  ", text, re.M)) == 1 for name in COMMANDS)
    assert "  gomod2bazel build " in "\n".join(lines[:6]), "the main job comes first"
    assert not re.search(r"^  -", text, re.M), "no flags"


def test_there_is_a_page_for_each_command_and_subcommand() -> None:
    subcommands = [f"{name} {word}" for name, command in COMMANDS.items() for word in command.subcommands]
    assert sorted(PAGES) == sorted([*COMMANDS, *subcommands])


@pytest.mark.parametrize("name", PAGES)
def test_a_page(name: str, user: User) -> None:
    text = user.run("help", *name.split())
    assert len(text.splitlines()) < 100
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith(f"usage: gomod2bazel {name}")
    assert len(PAGES[name].examples) >= 3
    assert all(example.command in text for example in PAGES[name].examples)
    for word in () if name == "help" else ("-h", "-help", "--help"):
        assert user.run(*name.split(), word) == text, word
        assert user.run(*name.split(), word, "-nosuch") == text, word


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_flags_that_the_command_takes(name: str, user: User) -> None:
    command, _, subcommand = name.partition(" ")
    text = user.run("help", *name.split())
    table = text.partition("Examples:\n")[2].partition("\n\n")[2]
    shown = {*re.findall(r"^  -([\w-]+)", table, re.M)}
    also = re.findall(r"^  also (.*?):\s+gomod2bazel\s+help\s+flags$", table, re.M | re.S)
    shown |= {word.strip(" ,\n-") for line in also for word in line.split(",")}
    taken = set() if COMMANDS[command].subcommands and not subcommand else {*flags_for(command, COMMANDS, subcommand)}
    assert shown == taken
    if COMMANDS[command].flags is None:
        # `check_flags` is what refuses the others.
        for flag in FLAGS:
            argv = [f"-{flag}=x"]
            if flag in taken:
                check_flags(command, argv, COMMANDS, subcommand)
            elif taken:
                with pytest.raises(UsageError):
                    check_flags(command, argv, COMMANDS, subcommand)


def calls(line: str) -> Iterator[list[str]]:
    """Yield the words of each call of gomod2bazel in a line for a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    call: list[str] = []
    for word in [*lexer, ";"]:
        if re.fullmatch("[|&;<>()]+", word):
            if "gomod2bazel" in call:
                yield call[call.index("gomod2bazel") + 1 :]
            call = []
        elif re.match(r"\w+=gomod2bazel ", word):
            yield word.split()[1:]
        else:
            call.append(word)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_accepted(name: str, example: Example, user: User) -> None:
    found = [*calls(example.command)]
    assert found
    for words in found:
        assert words[0] in COMMANDS or words[0].startswith("-")
        if words[0] in ("bazel", "packages-driver") or words[0] not in COMMANDS:
            continue
        command, argv = COMMANDS[words[0]], words[1:]
        subcommand = argv.pop(0) if command.subcommands else ""
        assert subcommand in command.subcommands or not command.subcommands
        if command.flags is not None:
            _, arguments = parse_only(argv, command.flags, words[0])
        else:
            _, arguments = parse(argv)
            check_flags(words[0], argv, COMMANDS, subcommand)
        usage = PAGES[" ".join(filter(None, (words[0], subcommand)))].usage
        if all(re.search(r"(?<!\[)(INPUT|LEAF)", way) for way in usage):
            assert arguments, "an argument is missing"


def test_at_least_three_examples_are_of_the_command_itself() -> None:
    for name in PAGES:
        if name not in ("baseline", "binary-package", "version"):
            assert sum(f"gomod2bazel {name}" in example.command for example in PAGES[name].examples) >= 3, name


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic(name: str, user: User) -> None:
    text = user.run("help", name)
    assert max(map(len, text.splitlines())) <= 100
    if name == "flags":
        assert all(len(re.findall(rf"^  -{flag}( |$)", text, re.M)) == 1 for flag in FLAGS)
        assert "(baseline update, baseline impact)" in text
        assert "()" not in text, "each flag is one of a command"


def test_exit_codes_are_those_of_the_errors() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__]
    assert {kind.exit_code for kind in kinds if issubclass(kind, Gomod2bazelError)} <= set(EXIT_CODES)


def test_pages_of_the_documentation_are_there() -> None:
    for page in PAGES.values():
        path, _, anchor = page.docs.partition("#")
        text = (ROOT / "docs" / path).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.M)
        assert not anchor or anchor in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, (
            page.docs
        )


@pytest.mark.parametrize(
    ("argv", "what", "hint"),
    [
        (["help", "nosuch"], "help: no command or topic 'nosuch'", "gomod2bazel help lists both"),
        (["help", "biuld"], "help: no command or topic 'biuld'", "did you mean build? gomod2bazel help lists both"),
        (["help", "exit-code"], "help: no command or topic 'exit-code'", "did you mean exit-codes? gomod2bazel help"),
        (
            ["help", "baseline", "updat"],
            "help: no subcommand 'updat' of baseline",
            "did you mean baseline update? gomod2bazel help baseline is its page",
        ),
        (["help", "-sett"], "help: no flag -sett", "did you mean -set? gomod2bazel help flags lists all"),
        (["help", "list", "all"], "help: list has no subcommands", "gomod2bazel help list is its page"),
        (["biuld", "x"], "unknown command 'biuld'", "did you mean build? gomod2bazel help lists the commands"),
        (["frobnicate"], "unknown command 'frobnicate'", "gomod2bazel help lists the commands"),
        (["-set", "all"], "unknown command '-set'", "flags follow the command, as in gomod2bazel build -set all"),
        (["./m", "-v"], "unknown command './m'", "gomod2bazel build ./m -v builds its binaries"),
        (["a.b/c@v1"], "unknown command 'a.b/c@v1'", "gomod2bazel build a.b/c@v1 builds"),
        (["install", "x"], "unknown command 'install'", "gomod2bazel build -destination DIR does that"),
    ],
)
def test_wrong_words(argv: list[str], what: str, hint: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(argv, user.session)
    assert caught.value.what == what
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["build", "-destinaton=x", "."], "did you mean -destination? gomod2bazel help build lists its flags"),
        (["fetch", "-dest=x", "."], "did you mean -destination? gomod2bazel help fetch lists its flags"),
        (["list", "-destinaton=x", "."], "gomod2bazel help list lists its flags"),
        (["generate", "-chek"], "did you mean -check? gomod2bazel help generate lists its flags"),
        (["clean", "-old-than=1d"], "did you mean -older-than? gomod2bazel help clean lists its flags"),
        (["index", "-zzz"], "gomod2bazel help index lists its flags"),
        (
            ["baseline", "audit", "-buil", "x"],
            "did you mean -built? gomod2bazel help baseline audit lists its flags",
        ),
        (
            ["binary-package", "create", "-pakage=x"],
            "did you mean -package? gomod2bazel help binary-package create lists its flags",
        ),
        (["list", "-n", "."], "gomod2bazel help list lists its flags"),
        (["list", "-tags"], "write -tags TAG[,...]"),
        (["build", "-result-format"], "write -result-format FORMAT, such as -result-format lines"),
        (["build", "-result-format=jsn", "."], "did you mean json?"),
        (["build", "-buildmode=pei", "."], "did you mean pie?"),
        (["build", "-on-clash=qualfy", "."], "did you mean qualify?"),
        (["build", "-mod=vender", "."], "did you mean vendor?"),
        (["build", "-platform"], "write -platform GOOS/GOARCH[,...], such as -platform linux/amd64"),
        (["baseline", "updat", "base.mod", "."], "did you mean baseline update?"),
        (["query", "binaries(targt)", "example.com/m@v1.0.0"], "did you mean target? use one of target"),
        (["build", "-set=tagret", "."], "did you mean target? use target, test-helper,"),
    ],
)
def test_hints_name_the_command_and_what_is_near(argv: list[str], hint: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(argv, user.session)
    assert caught.value.hint.startswith(hint)
    assert "help build" not in caught.value.hint or argv[0] == "build"


@pytest.mark.parametrize("word", ["version", "-V", "-version", "--version"])
def test_version(word: str, user: User) -> None:
    assert user.run(word) == f"gomod2bazel {__version__}\n"


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_what_is_the_value_of_a_flag_does_not_ask_for_help(word: str, user: User) -> None:
    with pytest.raises(UsageError, match="no INPUT given"):
        user.run("build", "-ldflags", word)
    with pytest.raises(UsageError, match=f"malformed module path '{word}'"):
        user.run("build", "--", word)


def test_help_reads_no_file_and_no_settings(user: User) -> None:
    user.session = replace(user.session, environment={"GOFLAGS": "---"})
    assert user.run("build", "-C", "/nowhere", "-h") == user.run("help", "build")


@pytest.mark.parametrize(("word", "lines"), [("-set", 3), ("--older-than", 2), ("-baseline-mode", 4)])
def test_the_help_of_a_flag(word: str, lines: int, user: User) -> None:
    text = user.run("help", word)
    assert text.startswith(f"  -{word.lstrip('-')} ")
    assert 2 <= len(text.splitlines()) <= lines


def test_a_build_imports_no_help() -> None:
    script = "import sys; from gomod2bazel import cli; print([m for m in sys.modules if 'help' in m or 'difflib' in m])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_every_flag_has_its_help() -> None:
    for name, flag in FLAGS.items():
        assert flag.help and "\n" not in flag.help, name
        assert bool(flag.value) is (flag.read is not None), name
        assert any(
            name in flags_for(command, COMMANDS, sub)
            for command in COMMANDS
            for sub in ("", *COMMANDS[command].subcommands)
        )


def test_defaults_are_those_of_the_options() -> None:
    plain = values_of(Options())
    for flag in FLAGS.values():
        if flag.option and flag.default in flag.choices:
            value = plain[flag.option]
            # An empty value is for what the command knows: query has its default.
            assert (value if isinstance(value, str) else ",".join(value)) in ("", flag.default)


@pytest.mark.parametrize("name", [name for name, flag in FLAGS.items() if flag.choices])
def test_choices_are_accepted(name: str) -> None:
    for choice in FLAGS[name].choices:
        parse([f"-{name}={choice}"])
        assert [*flags_of([f"-{name}", choice])] in ([(name, choice)], [(name, None)])
