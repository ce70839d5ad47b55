"""Versions, their escaping, and what counts as a module path."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version, check_path, escape, is_exact, lang, unescape


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("example.com/m", "example.com/m"),
        ("github.com/BurntSushi/toml", "github.com/!burnt!sushi/toml"),
        ("v1.0.0-RC1", "v1.0.0-!r!c1"),
        ("A", "!a"),
    ],
)
def test_escape_and_back(plain: str, escaped: str) -> None:
    assert escape(plain) == escaped
    assert unescape(escaped) == plain


@pytest.mark.parametrize("text", ["example.com/M", "a!", "a!!b", "a!1", "!A"])
def test_unescape_refuses(text: str) -> None:
    with pytest.raises(UsageError, match="not an escaped module path") as caught:
        unescape(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    "version",
    [
        "v1.2.3",
        "v0.0.0-20240101000000-0123456789ab",
        "v2.0.0+incompatible",
        "v1.0.0-rc.1",
        "v2.0.0-rc.1+incompatible",
    ],
)
def test_exact(version: str) -> None:
    assert is_exact(version)


@pytest.mark.parametrize(
    "query",
    ["", "latest", "v1", "v1.2", "<v1.2.3", ">=v1.0.0", "1.2.3", "v01.2.3", "master", "v1.2.3\n", "v1.2.3+meta"],
)
def test_query(query: str) -> None:
    assert not is_exact(query)


@pytest.mark.parametrize("path", ["example.com/m", "github.com/A_b/c-d.e/v2", "m", "gopkg.in/yaml.v3", "a~b.com/x"])
def test_module_path(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "-flag",
        "example.com/../m",
        "example.com/..",
        "/abs",
        "example.com//m",
        "example.com/m/",
        "a b",
        "a\n",
        "a/b.",
    ],
)
def test_no_module_path(path: str) -> None:
    with pytest.raises(UsageError, match="malformed module path"):
        check_path(path)


@pytest.mark.parametrize(
    ("value", "language"), [("1.21", "1.21"), ("1.21rc2", "1.21"), ("1.21.5", "1.21"), ("", "1.16"), ("1.9", "1.9")]
)
def test_lang(value: str, language: str) -> None:
    assert lang(value, "1.16") == language


def test_prints_as_the_go_command_writes_it() -> None:
    assert str(Version("example.com/m", "v1.0.0")) == "example.com/m@v1.0.0"
    assert str(Version("example.com/m")) == "example.com/m"
