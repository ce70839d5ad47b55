"""The verdicts of the go command: ``go build`` and ``go test`` in every module of a repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.driver import Driver

from verdicts.verdict import Verdicts

__all__ = ["modules_of", "verdicts_of_go"]

_SKIPPED = ("testdata", "vendor", "node_modules")


def modules_of(root: Path) -> list[Path]:
    """Return the folders of the modules of a repository, as far as generate looks: not below testdata and the like."""
    return sorted(
        path.parent
        for path in root.rglob("go.mod")
        if not any(part in _SKIPPED or part.startswith((".", "_")) for part in path.relative_to(root).parts[:-1])
    )


def verdicts_of_go(driver: Driver, root: Path, *, tests: bool) -> Verdicts:
    """Build all packages of a repository, and run their tests.

    Args:
        driver: whose go command.
        root: the repository.
        tests: whether to run tests.
    """
    builds: dict[str, bool] = {}
    passed: dict[str, bool] = {}
    reasons: dict[str, str] = {}
    notes = []
    for folder in modules_of(root):
        listed = driver.go("list", "-e", "-f", "{{.ImportPath}} {{.Name}}", "./...", cwd=folder, timeout=600)
        if listed.code:
            notes.append(f"{folder.relative_to(root)}: {listed.err.strip().splitlines()[-1]}")
            continue
        builds |= {line.split()[0]: True for line in listed.out.splitlines() if line.strip()}
        for event in _events(driver, folder, "build", "-json", "./..."):
            path = event.get("ImportPath", "").partition(" ")[0]
            if event["Action"] == "build-fail":
                builds[path] = False
            elif event["Action"] == "build-output":
                reasons.setdefault(f"build {path}", event.get("Output", "").strip())
        for event in _events(driver, folder, "test", "-json", "./...") if tests else ():
            if "Test" in event or event["Action"] not in ("pass", "fail"):
                continue
            passed[event["Package"]] = event["Action"] == "pass"
    return Verdicts(builds=builds, tests=passed, reasons=reasons, notes=tuple(notes))


def _events(driver: Driver, folder: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a command with -json (``go help buildjson``, ``go doc test2json``)."""
    done = driver.go(*arguments, cwd=folder, timeout=7200)
    for line in done.out.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
