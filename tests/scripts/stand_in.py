"""What a script runs in place of the go command: `go build` and `go install` by this driver, all else by go itself.

Run as ``python -m scripts.stand_in FOLDER ARGUMENTS``. FOLDER holds ``testgo``, the name of the real go command, and
``settings.json``, variables for the driver's environment; each step is added to ``steps.jsonl`` there.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.json_input import read_objects
from scripts.goflags import read_line
from scripts.plan import NotApplicableError, Plan
from scripts.translate import translate

__all__ = ["as_go_says", "main"]

# Stages that the driver tells of, which the go command has no words for.
_PROGRESS = re.compile(
    r"gomod2bazel: ((set up|fetch|load|build|link|install)(: .*)?|starting Bazel|\d+ packages? .*|nothing .*|"
    r"waiting for .*|(built|already built:) \d+ of .*|left out: \d+ .*)"
)
# What the go command prints without its name before: positions, packages, and the output of tools.
_BARE = re.compile(
    r"([^\s:]+:\d+(:\d+)?: |package \S|# |\s|error obtaining VCS|flag provided but not defined|usage: |"
    r"-buildmode=\S+ not )"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RealGo:
    """The go command that the script would have run.

    Attributes:
        path: the program.
        cwd: where.
        variables: of its environment, that differ from the script's.
    """

    path: str
    cwd: Path
    variables: Mapping[str, str]

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the JSON objects that ``go ARGUMENTS`` prints, also where it fails."""
        done = subprocess.run(
            [self.path, *arguments],
            cwd=self.cwd,
            env={**os.environ, **self.variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return list(read_objects(done.stdout.decode("utf-8", "replace"), "the driver"))


def main(argv: Sequence[str]) -> int:
    """Run one command of a script and return its exit code."""
    folder, words = Path(argv[0]), list(argv[1:])
    testgo = (folder / "testgo").read_text(encoding="utf-8")
    line = read_line(words)
    cwd = Path.cwd() / line.value("C")
    step: dict[str, object] = {"command": words}
    code = -1
    try:
        settings = _settings(testgo, cwd)
        real = RealGo(path=testgo, cwd=cwd, variables={"GO111MODULE": "on"})
        if any("@" in word for word in line.packages):
            # PACKAGE@VERSION has nothing to do with the module in the folder.
            real = RealGo(path=testgo, cwd=folder, variables={"GO111MODULE": "on", "GOFLAGS": "", "GOWORK": "off"})
        plan = translate(line, real, cwd, settings, folder / "module")
        step["kind"] = plan.kind
        code = _run(plan, cwd, folder, step)
    except NotApplicableError as reason:
        step |= {"kind": "go", "why": str(reason)}
    with (folder / "steps.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({**step, "code": code}) + "\n")
    if step["kind"] == "go":
        os.execv(testgo, ["go", *words])  # noqa: S606  (there is no shell to want)
    return code


def _settings(testgo: str, cwd: Path) -> dict[str, str]:
    done = subprocess.run([testgo, "env", "-json"], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise NotApplicableError("the go command refuses its settings: it does not get as far as a build")
    return {str(name): str(value) for name, value in json.loads(done.stdout).items()}


def _run(plan: Plan, cwd: Path, folder: Path, step: dict[str, object]) -> int:
    """Run the driver, and say what it says in the go command's form."""
    more: Mapping[str, str] = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    with (folder / "lock").open("w") as lock:
        # A script may build twice at the same time: each would meet the other's helper.
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = _driver(plan, cwd, folder, more)
    step |= {"ours": list(plan.arguments), "stdout": done.stdout, "stderr": done.stderr}
    sys.stdout.write(done.stdout)
    said = as_go_says(done.stderr, failed=done.returncode != 0)
    for ours, gos in plan.names:
        said = said.replace(ours, gos)
    sys.stderr.write(said)
    return done.returncode


def _driver(plan: Plan, cwd: Path, folder: Path, more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    with _Helper(plan.helper):
        return subprocess.run(
            [sys.executable, "-P", "-m", "gomod2bazel", *plan.arguments],
            cwd=cwd,
            env={**_environment(), **more, "PATH": _steady_path(folder), "PWD": str(cwd)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )


def _environment() -> dict[str, str]:
    """Return the script's environment, less what forbids the names that the relay gives to hosts."""
    return {name: value for name, value in os.environ.items() if name != "TESTGONETWORK"}


def _steady_path(folder: Path) -> str:
    """Return PATH with the engine's folder for this one script replaced by one that stays: it is an input of cgo."""
    engine = (folder / "testgo").read_text(encoding="utf-8").rpartition("/")[0]
    steady = (folder / "steady").read_text(encoding="utf-8")
    return os.pathsep.join(steady if word == engine else word for word in os.environ["PATH"].split(os.pathsep))


class _Helper:
    """A folder that is there for the while."""

    def __init__(self, made: tuple[Path, Mapping[str, str]] | None) -> None:
        self._folder = made[0] if made else None
        self._files = made[1] if made else {}

    def __enter__(self) -> None:
        if self._folder:
            self._folder.mkdir()
            for name, text in self._files.items():
                (self._folder / name).write_text(text, encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        if self._folder:
            shutil.rmtree(self._folder)


_OUR_NAME = re.compile(r"^gomod2bazel: (?:(?:error|note): )?")


def as_go_says(text: str, *, failed: bool) -> str:
    """Return what the driver said on standard error in the go command's form: its name, no stages and no hints."""
    lines = text.splitlines()
    # Of packages the go command speaks without its name before, and the driver says at the end what it did not build.
    of_packages = any(line.startswith("not built: ") for line in lines)
    kept = []
    for line in lines:
        # The go command writes "warning:", too.
        said = _OUR_NAME.sub("", line)
        ours = said != line
        added = said.startswith("found ")
        if _PROGRESS.fullmatch(line) or said.startswith(("hint: ", "not built: ")):
            continue
        if ours and not failed and not added:
            continue
        kept.append(f"go: {said}" if ours and not of_packages and not _BARE.match(said) else said)
    return "".join(f"{line}\n" for line in kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
