"""The long trials find what they look for; a short one of each kind is run where they are tested."""

from __future__ import annotations

import pytest
from stress.crowd import judge
from stress.soak import Usage, growing
from support.driver import Done


@pytest.mark.parametrize(
    ("code", "err", "wrong"),
    [
        (0, "gomod2bazel: /usr/bin/a\n", False),
        (3, "gomod2bazel: error: no source has it\n", False),
        (1, "Traceback (most recent call last):\n", True),
        (70, "gomod2bazel: error: internal error: KeyError\n", True),
        (-9, "", True),
        (66, "", True),
    ],
)
def test_how_a_run_may_end(code: int, err: str, wrong: bool) -> None:
    assert bool(judge(Done(code=code, out="", err=err))) == wrong


def _usage(memory: float) -> Usage:
    return Usage(memory=memory, files=9, processes=9, bazel=9, modules=9, others=9, seconds=1)


@pytest.mark.parametrize(
    ("memory", "found"),
    [
        ([100, 300, 400, 410, 400, 410, 405, 410, 408], []),
        ([100, 200, 300, 400, 500, 600, 700, 800, 900], ["memory"]),
        ([100, 100, 100], []),
    ],
)
def test_a_figure_that_goes_on_growing_is_found(memory: list[float], found: list[str]) -> None:
    assert growing([_usage(value) for value in memory]) == found
