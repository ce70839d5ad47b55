"""Which Go releases are supported: those of the rules' table, whose bytes are known to be the go command's."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["check_release", "release_of", "supported_releases"]

_TABLE = Path("rules", "private", "config", "releases.bzl")


def supported_releases(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the supported releases, such as 1.26, the newest last.

    Args:
        environment: what tells where the rules are.

    Raises:
        ToolError: the rules or their table are missing; the installation is broken.
    """
    path = rules_root(environment) / _TABLE
    try:
        statements = ast.parse(path.read_text(encoding="utf-8")).body
    except (OSError, SyntaxError) as error:
        raise ToolError(f"{path}: {error}", hint="install gomod2bazel again") from error
    for statement in statements:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "SUPPORTED":
            return tuple(ast.literal_eval(statement.value))
    raise ToolError(f"{path} does not list the supported releases", hint="install gomod2bazel again")


def release_of(version: str) -> str:
    """Return a Go version's release, or nothing: 1.26 for ``1.26.8``, ``go1.26rc1`` and ``devel go1.26-0123abc``."""
    release = re.search(r"(?:^|\bgo)(1\.\d+)", version)
    return release[1] if release else ""


def check_release(version: str, supported: Sequence[str], *, untested: bool, say: Callable[[str], None]) -> None:
    """Refuse a Go release that is not supported, or say that it is untested.

    Args:
        version: the go command's, with or without its ``go``.
        supported: from `supported_releases`.
        untested: whether -allow-untested-go was given.
        say: called for an untested release.

    Raises:
        ToolError: the release is not supported, and nobody allowed it.
    """
    release = release_of(version)
    if release in supported:
        return
    # The rules choose likewise (changes_of): an older release has none of the changes, a newer one all.
    rules = supported[0] if release and _minor(release) < _minor(supported[0]) else supported[-1]
    if untested:
        say(f"Go {version} is untested: using the rules of Go {rules}; the binaries may differ from those of go build")
        return
    raise ToolError(
        f"Go {version} is not supported; supported releases are {', '.join(supported)}",
        hint=f"put one of these on PATH, or use the rules of Go {rules} with -allow-untested-go",
    )


def _minor(release: str) -> int:
    return int(release.partition(".")[2])
