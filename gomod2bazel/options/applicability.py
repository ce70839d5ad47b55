"""Reject flags that have no effect on the given command."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import flags_of

__all__ = ["COMPILED", "INSTALLED", "WATCHED", "check_meaning"]

# Flags of few commands, with those.
_OWNERS = {
    "all": "list", "built": "baseline audit", "check": "generate", "diff": "generate",
    "explain": "list", "init": "generate", "json": "build, list, query and verify", "on-clash": "build and verify",
    "osv": "baseline audit", "output": "query", "package": "binary-package create", "rules": "generate",
    "std": "lock", "t": "fetch", "variant": "lock", "version": "pack",
    "waves": "baseline update and impact",
}  # fmt: skip

INSTALLED = ("destination", "o", "prefix", "result-format")
"""Flags that say where files go, and what is printed of a build."""

WATCHED = ("a", "debug-actiongraph", "debug-trace", "n", "p", "toolexec", "v", "visible", "work", "x")
"""Flags that say how Bazel runs, and what is shown of it."""

COMPILED = (
    "asan", "asmflags", "binary", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg", "gccgoflags",
    "gcflags", "installsuffix", "ldflags", "linkshared", "msan", "pgo", "pkgdir", "race", "trimpath",
)  # fmt: skip
"""Flags that decide what is in a binary."""

# Flags of the commands that take few flags.
_ELSEWHERE = ("built", "check", "diff", "init", "osv", "package", "rules", "version", "waves")


def check_meaning(argv: Sequence[str], refused: Collection[str], why: str) -> None:
    """Refuse the flags on a command line that do not apply to its command; GOFLAGS are for all commands alike.

    Args:
        argv: the command line after the command's name, which `flags.parse` found right.
        refused: the flags that do not apply, in addition to those of commands that take few flags.
        why: the command, and why they do not apply to it.

    Raises:
        UsageError: there are any; all of them are named.
    """
    names = {*refused, *_ELSEWHERE}
    found = [name for name in dict.fromkeys(name for name, _ in flags_of(argv)) if name in names]
    problems = [f"-{name} is a flag of {_OWNERS[name]}" for name in found if name in _OWNERS]
    others = ", ".join(f"-{name}" for name in found if name not in _OWNERS)
    problems += [f"{others} {'do' if ',' in others else 'does'} not apply to {why}"] if others else []
    if problems:
        hint = "-set all builds the binaries of every set" if "all" in found else "gomod2bazel help lists the flags"
        raise UsageError("\n".join(problems), hint=hint)
