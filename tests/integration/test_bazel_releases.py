"""Bazel 7 with the defaults of later releases: docs/bazel-releases.md names each, and this checkout loads with them.

Nothing is built here: tools/test also runs the tests of e2e/smoke with these flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.driver import ROOT, Driver
from support.later_bazel import PAGE, later_flags

pytestmark = pytest.mark.bazel

_ONLY_HERE = "--incompatible_disallow_struct_provider_syntax"
"""Bazel's own py_binary, which e2e/smoke has, does not load with it."""


@pytest.fixture
def flags(driver: Driver) -> tuple[str, ...]:
    """Return the flags; another Bazel has defaults of its own."""
    version = driver.bazel("--version", cwd=ROOT).out.split()[1]
    if not version.startswith("7."):
        pytest.skip(f"Bazel {version} has its own defaults")
    return later_flags(version)


@pytest.fixture
def stopped(driver: Driver) -> Iterator[None]:
    """End the servers of both workspaces."""
    yield
    for folder in (ROOT, ROOT / "e2e/smoke"):
        driver.bazel("shutdown", cwd=folder)


def test_the_page_names_every_flag_that_is_off(driver: Driver, flags: tuple[str, ...]) -> None:
    """And the flags that are run exist, and change something."""
    text = driver.bazel("help", "build", "--long", cwd=ROOT).out
    defaults = dict(re.findall(r'^  --(?:\[no\])?(\w+) \(.*?; default: "(.*)"\)$', text, re.MULTILINE))
    off = {name for name, value in defaults.items() if name.startswith("incompatible_") and value == "false"}
    assert len(off) > 20
    named = set(re.findall(r"`--(?:no)?(\w+)=?`", PAGE.read_text(encoding="utf-8")))
    assert off - named == set()
    words = [flag.removeprefix("--").removesuffix("=") for flag in flags]
    assert [word for word in words if word not in defaults and word.removeprefix("no") not in defaults] == []


@pytest.mark.parametrize("workspace", [".", "e2e/smoke"])
@pytest.mark.usefixtures("stopped")
def test_all_loads_and_is_analysed(workspace: str, driver: Driver, flags: tuple[str, ...]) -> None:
    more = () if workspace != "." else (_ONLY_HERE,)
    options = ("--nobuild", "--symlink_prefix=/", "--color=no", "--curses=no")
    done = driver.bazel("build", *options, *flags, *more, "//...", cwd=Path(ROOT, workspace))
    assert done.code == 0, done.err
