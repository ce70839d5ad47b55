"""Compare results of `bench/run` with the committed ratios; `tools/bench_check` calls it.

tools/bench_check RESULT.json...          exit status 1 if a median ratio is more than 15 % worse than committed
tools/bench_check -write RESULT.json...   write the ratios of the results to bench/ratios.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.measure.errors import BenchError
from bench.report.document import Document, read_document
from bench.report.ratios import RATIOS, compare_ratios, merge_ratios, read_ratios, write_ratios

__all__ = ["main", "problems"]


def problems(document: Document, path: Path = RATIOS) -> list[str]:
    """Return what is wrong with a run: ratios that became worse, and binaries with other bytes.

    Args:
        document: The run.
        path: The file of committed ratios.

    Raises:
        BenchError: The file is not one of ratios.
    """
    comparisons = compare_ratios(document.results, read_ratios(path))
    worse = [f"worse: {item}" for item in comparisons if item.is_worse]
    return [*different_bytes(document), *worse]


def different_bytes(document: Document) -> list[str]:
    """Return a line for each result in which binaries of the sides differ."""
    return [
        f"{result.scenario}, {result.subject}: other bytes: {', '.join(result.different)}"
        for result in document.results
        if result.different
    ]


def _counted(path: Path) -> Document:
    document = read_document(path)
    if document.trial:
        raise BenchError(f"{path}: of a trial, whose figures do not count")
    return document


def main(argv: list[str]) -> int:
    """Check or write; return the exit status: 1 for a regression, 2 where a file cannot be used."""
    parser = argparse.ArgumentParser(prog="tools/bench_check", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-write", action="store_true", help="write the ratios to bench/ratios.json")
    parser.add_argument("-ratios", type=Path, default=RATIOS, help="another file of ratios")
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULT.json")
    given = parser.parse_args(argv)
    try:
        documents = [_counted(path) for path in given.results]
        results = [result for document in documents for result in document.results]
        committed = read_ratios(given.ratios)
        if given.write:
            write_ratios(merge_ratios(committed, results), given.ratios)
            return 0
        for item in compare_ratios(results, committed):
            print(item)
        wrong = [line for document in documents for line in problems(document, given.ratios)]
    except BenchError as error:
        print(f"bench_check: {error}", file=sys.stderr)
        return 2
    for line in wrong:
        print(f"bench_check: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
