"""Find Bazel: the user's, or the one that was set up."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Tool, check_machine, version_tuple, which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import Steps
from gomod2bazel.provision.bazel_release import HINT, MINIMUM, RELEASE, folders_of, tool_in
from gomod2bazel.provision.folder import completed, locked

__all__ = ["find_bazel"]

_NOWHERE = "http://127.0.0.1:9"
"""A proxy that nothing answers at: with it, Bazelisk uses what it has and downloads nothing."""


def find_bazel(
    environment: Mapping[str, str], runner: Runner, caches: Caches, say: Steps, *, fetch: bool = True
) -> Tool:
    """Return the Bazel to use: $BAZEL, else the one on PATH, else one set up earlier or now.

    Args:
        environment: variables to take BAZEL, PATH, DEBIAN_MIRROR and the proxy settings from.
        runner: runs Bazel, npm, pip, apt-get and dpkg-deb.
        caches: where set-up puts things.
        say: called with why a Bazel was passed over, and each step of the set-up.
        fetch: False to look only; nothing is downloaded then, not by a Bazelisk on PATH either.

    Raises:
        ToolError: $BAZEL is not a usable Bazel, there is none (``fetch`` False), or the set-up failed.
    """
    named = environment.get("BAZEL", "")
    if named:
        return _named(named, environment, runner, fetch=fetch)
    tool = _on_path(environment, runner, fetch=fetch)
    if isinstance(tool, Tool):
        return tool
    ready = _ready(caches)
    if ready is not None:
        return ready
    if not fetch:
        raise ToolError(tool, hint=HINT)
    # One lock around all ways: who waited takes what the other made, instead of trying again what failed there.
    with locked(caches.tools / "bazel", say):
        ready = _ready(caches)
        if ready is not None:
            return ready
        say(tool)
        # Imported here: a run whose Bazel is there needs nothing of how it is fetched and unpacked.
        from gomod2bazel.provision.bazel_setup import set_up  # noqa: PLC0415

        return set_up(environment, runner, caches, say)


def _named(named: str, environment: Mapping[str, str], runner: Runner, *, fetch: bool) -> Tool:
    """Return the Bazel in $BAZEL; what the user chose is used or refused, never replaced."""
    path = which(named, environment)
    if path is None:
        raise ToolError(f"$BAZEL is {named}, which is not a program", hint="unset BAZEL, or name a Bazel in it")
    tool = _examined(path, "$BAZEL", environment, runner, fetch=fetch)
    if isinstance(tool, str):
        raise ToolError(f"$BAZEL: {tool}", hint=f"unset BAZEL, or name a Bazel {MINIMUM} or newer in it")
    return tool


def _on_path(environment: Mapping[str, str], runner: Runner, *, fetch: bool) -> Tool | str:
    """Return the first usable Bazel on PATH, else why there is none."""
    reasons = []
    for name in ("bazel", "bazelisk"):
        path = which(name, environment)
        if path is not None:
            tool = _examined(path, "PATH", environment, runner, fetch=fetch)
            if isinstance(tool, Tool):
                return tool
            reasons.append(tool)
    return "; ".join(reasons) or "no bazel or bazelisk on PATH"


def _examined(path: Path, origin: str, environment: Mapping[str, str], runner: Runner, *, fetch: bool) -> Tool | str:
    """Ask the program at ``path`` for its version; return it as a tool, or why it cannot be used.

    Bazelisk answers by fetching the Bazel it is to use, so its version is named (a Bazel proper ignores that), it has a
    deadline, and it is asked in an empty folder, where no workspace tells it another version.
    """
    pinned = () if environment.get("USE_BAZEL_VERSION") else (("USE_BAZEL_VERSION", RELEASE),)
    variables = dict(environment) | dict(pinned)
    if not fetch:
        variables |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE)
        variables |= {"no_proxy": "", "NO_PROXY": ""}
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as empty:
        try:
            answer = runner.run([path, "--version"], env=variables, cwd=Path(empty), timeout=120.0)
        except ToolError as error:
            check_machine(path, error)
            return f"{path} does not work: {error}"
    version = re.search(r"^bazel (\d[^\s]*)", answer.out, re.MULTILINE)
    if answer.code != 0 or version is None:
        check_machine(path, answer)
        return f"{path} does not print its version: {answer.describe()}"
    if version_tuple(version[1]) < (MINIMUM,):
        return f"{path} is Bazel {version[1]}, but {MINIMUM} or newer is required"
    return Tool(name="bazel", path=path, version=version[1], origin=origin, environment=pinned)


def _ready(caches: Caches) -> Tool | None:
    """Return the Bazel an earlier set-up left, if any."""
    for origin, folder in folders_of(caches).items():
        version = completed(folder)
        if version is not None:
            return tool_in(folder, version, origin)
    return None
