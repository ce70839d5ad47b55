"""The completion for fish."""

from __future__ import annotations

from collections.abc import Sequence

from gomod2bazel.commands.table.help.shells.words import Value, Word, value_of
from gomod2bazel.options.flag_table import FLAGS

__all__ = ["fish_completion"]

_BEGIN = """\
# fish completion for gomod2bazel, written by gomod2bazel completion fish

# Whether the command line is one of these commands, each of them possibly with its subcommand.
function __gomod2bazel_is
    set -l words
    set -l all (commandline -opc)
    for word in $all[2..]
        string match -q -- '-*' $word; or set words $words $word
    end
    for command in $argv
        set -l parts (string split ' ' -- $command)
        if test "$words[1]" = "$parts[1]"
            test (count $parts) -eq 1; or test "$words[2]" = "$parts[2]"; and return 0
        end
    end
    return 1
end

# Whether there is a command, and no subcommand yet.
function __gomod2bazel_ends
    set -l words
    set -l all (commandline -opc)
    for word in $all[2..]
        string match -q -- '-*' $word; or set words $words $word
    end
    test "$words" = "$argv"
end

"""


def fish_completion(words: Sequence[Word]) -> str:
    """Return the completion for fish.

    Args:
        words: The commands and subcommands.
    """
    lines = []
    takes_words = [word.name for word in words if (word.arguments or word.subcommands) and not word.subcommand]
    lines.append("complete -c gomod2bazel -n '__gomod2bazel_ends' -f")
    lines += [f"complete -c gomod2bazel -n '__gomod2bazel_ends {name}' -f" for name in takes_words]
    for word in words:
        if not word.subcommand:
            summary = _quoted(word.summary)
            lines.append(f"complete -c gomod2bazel -n __gomod2bazel_ends -a {word.name} -d {summary}")
        if word.subcommands or word.arguments:
            choices = _quoted(" ".join(word.subcommands or word.arguments))
            lines.append(f"complete -c gomod2bazel -n '__gomod2bazel_ends {word.name}' -a {choices}")
    for name in (*FLAGS, "help"):
        takers = [
            _double(f"{word.name} {word.subcommand}".strip())
            for word in words
            if name in word.flags and not word.subcommands
        ]
        condition = _quoted(f"__gomod2bazel_is {' '.join(takers)}")
        lines.append(f"complete -c gomod2bazel -n {condition} -o {name} {_value(name)}")
    return _BEGIN + "\n".join(lines) + "\n"


def _value(name: str) -> str:
    """Return what fish wants to know of a flag's value, and its help."""
    if name == "help":
        return "-d 'show the flags and examples of the command'"
    flag = FLAGS[name]
    choices = " ".join(flag.choices)
    # After a comma, fish completes what follows it by this function.
    ends = {
        Value.NONE: "",
        Value.FOLDER: "-x -a '(__fish_complete_directories)' ",
        Value.FILE: "-r -F ",
        Value.TEXT: "-x ",
        Value.CHOICE: f"-x -a '{choices}' ",
        Value.LIST: f"-x -a '(__fish_append , {choices})' ",
    }
    end = "" if name == "buildvcs" else ends[value_of(flag)]
    return f"{end}-d {_quoted(flag.help)}"


def _double(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _quoted(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"
