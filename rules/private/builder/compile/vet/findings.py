"""What vet prints: findings with their positions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable
from typing import Any

__all__ = ["in_order", "position_of", "tree_of"]

_POSITION = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+)(?::(?P<column>\d+))?")


def position_of(text: str) -> tuple[str, int, int]:
    """Return file, line and column of a position; an empty name where ``text`` does not begin with one.

    Args:
        text: ``FILE:LINE:COLUMN`` and perhaps more; a column that is not there is 0.
    """
    match = _POSITION.match(text)
    return (match["file"], int(match["line"]), int(match["column"] or 0)) if match else ("", 0, 0)


def in_order(text: str, elsewhere: Collection[str]) -> str:
    """Return the findings of a text in the order of their positions, without those in some files.

    Vet prints those of one check after those of another, and the order of checks is not always the same.

    Args:
        text: as vet prints it: a position and a message each; more lines of a message follow.
        elsewhere: files, relative to the folder that positions are relative to.
    """
    others = {os.path.normpath(file) for file in elsewhere}
    findings: list[tuple[tuple[str, int, int], str]] = []
    for line in text.splitlines(keepends=True):
        position = position_of(line)
        if position[0] or not findings:
            findings.append((position, line))
        else:
            findings[-1] = (findings[-1][0], findings[-1][1] + line)
    return "".join(lines for place, lines in sorted(findings) if os.path.normpath(place[0]) not in others)


def tree_of(text: str, elsewhere: Collection[str]) -> dict[str, Any]:
    """Return what vet -json prints, by check: lists of findings, without those in some files.

    Args:
        text: JSON, perhaps after lines of other kinds.
        elsewhere: as for `in_order`.
    """
    others = {os.path.normpath(file) for file in elsewhere}
    start = text.find("{")
    packages = json.loads(text[start:]) if start >= 0 else {}
    tree: dict[str, Any] = {}
    for checks in packages.values():
        for name, reported in checks.items():
            kept = [finding for finding in _listed(reported) if _file_of(finding) not in others]
            tree |= {name: kept} if kept else {}
    return tree


def _listed(reported: Any) -> Iterable[dict[str, Any]]:
    # A check that broke down has an error in place of findings.
    return reported if isinstance(reported, list) else []


def _file_of(finding: dict[str, Any]) -> str:
    return os.path.normpath(position_of(finding["posn"])[0])
