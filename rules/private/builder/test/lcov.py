#!/usr/bin/env python3
"""Make lcov's trace files: from a profile of Go's, or from several of them.

Usage, as Bazel calls what merges the reports of one test (--coverage_dir, tools/test/collect_coverage.sh) or of all
tests (--reports_file, as --coverage_report_generator)::

    lcov --output_file=FILE [--coverage_dir=FOLDER | --reports_file=FILE] [--source_file_manifest=FILE] [...]

and, as the launcher of a Go test calls it::

    lcov --output_file=FILE --profile=FILE --sources=FILE

A profile (cmd/cover/profile.go) has a line for each block of statements: ``NAME:LINE.COLUMN,LINE.COLUMN STATEMENTS
COUNT``. A trace file counts lines (geninfo(1)): a line was run as often as the block on it that was run most.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["Lines", "from_profile", "merge", "to_text"]

Lines = dict[str, dict[int, int]]
"""How often each line was run, by file and number."""

_BLOCK = re.compile(r"(.+):(\d+)\.\d+,(\d+)\.(\d+) \d+ (\d+)")


def from_profile(text: str, sources: Mapping[str, str]) -> Lines:
    """Return how often lines were run, of a profile.

    Args:
        text: the profile.
        sources: path of each source file by its name in the profile.

    Raises:
        ValueError: a line is not part of a profile.
    """
    counts: Lines = {}
    for line in text.splitlines():
        if line.startswith("mode: "):
            continue
        block = _BLOCK.fullmatch(line)
        if block is None:
            raise ValueError(f"not a line of a coverage profile: {line!r}")
        name, first, last, column, count = block[1], int(block[2]), int(block[3]), int(block[4]), int(block[5])
        lines = counts.setdefault(sources.get(name, name), {})
        # A block that ends before the first character of a line has nothing on it.
        for number in range(first, last + (column > 1 or first == last)):
            lines[number] = max(count, lines.get(number, 0))
    return counts


def to_text(lines: Lines) -> str:
    """Return a trace file, its sources in order."""
    return "".join(_record(file, {f"DA:{n}": count for n, count in lines[file].items()}, {}) for file in sorted(lines))


def merge(texts: Iterable[str], kept_files: frozenset[str] | None = None) -> str:
    """Return one trace file of several: counts of the same line, function or branch are added up.

    Args:
        texts: trace files; sums in them (LH and the like) are made again.
        kept_files: sources to keep; None for all.
    """
    counts: dict[str, dict[str, int]] = {}
    others: dict[str, dict[str, str]] = {}
    file = ""
    for line in (line for text in texts for line in text.splitlines()):
        kind, _, value = line.partition(":")
        if kind == "SF":
            file = value
        elif kind == "DA":
            number, count = value.split(",")[:2]
            _add(counts.setdefault(file, {}), f"DA:{number}", int(count))
        elif kind == "FNDA":
            called, _, name = value.partition(",")
            _add(counts.setdefault(file, {}), f"FNDA:{name}", int(called))
        elif kind == "BRDA":
            branch, _, taken = value.rpartition(",")
            # A branch in code that was never reached is not a branch that was not taken.
            _add(counts.setdefault(file, {}), f"BRDA:{branch}", -1 if taken == "-" else int(taken))
        elif kind == "FN":
            others.setdefault(file, {})[line] = ""
    files = sorted({*counts, *others})
    kept = [name for name in files if kept_files is None or name in kept_files]
    return "".join(_record(name, counts.get(name, {}), others.get(name, {})) for name in kept)


def _add(counts: dict[str, int], key: str, count: int) -> None:
    before = counts.get(key, -1)
    counts[key] = max(before, count) if -1 in (before, count) else before + count


def _record(file: str, counts: Mapping[str, int], functions: Mapping[str, str]) -> str:
    """Return the record of one source."""
    kinds: dict[str, list[tuple[str, int]]] = {"FNDA": [], "BRDA": [], "DA": []}
    for key, count in counts.items():
        kind, _, name = key.partition(":")
        kinds[kind].append((name, count))
    lines = [f"SF:{file}", *functions]
    lines += [f"FNDA:{count},{name}" for name, count in kinds["FNDA"]]
    lines += _sums("FN", kinds["FNDA"])
    lines += [f"BRDA:{name},{'-' if count < 0 else count}" for name, count in kinds["BRDA"]]
    lines += _sums("BR", kinds["BRDA"])
    lines += [f"DA:{name},{count}" for name, count in sorted(kinds["DA"], key=lambda item: int(item[0]))]
    hit = sum(count > 0 for _, count in kinds["DA"])
    lines += [f"LH:{hit}", f"LF:{len(kinds['DA'])}", "end_of_record"]
    return "".join(f"{line}\n" for line in lines)


def _sums(kind: str, counts: list[tuple[str, int]]) -> list[str]:
    return [f"{kind}F:{len(counts)}", f"{kind}H:{sum(count > 0 for _, count in counts)}"] if counts else []


def _reports(options: Mapping[str, str]) -> list[Path]:
    """Return the trace files that are to be merged."""
    if "reports_file" in options:
        names = Path(options["reports_file"]).read_text(encoding="utf-8").split("\n")
        return [Path(name) for name in names if name]
    folders = os.walk(options["coverage_dir"])
    return sorted(Path(folder, name) for folder, _, names in folders for name in names if name.endswith(".dat"))


def _source_files(options: Mapping[str, str]) -> frozenset[str] | None:
    """Return the sources that Bazel's manifest names."""
    if "source_file_manifest" not in options:
        return None
    return frozenset(Path(options["source_file_manifest"]).read_text(encoding="utf-8").split("\n"))


def main(arguments: list[str]) -> int:
    """Write the trace file."""
    options = {name.removeprefix("--"): value for name, _, value in (word.partition("=") for word in arguments)}
    if "profile" in options:
        sources = json.loads(Path(options["sources"]).read_text(encoding="utf-8"))
        text = to_text(from_profile(Path(options["profile"]).read_text(encoding="utf-8"), sources))
    else:
        output = Path(options["output_file"]).absolute()
        reports = [path for path in _reports(options) if path.absolute() != output]
        text = merge((path.read_text(encoding="utf-8") for path in reports), _source_files(options))
    Path(options["output_file"]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
