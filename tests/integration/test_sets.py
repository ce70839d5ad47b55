"""Sets against a real Bazel and real modules."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.driver import ROOT, Driver
from support.set_matrix import SetMatrix

SOURCES = ("-goproxy", f"file://{ROOT}/examples/goproxy", "-sumfile", f"{ROOT}/examples/go.sum")


@pytest.mark.bazel
@pytest.mark.nightly
def test_every_combination_of_sets_installs_what_list_says(driver: Driver, tmp_path: Path) -> None:
    matrix = SetMatrix.of(driver, "example.com/hello@v1.1.0", tmp_path, SOURCES)
    assert all(matrix.expected[name] for name in ("target", "test-helper", "integration", "example"))
    assert list(matrix.problems()) == []
