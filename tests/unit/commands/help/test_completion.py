"""Completions: those of bash are asked of bash; those of zsh and fish, of these shells where they are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.cli import run_command
from gomod2bazel.commands.command_line.command import flags_for
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.commands.table.help.completion import SHELLS, completions_for
from gomod2bazel.options.flag_table import FLAGS

_ASK = """
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_gomod2bazel
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
complete -p gomod2bazel >&2
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the completion for bash."""
    file = tmp_path_factory.mktemp("completion") / "gomod2bazel.bash"
    file.write_text(completions_for(("bash",), COMMANDS), encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files and folders to complete."""
    for name in ("tree", "two words", "target"):
        (tmp_path / name).mkdir()
    for name in ("go.sum", "tree.mod", "base.mod"):
        (tmp_path / name).touch()
    return tmp_path


def ask(script: Path, folder: Path, *words: str) -> list[str]:
    """Return what bash offers for the last of ``words``, sorted."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    done = subprocess.run(
        [bash, "--norc", "-c", _ASK, "bash", script, "gomod2bazel", *words],
        cwd=folder,
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "complete -F _gomod2bazel gomod2bazel\n"
    return sorted(done.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("b",), ["baseline", "bazel", "binary-package", "build"]),
        (("",), sorted(COMMANDS)),
        (("-",), ["-help", "-version"]),
        (("-color", "never", "li"), ["list"]),
        (("-color", "=", "never", "li"), ["list"]),
        (("baseline", ""), ["audit", "impact", "update"]),
        (("baseline", "-json", "up"), ["update"]),
        (("help", "exit"), ["exit-codes"]),
        (("help", "gen"), ["generate"]),
        (("completion", ""), ["bash", "fish", "zsh"]),
        (("build", "-dest"), ["-destination"]),
        (("build", "--dest"), ["--destination"]),
        (("build", "-expl"), []),
        (("list", "-expl"), ["-explain"]),
        (("list", "-o"), ["-offline", "-overlay", "-overrides"]),
        (("build", "-goproxy", "list", "-expl"), []),
        (("baseline", "audit", "-bu"), ["-built"]),
        (("baseline", "update", "-bu"), []),
        (("baseline", "update", "base.mod", "-wa"), ["-waves"]),
        (("binary-package", "create", "-pa"), ["-package"]),
        (("build", "-set", "t"), ["target", "test-helper"]),
        (("build", "-set", "=", "t"), ["target", "test-helper"]),
        (("build", "-set", "="), ["all", "example", "integration", "maintenance", "target", "test-helper"]),
        (
            (
                "build",
                "-set=exa",
            ),
            ["example"],
        ),
        (("build", "-set", "target,ex"), ["target,example"]),
        (("build", "-set", "target,t"), ["target,test-helper"]),
        (("build", "--result-format", "j"), ["json"]),
        (("build", "-buildmode", "c-"), ["c-archive", "c-shared"]),
        (("build", "-platform", "linux/amd64,windows/"), ["linux/amd64,windows/amd64", "linux/amd64,windows/arm64"]),
        (("build", "-buildvcs", "tr"), ["tree", "tree.mod"]),
        (("build", "-buildvcs", "=", "tr"), ["true"]),
        (("build", "-destination", ""), ["target", "tree", "two words"]),
        (("build", "-sumfile", "g"), ["go.sum"]),
        (("build", "t"), ["target", "tree", "tree.mod", "two words"]),
        (("build", "-ldflags", "t"), []),
        (("build", "-json", "go"), ["go.sum"]),
        (("nosuch", "-h"), ["-help"]),
    ],
    ids=" ".join,
)
def test_bash(words: tuple[str, ...], offered: list[str], script: Path, folder: Path) -> None:
    assert ask(script, folder, *words) == offered


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if not command.subcommands])
def test_bash_offers_the_flags_of_each_command(name: str, script: Path, folder: Path) -> None:
    flags = {f"-{flag}" for flag in flags_for(name, COMMANDS)} | {"-help"}
    assert set(ask(script, folder, name, "-")) == flags


def test_bash_takes_one_start_to_answer(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert "$(gomod2bazel" not in text, "a key press starts no driver"


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_flag_is_in_each(shell: str, tmp_path: Path) -> None:
    text = User(tmp_path, FakeRunner()).run("completion", shell)
    assert text.startswith("#")
    for name, command in COMMANDS.items():
        assert f"{name}" in text
        assert all(subcommand in text for subcommand in command.subcommands)
    head = {"bash": " {} ", "zsh": "  {} '", "fish": " -o {} "}[shell]
    spaced = text.replace('"', " ")
    assert [flag for flag in FLAGS if head.format(flag) not in spaced] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_can_read_it(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell}")
    file = tmp_path / "completion"
    file.write_text(completions_for((shell,), COMMANDS), encoding="utf-8")
    done = subprocess.run([program, "-n", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_quotes_are_closed(shell: str) -> None:
    # Where the shell is not installed, this is what a text can break.
    for line in completions_for((shell,), COMMANDS).splitlines():
        plain = line.replace("'\\''", "").replace("\\'", "") if shell == "zsh" else line.replace("\\'", "")
        if not line.lstrip().startswith("#"):
            assert plain.count("'") % 2 == 0, line


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        ((), "use one of bash, zsh, fish"),
        (("bash", "zsh"), "use one of bash, zsh, fish"),
        (("bsh",), "use one of bash, zsh, fish"),
        (("powershell",), "use one of bash, zsh, fish"),
    ],
)
def test_wrong(argv: tuple[str, ...], hint: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(("completion", *argv), User(tmp_path, FakeRunner()).session)
    assert caught.value.hint == hint
