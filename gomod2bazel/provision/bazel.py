"""Find Bazel, or set one up: through Bazelisk from npm where its download works, else from Debian's packages."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Say, Tool, check_machine, version_tuple, which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.provision.debian.packages import Debian
from gomod2bazel.provision.debian.prefix import make_prefix
from gomod2bazel.provision.folder import completed, locked, make_once
from gomod2bazel.provision.registries import npm

__all__ = ["MINIMUM", "RELEASE", "find_bazel", "obtainable"]

MINIMUM = 7
"""The oldest major version: the rules rely on Bazel modules as they are since 7."""

RELEASE = "7.7.1"
"""The Bazel that Bazelisk uses by default."""

BAZELISK = npm.Package(
    name="@bazel/bazelisk",
    version="1.28.1",
    integrity="sha512-K21x83NXOtd0yb2qzjMES3UV4xEWZ1q1vnXFhADA1u7IoiMVQkJAVQRK3oZ5txpnrGafY15HS+YYr2nmsEP4Tg==",
)

_FROM_NPM = "Bazelisk from npm"
_FROM_DEBIAN = "Debian packages"
_HINT = f"install Bazel {MINIMUM} or newer or Bazelisk, or name one in $BAZEL"
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that nothing answers at: with it, Bazelisk uses what it has and downloads nothing."""


def find_bazel(environment: Mapping[str, str], runner: Runner, caches: Caches, say: Say, *, fetch: bool = True) -> Tool:
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
        raise ToolError(tool, hint=_HINT)
    # One lock around all ways: who waited takes what the other made, instead of trying again what failed there.
    with locked(caches.tools / "bazel", say):
        ready = _ready(caches)
        if ready is not None:
            return ready
        say(tool)
        return _set_up(environment, runner, caches, say)


def obtainable(environment: Mapping[str, str], runner: Runner) -> str:
    """Return how set-up would get a Bazel, or an empty string when it has no way."""
    ways = [f"{_FROM_NPM}, where its download works"] if which("npm", environment) else []
    try:
        Debian.examine(environment, runner)
        ways.append(_FROM_DEBIAN)
    except ToolError:
        pass
    return ", else ".join(ways)


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


def _folders(caches: Caches) -> dict[str, Path]:
    """Return where each kind of set-up is, best first; a home folder may be shared between machines."""
    machine = os.uname().machine
    return {
        _FROM_NPM: caches.tools / f"bazelisk-{BAZELISK.version}-{machine}",
        _FROM_DEBIAN: caches.tools / f"bazel-debian-{machine}",
    }


def _ready(caches: Caches) -> Tool | None:
    """Return the Bazel an earlier set-up left, if any."""
    for origin, folder in _folders(caches).items():
        version = completed(folder)
        if version is not None:
            return _tool(folder, version, origin)
    return None


def _tool(folder: Path, version: str, origin: str) -> Tool:
    return Tool(name="bazel", path=folder / "bazel", version=version, origin=origin)


def _set_up(environment: Mapping[str, str], runner: Runner, caches: Caches, say: Say) -> Tool:
    """Try each way in turn; when all fail, tell why each did."""
    ways: dict[str, Callable[[Path], str]] = {
        _FROM_NPM: lambda folder: _make_bazelisk(folder, environment, runner, say),
        _FROM_DEBIAN: lambda folder: make_prefix(folder, environment, runner, say),
    }
    reasons = []
    for origin, make in ways.items():
        if origin == _FROM_NPM and which("npm", environment) is None:
            reasons.append(f"{origin}: npm is not on PATH")
            continue
        folder = _folders(caches)[origin]
        try:
            return _tool(folder, make_once(folder, say, make), origin)
        except ToolError as error:
            reasons.append(f"{origin}: {error}")
            say(f"{origin}: {str(error).splitlines()[0]}")
    raise ToolError("cannot set up Bazel\n" + "\n".join(reasons), hint=_HINT)


def _make_bazelisk(folder: Path, environment: Mapping[str, str], runner: Runner, say: Say) -> str:
    """Fill ``folder`` with Bazelisk, the Bazel it fetches, and a wrapper that ties them together."""
    say(f"setting up Bazel {RELEASE} through {BAZELISK.name}@{BAZELISK.version} in {folder}")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine)
    if machine is None:
        raise ToolError(f"{BAZELISK.name} has no program for {os.uname().machine}")
    archive = npm.fetch(BAZELISK, folder, environment, runner)
    npm.extract_file(archive, f"package/bazelisk-linux_{machine}", folder / "bazelisk")
    archive.unlink()
    home, program = shlex.quote(str(folder / "home")), shlex.quote(str(folder / "bazelisk"))
    wrapper = folder / "bazel"
    wrapper.write_text(
        f'#!/bin/sh\nUSE_BAZEL_VERSION={RELEASE} BAZELISK_HOME={home} exec {program} "$@"\n', encoding="utf-8"
    )
    wrapper.chmod(0o755)
    answer = runner.run([wrapper, "--version"], env=environment, cwd=folder, timeout=180.0)
    if answer.code != 0 or RELEASE not in answer.out:
        raise ToolError(f"Bazelisk cannot fetch Bazel {RELEASE}\n{answer.describe()}")
    return RELEASE
