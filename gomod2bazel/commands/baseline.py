"""The baseline command: update, impact and audit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import chdir

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.command_line.arguments import read_inputs
from gomod2bazel.options.options import Options
from gomod2bazel.provision.go import go_for

__all__ = ["USAGE", "baseline"]

USAGE = {
    "update": "gomod2bazel baseline update [-waves] FILE LEAF...",
    "impact": "gomod2bazel baseline impact [-waves] MODULE@VERSION -baseline FILE LEAF...",
    "audit": "gomod2bazel baseline audit -osv DIR [-baseline FILE] [-built DIR] [LEAF...]",
}
"""How each is called."""


def baseline(session: Session, options: Options, words: Sequence[str]) -> int:
    """Carry out ``words[0]`` and return the exit code; see `update`, `impact` and `audit` for what they raise.

    Raises:
        UsageError: it is none of the three, or lacks an argument.
    """
    name = words[0] if words else ""
    if name not in USAGE:
        message = f"unknown command 'baseline {name}'" if name else "baseline needs a subcommand"
        raise UsageError(message, hint=did_you_mean(name, USAGE, "baseline ") or "; ".join(USAGE.values()))
    if name != "audit" and len(words) < 3:
        raise UsageError(f"baseline {name}: missing arguments", hint=USAGE[name])
    with chdir(session.cwd):
        return _run(session, options, name, words[1:])


def _run(session: Session, options: Options, name: str, arguments: Sequence[str]) -> int:
    if name == "update" and options.module.versions.baseline:
        raise UsageError(
            "baseline update takes the baseline as its first argument, not with -baseline", hint=USAGE[name]
        )
    from gomod2bazel.baseline.consumers import LeafOpener  # noqa: PLC0415

    leaves = LeafOpener(session=session, options=options.module, choose=options.choose, go=go_for(session))
    if name == "audit":
        from gomod2bazel.baseline.audit.audit import audit  # noqa: PLC0415

        return audit(leaves, options.audit, read_inputs(arguments, session), options.report)
    if name == "impact":
        from gomod2bazel.baseline.impact import impact  # noqa: PLC0415

        impact(leaves, arguments[0], read_inputs(arguments[1:], session), options.report)
        return 0
    from gomod2bazel.baseline.update import update  # noqa: PLC0415

    update(leaves, arguments[0], read_inputs(arguments[1:], session), options.report)
    return 0
