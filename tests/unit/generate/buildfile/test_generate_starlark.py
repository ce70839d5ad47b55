"""Reading BUILD files: what is read is written back byte for byte, and what cannot be read is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.generate.buildfile.starlark import items_of, read_file

ROOT = Path(__file__).resolve().parents[4]
FILES = [
    path
    for pattern in ("BUILD*", "*.bzl", "MODULE.bazel")
    for folder in ("rules", "e2e", "tests/rules", ".")
    for path in (ROOT / folder).glob(pattern if folder == "." else f"**/{pattern}")
]


@pytest.mark.repository
def test_every_file_of_this_repository_comes_back_as_it_was() -> None:
    assert len(FILES) > 30
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert read_file(text, path.name).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n# only comments\n\n",
        'x(\n  name = "a" ,\n)\n# foot\n\n',
        'x = r"\\d" + "\\/"\r\ny(name = "z")\r\n',
        'load(":a.bzl", b = "c")\n[x(name = n) for n in ["a"]]\n',
        'x(**{"a": 1})\nprint("y")\n',
        "def f():\n  return 1\n",
    ],
)
def test_comes_back(text: str) -> None:
    assert read_file(text, "x").text == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('x(name = "a")\nprint "y"\n', 2),
        ("x = 0755\n", 1),
        ('x(\n  name = "a"\n', 1),
        ("x = " + "a + " * 1000 + "a\n", 1),
        ('\n\nx = ur"a"\n', 3),
        ('\ufeffx(name = "a")\n', 1),
        ('x(name = "a)\n', 1),
        ("x = " + "[" * 3000 + "]" * 3000 + "\n", 1),
    ],
)
def test_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UsageError) as caught:
        read_file(text, "lib/BUILD.bazel")
    assert str(caught.value).startswith(f"lib/BUILD.bazel:{line}: not Starlark: ")
    assert caught.value.hint


def test_comments_stand_at_what_they_are_about() -> None:
    file = read_file(
        'x(  # 0\n    # 1\n    a = [  # 2\n        # 3\n        "b",  # 4\n        # 5\n    ],  # 6\n    # 7\n)  # 8\n',
        "x",
    )
    call = file.statements[0].call
    assert call is not None
    assert (call.arguments[0].before, call.arguments[0].after, call.end) == (["# 0", "# 1"], "# 6", ["# 7"])
    assert call.arguments[0].node is not None
    items, end = items_of(call.arguments[0].node) or ([], [])
    assert (items[0].before, items[0].after, end) == (["# 2", "# 3"], "# 4", ["# 5"])
