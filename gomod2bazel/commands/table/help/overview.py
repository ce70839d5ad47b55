"""The overview: what `gomod2bazel` and `gomod2bazel help` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gomod2bazel.base import documentation
from gomod2bazel.commands.command_line.command import Command, Job
from gomod2bazel.commands.table.help.layout import columns
from gomod2bazel.commands.table.help.topics import TOPICS

__all__ = ["overview"]

_BEGIN = """\
gomod2bazel builds every binary of a Go module with Bazel, byte-identical to go build -trimpath.

usage: gomod2bazel COMMAND [flags] [arguments]

  gomod2bazel build -destination bin example.com/m@v1.2.3
  gomod2bazel build -destination bin path/to/tree
"""


def overview(commands: Mapping[str, Command[Any]]) -> str:
    """Return the overview: the commands by what people do with them, and where there is more."""
    parts = [_BEGIN]
    width = max(map(len, commands))
    for job in Job:
        rows = [(f"{name:<{width}}", command.summary) for name, command in commands.items() if command.job is job]
        parts.append(f"{job}:\n{columns(rows)}")
    rows = [("help COMMAND", "arguments, flags and examples of a command; also COMMAND -h")]
    rows += [(f"help {name}", topic.summary) for name, topic in TOPICS.items()]
    parts.append(f"More:\n{columns(rows)}  {documentation.page('README.md')}\n")
    return "\n".join(parts)
