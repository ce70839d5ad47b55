"""Flags that a project keeps in gomod2bazel.toml under a name, for -config (docs/flags.md, "Where flags come from").

They apply only where -config asks for them: the file may be that of a tree which is built without trust in it, and
flags can name programs to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.toml_file import TomlFile
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.options.flags import flags_of

__all__ = ["FILE_NAME", "with_configs"]

FILE_NAME = "gomod2bazel.toml"

_HINT = 'write [config.NAME] and below it COMMAND = ["-flag=value", ...]'


def with_configs(command: str, arguments: Sequence[str], cwd: Path) -> tuple[str, ...]:
    """Return a command line after the words that its -config flags stand for.

    Args:
        command: the command's name.
        arguments: the command line after it.
        cwd: the user's folder; gomod2bazel.toml is there, or in that of -C.

    Raises:
        UsageError: the file, or a configuration, does not exist or is not well formed.
    """
    given = list(flags_of(arguments))
    names = [value or "" for name, value in given if name == "config"]
    if not names:
        return tuple(arguments)
    folders = [value for name, value in given if name == "C" and value]
    file = TomlFile(path=Path(cwd, *folders[-1:], FILE_NAME), shown=FILE_NAME, named=True, hint=_HINT)
    configs = file.parse(file.text(), _HINT).get("config", {})
    return (*(word for name in names for word in _words(configs, name, command)), *arguments)


def _words(configs: Any, name: str, command: str) -> Sequence[str]:
    """Return the words of a configuration for a command.

    Raises:
        UsageError: there are none, or they are not a list of words.
    """
    if not isinstance(configs, dict) or not all(isinstance(commands, dict) for commands in configs.values()):
        raise UsageError("config is not a table of tables", where=FILE_NAME, hint=_HINT)
    if name not in configs:
        near = did_you_mean(name, configs)
        raise UsageError(f"-config {name}: {FILE_NAME} has no [config.{name}]", hint=near or _HINT)
    words = configs[name].get(command)
    if words is None:
        others = ", ".join(sorted(configs[name])) or "no command"
        raise UsageError(
            f"-config {name}: [config.{name}] has flags for {others}, not for {command}",
            where=FILE_NAME,
            hint=f'add {command} = ["-flag=value", ...] to it',
        )
    if not isinstance(words, list) or not all(isinstance(word, str) and "\0" not in word for word in words):
        raise UsageError(f"config.{name}.{command} is not a list of words", where=FILE_NAME, hint=_HINT)
    if any(flag in ("C", "config") for flag, _ in flags_of(words)):
        raise UsageError(
            f"config.{name}.{command}: -C and -config are for the command line alone", where=FILE_NAME, hint=_HINT
        )
    return words
