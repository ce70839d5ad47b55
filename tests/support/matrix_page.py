"""docs/parity.md: every row of the parity matrix, with its result for each Go release."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from support.driver import ROOT
from support.matrix import FOLDER, Row, rows
from support.outcome import Outcome
from support.release_columns import HEADS, RULE, read_columns, render, summary, update

__all__ = ["DOCUMENT", "cells_of", "document"]

DOCUMENT = ROOT / "docs" / "parity.md"


def document(outcomes: Iterable[Outcome[Row]], release: str) -> str:
    """Return the page with the outcomes of a run; every other result stays.

    Args:
        outcomes: of rows.
        release: the Go release that they were built with.
    """
    columns = read_columns(DOCUMENT)
    update(columns, {cells_of(outcome.row): outcome for outcome in outcomes}, release)
    every = [cells_of(row) for row in rows()]
    text = [_HEAD.format(rows=len(every), summary=summary(every, columns))]
    for path in sorted(FOLDER.glob("*.txtar")):
        about = path.read_text(encoding="utf-8").splitlines()[0]
        text.append(f"| {path.name.removesuffix('.txtar')} | {about} |")
    text += ["", f"| module | environment | flags | {HEADS}", f"| --- | --- | --- | {RULE}", *render(every, columns)]
    return "\n".join([*text, ""])


def cells_of(row: Row) -> str:
    """Return the cells of a row that come before its results."""

    def code(words: Iterable[str]) -> str:
        text = shlex.join(words).replace("|", "\\|")
        return f"`{text}`" if text else ""

    env = (f"{name}={value}" for name, value in row.env.items())
    return f"| {row.module} | {code(env)} | {code(row.flags)} |"


_HEAD = """# Parity with the go command

`tools/parity -matrix -write -go VERSION` writes the column of a Go release; do not edit this page. Each row is built
with the same flags by `gomod2bazel build` and by `go build -trimpath -buildvcs=false -ldflags=-buildid=` (`go install`
for path@version). All files are compared byte for byte, which includes the output of `go version -m`. Results of the
{rows} rows:

{summary}

The column `files` has the number of files that the go command writes. A row that the last run skipped keeps its result.

- equal: the same files with the same bytes.
- equal, twice: equal, also when another user builds the same sources, with different caches, HOME, TMPDIR, user ID,
  names, lengths of paths and number of workers (`tools/parity -twice`). A later run without `-twice` keeps this result
  if it is equal.
- both refuse: both end with an error.
- we refuse: the go command accepts the flags, but a hermetic build cannot; see [flags.md](flags.md).
- not supported yet: gomod2bazel rejects the flag with an error; the go command accepts it.
- not run: no run yet with this Go release on a machine that has the tools that the row needs.

The rows are in `tests/parity/matrix`. `tools/test` runs the rows marked core with the Go that it finds. Continuous
integration runs the core with each release, `.ci/nightly` runs all rows.

| module | what it is |
| --- | --- |"""
