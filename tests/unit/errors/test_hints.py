"""Each error about what a user wrote says what to do, in the source already."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[3] / "gomod2bazel"
KINDS = {"UsageError", "FlagError", "FlagNameError", "FlagValueError"}

WITHOUT = {
    "options/assignments.py": "the problem with a value says what is allowed",
    "install/result_formats.py": "says where the file is wrong, which another program wrote",
    "generate/editor/protocol.py": "an editor wrote the request, and no user reads the answer",
    "golang/proxy/patches/patched.py": "refuses a version that the driver itself made",
    "sets/overrides_file.py": "each line of several problems says what is allowed there",
}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                yield str(path.relative_to(SOURCES)), node


def _has_hint(call: ast.Call) -> bool:
    return any(keyword.arg in ("hint", None) for keyword in call.keywords)


CALLS = tuple(_calls())


def test_there_are_such_errors() -> None:
    assert len(CALLS) > 200


@pytest.mark.parametrize("name", sorted({name for name, _ in CALLS}))
def test_every_usage_error_has_a_hint(name: str) -> None:
    lacking = [
        f"{name}:{call.lineno}: {ast.unparse(call)}" for file, call in CALLS if file == name and not _has_hint(call)
    ]
    assert bool(lacking) == (name in WITHOUT), "\n".join(lacking) or f"{name}: all have a hint, so it is no exception"
