"""The completion for bash."""

from __future__ import annotations

from collections.abc import Sequence

from gomod2bazel.commands.table.help.shells.words import Value, Word, flag_names, value_of
from gomod2bazel.options.flag_table import FLAGS

__all__ = ["bash_completion"]

_BEGIN = """\
# bash completion for gomod2bazel, written by gomod2bazel completion bash

_gomod2bazel_files() {
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$1" -- "$current"))
}

_gomod2bazel_list() {
    # After a comma, another name; one that is there already is not offered again.
    local before= word
    [[ $current == *,* ]] && before=${current%,*},
    for word in "$@"; do
        [[ ,$before == *,$word,* || $word != "${current##*,}"* ]] || COMPREPLY+=("$before$word")
    done
}

_gomod2bazel() {
    local current=${COMP_WORDS[COMP_CWORD]} previous= command= subcommand= i word names dashes
    COMPREPLY=()
    ((COMP_CWORD > 0)) && previous=${COMP_WORDS[COMP_CWORD - 1]}
    # Bash takes -flag=value for three words.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = && COMP_CWORD -gt 1 ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $current == -*=* ]]; then
        previous=${current%%=*}
        current=${current#*=}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case ${word##-} in
        @VALUED@) [[ $word == -* && ${COMP_WORDS[i + 1]} != = ]] && ((i++)) ;;
        esac
        case $word in
        -* | =) ;;
        *)
            if [[ ${COMP_WORDS[i - 1]} == = ]]; then
                :
            elif [[ -z $command ]]; then
                command=$word
            else
                case "$command $word" in
                @SUBCOMMANDS@) [[ -n $subcommand ]] || subcommand=$word ;;
                esac
            fi
            ;;
        esac
    done
"""

_END = """\
    if [[ -n $arguments ]]; then
        COMPREPLY=($(compgen -W "$arguments" -- "$current"))
    else
        _gomod2bazel_files -f
    fi
}

complete -F _gomod2bazel gomod2bazel
"""


def bash_completion(words: Sequence[Word]) -> str:
    """Return the completion for bash.

    Args:
        words: The commands and subcommands.
    """
    valued = "|".join(flag_names(Value.FOLDER, Value.FILE, Value.CHOICE, Value.LIST, Value.TEXT))
    valued = valued.replace("|buildvcs", "")  # a switch that may have a value after an equals sign
    subcommands = " | ".join(f'"{word.name} {word.subcommand}"' for word in words if word.subcommand)
    begin = _BEGIN.replace("@VALUED@", valued).replace("@SUBCOMMANDS@", subcommands)
    return begin + _values() + _commands(words) + _END


def _values() -> str:
    """Return what completes the value of the flag before the cursor."""
    lines = [
        "    if [[ $previous == -* ]]; then",
        "        word=${previous#-}",
        "        case ${word#-} in",
        f"        {'|'.join(flag_names(Value.FOLDER))}) _gomod2bazel_files -d; return ;;",
        f"        {'|'.join(flag_names(Value.FILE))}) _gomod2bazel_files -f; return ;;",
        f"        {'|'.join(flag_names(Value.TEXT))}) return ;;",
    ]
    for name, flag in FLAGS.items():
        choices = " ".join(flag.choices)
        if name == "pgo":
            lines.append(
                f'        pgo) _gomod2bazel_files -f; COMPREPLY+=($(compgen -W "{choices}" -- "$current")); return ;;'
            )
        elif name == "buildvcs":
            lines.append(
                '        buildvcs) [[ " ${COMP_WORDS[*]:COMP_CWORD-2:3}" == *=* ]] && '
                f'{{ COMPREPLY=($(compgen -W "{choices}" -- "$current")); return; }} ;;'
            )
        elif value_of(flag) is Value.CHOICE:
            lines.append(f'        {name}) COMPREPLY=($(compgen -W "{choices}" -- "$current")); return ;;')
        elif value_of(flag) is Value.LIST:
            lines.append(f"        {name}) _gomod2bazel_list {choices}; return ;;")
    return "\n".join([*lines, "        esac", "    fi", ""])


def _commands(words: Sequence[Word]) -> str:
    """Return what completes commands, subcommands and flags."""
    names = " ".join(word.name for word in words if not word.subcommand)
    lines = [
        "    if [[ -z $command && $current != -* ]]; then",
        f'        COMPREPLY=($(compgen -W "{names}" -- "$current"))',
        "        return",
        "    fi",
        "    local arguments=",
        '    case "$command $subcommand" in',
    ]
    for word in words:
        arguments = " ".join(word.subcommands or word.arguments)
        lines += [
            f'    "{word.name} {word.subcommand}")',
            f'        names="{" ".join(word.flags)}"',
            *([f'        arguments="{arguments}"'] if arguments else []),
            "        ;;",
        ]
    lines += [
        '    *) names="help version" ;;',
        "    esac",
        "    if [[ $current == -* ]]; then",
        "        dashes=-",
        "        [[ $current == --* ]] && dashes=--",
        '        COMPREPLY=($(compgen -P "$dashes" -W "$names" -- "${current#"$dashes"}"))',
        "        return",
        "    fi",
        "",
    ]
    return "\n".join(lines)
