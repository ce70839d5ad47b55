"""The list of sources, and noticing that a folder source was changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.errors import UsageError
from gomod2bazel.sources import Sources, forget_changed, redacted, remember, remove_tree
from gomod2bazel.version import Version

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
    "text", ["/folder", "ftp://x", "https://a,none", "file", "ssh://git@x", "http://[::1]et@h.invalid:8/x"]
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


def _source(folder: Path, content: str) -> Path:
    base = folder / "example.com" / "!mod" / "@v"
    base.mkdir(parents=True, exist_ok=True)
    for suffix in (".mod", ".zip", ".info"):
        (base / f"v1.0.0{suffix}").write_text(content, encoding="utf-8")
    return folder


def _cache(folder: Path) -> list[Path]:
    kept = [
        folder / "example.com" / "!mod@v1.0.0" / "main.go",
        folder / "cache" / "download" / "example.com" / "!mod" / "@v" / "v1.0.0.zip",
        folder / "cache" / "download" / "example.com" / "!mod" / "@v" / "v1.0.0.ziphash",
    ]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    kept[0].chmod(0o444)
    kept[0].parent.chmod(0o555)
    return kept


def test_what_a_source_changed_is_forgotten(tmp_path: Path) -> None:
    source, cache = _source(tmp_path / "source", "a"), tmp_path / "cache"
    kept = _cache(cache)
    other = cache / "cache" / "download" / "example.com" / "!mod" / "@v" / "v1.1.0.zip"
    other.touch()
    remember(cache, [tmp_path / "empty", source], [MODULE, Version("main.module")])
    forget_changed(cache, [tmp_path / "empty", source])
    assert all(path.exists() for path in kept), "nothing was changed"
    _source(source, "other")
    forget_changed(cache, [tmp_path / "empty", source])
    assert not any(path.exists() for path in kept)
    assert not kept[0].parent.exists()
    assert other.exists(), "another version stays"


def test_same_size_but_newer_is_changed(tmp_path: Path) -> None:
    source, cache = _source(tmp_path / "source", "a"), tmp_path / "cache"
    kept = _cache(cache)
    remember(cache, [source], [MODULE])
    os.utime(source / "example.com/!mod/@v/v1.0.0.zip", ns=(1, 1))
    forget_changed(cache, [source])
    assert not kept[1].exists()


def test_a_first_source_that_now_has_it_counts(tmp_path: Path) -> None:
    source, cache = _source(tmp_path / "source", "a"), tmp_path / "cache"
    kept = _cache(cache)
    remember(cache, [tmp_path / "first", source], [MODULE])
    _source(tmp_path / "first", "b")
    forget_changed(cache, [tmp_path / "first", source])
    assert not kept[1].exists()


@pytest.mark.parametrize("content", ["", "{", "no json"])
def test_a_damaged_note_is_none(tmp_path: Path, content: str) -> None:
    kept = _cache(tmp_path)
    (tmp_path / "sources.json").write_text(content, encoding="utf-8")
    forget_changed(tmp_path, [])
    assert kept[1].exists()


def test_remove_tree_leaves_what_a_link_names(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    outside.chmod(0o555)
    kept = _cache(tmp_path / "cache")
    (tmp_path / "cache" / "link").symlink_to(outside)
    remove_tree(tmp_path / "cache")
    assert not kept[0].exists()
    assert not (tmp_path / "cache").exists()
    assert outside.stat().st_mode & 0o777 == 0o555
