"""Names near to a misspelt one."""

from __future__ import annotations

import pytest

from gomod2bazel.base.near_names import did_you_mean, near_names

COMMANDS = ("build", "prebuild", "list", "fetch", "lock", "query", "generate", "clean", "baseline", "binary-package")


@pytest.mark.parametrize(
    ("word", "names", "near"),
    [
        ("biuld", COMMANDS, ("build",)),
        ("buidl", COMMANDS, ("build",)),
        ("BUILD", COMMANDS, ("build",)),
        ("gen", COMMANDS, ("generate",)),
        ("lsit", COMMANDS, ("list",)),
        ("base-line", COMMANDS, ("baseline",)),
        ("binary_package", COMMANDS, ("binary-package",)),
        ("install", COMMANDS, ()),
        ("x", COMMANDS, ()),
        ("", COMMANDS, ()),
        ("build", (), ()),
        ("tagret", ("target", "test-helper", "integration", "example", "maintenance"), ("target",)),
        ("destinaton", ("destination", "deadline", "diff"), ("destination",)),
        ("dest", ("destination", "deadline", "diff"), ("destination",)),
        ("linux/amd46", ("linux/amd64", "linux/arm64", "linux/arm", "windows/amd64"), ("linux/amd64",)),
        ("linx/amd64", ("linux/amd64", "linux/arm64", "windows/amd64"), ("linux/amd64",)),
        ("example.com/helo", ("example.com/hello", "example.com/words"), ("example.com/hello",)),
        ("exmaple.com/hello", ("example.com/hello", "example.com/words"), ("example.com/hello",)),
        ("cmd/wordcont", ("cmd/wordcount", "cmd/serve"), ("cmd/wordcount",)),
        ("example.com/hello/v3", ("example.com/hello/v2", "example.com/hello"), ("example.com/hello",)),
        ("v1.1.0-rc1", ("v1.1.0-rc.1", "v1.0.0", "v1.1.0"), ("v1.1.0-rc.1",)),
        ("v1.10", ("v1.1.0", "v2.0.0"), ("v1.1.0",)),
    ],
)
def test_near_names(word: str, names: tuple[str, ...], near: tuple[str, ...]) -> None:
    assert near_names(word, names) == near


def test_what_is_much_less_alike_than_the_nearest_is_left_out() -> None:
    assert near_names("result-fil", ("result-format", "result-file")) == ("result-file",)


def test_at_most_so_many() -> None:
    names = [f"server{letter}" for letter in "abcdefgh"]
    assert near_names("serverz", names) == ("servera", "serverb", "serverc")
    assert near_names("serverz", names, most=1) == ("servera",)


def test_a_name_is_not_near_to_itself() -> None:
    assert near_names("build", ("build", "prebuild")) == ("prebuild",)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ((), ""),
        (("check",), "did you mean -check?"),
        (("check", "chec"), "did you mean -check or -chec?"),
        (("checa", "checb", "checc"), "did you mean -checa, -checb or -checc?"),
    ],
)
def test_did_you_mean(names: tuple[str, ...], text: str) -> None:
    assert did_you_mean("chek", names, "-") == text
