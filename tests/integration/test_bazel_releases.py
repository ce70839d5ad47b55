"""Bazel 7 with the defaults of later releases: docs/bazel-releases.md names each, and this checkout loads with them.

Nothing is built here: tools/test also runs the tests of e2e/smoke with these flags.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.driver import ROOT, Driver
from support.later_bazel import PAGE, later_flags
from support.smoke import HOST_SDK

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
def workspace(request: pytest.FixtureRequest, driver: Driver, tmp_path: Path) -> Iterator[Path]:
    """Return this checkout, or e2e/smoke in the archive that a release of the last commit would publish."""
    folder = ROOT
    if request.param == "registry":
        archive = subprocess.run(
            ["git", "archive", "--prefix=released/", "HEAD"], cwd=ROOT, capture_output=True, check=False
        )
        if archive.returncode:
            pytest.skip("the checkout is not a git repository")
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(tmp_path, filter="data")
        folder = tmp_path / "released" / "e2e" / "smoke"
    yield folder
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


# At night, all of the checkout: the rules are in the other workspace too, and tools/test runs the rules' tests.
@pytest.mark.parametrize("workspace", [pytest.param("checkout", marks=pytest.mark.nightly), "registry"], indirect=True)
def test_all_loads_and_is_analysed(workspace: Path, driver: Driver, flags: tuple[str, ...]) -> None:
    """The registry's presubmit builds the same targets."""
    more = (_ONLY_HERE,) if workspace == ROOT else ("@gomod2bazel//:gomod2bazel", "@gomod2bazel//rules/...")
    # With toolchains for protoc, what has this tag needs one, which is not there.
    options = (HOST_SDK, "--nobuild", "--build_tag_filters=-protoc", "--symlink_prefix=/", "--color=no", "--curses=no")
    done = driver.bazel("build", *options, *flags, *more, "//...", cwd=workspace)
    assert done.code == 0, done.err
