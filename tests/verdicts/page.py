"""docs/real-repositories.md: a table of the repositories, and each difference with its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from verdicts.verdict import Comparison

__all__ = ["page", "read_explanations"]

_HEAD = """# Real repositories

`tools/verdicts -write NAME=FOLDER ...` generates this page; do not edit it. Each repository was given to `gomod2bazel
generate -init`, `bazel build //...` and `bazel test //...`, and to `go build ./...` and `go test ./...` in each of its
modules. The table has the packages on which both have the same verdict.

| repository | packages that build, or fail, for both | packages whose tests pass, or fail, for both |
| --- | --- | --- |
"""


def read_explanations(path: Path) -> dict[str, str]:
    """Return the explanation of each difference, by ``NAME KIND IMPORTPATH``: lines of the file, with a tab between."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


def page(comparisons: list[Comparison], explanations: Mapping[str, str]) -> str:
    """Return the text of the page."""
    rows = []
    for found in comparisons:
        (builds, all_builds), (tests, all_tests) = found.counts("build"), found.counts("test")
        rows.append(f"| {found.name} | {builds} of {all_builds} | {tests} of {all_tests} |\n")
    text = _HEAD + "".join(rows)
    for found in comparisons:
        if found.differing:
            text += f"\n## {found.name}\n\n| package | | why |\n| --- | --- | --- |\n"
        for kind, path, verdicts, reason in found.differing:
            why = explanations.get(f"{found.name} {kind} {path}", reason).replace("|", "\\|")
            text += f"| {path} | {kind}: {verdicts} | {why} |\n"
    return text
