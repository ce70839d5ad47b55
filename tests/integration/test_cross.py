"""Several platforms in one run: each binary is what the go command makes, under its name, in a separate folder.

`tools/parity -platforms` does the same for every platform that builds without cgo.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cross import TINY, problems_of
from support.driver import Driver

# Another operating system and another machine; one whose files have a suffix, one whose programs need an engine.
PLATFORMS = ["windows/amd64", "js/wasm"]


@pytest.mark.bazel
@pytest.mark.nightly
def test_as_the_go_command(driver: Driver, tmp_path: Path) -> None:
    assert problems_of(driver, PLATFORMS, tmp_path) == []
    made = sorted(str(path.relative_to(tmp_path / "ours")) for path in (tmp_path / "ours").rglob("tiny*"))
    assert made == sorted(
        f"{name.replace('/', '_')}/{TINY}{'.exe' if name.startswith('windows/') else ''}" for name in PLATFORMS
    )


def test_a_platform_that_needs_cgo_is_refused_as_by_go(driver: Driver, tmp_path: Path) -> None:
    (problem,) = problems_of(driver, ["android/amd64"], tmp_path)
    assert "android/amd64 requires external (cgo) linking, but cgo is not enabled" in problem
