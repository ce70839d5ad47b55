"""docs/go-releases.md: which Go releases are supported, what differs between them, and how the probes ended."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from go_release.probes import PROBES, Probe, Result
from gomod2bazel.provision.go_releases import release_of, supported_releases

__all__ = ["DOCUMENT", "page", "reports"]

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "go-releases.md"

_HEAD = """# Go releases

`tools/go_release -write VERSION` generates this page; do not edit it.

{supported} are supported. Any other release ends with exit 5; see [setup.md](setup.md#go-releases).

## What differs between releases

The table is `rules/private/config/releases.bzl`. A release has each change from the one named here on.

| change | since | where in cmd/go, and what |
| --- | --- | --- |
{changes}

## Probes

For each probe module, `tools/go_release` compares the steps that `go build -a -n` prints with the driver's: package by
package, which tools run, on which files, with which flags. Names of temporary files and folders are left out. Then it
compares the bytes of the binaries.
"""

_TABLE = "| probe | environment | flags | steps | steps that differ | bytes |\n| --- | --- | --- | --- | --- | --- |"
_SECTION = "\n### Go "


def page(version: str, results: Iterable[Result]) -> str:
    """Return the page with the report of ``version``; those of other releases are kept.

    Args:
        version: Such as 1.27.3. It replaces the report of an earlier patch release.
        results: Of probes of this version. A probe that is missing keeps its row.
    """
    known = reports(DOCUMENT.read_text(encoding="utf-8")) if DOCUMENT.exists() else {}
    rows = dict(known.pop(version, {}))
    known = {other: table for other, table in known.items() if release_of(other) != release_of(version)}
    known[version] = rows | {result.probe.name: _row(result) for result in results}
    changes = "\n".join(f"| `{name}` | {since} | {place} |" for name, (since, place) in _changes().items())
    supported = supported_releases(os.environ)
    text = _HEAD.format(supported=f"Go {', '.join(supported[:-1])} and {supported[-1]}", changes=changes)
    for other in sorted(known, key=lambda name: [int(part) for part in name.split(".")], reverse=True):
        lines = [known[other][probe.name] for probe in PROBES if probe.name in known[other]]
        text += f"{_SECTION}{other}\n\n{_TABLE}\n" + "".join(f"{line}\n" for line in lines)
    return text


def reports(text: str) -> dict[str, dict[str, str]]:
    """Return the rows of the page ``text``: version to name of a probe to its line."""
    found = {}
    for section in text.split(_SECTION)[1:]:
        version, *lines = section.splitlines()
        rows = [line for line in lines if line.startswith("| ")][2:]
        found[version] = {line.split("|")[1].strip(): line for line in rows}
    return found


def _row(result: Result) -> str:
    probe: Probe = result.probe
    environment = " ".join(f"{name}={value}" for name, value in probe.env.items())
    flags = f"`{' '.join(probe.flags)}`" if probe.flags else ""
    cells = (probe.name, f"`{environment}`", flags, result.steps, len(result.steps_differ), result.outcome.result)
    return "| " + " | ".join(map(str, cells)) + " |"


def _changes() -> Mapping[str, tuple[str, str]]:
    """Return the changes of the rules' table: name to the first release that has it and its place in cmd/go."""
    path = ROOT / "rules" / "private" / "config" / "releases.bzl"
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "CHANGES":
            return {name: (since, place) for name, (since, place) in ast.literal_eval(statement.value).items()}
    raise ValueError(f"{path} has no CHANGES")
