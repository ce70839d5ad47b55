"""docs/real-repositories.md: a table of the repositories, and each difference with its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from verdicts.verdict import Comparison, Difference

__all__ = ["explanation_of", "page", "read_explanations"]

_HEAD = """# Real repositories

`tools/verdicts -write NAME=FOLDER ...` generates this page; do not edit it. Each repository was given to `gomod2bazel
generate -init`, `bazel build` of all go_library, go_binary and go_test rules, and `bazel test //...`; and to `go build
./...` and `go test ./...` in each of its modules. The table has the packages on which both have the same verdict: both
build or pass, or both fail. Main packages without a func main are built as plugins on both sides, if their rule has
`linkmode = "plugin"`.

| repository | commit | Go | what was run | builds | tests |
| --- | --- | --- | --- | --- | --- |
"""


def read_explanations(path: Path) -> dict[str, str]:
    """Return the explanations by ``NAME KIND IMPORTPATH``, in which ``*`` matches anything: a line each, with a tab."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


def explanation_of(comparison: Comparison, found: Difference, explanations: Mapping[str, str]) -> str:
    """Return why the two sides differ on a package; empty where no explanation matches."""
    key = f"{comparison.name} {found.kind} {found.import_path}"
    return next((why for pattern, why in explanations.items() if fnmatchcase(key, pattern)), "")


def page(comparisons: Sequence[Comparison], explanations: Mapping[str, str]) -> str:
    """Return the text of the page."""
    return _HEAD + "".join(map(_row, comparisons)) + "".join(_section(found, explanations) for found in comparisons)


def _row(found: Comparison) -> str:
    (builds, all_builds), (tests, all_tests) = found.builds, found.tests
    tested = f"{tests} of {all_tests} ({100 * tests / all_tests:.1f} %)" if all_tests else "none"
    cells = (found.name, found.commit[:12], found.release, found.scope, f"{builds} of {all_builds}", tested)
    return f"| {' | '.join(cells)} |\n"


def _section(found: Comparison, explanations: Mapping[str, str]) -> str:
    text = ""
    if found.differing:
        text += "\n| package | | why |\n| --- | --- | --- |\n"
    for difference in found.differing:
        why = (explanation_of(found, difference, explanations) or difference.reason).replace("|", "\\|")
        text += f"| {difference.import_path} | {difference.kind}: {difference.verdicts} | {why} |\n"
    if found.steadied:
        text += "\nTests whose verdicts differed in the whole run, and were equal when each package ran alone:\n\n"
        text += "".join(f"- {path}\n" for path in found.steadied)
    if found.notes:
        text += "\nWhat was reported in addition:\n\n" + "".join(f"- `{note}`\n" for note in found.notes)
    return f"\n## {found.name}\n{text}" if text else ""
