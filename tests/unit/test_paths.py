"""Where caches are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.errors import UsageError
from gomod2bazel.paths import Caches


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
    folders = [caches.tools, caches.modules, caches.workspace, caches.bazel, caches.runs]
    assert len(set(folders)) == len(folders)
    assert all(folder.parent == caches.root for folder in folders)
