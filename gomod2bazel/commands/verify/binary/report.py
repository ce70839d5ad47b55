"""What verify -binary prints: one line a file, or a JSON document."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.commands.verify.binary.facts import BinaryFacts
from gomod2bazel.commands.verify.compare import Difference

__all__ = ["Rebuilt", "to_json", "to_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of a binary that was to be built again.

    Attributes:
        facts: what it says of its build.
        source: the package with its version, or INPUT.
        flags: the flags that it was built with, as far as they are known.
        ours: SHA-256 of what we built; empty where nothing was built.
        difference: what differs first, or why nothing was built; None where the bytes are equal.
    """

    facts: BinaryFacts
    source: str
    flags: tuple[str, ...] = ()
    ours: str = ""
    difference: Difference | None = None


def to_lines(rebuilt: Iterable[Rebuilt]) -> str:
    """Return one line a file: whether it is equal, from what, and what differs first."""
    return "".join(f"{_line(each)}\n" for each in rebuilt)


def _line(rebuilt: Rebuilt) -> str:
    name, difference = rebuilt.facts.name, rebuilt.difference
    if difference is None:
        flags = " ".join((rebuilt.facts.go_version, "/".join(rebuilt.facts.platform), *map(shlex.quote, rebuilt.flags)))
        return f"equal: {name} is exactly what {rebuilt.source} gives with {flags}"
    word = "different" if rebuilt.ours else "not rebuilt"
    return f"{word}: {name}: {difference.kind}: {difference.text}"


def to_json(text: str, rebuilt: Iterable[Rebuilt], recorder: Recorder) -> str:
    """Return the document; docs/verify.md describes it.

    Args:
        text: INPUT as the user wrote it, or nothing.
        rebuilt: each binary.
        recorder: has the messages of the run.
    """
    return document({"input": text, "files": [_fields(each) for each in rebuilt]}, recorder)


def _fields(rebuilt: Rebuilt) -> dict[str, Any]:
    facts = rebuilt.facts
    return {
        "file": facts.name,
        "equal": rebuilt.difference is None,
        "import_path": facts.import_path,
        "module": facts.main.path if facts.main else "",
        "version": facts.main.version if facts.main else "",
        "source": rebuilt.source,
        "go_version": facts.go_version,
        "platform": "/".join(filter(None, facts.platform)),
        "flags": list(rebuilt.flags),
        "ours": rebuilt.ours,
        "theirs": facts.sha256,
        "difference": asdict(rebuilt.difference) if rebuilt.difference else None,
    }
