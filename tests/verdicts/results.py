"""The result of each repository in a file of its own, so that one can be compared again without the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from verdicts.verdict import Comparison, Difference

__all__ = ["RESULTS", "read_result", "read_results", "write_result"]

RESULTS = Path(__file__).with_name("results")
"""Where the results are."""

_HEAD = "# tools/verdicts -write NAME=FOLDER writes this file; do not edit it.\n"


def write_result(comparison: Comparison, folder: Path = RESULTS) -> Path:
    """Write NAME.tsv, and return it: a word and its values on each line, with tabs between.

    Args:
        comparison: What came of the repository.
        folder: Where the results are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{comparison.name}.tsv"
    lines = ("\t".join(" ".join(value.split()) for value in row) for row in _rows(comparison))
    file.write_text(_HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def _rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    yield "commit", comparison.commit
    yield "go", comparison.release
    yield "scope", comparison.scope
    for word, (equal, total) in (("builds", comparison.builds), ("tests", comparison.tests)):
        yield word, str(equal), str(total)
    for found in comparison.differing:
        yield "differs", found.kind, found.import_path, found.verdicts, found.reason
    yield from (("steadied", path) for path in comparison.steadied)
    yield from (("note", note) for note in comparison.notes)


def read_results(folder: Path = RESULTS) -> list[Comparison]:
    """Return the results of all repositories, by name."""
    return [read_result(file) for file in sorted(folder.glob("*.tsv"))]


def read_result(file: Path) -> Comparison:
    """Return the result that a file has."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]
    one = {word: values for word, *values in rows}
    return Comparison(
        name=file.stem,
        commit=one["commit"][0],
        release=one["go"][0],
        scope=one["scope"][0],
        builds=(int(one["builds"][0]), int(one["builds"][1])),
        tests=(int(one["tests"][0]), int(one["tests"][1])),
        differing=tuple(
            Difference(kind=values[0], import_path=values[1], verdicts=values[2], reason=values[3])
            for word, *values in rows
            if word == "differs"
        ),
        steadied=tuple(values[0] for word, *values in rows if word == "steadied"),
        notes=tuple(values[0] for word, *values in rows if word == "note"),
    )
