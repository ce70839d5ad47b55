"""Versions in a goproxy hierarchy, and which version and time a packed tree gets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version, is_pseudo, precedence
from gomod2bazel.commands.pack.revision import Commit
from gomod2bazel.commands.pack.tree import ModuleTree, tagged_version
from gomod2bazel.golang.proxy.hierarchy import list_text, module_folders, whole_versions

# The example of Semantic Versioning 2.0.0, 11, with more numbers of two digits.
ORDER = [
    "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11",
    "v1.0.0-rc.1", "v1.0.0", "v1.2.0", "v1.10.0", "v2.0.0+incompatible", "v10.0.0",
]  # fmt: skip


def test_versions_are_ordered_by_precedence() -> None:
    assert sorted({*ORDER}, key=precedence) == ORDER


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v0.0.0-20240101000000-abcdefabcdef", True),
        ("v1.2.4-0.20240101000000-abcdefabcdef", True),
        ("v1.2.3-rc.1.0.20240101000000-abcdefabcdef", True),
        ("v2.0.1-0.20240101000000-abcdefabcdef+incompatible", True),
        ("v1.2.3", False),
        ("v1.2.3-20240101000000-abcdefabcdef", False),
        ("v1.2.3-rc.20240101000000", False),
    ],
)
def test_pseudo_versions_are_those_of_the_go_command(version: str, expected: bool) -> None:
    assert is_pseudo(version) is expected


def test_a_list_names_each_release_once() -> None:
    text = list_text(["v1.10.0", "v1.9.0", "v0.0.0-20240101000000-abcdefabcdef", "v1.9.0"])
    assert text == "v1.9.0\nv1.10.0\n"
    assert list_text([]) == ""


def test_a_version_is_whole_with_its_three_files() -> None:
    names = ["v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip", "v1.1.0.info", "v1.1.0.zip", "list", "v1.0.0.ziphash", "x.zip"]
    whole, partial = whole_versions([*names, *(f"v1.0.0-!r!c1{suffix}" for suffix in (".info", ".mod", ".zip"))])
    assert whole == ["v1.0.0-RC1", "v1.0.0"]
    assert partial == ["v1.1.0"]


def test_modules_of_a_hierarchy_are_found_without_following_links(tmp_path: Path) -> None:
    for folder in ("example.com/!upper/@v", "example.com/m/v2/@v", "example.com/m/@v", "Bad/@v", "elsewhere/m/@v"):
        (tmp_path / "root" / folder).mkdir(parents=True)
    (tmp_path / "root" / "example.com" / "linked").symlink_to(tmp_path / "root" / "elsewhere")
    (tmp_path / "root" / "example.com" / "n").mkdir()
    (tmp_path / "root" / "example.com" / "n" / "@v").symlink_to(tmp_path)
    found = [module for module, _ in module_folders(tmp_path / "root")]
    assert sorted(found) == ["elsewhere/m", "example.com/Upper", "example.com/m", "example.com/m/v2"]


def commit(tags: str, subfolder: str = "") -> Commit:
    return Commit(
        sha="0123456789abcdef",
        time="2026-01-02T03:04:05Z",
        subfolder=subfolder,
        tags=tuple(tags.split()),
        unclean=(),
        objects="/o",
        object_format="sha1",
    )


@pytest.mark.parametrize(
    ("path", "tags", "subfolder", "expected"),
    [
        ("example.com/m", "v1.2.3 v2.0.0 released sub/v1.9.0 v1.2", "", "v1.2.3"),
        ("example.com/m", "v0.1.0-rc.1", "", "v0.1.0-rc.1"),
        ("example.com/m/v2", "v1.2.3 v2.0.0", "", "v2.0.0"),
        ("example.com/m/v2", "v1.2.3 v2.0.0", "v2", "v2.0.0"),
        ("example.com/m/sub", "v1.2.3 sub/v1.9.0", "sub", "v1.9.0"),
        ("example.com/m/sub/v3", "v3.0.0 sub/v3.0.1 sub/v1.0.0", "sub", "v3.0.1"),
        ("example.com/m/sub/v3", "v3.0.0 sub/v3.0.1 sub/v3/v3.0.2", "sub/v3", "v3.0.1"),
        ("gopkg.in/yaml.v3", "v3.0.1 v2.4.0", "", "v3.0.1"),
        ("gopkg.in/old.v1", "v1.0.1 v0.9.0", "", "v1.0.1"),
    ],
)
def test_the_tag_tells_the_version(path: str, tags: str, subfolder: str, expected: str) -> None:
    assert tagged_version(path, commit(tags, subfolder)) == expected


@pytest.mark.parametrize(
    ("path", "tags", "said"),
    [
        ("example.com/m", "v1.2.3 v1.2.3-rc.1", "has the version tags v1.2.3, v1.2.3-rc.1"),
        ("example.com/m", "v2.0.0 v1 v1.2 v1.2.3+meta", "has no version tag for example.com/m, such as v1.2.3"),
        ("example.com/m/v2", "v1.0.0", "has no version tag for example.com/m/v2, such as v2.2.3"),
    ],
)
def test_tags_that_tell_no_version_or_several_are_refused(path: str, tags: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        tagged_version(path, commit(tags))
    assert said in str(caught.value)


def test_the_time_is_that_of_the_commit_the_pseudo_version_the_variable_or_the_newest_file(tmp_path: Path) -> None:
    (tmp_path / "go.mod").touch()
    (tmp_path / "old.go").touch()
    os.utime(tmp_path / "go.mod", (1_600_000_000, 1_600_000_000))
    os.utime(tmp_path / "old.go", (1_500_000_000, 1_500_000_000))
    plain = ModuleTree(module=Version("example.com/m", "v1.0.0"), root=tmp_path)
    pseudo = ModuleTree(module=Version("example.com/m", "v0.0.0-20240102030405-abcdefabcdef"), root=tmp_path)
    tagged = ModuleTree(module=plain.module, root=tmp_path, commit=commit(""))
    assert plain.time({}) == "2020-09-13T12:26:40Z"
    assert plain.time({"SOURCE_DATE_EPOCH": "1700000000"}) == "2023-11-14T22:13:20Z"
    assert pseudo.time({"SOURCE_DATE_EPOCH": "1700000000"}) == "2024-01-02T03:04:05Z"
    assert tagged.time({"SOURCE_DATE_EPOCH": "1700000000"}) == "2026-01-02T03:04:05Z"
    with pytest.raises(UsageError):
        plain.time({"SOURCE_DATE_EPOCH": "-1"})
