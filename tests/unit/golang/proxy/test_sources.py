"""The list of sources, and noticing that a folder source was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.proxy.sources import Sources, redacted

MODULE = Version("example.com/Mod", "v1.0.0")


@pytest.mark.parametrize(
    ("text", "goproxy"),
    [
        ("https://a,https://b|file:///c", "https://a,https://b|file:///c"),
        ("https://a,direct", "https://a"),
        ("direct|https://a", "https://a"),
        ("https://a|direct,file:///b", "https://a,file:///b"),
        (" https://a , off ", "https://a,off"),
        ("off", "off"),
        ("", "off"),
        ("direct", "off"),
        (",,https://a", "https://a"),
        ("/a b,https://a", "file:///a%20b,https://a"),
    ],
)
def test_parse(text: str, goproxy: str) -> None:
    assert Sources.parse(text).goproxy == goproxy


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:s3cret@h.invalid/p", "https://me:xxxxx@h.invalid/p"),
        ("https://me@h.invalid", "https://me@h.invalid"),
        ("https://h.invalid:80/a@b", "https://h.invalid:80/a@b"),
        ("file:///a:b@c", "file:///a:b@c"),
    ],
)
def test_passwords_are_not_shown(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert Sources.parse(f"{text},off").shown == f"{shown}, off"


def test_passwords_of_what_is_no_source_are_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Sources.parse("https://me:s3/cret@h.invalid")
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["folder", "./folder", "ftp://x", "https://a,none", "file", "ssh://git@x", "http://[::1]et@h.invalid:8/x"]
)
def test_refuses(text: str) -> None:
    with pytest.raises(UsageError, match="is not a source") as caught:
        Sources.parse(text)
    assert "file://DIR" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "goproxy"),
    [
        ("https://a", "file:///m/cache/download,https://a"),
        ("file:///p,https://a|https://b", "file:///p,file:///m/cache/download,https://a|https://b"),
        ("file:///p|https://a", "file:///p,file:///m/cache/download|https://a"),
        ("file:///p", "file:///p,file:///m/cache/download"),
        ("off", "file:///m/cache/download,off"),
        ("", "file:///m/cache/download"),
    ],
)
def test_module_cache_stands_before_what_costs(text: str, goproxy: str) -> None:
    assert Sources.parse(text).with_module_cache(Path("/m")).goproxy == goproxy


def test_what_the_user_named() -> None:
    sources = Sources.parse("https://a,direct,/p").with_module_cache(Path("/m"))
    assert sources.names_direct
    assert sources.shown == "https://a, file:///p"
    named = Sources.parse("file:///m/cache/download").with_module_cache(Path("/m"))
    assert named.shown == "file:///m/cache/download"


def test_with_first() -> None:
    assert Sources.parse("https://a|https://b").with_first("file:///c").goproxy == "file:///c,https://a|https://b"
    assert Sources.parse("off").with_first("file:///c").goproxy == "file:///c,off"


def test_key_names_one_list() -> None:
    keys = {Sources.parse(text).key for text in ("https://a", "https://a,https://b", "https://a|https://b", "off")}
    assert len(keys) == 4
    assert Sources.parse("https://a").key in keys


def test_folders() -> None:
    sources = Sources.parse("file:///a%20b,https://x,file:///c")
    assert sources.folders() == (Path("/a b"), Path("/c"))
