"""Vulnerability records in the OSV format, as the Go vulnerability database has them.

Sources: https://go.dev/doc/security/vuln/database#schema and https://ossf.github.io/osv-schema/.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import precedence

__all__ = ["STDLIB", "Affected", "Record", "VulnerablePackage", "read_records"]

STDLIB = "stdlib"
"""What records call the standard library, whose version is the Go release."""

# Beside the records, the database's server keeps lists of them, which have other forms.
_INDEX = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class VulnerablePackage:
    """A package with the flaw.

    Attributes:
        path: import path.
        symbols: functions and methods (`Type.Method`) with the flaw; empty for the whole package.
        goos, goarch: where it has the flaw; empty for everywhere.
    """

    path: str
    symbols: tuple[str, ...]
    goos: tuple[str, ...]
    goarch: tuple[str, ...]

    def is_on(self, goos: str, goarch: str) -> bool:
        """Return whether a platform has the flaw."""
        return (not self.goos or goos in self.goos) and (not self.goarch or goarch in self.goarch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A module and its versions with the flaw.

    Attributes:
        module: its path, or `STDLIB`.
        events: pairs of what begins or ends at a version (`introduced`, `fixed`, `last_affected`) and that version, by
            range.
        packages: those with the flaw; empty for all of the module.
    """

    module: str
    events: tuple[tuple[tuple[str, str], ...], ...]
    packages: tuple[VulnerablePackage, ...]

    def has(self, version: str) -> bool:
        """Return whether a version has the flaw (https://ossf.github.io/osv-schema/#evaluation)."""
        return any(_within(events, version) for events in self.events)

    def fix(self, version: str) -> str:
        """Return the lowest version above ``version`` that is without the flaw; empty where there is none yet."""
        fixed = {text for events in self.events for kind, text in events if kind == "fixed"}
        later = [
            text
            for text in sorted(fixed, key=precedence)
            if precedence(text) > precedence(version) and not self.has(text)
        ]
        return later[0] if later else ""


def _within(events: Iterable[tuple[str, str]], version: str) -> bool:
    """Follow the events in the order of their versions up to ``version``."""
    inside, at = False, precedence(version)
    # From "0" on means from the first version on, and pseudo-versions of 0.0.0 are below it.
    for kind, text in sorted(events, key=lambda event: (event[1] != "0", precedence(event[1]))):
        if kind == "introduced" and (text == "0" or at >= precedence(text)):
            inside = True
        elif (kind == "fixed" and at >= precedence(text)) or (kind == "last_affected" and at > precedence(text)):
            inside = False
    return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One vulnerability.

    Attributes:
        id: such as GO-2024-2611.
        aliases: what other databases call it.
        summary: one line.
        affected: modules.
    """

    id: str
    aliases: tuple[str, ...]
    summary: str
    affected: tuple[Affected, ...]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Record:
        """Read a record; what is not of the Go ecosystem is left out.

        Raises:
            TypeError, ValueError, KeyError, AttributeError: it is not a record.
        """
        details = value.get("summary") or str(value.get("details", "")).strip().partition("\n")[0]
        go = [affected for affected in value.get("affected") or () if affected["package"].get("ecosystem") == "Go"]
        return cls(
            id=_text(value["id"]),
            aliases=tuple(map(_text, value.get("aliases") or ())),
            summary=_text(details),
            affected=tuple(map(_affected, go)),
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value


def _affected(value: Mapping[str, Any]) -> Affected:
    imports = (value.get("ecosystem_specific") or {}).get("imports") or ()
    ranges = [semver_range for semver_range in value.get("ranges") or () if semver_range.get("type") == "SEMVER"]
    events = [
        tuple((kind, _version(text)) for event in semver_range["events"] for kind, text in event.items())
        for semver_range in ranges
    ]
    # A version that is listed alone is a separate range.
    listed = [_version(text) for text in value.get("versions") or ()]
    return Affected(
        module=_text(value["package"]["name"]),
        events=(*events, *((("introduced", text), ("last_affected", text)) for text in listed)),
        packages=tuple(
            VulnerablePackage(
                path=_text(imported["path"]),
                symbols=tuple(map(_text, imported.get("symbols") or ())),
                goos=tuple(map(_text, imported.get("goos") or ())),
                goarch=tuple(map(_text, imported.get("goarch") or ())),
            )
            for imported in imports
        ),
    )


def _version(text: object) -> str:
    precedence(_text(text))
    return str(text)


def read_records(folder: Path, name: str) -> tuple[Record, ...]:
    """Read all records below a folder, those that were withdrawn left out, by their IDs.

    Args:
        folder: a copy of the database, or any folder of records.
        name: the folder as the user called it.

    Raises:
        UsageError: there are none, or some are not records; all of them at once.
    """
    records: dict[str, Record] = {}
    problems = []
    for path in sorted(folder.rglob("*.json")):
        where = path.relative_to(folder)
        if where.parts[0] == _INDEX or path.is_symlink():
            continue
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            if not value.get("withdrawn"):
                record = Record.of(value)
                records[record.id] = record
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            problems.append(f"{Path(name) / where}: not an OSV record: {type(error).__name__}: {error}")
    if problems:
        raise UsageError("\n".join(problems), hint="give -osv a folder that holds only OSV records")
    if not records:
        raise UsageError(
            f"-osv {name}: no OSV records in this folder", hint="unpack https://vuln.go.dev/vulndb.zip into a folder"
        )
    return tuple(records[name] for name in sorted(records))
