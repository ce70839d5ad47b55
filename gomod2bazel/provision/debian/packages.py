"""Packages of Debian's unstable suite, fetched and unpacked by apt's and dpkg's own tools without touching the host.

apt is given a state, a cache and a source list of its own, so it works as any user, changes nothing of the machine's,
and still verifies the archive's signature and every package's hash. Its network settings stay the machine's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Completed, Runner
from gomod2bazel.base.process.steps import Steps, fetching

__all__ = ["Apt", "Debian", "extract"]

_SUITE = "sid"
_KEYRINGS = tuple(Path("/usr/share/keyrings", f"debian-archive-keyring.{kind}") for kind in ("gpg", "pgp"))
_HINT = f"install Bazel 7 or newer or Bazelisk, or name one in $BAZEL; or run on Debian with {_KEYRINGS[0]}"

_CLEARED_HOOKS = (
    "APT::Update::Pre-Invoke",
    "APT::Update::Post-Invoke",
    "APT::Update::Post-Invoke-Success",
    "DPkg::Pre-Invoke",
    "DPkg::Pre-Install-Pkgs",
    "DPkg::Post-Invoke",
)
"""A machine's hooks may touch its own state (clean its cache, refresh its catalogues): none of them runs here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debian:
    """What the machine offers for fetching Debian's packages.

    Attributes:
        architecture: Debian's name of it, "amd64".
        mirror: URI of the machine's Debian mirror.
        keyring: the file of keys that the archive's signature is checked against.
    """

    architecture: str
    mirror: str
    keyring: Path

    @classmethod
    def examine(cls, environment: Mapping[str, str], runner: Runner, keyrings: Sequence[Path] = _KEYRINGS) -> Debian:
        """Look at the machine; $DEBIAN_MIRROR, where set, names the mirror.

        Raises:
            ToolError: it lacks something; all of what it lacks is named.
        """
        lacks = [f"{tool} is not on PATH" for tool in ("apt-get", "dpkg-deb", "dpkg") if not which(tool, environment)]
        if lacks:
            raise ToolError("Debian's packages cannot be used: " + "; ".join(lacks), hint=_HINT)
        keyring = next((path for path in keyrings if path.is_file()), None)
        mirror = _mirror(environment, runner)
        if keyring is None:
            lacks.append(f"{keyrings[0]}, which verifies them, does not exist")
        if not re.fullmatch(r"[a-z][a-z+]*:/[^\s\[\]\"#]+", mirror):
            lacks.append(f"{mirror!r} is not a mirror" if mirror else "apt is not configured with a Debian mirror")
        if keyring is None or lacks:
            raise ToolError("Debian's packages cannot be used: " + "; ".join(lacks), hint=_HINT)
        answer = runner.run(["dpkg", "--print-architecture"], env=environment, timeout=60.0)
        return cls(architecture=answer.out.strip(), mirror=mirror, keyring=keyring)


