"""Directives: what each changes, that it holds below its folder, and what is said of one that means nothing."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.generate.buildfile.directives import Directives, read_directives


def _read(text: str, inherited: Directives | None = None) -> Directives:
    return read_directives(text, "lib/BUILD.bazel", "lib", inherited or Directives())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Directives()),
        ("# gomod2bazel:ignore\n", Directives(ignored=True)),
        ("#gomod2bazel:tags manual, no-remote\r\n", Directives(tags=("manual", "no-remote"))),
        ("# gomod2bazel:set example\n", Directives(set="example")),
        ("# gomod2bazel:visibility //a:__pkg__ //b:x\n", Directives(visibility=("//a:__pkg__", "//b:x"))),
        ("# gomod2bazel:prefix example.com/m\n", Directives(prefix=("example.com/m", "lib"))),
        ("# gomod2bazel:go_test off\n", Directives(go_test="off")),
        ("# gomod2bazel:build_file_name BUILD\n", Directives(build_file_name="BUILD")),
        ("x(\n    # gomod2bazel:ignore\n)\n", Directives()),
        ("# about gomod2bazel:ignore\n", Directives()),
    ],
)
def test_read(text: str, expected: Directives) -> None:
    assert _read(text) == expected


def test_what_holds_above_holds_until_something_else_does() -> None:
    above = Directives(tags=("a",), set="example", visibility=("//x:y",), prefix=("p", ""))
    assert _read("# gomod2bazel:tags b\n", above).tags == ("b",)
    assert _read("# gomod2bazel:tags b\n", above).set == "example"
    none = "".join(f"# gomod2bazel:{name}\n" for name in ("tags", "set", "visibility", "prefix"))
    assert _read(none, above) == Directives()


def test_all_that_means_nothing_is_told_at_once() -> None:
    text = (
        "\n# gomod2bazel:resolve x\n# gomod2bazel:set exmaple\n# gomod2bazel:ignore this\n"
        '# gomod2bazel:build_file_name ../BUILD\n# gomod2bazel:visibility x"y\n# gomod2bazel:build_file_name\n'
        "# gomod2bazel:go_test file\n"
    )
    with pytest.raises(UsageError) as caught:
        _read(text)
    lines = caught.value.what.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"lib/BUILD.bazel:{number}" for number in range(2, 9)]
    assert "unknown directive; use one of build_file_name, go_test, ignore," in lines[0]
    assert "unknown set; use one of target," in lines[1]
