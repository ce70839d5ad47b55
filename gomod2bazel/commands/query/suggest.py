"""The command sets suggest: curated answers for a module, for a person to review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.query.list import Row, listed
from gomod2bazel.options.options import Options
from gomod2bazel.options.set_names import SETS
from gomod2bazel.provision.go import go_for
from gomod2bazel.sets.curated import without_major

__all__ = ["suggest"]

# Evidence of one answer: enough to see what it is about.
_REASONS = 3


def suggest(session: Session, options: Options) -> None:
    """Print a table for each main package of a module, with the set that hints decide; a person adds the source.

    Curated answers take no part: what is printed is a second opinion about them. The user's rules do.

    Raises:
        Gomod2bazelError: the module cannot be had.
    """
    assign = replace(options.module.assign, curated="", no_curated=True)
    go = go_for(session, fetch=not options.module.sources.offline)
    module = listed(session, replace(options, module=replace(options.module, assign=assign)), go)
    heading = (
        f"# {module.module}{f'@{module.version}' if module.version else ''}: check each set, and write its source."
    )
    tables = ["\n".join(_table(row, module.module)) for row in module.rows if row.classified.set in SETS]
    session.out("\n".join([heading, "", *tables]))


def _table(row: Row, module: str) -> Iterator[str]:
    decision = row.classified.decision
    reasons = [item.reason for item in decision.evidence if item.weight > 0][:_REASONS] or ["no evidence"]
    over = f", possibly {decision.runner_up}" if decision.runner_up else ""
    yield f"# confidence {decision.confidence:.2f}{over}"
    yield "[[binary]]"
    pairs = {
        "module": without_major(module),
        "import-path": f"./{row.classified.directory}" if row.classified.directory else ".",
        "set": row.classified.set,
        "reason": "; ".join(reasons),
        "source": "",
    }
    yield from (f"{key} = {_quoted(value)}" for key, value in pairs.items())
    yield ""


def _quoted(text: str) -> str:
    """Return a basic string of TOML: evidence is printable, so that two signs are all that need an escape."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