def _mirror(environment: Mapping[str, str], runner: Runner) -> str:
    """Return $DEBIAN_MIRROR, or the first of apt's repositories that ends in /debian."""
    named = environment.get("DEBIAN_MIRROR", "")
    if named:
        return named
    argv = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    listed = runner.run(argv, env=environment, timeout=60.0).out.splitlines()
    return next((uri for uri in listed if re.search(r"/debian/?$", uri)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Apt:
    """Fetches packages into a folder.

    Attributes:
        state: an existing, empty folder for apt's state; the archives stay below it.
        packages: names.
        environment: variables for apt-get.
        runner: runs it.
    """

    state: Path
    packages: Sequence[str]
    environment: Mapping[str, str]
    runner: Runner

    def fetch(self, debian: Debian, taken_as_there: Sequence[str], steps: Steps) -> list[Path]:
        """Fetch the packages and all they depend on, and return the archives.

        Args:
            debian: mirror, keys and architecture.
            taken_as_there: names apt shall hold for installed, so that neither they nor their dependencies are fetched.
            steps: takes how far it is.

        Raises:
            ToolError: apt-get failed; a bad signature is one cause.
        """
        self._configure(debian, taken_as_there)
        archives = self.state / "cache/archives"
        steps.progress(fetching("the list of Debian's packages", self.state / "state"))
        _require(self._run(600.0, "update", "--error-on=any"), "the list of Debian's packages")
        install = ("install", "--download-only", "--no-install-recommends", *self.packages)
        steps.progress(fetching("Bazel and Java", archives, _size_of(self._run(600.0, "--print-uris", *install).out)))
        _require(self._run(3600.0, *install), "Debian's packages")
        return sorted(archives.glob("*.deb"))

    def _run(self, timeout: float, *arguments: str) -> Completed:
        apt = ["apt-get", f"--config-file={self.state / 'apt.conf'}", "--quiet=2", "--assume-yes"]
        return self.runner.run([*apt, *arguments], env=self.environment, cwd=self.state, timeout=timeout)

    def _configure(self, debian: Debian, taken_as_there: Sequence[str]) -> None:
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self.state / folder).mkdir(parents=True)
        installed = "".join(_status(name, debian.architecture) for name in taken_as_there)
        (self.state / "status").write_text(installed, encoding="utf-8")
        source = f"deb [target=Packages signed-by={debian.keyring}] {debian.mirror} {_SUITE} main\n"
        (self.state / "sources.list").write_text(source, encoding="utf-8")
        (self.state / "apt.conf").write_text(_configuration(self.state), encoding="utf-8")


def _size_of(uris: str) -> int:
    """Return how many bytes are to be fetched: a line is ``'URI' NAME SIZE HASH``."""
    return sum(int(size) for size in re.findall(r"^'[^']*' \S+ (\d+)", uris, re.MULTILINE))


def _require(done: Completed, what: str) -> None:
    """Raise what apt printed unless it succeeded."""
    if done.code != 0:
        raise ToolError(f"{what} cannot be fetched\n{done.describe()}", hint=_HINT)


def _status(name: str, architecture: str) -> str:
    """Return a paragraph of dpkg's status file that makes ``name`` an installed package newer than any."""
    return (
        f"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\nMulti-Arch: allowed\n"
        f"Version: 9999:1\nMaintainer: nobody <nobody@localhost>\nDescription: taken as there\n\n"
    )


def _configuration(state: Path) -> str:
    """Return an apt.conf, read after the machine's own, that moves all state below ``state`` and clears hooks."""
    settings = {
        "Dir::State": state / "state",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::trusted": "/dev/null",
        "Dir::Etc::trustedparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::Log": state,
        "APT::Default-Release": "",
        "APT::Get::AllowUnauthenticated": "false",
        "Acquire::AllowInsecureRepositories": "false",
        "Acquire::Languages": "none",
        # As root, apt would fetch as a user of its own, who may not enter a private cache folder.
        "APT::Sandbox::User": "root",
        "Acquire::http::Timeout": 60,
        "Acquire::https::Timeout": 60,
        "Acquire::Retries": 3,
    }
    cleared = "".join(f"#clear {hook};\n" for hook in _CLEARED_HOOKS)
    return cleared + "".join(f'{name} "{value}";\n' for name, value in settings.items())


def extract(
    archives: Sequence[Path], prefix: Path, environment: Mapping[str, str], runner: Runner, steps: Steps
) -> None:
    """Unpack ``archives`` into ``prefix``, laid out as Debian is today: /bin, /lib and so on are links into /usr.

    Raises:
        ToolError: an archive cannot be unpacked.
    """
    for name in ("bin", "lib", "lib64", "sbin"):
        (prefix / "usr" / name).mkdir(parents=True, exist_ok=True)
        (prefix / name).symlink_to(f"usr/{name}")
    for number, archive in enumerate(archives):
        name = archive.name.partition("_")[0]
        steps.progress(
            Event(stage=Stage.SETUP, done=number, total=len(archives), unit="package", text=f"unpacking {name}")
        )
        done = runner.run(["dpkg-deb", "--extract", archive, prefix], env=environment, timeout=300.0)
        if done.code != 0:
            raise ToolError(f"{archive.name} cannot be unpacked\n{done.describe()}")
