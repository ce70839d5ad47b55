"""Which flags mean something to which command: one that would change nothing there is refused, not passed over."""

from __future__ import annotations

from collections.abc import Sequence

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import flags_of

__all__ = ["check_meaning"]

# Flags of few commands, with those.
_OWNERS = {
    "all": "list", "built": "baseline audit", "check": "generate", "diff": "generate",
    "explain": "list", "init": "generate", "json": "build, list, query and verify", "on-clash": "build and verify",
    "osv": "baseline audit", "output": "query", "package": "binary-package create", "rules": "generate",
    "std": "lock", "t": "fetch", "variant": "lock", "version": "pack",
    "waves": "baseline update and impact",
}  # fmt: skip

# Where files go, and what is printed of a build.
_INSTALLED = ("destination", "o", "prefix", "result-format")
_WATCHED = ("a", "debug-actiongraph", "debug-trace", "n", "p", "toolexec", "v", "visible", "work", "x")

# What is in a binary: list looks at sources as they are, for a platform and tags.
_COMPILED = (
    "asan", "asmflags", "binary", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg", "gccgoflags",
    "gcflags", "installsuffix", "ldflags", "linkshared", "msan", "pgo", "pkgdir", "race", "trimpath",
)  # fmt: skip

# Flags of commands that are none of those below.
_ELSEWHERE = ("built", "check", "diff", "init", "osv", "package", "rules", "version", "waves")

# For each command the flags without a meaning, and why they have none; verify refuses more, see reference.py.
_WITHOUT: dict[str, tuple[tuple[str, ...], str]] = {
    "build": (("all", "explain", "output", "std", "t", "variant"), ""),
    "list": (
        (
            "keep-going",
            "on-clash",
            "output",
            "result-file",
            "std",
            "strict",
            "t",
            "variant",
            *_INSTALLED,
            *_WATCHED,
            *_COMPILED,
        ),
        "list, which builds nothing",
    ),
    "fetch": (
        ("all", "explain", "json", "keep-going", "o", "on-clash", "output", "std", "strict", "variant", *_WATCHED),
        "fetch, which builds nothing and names files itself",
    ),
    "lock": (
        ("all", "explain", "json", "on-clash", "output", "set", "strict", "t", *_INSTALLED, *_WATCHED),
        "lock, which builds nothing and contains the binaries of every set",
    ),
    "query": (
        ("all", "explain", "on-clash", "result-file", "set", "strict", "t", "variant", *_INSTALLED, *_WATCHED),
        "query, which builds nothing; binaries(SET) chooses sets",
    ),
    "verify": (("all", "explain", "output", "std", "t", "variant"), ""),
}


def check_meaning(command: str, argv: Sequence[str]) -> None:
    """Refuse the flags on a command line that have no meaning for the command; GOFLAGS are for all commands alike.

    Args:
        command: build, fetch, list, lock, query or verify.
        argv: the command line after the command's name, which `flags.parse` found right.

    Raises:
        UsageError: there are any; all of them are named.
    """
    names, why = _WITHOUT[command]
    found = [name for name in dict.fromkeys(name for name, _ in flags_of(argv)) if name in (*names, *_ELSEWHERE)]
    problems = [f"-{name} is a flag of {_OWNERS[name]}" for name in found if name in _OWNERS]
    others = ", ".join(f"-{name}" for name in found if name not in _OWNERS)
    problems += [f"{others} {'do' if ',' in others else 'does'} not apply to {why}"] if others else []
    if problems:
        hint = "-set all builds the binaries of every set" if "all" in found else "gomod2bazel help lists the flags"
        raise UsageError("\n".join(problems), hint=hint)
