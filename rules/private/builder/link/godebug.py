"""The default GODEBUG settings of a program (cmd/go/internal/load/godebug.go)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from builder.base import gosource

__all__ = ["Directive", "default_godebug", "directives_of", "pairs_of", "problems_of"]

_ENTRY = re.compile(r'^\s*\{Name: "(?P<name>\w+)",(?P<rest>.*)\}', re.MULTILINE)
_CHANGED = re.compile(r"\bChanged: (\d+)")
_OLD = re.compile(r'\bOld: "([^"]*)"')
_VERSION = re.compile(r"[1-9]\d*(?:\.\d+(?:\.\d+|(?:alpha|beta|rc)\d+)?)?")
_MINOR = re.compile(r"1\.(\d+)(?:\..*)?")
_DIRECTIVE = re.compile(r"//go:debug(?:[ \t]+(.*))?")
_REMOVED = re.compile(r'^\s*\{Name: "(\w+)", Removed: (\d+)\}', re.MULTILINE)


class Directive(NamedTuple):
    """A //go:debug line: its setting, KEY=VALUE where it is right, and its place, LINE:COLUMN."""

    setting: str
    place: str

    @property
    def pair(self) -> tuple[str, str]:
        """The key and the value."""
        key, _, value = self.setting.partition("=")
        return key, value


def directives_of(text: str) -> list[Directive]:
    """Return a Go file's //go:debug lines, which are before its package clause."""
    directives = []
    for token in gosource.tokens_of(text):
        if token.kind != "comment":
            break
        if match := _DIRECTIVE.fullmatch(token.text.rstrip()):
            directives.append(Directive((match[1] or "").strip(), f"{token.line}:{token.column}"))
    return directives


def problems_of(table: str, release: str, directives: Iterable[tuple[str, Directive]]) -> Iterator[str]:
    """Yield what is wrong with a package's //go:debug lines (cmd/go/internal/work, checkDirectives).

    Args:
        table: the text of the SDK's internal/godebugs/table.go.
        release: the SDK's, such as 1.26.8.
        directives: each with the name of its file.
    """
    places: dict[str, str] = {}
    for file, directive in directives:
        key, _ = directive.pair
        place = f"{file}:{directive.place}"
        problem = _problem(table, release, directive)
        if problem:
            yield f"{place}: invalid //go:debug: {problem}"
        elif key in places:
            yield f"{place}: repeated //go:debug for {key}\n\t{places[key]}: previous //go:debug"
        places.setdefault(key, place)


def pairs_of(table: str, release: str, directives: Iterable[Directive]) -> list[tuple[str, str]]:
    """Return the settings of //go:debug lines; those that are wrong are left out, as in test files.

    Args:
        table: the text of the SDK's internal/godebugs/table.go.
        release: the SDK's, such as 1.26.8.
        directives: of a package, in the order of its files.
    """
    return [directive.pair for directive in directives if not _problem(table, release, directive)]


def _problem(table: str, release: str, directive: Directive) -> str:
    """Return why a line is refused (cmd/go/internal/modload, CheckGodebug); empty where it is right."""
    if "=" not in directive.setting:
        return "missing key=value"
    key, value = directive.pair
    for name, text in (("key", key), ("value", value)):
        if re.search(r"[ \t]", text):
            return f"{name} contains space"
    for name, text in (("key", key), ("value", value)):
        if "," in text:
            return f"{name} contains comma"
    if key == "default":
        if not value.startswith("go") or not _VERSION.fullmatch(value[2:]):
            return "value for default= must be goVERSION"
        too_new = _numbers(value[2:]) > _numbers(release)
        return f"default={value} too new (toolchain is go{release})" if too_new else ""
    # The table also has a list of what was removed.
    if any(entry["name"] == key and "Package:" in entry["rest"] for entry in _ENTRY.finditer(table)):
        return ""
    removed = dict(_REMOVED.findall(table))
    if key in removed:
        return f'use of removed //go:debug setting "{key}", see https://go.dev/doc/godebug#go-1{removed[key]}'
    return f'unknown //go:debug setting "{key}"'


def _numbers(release: str) -> tuple[int, ...]:
    """Return the numbers of a release, without those of a release candidate."""
    return tuple(int(number) for number in re.split(r"[a-z]", release)[0].split("."))


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
