"""docs/parity-real.md: real modules with flags, each with its result for each Go release."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from support.driver import ROOT
from support.outcome import Outcome
from support.real import FOLDER, RealRow, rows
from support.release_columns import HEADS, RULE, read_columns, render, summary, update

__all__ = ["DOCUMENT", "cells_of", "document"]

DOCUMENT = ROOT / "docs" / "parity-real.md"


def document(outcomes: Iterable[Outcome[RealRow]], release: str) -> str:
    """Return the page with the outcomes of a run; every other result stays.

    Args:
        outcomes: of rows.
        release: the Go release that they were built with.
    """
    columns = read_columns(DOCUMENT)
    update(columns, {cells_of(outcome.row): outcome for outcome in outcomes}, release)
    every = [cells_of(row) for row in rows()]
    text = [_HEAD.format(rows=len(every), summary=summary(every, columns))]
    text += [f"| name | module | environment | flags | {HEADS}", f"| --- | --- | --- | --- | {RULE}"]
    return "\n".join([*text, *render(every, columns), ""])


def cells_of(row: RealRow) -> str:
    """Return the cells of a row that come before its results."""
    env = shlex.join(f"{name}={value}" for name, value in row.env.items())
    flags = shlex.join(row.flags)
    how = [*row.marks, *(f"with {module}" for module in row.others)]
    module = _about(row.module) if row.module.endswith(".txtar") else row.module
    words = (f"`{row.name}`", ", ".join([module, *how]), *(f"`{text}`" if text else "" for text in (env, flags)))
    return "| " + " | ".join(word.replace("|", "/") for word in words) + " |"


def _about(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()[0].rstrip(".")


_HEAD = """# Real modules against the go command

`tools/parity -real -write -go VERSION` writes the column of a Go release; do not edit this page. Each row is a widely
used module. `gomod2bazel verify` builds it with the environment and flags of the row, once with Bazel and once with the
go command: `go install` for path@version, `go build` for a tree. Both builds use -trimpath, an empty build ID, and
-buildvcs=false unless the row sets it. All files are compared byte for byte, which includes the output of
`go version -m`. Results of the {rows} rows:

{summary}

`tools/parity -real NAME` repeats a row. If the column `module` has only a PATH@VERSION, so does
`ENVIRONMENT gomod2bazel verify FLAGS PATH@VERSION`. Modules come from the sources of `go env GOPROXY` and the module
cache. `unpacked`: a tree with the contents of the module's zip. `vendored`: such a tree after `go mod vendor`. `git`:
such a tree in a git repository with one commit and a tag. `with`: a workspace that also has another module.

- equal: the same files with the same bytes.
- equal, twice: equal, also when another user builds it, with different caches, HOME, TMPDIR, user ID, names, lengths
  of paths and number of workers (`tools/parity -real -twice`).
- both refuse: both end with an error.
- not run: no run yet with this Go release.

`tools/parity -platforms` builds a tiny module both ways for every entry of `go tool dist list` that links without cgo:
with Go 1.26 there are 42, and all are equal.

The rows are in `tests/parity/real/rows`. For small modules and more flags, see [parity.md](parity.md).
"""
