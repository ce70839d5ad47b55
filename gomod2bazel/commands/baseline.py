"""The baseline command: update, impact and audit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import chdir

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.options.options import BuildOptions

__all__ = ["USAGE", "baseline"]

USAGE = {
    "update": "gomod2bazel baseline update [-waves] FILE LEAF...",
    "impact": "gomod2bazel baseline impact [-waves] MODULE@VERSION -baseline FILE LEAF...",
    "audit": "gomod2bazel baseline audit -osv DIR [-baseline FILE] [-built DIR] [LEAF...]",
}
"""How each is called."""


def baseline(session: Session, options: BuildOptions, words: Sequence[str]) -> int:
    """Carry out ``words[0]`` and return the exit code; `update`, `impact` and `audit` say what they raise.

    Raises:
        UsageError: it is none of the three, or lacks an argument.
    """
    name = words[0] if words else ""
    if name not in USAGE:
        said = f"unknown: baseline {name}" if name else "baseline what?"
        raise UsageError(said, hint="; ".join(USAGE.values()))
    if name != "audit" and len(words) < 3:
        raise UsageError(f"baseline {name} lacks arguments", hint=USAGE[name])
    with chdir(session.cwd):
        return _run(session, options, name, words[1:])


def _run(session: Session, options: BuildOptions, name: str, arguments: Sequence[str]) -> int:
    if name != "audit" and (options.osv or options.built):
        raise UsageError("-osv and -built are flags of baseline audit", hint=USAGE[name])
    if name == "audit" and options.waves:
        raise UsageError("-waves is a flag of baseline update and impact", hint=USAGE[name])
    if name == "audit":
        from gomod2bazel.baseline.audit.audit import audit  # noqa: PLC0415

        return audit(session, options, arguments)
    if name == "impact":
        from gomod2bazel.baseline.impact import impact  # noqa: PLC0415

        impact(session, options, arguments[0], arguments[1:])
        return 0
    from gomod2bazel.baseline.update import update  # noqa: PLC0415

    if options.baseline:
        raise UsageError("baseline update names its file without -baseline", hint=USAGE[name])
    update(session, options, arguments[0], arguments[1:])
    return 0
