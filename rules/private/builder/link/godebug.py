"""The default GODEBUG settings of a program (cmd/go/internal/load/godebug.go)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from builder.base import gosource

__all__ = ["default_godebug", "directives_of"]

_ENTRY = re.compile(r'^\s*\{Name: "(?P<name>\w+)",(?P<rest>.*)\}', re.MULTILINE)
_CHANGED = re.compile(r"\bChanged: (\d+)")
_OLD = re.compile(r'\bOld: "([^"]*)"')
_VERSION = re.compile(r"[1-9]\d*(?:\.\d+(?:\.\d+|(?:alpha|beta|rc)\d+)?)?")
_MINOR = re.compile(r"1\.(\d+)(?:\..*)?")
_DIRECTIVE = re.compile(r"//go:debug[ \t]+([^=]*)=(.*)")


def directives_of(text: str) -> list[tuple[str, str]]:
    """Return the settings of a Go file's //go:debug lines, which are before its package clause."""
    settings = []
    for token in gosource.tokens_of(text):
        if token.kind != "comment":
            break
        if match := _DIRECTIVE.fullmatch(token.text.rstrip()):
            settings.append((match[1].strip(), match[2].strip()))
    return settings


def default_godebug(
    table: str,
    go: str,
    module_settings: Mapping[str, str],
    directives: Iterable[tuple[str, str]],
    *,
    fips140: bool = False,
) -> str:
    """Return the settings as the linker gets them, KEY=VALUE with commas between.

    Args:
        table: the text of the SDK's internal/godebugs/table.go.
        go: the go line in force, such as 1.22.1.
        module_settings: the godebug lines in force of go.mod or go.work.
        directives: of the package's files, in the order of the files.
        fips140: whether GOFIPS140 is anything but off.
    """
    settings = {"fips140": "on"} if fips140 else {}
    settings |= dict(module_settings) | dict(directives)
    default = settings.pop("default", "").removeprefix("go")
    settings = _of_release(table, default if _VERSION.fullmatch(default) else go) | settings
    return ",".join(f"{name}={value}" for name, value in sorted(settings.items()))


def _of_release(table: str, go: str) -> dict[str, str]:
    """Return what differs for modules of an older Go release; nothing for those of a release candidate."""
    match = _MINOR.fullmatch(go)
    settings = {}
    for entry in _ENTRY.finditer(table) if match else ():
        changed, old = _CHANGED.search(entry["rest"]), _OLD.search(entry["rest"])
        if match and changed and int(match[1]) < int(changed[1]):
            settings[entry["name"]] = old[1] if old else ""
    return settings
