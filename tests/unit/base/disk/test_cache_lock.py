"""Runs use the caches together; one that removes things waits until it is alone, and the others wait for it."""

from __future__ import annotations

import threading
from pathlib import Path

from gomod2bazel.base.disk.cache_lock import caches_alone, caches_in_use, caches_unused

_SECONDS = 20.0


def _silent(_line: str) -> None:
    pass


def test_runs_use_the_caches_together(tmp_path: Path) -> None:
    said: list[str] = []
    with caches_in_use(tmp_path, said.append), caches_in_use(tmp_path, said.append):
        pass
    assert not said


def test_clean_waits_for_runs_and_new_runs_wait_for_clean(tmp_path: Path) -> None:
    done: list[str] = []
    waits, waits_too = threading.Event(), threading.Event()

    def clean() -> None:
        with caches_alone(tmp_path, lambda _: waits.set()):
            done.append("clean")

    def begin() -> None:
        with caches_in_use(tmp_path, lambda _: waits_too.set()):
            done.append("new run")

    with caches_in_use(tmp_path, _silent):
        cleaner = threading.Thread(target=clean)
        cleaner.start()
        assert waits.wait(_SECONDS)
        newcomer = threading.Thread(target=begin)
        newcomer.start()
        assert waits_too.wait(_SECONDS)
        done.append("old run")
    for thread in (cleaner, newcomer):
        thread.join(_SECONDS)
    assert done == ["old run", "clean", "new run"]


def test_whether_a_run_is_left_is_told_without_waiting(tmp_path: Path) -> None:
    with caches_unused(tmp_path) as alone:
        assert alone
    with caches_in_use(tmp_path, _silent), caches_unused(tmp_path) as alone:
        assert not alone
