"""Every place that names the Go releases to compare with names those of tests/support/go_releases.py."""

from __future__ import annotations

import os
import re

import yaml  # type: ignore[import-untyped] # libcst brings it
from support.driver import ROOT
from support.go_releases import RELEASES

from gomod2bazel.provision.go_releases import release_of, supported_releases

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))


def test_they_are_the_newest_supported_releases() -> None:
    assert tuple(map(release_of, RELEASES)) == supported_releases(os.environ)[-3:]


def test_the_workflow_compares_the_core_with_each() -> None:
    job = WORKFLOW["jobs"]["parity"]
    assert job["strategy"]["matrix"] == {"go": list(RELEASES)}
    assert job["steps"][-1] == {"run": "tools/parity -matrix -go ${{ matrix.go }} core"}


def test_the_workflow_runs_all_tests_on_push_and_pull_request() -> None:
    # YAML 1.1 reads the key `on` as true.
    assert set(WORKFLOW[True]) == {"push", "pull_request"}
    assert {"run": ".ci/run"} in WORKFLOW["jobs"]["test"]["steps"]


def test_the_night_compares_all_rows_with_each() -> None:
    text = (ROOT / ".ci" / "nightly").read_text(encoding="utf-8")
    loop = r'^for release in (.*); do\n    step tools/parity -matrix -go "\$release"\ndone$'
    assert [tuple(names.split()) for names in re.findall(loop, text, re.M)] == [RELEASES]
