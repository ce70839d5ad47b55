"""What a failed build says."""

from __future__ import annotations

import pytest

from gomod2bazel.bazel.server.build_report import BuildReport, FailedAction

NAMES = {"example.com_m-av1.0.0//:cmd/x_lib": "example.com/m/cmd/x"}


@pytest.mark.parametrize(
    "repository",
    ["@@gomod2bazel~~go_modules~example.com_m-av1.0.0", "@@gomod2bazel++go_modules+example.com_m-av1.0.0"],
    ids=["Bazel 7", "Bazel 8"],
)
def test_a_package_is_called_by_its_import_path(repository: str) -> None:
    label = f"{repository}//:cmd/x_lib"
    action = FailedAction(label=label, mnemonic="GoCompile", exit_code=1, message="failed", stderr="x.go:1:2: oops\n")
    report = BuildReport(outputs={}, failed_actions=(action, action))
    assert report.describe_failures(NAMES) == "# example.com/m/cmd/x\nx.go:1:2: oops"


def test_what_has_no_import_path_is_called_by_its_label() -> None:
    action = FailedAction(label="@@other//:t", mnemonic="Genrule", exit_code=1, message="exit 1")
    report = BuildReport(outputs={}, failed_actions=(action,))
    assert report.describe_failures(NAMES) == "@@other//:t (Genrule):\nexit 1"
