"""What the driver is told in place of ``go build`` or ``go install``, and the words that all such have in common."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from scripts.goflags import GoLine

__all__ = ["Go", "NotApplicableError", "Plan", "bin_folder", "build_words", "module_path", "only_these", "placed"]


class NotApplicableError(Exception):
    """The driver cannot mean this by its contract; the message says why."""


class Go(Protocol):
    """The go command in the script's folder and environment."""

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the JSON objects that ``go ARGUMENTS`` prints, also where it fails."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run in place of the go command.

    Attributes:
        arguments: of the driver.
        kind: ``binary``, ``library``, ``module`` or ``version``, for the ledger.
        helper: a folder to make for the while, and its files.
        names: what the driver calls things because of it, and what the go command calls them.
    """

    arguments: tuple[str, ...]
    kind: str
    helper: tuple[Path, Mapping[str, str]] | None = None
    names: tuple[tuple[str, str], ...] = ()


def only_these(module: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return flags that choose these main packages of a module and no others."""
    return (f"-as={module}/...=maintenance", *(f"-as={path}=target" for path in paths))


def placed(line: GoLine, packages: int, cwd: Path, settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return flags that put files where the go command puts them: several packages without -o go nowhere."""
    if line.command == "install":
        return (f"-destination={bin_folder(settings)}",)
    out = line.value("o") or (os.devnull if packages > 1 else "")
    return (f"-destination={cwd}", *([f"-o={out}"] if out else []))


def bin_folder(settings: Mapping[str, str]) -> Path:
    """Return the folder that ``go install`` writes to.

    Raises:
        NotApplicableError: the go command would refuse it, and the driver has no such thing.
    """
    if settings["GOBIN"]:
        if not os.path.isabs(settings["GOBIN"]):  # noqa: PTH117  (text of the user's, not yet a path)
            raise NotApplicableError("a GOBIN that is no absolute path: the driver has -destination")
        return Path(settings["GOBIN"])
    folder = Path(settings["GOPATH"].split(os.pathsep)[0]) / "bin"
    here = (settings["GOHOSTOS"], settings["GOHOSTARCH"])
    target = (settings["GOOS"], settings["GOARCH"])
    return folder if target == here else folder / "_".join(target)


def build_words(line: GoLine, source: str) -> tuple[str, ...]:
    """Return ``build``, the flags of a line, and INPUT."""
    # What go does where nothing is said; the driver does not stamp then.
    given = "-buildvcs" in os.environ.get("GOFLAGS", "") or any(name == "buildvcs" for name, _ in line.flags)
    stamp = () if given or "@" in source else ("-buildvcs=auto",)
    return ("build", *stamp, *line.words(without=("C", "o")), source)


def module_path(packages: Iterable[Mapping[str, Any]], root: Path) -> str:
    """Return the path of the main module of these packages, or else of the one whose go.mod is in ``root``."""
    own = [package["Module"]["Path"] for package in packages if package.get("Module", {}).get("Main")]
    if own:
        return str(own[0])
    lines = (root / "go.mod").read_text(encoding="utf-8").splitlines()
    return next((line.split()[1].strip('"') for line in lines if line.startswith("module ")), "")
