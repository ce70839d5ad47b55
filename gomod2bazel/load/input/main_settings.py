"""What go.mod, or go.work in a workspace, sets for all main modules: the go line, and defaults of GODEBUG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import LoadOptions

__all__ = ["MainSettings", "main_settings", "read_requirements", "read_settings", "read_tools"]

# Of a file without a go line (cmd/go/internal/gover, DefaultGoModVersion and DefaultGoWorkVersion).
_DEFAULT_OF_MODULE, _DEFAULT_OF_WORKSPACE = "1.16", "1.18"


@dataclass(frozen=True, slots=True, kw_only=True)
class MainSettings:
    """What the go command takes defaults of GODEBUG from (cmd/go/internal/load, defaultGODEBUG).

    Attributes:
        go: the go line, such as 1.22.1.
        godebug: the godebug settings, key to value; ``default`` is one of them.
    """

    go: str
    godebug: Mapping[str, str]


def main_settings(opened: InputModule, options: LoadOptions) -> MainSettings:
    """Return the settings in force for a module that is built as a main module.

    Args:
        opened: the module.
        options: -modfile and -overlay, which may name other files to read.

    Raises:
        FileError: go.mod or go.work cannot be read.
    """
    go_work = "off" if opened.fetched else opened.settings.get("GOWORK", "")
    workspace = go_work not in ("", "off")
    file = go_work if workspace else options.modfile or str(opened.root / "go.mod")
    return read_settings(read_text(Path(options.overlaid.get(file) or file)), workspace=workspace)


def read_settings(text: str, *, workspace: bool) -> MainSettings:
    """Return the settings of a file.

    Args:
        text: of a go.mod or go.work.
        workspace: whether it is a go.work.
    """
    lines = list(_directives(text))
    default = _DEFAULT_OF_WORKSPACE if workspace else _DEFAULT_OF_MODULE
    settings = (value.partition("=") for word, value in lines if word == "godebug")
    return MainSettings(
        go=next((value for word, value in lines if word == "go"), default),
        godebug={key: value for key, _, value in settings},
    )


def read_tools(text: str) -> tuple[str, ...]:
    """Return the import paths in the tool lines of a go.mod, in order.

    Args:
        text: of the go.mod.
    """
    return tuple(dict.fromkeys(value.strip('"`') for word, value in _directives(text) if word == "tool"))


def read_requirements(text: str) -> tuple[str, ...]:
    """Return the paths of the modules that a go.mod requires, in order.

    Args:
        text: of the go.mod.
    """
    return tuple(dict.fromkeys(value.strip('"`') for word, value in _directives(text) if word == "require"))


def _directives(text: str) -> Iterator[tuple[str, str]]:
    """Yield word and first argument of each line of a go.mod or go.work, also of those in parentheses.

    ``go work edit -json`` prints no godebug lines, and no argument of these or of go lines may be quoted. A go command
    older than the file's go line may not know tool lines.
    """
    block = ""
    for line in text.splitlines():
        words = line.partition("//")[0].replace("(", " ( ").replace(")", " ) ").split()
        if words[1:] == ["("]:
            block = words[0]
        elif words == [")"]:
            block = ""
        elif block and words:
            yield block, words[0]
        elif len(words) > 1:
            yield words[0], words[1]
