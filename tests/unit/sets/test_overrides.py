"""Overrides: which rule decides, and what patterns mean."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.samples import package

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command import patterns
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, plan
from gomod2bazel.options.assignments import unfit_module, unfit_name, unfit_pattern
from gomod2bazel.options.flags import parse
from gomod2bazel.sets.overrides import Override, Overrides, matches

M = "example.com/m"


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("example.com/m", "example.com/m", True),
        ("example.com/m", "example.com/m/cmd", False),
        ("example.com/m/...", "example.com/m", True),
        ("example.com/m/...", "example.com/m/cmd/gen", True),
        ("example.com/m/...", "example.com/mx", False),
        ("example.com/m...", "example.com/mx/y", True),
        ("...", "example.com/m", True),
        ("all", "example.com/m", True),
        (".../gen", "example.com/m/cmd/gen", True),
        (".../gen", "example.com/m/cmd/gen2", False),
        (".../examples/...", "example.com/m/examples", True),
        (".../examples/...", "example.com/m/examples/a/b", True),
        (".../examples/...", "example.com/m/myexamples/a", False),
        ("example.com/.../gen...", "example.com/m/gen", True),
        ("a...a", "a", False),
        ("a...a", "aa", True),
        ("a...b...b", "ab", False),
        ("example.com/m.x", "example.com/m+x", False),
        ("....", "a.", True),
    ],
)
def test_patterns_are_those_of_the_go_command(pattern: str, path: str, wanted: bool) -> None:
    assert matches(pattern, path) is wanted
    assert patterns.matches(pattern, package(path)) is wanted, "-gcflags would take it differently"


def test_no_pattern_takes_long() -> None:
    begin = time.monotonic()
    assert not matches("...a" * 2000 + "b", "a" * 20000)
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    ("module", "import_path", "directory", "wanted"),
    [
        ("", "./cmd/gen", "/cmd/gen", True),
        ("", "./cmd/gen", "/cmd/gen/more", False),
        ("", "./cmd/...", "/cmd/gen", True),
        ("", "./...", "", True),
        ("", ".", "", True),
        ("", ".", "/cmd", False),
        (M, "", "/any", True),
        ("example.com/...", "./any", "/any", True),
        ("example.org/...", "./any", "/any", False),
        ("example.org/...", "", "/any", False),
    ],
)
def test_a_rule_matches(module: str, import_path: str, directory: str, wanted: bool) -> None:
    assert Override(module=module, import_path=import_path).matches(M, M + directory) is wanted


RULES = Overrides((
    Override(import_path="./internal/...", set="maintenance", position="f:1"),
    Override(import_path=f"{M}/internal/server", set="integration", name="m-server", position="f:5"),
    Override(import_path=f"{M}/internal/server", name="m-serve", position="g:1"),
    Override(module=M, import_path="./internal/demo", set="example", position="g:6"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("directory", "position", "name"),
    [
        ("internal/gen", "f:1", ""),
        ("internal/server", "f:5", "m-serve"),
        ("internal/demo", "g:6", ""),
        ("cmd/m", None, ""),
    ],
)
def test_the_last_rule_that_matches_decides_set_and_name_apart(directory: str, position: str, name: str) -> None:
    rule = RULES.of(M, f"{M}/{directory}")
    assert (rule and rule.position) == position
    assert RULES.name_of(M, f"{M}/{directory}") == name


def test_rules_of_the_command_line_have_to_match() -> None:
    rules = Overrides((
        Override(import_path="./gone", set="example", position="f:1"),
        Override(import_path="./cmd/...", set="example", position="-as ./cmd/...=example", required=True),
        Override(import_path="cmd/gen", set="example", position="-as cmd/gen=example", required=True),
    ))  # fmt: skip
    with pytest.raises(UsageError) as caught:
        rules.check_used(M, [f"{M}/cmd/gen", f"{M}/cmd/a"])
    assert str(caught.value) == "-as cmd/gen=example: no main package matches"
    assert caught.value.hint == f"main packages are {M}/cmd/a, {M}/cmd/gen"
    rules = Overrides(rules.rules[:2])
    rules.check_used(M, [f"{M}/cmd/gen"])


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b\n", " a", "a\x1b[2J", "/abs", "a//b", "a/", "a/./b", "./", "..", "../x", "a/../b", "cmd/*", "cmd/?",
     "a\\b", "a\u202eb"],
)  # fmt: skip
def test_no_pattern(text: str) -> None:
    assert unfit_pattern(text)
    assert unfit_module(text)


@pytest.mark.parametrize("text", ["...", "all", ".", "./...", "./a b/c", "a/_example/x", "a/testdata/m@v1.0.0/[x]=y"])
def test_patterns_of_all_that_a_module_may_hold(text: str) -> None:
    assert not unfit_pattern(text)


@pytest.mark.parametrize(("text", "word"), [("./m", "relative"), (f"{M}@v1.2.3", "version")])
def test_no_module_pattern(text: str, word: str) -> None:
    assert word in unfit_module(text)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "/a", "a\nb", "a\x00", "\x7f", "a", ".a", "-a", "a b"])
def test_a_name_obeys_what_names_of_binary_obey(name: str, tmp_path: Path) -> None:
    try:
        plan([Binary(import_path=M, name=name)], Destination(destination=str(tmp_path)))
    except UsageError:
        assert unfit_name(name)
    else:
        assert not unfit_name(name)


def test_the_flags() -> None:
    options, _ = parse(["-as", "./a=b=example", "--as=...=fixture", "-overrides", "x", "-overrides=y"])
    assert options.module.assign.assigned == (("./a=b", "example"), ("...", "fixture"))
    assert options.module.assign.overrides == ("x", "y")


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("example.com/m", "-as 'example.com/m' names no set", "write -as PATTERN=SET"),
        ("=target", "-as '=target': the pattern is empty", "write -as PATTERN=SET"),
        ("x=targets", "-as 'x=targets': unknown set 'targets' (did you mean target?); use one of target, ", ""),
        ("x=", "-as 'x=': unknown set ''; use one of target, ", ""),
        ("x=testonly", "-as 'x=testonly': testonly is for packages with only _test.go files", ""),
        ("cmd/*=target", "-as 'cmd/*=target': the pattern contains * or ?: the wildcard of import paths is ...", None),
    ],
)
def test_no_value_of_as(text: str, what: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse(["-as", text])
    assert str(caught.value).startswith(what)
    assert hint is None or caught.value.hint == hint
