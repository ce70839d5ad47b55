"""The completion for zsh."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomod2bazel.commands.table.help.shells.words import Value, Word, value_of
from gomod2bazel.options.flag_table import FLAGS, Flag

__all__ = ["zsh_completion"]

_BEGIN = """\
#compdef gomod2bazel
# zsh completion for gomod2bazel, written by gomod2bazel completion zsh

_gomod2bazel_flags() {
  local name
  local -a specs
  for name in ${(z)1}; do
    specs+=("${_gomod2bazel_specs[$name]}")
  done
  shift
  _arguments -S $specs "$@"
}

typeset -gA _gomod2bazel_specs
_gomod2bazel_specs=(
"""

_MIDDLE = """\
)

_gomod2bazel() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
"""

_END = """\
    esac
    ;;
  esac
}

if [[ $funcstack[1] == _gomod2bazel ]]; then
  _gomod2bazel "$@"
else
  compdef _gomod2bazel gomod2bazel
fi
"""


def zsh_completion(words: Sequence[Word]) -> str:
    """Return the completion for zsh.

    Args:
        words: The commands and subcommands.
    """
    specs = "".join(f"  {name} {_quoted(_spec(name, flag))}\n" for name, flag in FLAGS.items())
    specs += "  help '(- *)-help[show the flags and examples of the command]'\n"
    commands = "".join(
        f"    {_quoted(f'{word.name}:{_plain(word.summary)}')}\n" for word in words if not word.subcommand
    )
    return f"{_BEGIN}{specs}{_MIDDLE}{commands}{_dispatch(words)}{_END}"


def _dispatch(words: Sequence[Word]) -> str:
    lines = [
        "  )",
        "  _arguments -C '1: :->command' '*:: :->argument'",
        "  case $state in",
        "  command) _describe -t commands command commands ;;",
        "  argument)",
        "    case $words[1] in",
    ]
    for word in (word for word in words if not word.subcommand):
        lines.append(f"    {word.name})")
        if word.subcommands:
            lines += [
                f"      _arguments -C '1:subcommand:({' '.join(word.subcommands)})' '*:: :->argument'",
                "      case $words[1] in",
                *(
                    f"      {inner.subcommand}) _gomod2bazel_flags '{' '.join(inner.flags)}' '*: :_files' ;;"
                    for inner in words
                    if inner.name == word.name and inner.subcommand
                ),
                "      esac",
            ]
        else:
            arguments = f"'*: :({' '.join(word.arguments)})'" if word.arguments else "'*: :_files'"
            lines.append(f"      _gomod2bazel_flags '{' '.join(word.flags)}' {arguments}")
        lines.append("      ;;")
    return "\n".join(lines) + "\n"


def _spec(name: str, flag: Flag) -> str:
    """Return what `_arguments` wants to know of a flag."""
    head = ("*" if "repeatable" in flag.help else "") + f"-{name}"
    text = f"[{_plain(flag.help)}]"
    value = _plain(flag.value)
    choices = " ".join(flag.choices)
    ends = {
        Value.NONE: text,
        Value.FOLDER: f"={text}:{value}:_files -/",
        Value.FILE: f"={text}:{value}:_files",
        Value.TEXT: f"={text}:{value}: ",
        Value.CHOICE: f"={text}:{value}:({choices})",
        Value.LIST: f"={text}:{value}:_sequence compadd - {choices}",
    }
    if name == "buildvcs":
        # A value only after an equals sign.
        return f"{head}=-{text}::{value}:({choices})"
    return head + ends[value_of(flag)]


def _plain(text: str) -> str:
    """Return a text without what means something in a specification."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def _quoted(text: str) -> str:
    quoted = text.replace("'", "'\\''")
    return f"'{quoted}'"
