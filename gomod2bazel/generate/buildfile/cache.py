"""What is known of BUILD files from earlier runs, so that only those are read again that changed, or should."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import write_file
from gomod2bazel.generate.buildfile.existing_rules import Existing
from gomod2bazel.generate.buildfile.kinds import Rule

__all__ = ["Memory", "rules_digest"]

# Changes when files that held what they should would be written otherwise.
_FORMAT = 3


@dataclass(slots=True, kw_only=True)
class Memory:
    """One repository's.

    Attributes:
        path: the file it is kept in.
        known: by digest of a BUILD file's text and rule set: its rules, and digests of what it was found to hold.
        used: what this run asked for; nothing else is kept.
    """

    path: Path
    known: dict[str, Any]
    used: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, root: Path) -> Memory:
        """Return the memory for the repository at ``root``; one that cannot be read is empty."""
        key = hashlib.sha256(
            f"{_FORMAT} {__version__} {Existing.__slots__} {root}".encode(errors="surrogateescape")
        ).hexdigest()[:32]
        path = folder / f"generate-{key}.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        return cls(path=path, known=known if isinstance(known, dict) else {})

    def rules(self, key: str) -> list[Existing] | None:
        """Return the rules of a BUILD file, or None where it was never read."""
        entry = self.known.get(key)
        if entry is None:
            return None
        self.used[key] = entry
        return [Existing.of(value) for value in entry["rules"]]

    def learn(self, key: str, rules: Iterable[Existing]) -> None:
        """Note the rules of a BUILD file."""
        self.used[key] = {"rules": [rule.to_dict() for rule in rules], "holds": []}

    def holds(self, key: str, digest: str) -> bool:
        """Return whether a BUILD file is known to hold what it should."""
        return digest in self.known.get(key, {}).get("holds", ())

    def settle(self, key: str, digest: str) -> None:
        """Note that a BUILD file holds what it should."""
        self.used.setdefault(key, {"rules": [], "holds": []})["holds"] = [digest]

    def save(self) -> None:
        """Keep what this run used."""
        write_file(self.path, json.dumps(self.used))


def rules_digest(rules: Iterable[Rule], files: Collection[str], *more: object) -> str:
    """Return a digest of what a BUILD file should hold, and of all else that decides what becomes of it."""
    value = [[asdict(rule) for rule in rules], sorted(files), [str(item) for item in more]]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode(errors="surrogateescape")).hexdigest()
