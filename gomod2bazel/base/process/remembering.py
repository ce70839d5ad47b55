"""A runner that asks for the go command's settings once: they are the same for every INPUT of a run."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from gomod2bazel.base.process.runner import Completed, Runner

__all__ = ["RememberingRunner"]

# Commands that only print what the environment and the folder decide (go help env, go help version).
_SETTINGS = ("env", "version")


class RememberingRunner:
    """Runs programs as another runner does, but repeats what ``go env`` and ``go version`` printed.

    Their answer depends on the arguments, the environment and the folder: where these are the same, so is the answer.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._lock = threading.Lock()
        self._answers: dict[object, Future[Completed]] = {}

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 600.0,
    ) -> Completed:
        """See `Runner.run`."""
        if str(argv[1] if argv[1:] else "") not in _SETTINGS or env is None:
            return self._runner.run(argv, env=env, cwd=cwd, stdin=stdin, timeout=timeout)
        key = (tuple(map(str, argv)), frozenset(env.items()), cwd, stdin)
        with self._lock:
            answer = self._answers.get(key)
            is_first = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if is_first:
            try:
                answer.set_result(self._runner.run(argv, env=env, cwd=cwd, stdin=stdin, timeout=timeout))
            except BaseException as error:  # noqa: BLE001 - those who wait get it too
                answer.set_exception(error)
        return answer.result()
