"""A runner that remembers settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.remembering import RememberingRunner
from gomod2bazel.base.process.runner import Completed


class _Counting:
    """Counts what it is given, and fails where the environment says so."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, ...]] = []

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 600.0,
    ) -> Completed:
        self.runs.append(tuple(map(str, argv)))
        if env and "FAIL" in env:
            raise ToolError("no")
        return Completed(argv=self.runs[-1], code=0, out=f"{len(self.runs)} {cwd} {stdin} {timeout}", err="")


def test_settings_are_asked_for_once() -> None:
    counting = _Counting()
    runner = RememberingRunner(counting)
    first = runner.run(["go", "env", "-json"], env={"A": "1"})
    assert runner.run(["go", "env", "-json"], env={"A": "1"}) is first
    runner.run(["go", "env", "-json"], env={"A": "2"})
    runner.run(["go", "env", "-json"], env={"A": "1"}, cwd=Path("/x"))
    runner.run(["go", "version"], env={"A": "1"})
    assert len(counting.runs) == 4


@pytest.mark.parametrize("argv", [["go", "list"], ["go"], ["go", "mod", "download"]])
def test_all_else_is_run(argv: list[str]) -> None:
    counting = _Counting()
    runner = RememberingRunner(counting)
    for _ in range(2):
        runner.run(argv, env={})
    assert len(counting.runs) == 2


def test_an_error_is_for_all_who_wait() -> None:
    runner, barrier = RememberingRunner(counting := _Counting()), Barrier(4)

    def ask(_: int) -> None:
        barrier.wait()
        with pytest.raises(ToolError, match="no"):
            runner.run(["go", "env"], env={"FAIL": "1"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    assert len(counting.runs) == 1
