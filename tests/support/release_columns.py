"""The last columns of the parity pages: how many files a row has, and its result with each Go release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.go_releases import RELEASES
from support.outcome import EQUAL, NOT_RUN, TWICE, Outcome

__all__ = ["HEADS", "RULE", "Columns", "read_columns", "render", "summary", "update"]

HEADS = " | ".join(["files", *(f"Go {release}" for release in RELEASES)]) + " |"
RULE = "--- |" + " --- |" * len(RELEASES)

_HEADS = re.compile(r"\| files (\| Go [\d.]+ )+\|$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of one row.

    Attributes:
        files: how many files the go command writes.
        results: Go release to result; a release that is missing was not run.
    """

    files: int = 0
    results: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " | ".join([str(self.files or ""), *map(self.result, RELEASES)]) + " |"

    def result(self, release: str) -> str:
        """Return the result with a Go release."""
        return self.results.get(release, NOT_RUN)

    def after(self, outcome: Outcome[Any], release: str) -> Columns:
        """Return the columns after a run: a row that was skipped keeps its result, and `equal, twice` stays so."""
        result, before = outcome.result, self.result(release)
        if result.startswith("no "):
            result = f"{NOT_RUN}: {result.removesuffix(' here')}" if before.startswith(NOT_RUN) else before
        elif result == EQUAL and before == TWICE:
            result = TWICE
        return Columns(files=outcome.files or self.files, results={**self.results, release: result})


def read_columns(page: Path) -> dict[str, Columns]:
    """Return the columns of a page: the cells that come before them to the columns of that row."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
    columns: dict[str, Columns] = {}
    releases: list[str] = []
    for line in lines:
        if _HEADS.search(line):
            releases = re.findall(r"Go ([\d.]+)", line)
        elif releases and not line.startswith("| ---"):
            cells, files, *results, _ = line.rsplit("|", len(releases) + 2)
            by_release = dict(zip(releases, (result.strip() for result in results), strict=True))
            columns[f"{cells}|"] = Columns(files=int(files) if files.strip() else 0, results=by_release)
    return columns


def update(columns: dict[str, Columns], outcomes: Mapping[str, Outcome[Any]], release: str) -> None:
    """Enter the outcomes of a run.

    Args:
        columns: from `read_columns`.
        outcomes: by the cells of their rows.
        release: the Go release that the rows were built with.

    Raises:
        ValueError: The pages have no column for that release.
    """
    if release not in RELEASES:
        raise ValueError(f"Go {release} has no column in the pages; they have {', '.join(RELEASES)}")
    for cells, outcome in outcomes.items():
        columns[cells] = columns.get(cells, Columns()).after(outcome, release)


def render(rows: Iterable[str], columns: Mapping[str, Columns]) -> list[str]:
    """Return the lines of a table whose rows have these cells."""
    return [f"{cells} {columns.get(cells, Columns())}" for cells in rows]


def summary(rows: Iterable[str], columns: Mapping[str, Columns]) -> str:
    """Return a list that counts the results with each Go release."""
    shown = [columns.get(cells, Columns()) for cells in rows]
    lines = []
    for release in RELEASES:
        words = [column.result(release) for column in shown]
        lines.append(f"- Go {release}: " + "; ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words)))
    return "\n".join(lines)
