"""Where caches are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError, UsageError


@pytest.mark.parametrize(
    ("environment", "root"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/gomod2bazel"),
        ({"HOME": "/h"}, "/h/.cache/gomod2bazel"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/gomod2bazel"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/gomod2bazel"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/gomod2bazel"),
    ],
)
def test_root(environment: dict[str, str], root: str) -> None:
    assert Caches.from_environment(environment).root == Path(root)


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"XDG_CACHE_HOME": "relative"}])
def test_nowhere(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="neither") as caught:
        Caches.from_environment(environment)
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_folders_are_apart() -> None:
    caches = Caches(root=Path("/c"))
    folders = [caches.tools, caches.modules, caches.workspace, caches.tests, caches.bazel, caches.runs]
    assert len(set(folders)) == len(folders)
    assert all(folder.parent == caches.root for folder in folders)


@pytest.mark.parametrize(
    ("root", "version", "part"),
    [
        ("/home/jürgen/.cache", "7.7.1", "not ASCII"),
        ("/home/\udcff/.cache", "7.7.1", "not ASCII"),
        ("/a;b", "8.4.0", "';'"),
        ("/a=b", "8.4.0", "'='"),
        ("/a\nb", "7.7.1", r"'\\n'"),
    ],
)
def test_names_of_cache_folders_that_tools_cannot_take(root: str, version: str, part: str) -> None:
    with pytest.raises(ToolError, match=part) as caught:
        Caches(root=Path(root)).check(version)
    assert "set XDG_CACHE_HOME" in caught.value.hint


@pytest.mark.parametrize(
    ("root", "version"), [("/home/jürgen/.cache", "8.4.0"), ("/q 'uo\"te $x:y", "7.7.1"), ("/plain", "7.7.1")]
)
def test_names_of_cache_folders_that_work(root: str, version: str) -> None:
    Caches(root=Path(root)).check(version)
