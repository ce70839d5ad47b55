"""Conflict markers that a merge left in a lock file."""

from __future__ import annotations

__all__ = ["has_conflicts", "our_side"]

_OURS, _BASE, _THEIRS, _END = "<<<<<<< ", "||||||| ", "=======", ">>>>>>> "


def has_conflicts(text: str) -> bool:
    """Return whether a merge left conflict markers in a text; no line of a lock begins as they do."""
    return f"\n{text}".find(f"\n{_OURS}") >= 0


def our_side(text: str) -> str:
    """Return a text with the side of each conflict that was there before the merge (git's "ours")."""
    if not has_conflicts(text):
        return text
    kept = list[str]()
    skipping = False
    for line in text.splitlines(keepends=True):
        if line.startswith((_OURS, _END)):
            skipping = False
        elif line.startswith(_BASE) or line.rstrip("\r\n") == _THEIRS:
            skipping = True
        elif not skipping:
            kept.append(line)
    return "".join(kept)
