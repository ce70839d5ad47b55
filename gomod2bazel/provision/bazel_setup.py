"""Set Bazel up: through Bazelisk from npm where its download works, else from Debian's packages."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Tool, which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import Steps, fetching
from gomod2bazel.provision.bazel_release import BAZELISK, FROM_DEBIAN, FROM_NPM, HINT, RELEASE, folders_of, tool_in
from gomod2bazel.provision.debian.packages import Debian
from gomod2bazel.provision.debian.prefix import make_prefix
from gomod2bazel.provision.folder import make_once
from gomod2bazel.provision.registries import npm

__all__ = ["PACKAGE", "obtainable", "set_up"]

PACKAGE = npm.Package(
    name="@bazel/bazelisk",
    version=BAZELISK,
    integrity="sha512-K21x83NXOtd0yb2qzjMES3UV4xEWZ1q1vnXFhADA1u7IoiMVQkJAVQRK3oZ5txpnrGafY15HS+YYr2nmsEP4Tg==",
)
"""Bazelisk, as npm has it."""


def obtainable(environment: Mapping[str, str], runner: Runner) -> str:
    """Return how set-up would get a Bazel, or an empty string when it has no way."""
    ways = [f"{FROM_NPM}, where its download works"] if which("npm", environment) else []
    try:
        Debian.examine(environment, runner)
        ways.append(FROM_DEBIAN)
    except ToolError:
        pass
    return ", else ".join(ways)


def set_up(environment: Mapping[str, str], runner: Runner, caches: Caches, say: Steps) -> Tool:
    """Set Bazel up: try each way in turn.

    Args:
        environment: variables to take DEBIAN_MIRROR and the proxy settings from.
        runner: runs npm, pip, apt-get and dpkg-deb.
        caches: where set-up puts things.
        say: called with each step.

    Raises:
        ToolError: all ways failed; the message has why each did.
    """
    ways: dict[str, Callable[[Path], str]] = {
        FROM_NPM: lambda folder: _make_bazelisk(folder, environment, runner, say),
        FROM_DEBIAN: lambda folder: make_prefix(folder, environment, runner, say),
    }
    reasons = []
    for origin, make in ways.items():
        if origin == FROM_NPM and which("npm", environment) is None:
            reasons.append(f"{origin}: npm is not on PATH")
            continue
        folder = folders_of(caches)[origin]
        try:
            return tool_in(folder, make_once(folder, say, make), origin)
        except ToolError as error:
            reasons.append(f"{origin}: {error}")
            next_way = "; trying Debian's packages instead" if origin == FROM_NPM else ""
            say(f"{origin}: {str(error).splitlines()[0]}{next_way}")
    raise ToolError("cannot set up Bazel\n" + "\n".join(reasons), hint=HINT)


def _make_bazelisk(folder: Path, environment: Mapping[str, str], runner: Runner, say: Steps) -> str:
    """Fill ``folder`` with Bazelisk, the Bazel it fetches, and a wrapper that ties them together."""
    say(f"setting up Bazel {RELEASE} through {PACKAGE.name}@{PACKAGE.version} in {folder}")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine)
    if machine is None:
        raise ToolError(
            f"{PACKAGE.name} has no program for {os.uname().machine}", hint="put bazel on PATH, or set BAZEL"
        )
    say.progress(fetching(f"Bazelisk {BAZELISK}", folder))
    archive = npm.fetch(PACKAGE, folder, environment, runner)
    npm.extract_file(archive, f"package/bazelisk-linux_{machine}", folder / "bazelisk")
    archive.unlink()
    home, program = shlex.quote(str(folder / "home")), shlex.quote(str(folder / "bazelisk"))
    wrapper = folder / "bazel"
    wrapper.write_text(
        f'#!/bin/sh\nUSE_BAZEL_VERSION={RELEASE} BAZELISK_HOME={home} exec {program} "$@"\n', encoding="utf-8"
    )
    wrapper.chmod(0o755)
    say.progress(fetching(f"Bazel {RELEASE}", folder / "home"))
    answer = runner.run([wrapper, "--version"], env=environment, cwd=folder, timeout=180.0)
    if answer.code != 0 or RELEASE not in answer.out:
        raise ToolError(
            f"Bazelisk cannot fetch Bazel {RELEASE}\n{answer.describe()}", hint="put bazel on PATH, or set BAZEL"
        )
    return RELEASE
