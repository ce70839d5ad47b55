"""What differs first, in the order of toolchain, flags and modules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gomod2bazel.commands.verify.binary.differences import fact_difference, module_difference
from gomod2bazel.commands.verify.binary.facts import BinaryFacts, RecordedModule

DEP = RecordedModule(path="example.com/d", version="v1.0.0", sum="h1:d")
FACTS = BinaryFacts(
    name="x",
    path=Path("/x"),
    go_version="go1.26.8",
    import_path="example.com/m",
    main=RecordedModule(path="example.com/m", version="v1.2.3", sum="h1:m"),
    modules=(DEP,),
    settings={"CGO_ENABLED": "1", "DefaultGODEBUG": "panicnil=1", "vcs.revision": "01"},
    variables=(("main.v", "1"),),
    compilers=("GCC: (Debian) 12",),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"go_version": "go1.26.7"}, "toolchain: go1.26.8, go1.26.7 in FILE"),
        ({"compilers": ("clang 19",)}, "toolchain: C compiler GCC: (Debian) 12, clang 19 in FILE"),
        ({"compilers": ()}, "toolchain: C compiler GCC: (Debian) 12, none in FILE"),
        (
            {"settings": {**FACTS.settings, "DefaultGODEBUG": "panicnil=0"}},
            "flags: DefaultGODEBUG: 'panicnil=1', 'panicnil=0' in FILE",
        ),
        ({"settings": {**FACTS.settings, "-race": "true"}}, "flags: -race: not set, 'true' in FILE"),
        ({"has_dwarf": False}, "flags: debugging information (-ldflags=-w): yes, no in FILE"),
        ({"host_build_id": "01"}, "flags: the GNU build ID (-ldflags=-B): '', '01' in FILE"),
        ({"variables": ()}, "flags: -ldflags=-X main.v: '1', not set in FILE"),
        ({"settings": {**FACTS.settings, "vcs.revision": "02"}}, "modules: vcs.revision: '01', '02' in FILE"),
        (
            {"modules": (replace(DEP, version="v1.1.0"),)},
            "modules: dep example.com/d v1.0.0 h1:d; dep example.com/d v1.1.0 h1:d in FILE",
        ),
        ({"modules": ()}, "modules: dep example.com/d v1.0.0 h1:d; no other module in FILE"),
        (
            {"modules": (replace(DEP, replace=RecordedModule(path="example.com/fork", version="v1.0.0")),)},
            "modules: dep example.com/d v1.0.0 h1:d; dep example.com/d v1.0.0 in FILE",
        ),
        # What comes first where much differs.
        ({"go_version": "go1.26.7", "modules": (), "has_dwarf": False}, "toolchain: "),
        ({"modules": (), "has_dwarf": False}, "flags: "),
    ],
)
def test_the_first_difference(changes: dict[str, Any], words: str) -> None:
    difference = fact_difference(FACTS, replace(FACTS, **changes))
    assert difference
    assert f"{difference.kind}: {difference.text}".startswith(words)


def test_what_decides_nothing() -> None:
    assert fact_difference(FACTS, FACTS) is None
    # The linker put a stripped binary's values where nobody finds them, and old releases record -ldflags.
    stripped = replace(FACTS, has_symbols=False, variables=())
    assert fact_difference(stripped, replace(stripped, settings={**FACTS.settings, "-ldflags": "-s"})) is None


def test_empty_lines_are_not_modules() -> None:
    # BuildInfo.String writes one after the line of a replacement.
    assert module_difference(["path\tx", "", "mod\tx"], ["path\tx", "mod\tx"]) is None
