"""The JSON document of a run: what ran where, and all results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.measure.errors import BenchError
from bench.measure.result import Result, Round, Spread
from bench.measure.usage import Usage

__all__ = ["SCHEMA", "Document", "read_document", "write_document"]

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A run of the bench.

    Attributes:
        date: When it began, in ISO 8601.
        command: The words of the command line.
        versions: Of gomod2bazel, its commit, go, bazel, python and what else took part, by name.
        cores: How many processors it could use.
        load: The load averages of 1, 5 and 15 minutes at the start.
        cpu_source: Where processor time comes from: `control group` or `/proc`.
        trial: Whether caches were not emptied, so that no figure counts.
        results: In order.
    """

    date: str
    command: tuple[str, ...]
    versions: Mapping[str, str]
    cores: int
    load: tuple[float, ...]
    cpu_source: str
    trial: bool
    results: tuple[Result, ...]


def write_document(path: Path, document: Document) -> None:
    """Write a document as JSON; each result also has a summary, for readers that do not compute."""
    value = {"schema": SCHEMA, **asdict(document)}
    for item, result in zip(value["results"], document.results, strict=True):
        item["summary"] = _summary(result)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _summary(result: Result) -> dict[str, Any]:
    """Return min, median and max of what sides used, and of the ratios to the other sides."""
    values = {
        "wall": lambda usage: usage.wall,
        "cpu": lambda usage: usage.cpu,
        "command_memory": lambda usage: usage.command_memory,
        "largest_memory": lambda usage: usage.largest_memory,
        "server_memory": lambda usage: usage.server_memory,
    }
    return {
        "sides": {
            side: {
                name: asdict(spread)
                for name, value in values.items()
                if isinstance(spread := result.spread(side, value), Spread)
            }
            for side in result.sides
        },
        "ratios": {other: asdict(result.ratio(other)) for other in result.sides[1:]},
        "bytes_equal": not result.different if any(item.binaries for item in result.rounds) else None,
    }


def read_document(path: Path) -> Document:
    """Read a document.

    Raises:
        BenchError: The file cannot be read, or is not a document of this schema.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        schema = value["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchError(f"{path}: not a result of bench/run: {error}") from None
    if schema != SCHEMA:
        raise BenchError(f"{path}: schema {schema}, not {SCHEMA}: run the bench again")
    try:
        return Document(
            date=value["date"],
            command=tuple(value["command"]),
            versions=value["versions"],
            cores=value["cores"],
            load=tuple(value["load"]),
            cpu_source=value["cpu_source"],
            trial=value["trial"],
            results=tuple(_results(value["results"])),
        )
    except (KeyError, TypeError) as error:
        raise BenchError(f"{path}: not a result of bench/run: {error!r}") from None


def _results(values: Sequence[Mapping[str, Any]]) -> list[Result]:
    return [
        Result(
            scenario=value["scenario"],
            subject=value["subject"],
            sides=tuple(value["sides"]),
            rounds=tuple(_round(item) for item in value["rounds"]),
            size=value["size"],
        )
        for value in values
    ]


def _round(value: Mapping[str, Any]) -> Round:
    return Round(
        order=tuple(value["order"]),
        usages={side: Usage(**used) for side, used in value["usages"].items()},
        binaries=value["binaries"],
        different=tuple(value["different"]),
    )
