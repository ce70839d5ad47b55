"""Which set a binary belongs to, from the words of its folder: the first cut of design's binary sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gomod2bazel.errors import UsageError

__all__ = ["SETS", "Classified", "classify", "parse_sets"]

#: The sets, in the order that lists and messages name them.
SETS = ("target", "test-helper", "integration", "example", "maintenance")

# Whole words of a folder's name that point to a set. The element nearest the root that holds one decides: what lies
# below examples/ is an example, whatever it calls itself.
_WORDS = {
    "example": (
        "example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "quickstart",
        "playground",
    ),
    "integration": ("integration", "interop", "e2e", "conformance", "acceptance", "loadtest", "stress", "smoke"),
    "test-helper": (
        "test", "tests", "testdata", "testing", "testutil", "testutils", "testhelper", "testprog", "mock", "mocks",
        "fake", "fakes",
    ),
    "maintenance": (
        "gen", "generate", "generator", "codegen", "mkall", "release", "script", "scripts", "hack", "build", "ci",
        "dev", "tools", "internal-tools", "bench", "benchmark", "benchmarks", "maint", "maintenance", "docgen",
        "gendocs",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A decision: the set, and each reason as a person can check it."""

    set: str
    reasons: tuple[str, ...]


def classify(folder: str) -> Classified:
    """Return the set of the binary whose main package lies in ``folder``, relative to the module's root."""
    for element in folder.split("/"):
        for name, words in _WORDS.items():
            for word in re.split(r"[-_.]", element.lower()):
                if word in words:
                    return Classified(set=name, reasons=(f"folder {element!r} holds the word {word!r}",))
    return Classified(set="target", reasons=("no word of its folder points elsewhere",))


def parse_sets(text: str) -> tuple[str, ...]:
    """Read the value of -set: names with commas between, ``all``, and names to leave out after a dash.

    Raises:
        UsageError: a name is no set, or nothing is left.
    """
    chosen: list[str] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        leave_out, name = word.startswith("-"), word.removeprefix("-")
        names = SETS if name == "all" else (name,)
        if name != "all" and name not in SETS:
            raise UsageError(f"-set: no set is called {name!r}", hint=f"sets are {', '.join(SETS)} and all")
        chosen = [one for one in chosen if one not in names] if leave_out else _union(chosen, names)
    if not chosen:
        raise UsageError(f"-set {text!r} chooses nothing", hint=f"sets are {', '.join(SETS)} and all")
    return tuple(name for name in SETS if name in chosen)


def _union(chosen: list[str], more: Iterable[str]) -> list[str]:
    return [*chosen, *(name for name in more if name not in chosen)]
