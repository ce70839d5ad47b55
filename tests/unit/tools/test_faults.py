"""A few of the points that `tools/faults` tries; how points are chosen; and that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.bench import Bench
from faults.calls import Point, points
from faults.strace import missing
from support.driver import Done, Driver

LOG = """\
openat(AT_FDCWD</w>, "/lib/python3.11/os.py", O_RDONLY|O_CLOEXEC) = 3</lib/python3.11/os.py>
write(2</dev/pts/1>, "early", 5) = 5
openat(AT_FDCWD</w>, "/x/gomod2bazel/__main__.py", O_RDONLY|O_CLOEXEC) = 3</x/gomod2bazel/__main__.py>
openat(AT_FDCWD</w>, "/c/scratch/12-ab12cd34/go.mod", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 3</c/go.mod>
write(3</c/scratch/12-ab12cd34/go.mod>, "module", 6) = 6
--- SIGCHLD {si_signo=SIGCHLD} ---
write(3</c/scratch/12-ab12cd35/go.mod>, "module", 6) = 6
write(3</c/other>, "x", 1) = 1
"""


def test_points_of_a_run() -> None:
    found = [(one.call, one.error, one.number) for one in points(LOG.splitlines(), ["write"], 1)]
    assert [one for one in found if one[1] == "EIO"] == [("write", "EIO", 2), ("write", "EIO", 4)]
    found = [(one.call, one.error, one.number) for one in points(LOG.splitlines(), ["openat"], 1)]
    assert [(error, number) for _, error, number in found if number == 2] == [("EMFILE", 2), ("EIO", 2)], "it is read"
    assert {error for _, error, number in found if number == 3} == {"EROFS", "EMFILE", "ENOSPC", "EACCES"}


def test_what_it_finds(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    bench = Bench(driver=Driver(environment={"HOME": str(tmp_path)}), work=tmp_path, command="build")
    bench._wanted = {"a": b"new", "b": b"new"}
    bad = Done(code=0, out="", err="Traceback (most recent call last):")
    (tmp_path / "out" / "a").write_bytes(b"ne")
    (tmp_path / "out" / ".tmp").write_bytes(b"")
    assert bench._faults(bad) == [
        ".tmp is left behind",
        "a is neither old nor new",
        "b is gone",
        "not our words: Traceback (most recent call last):",
        "exit code 0, and not all is right",
    ]


@pytest.mark.bazel
@pytest.mark.skipif(bool(missing()), reason=missing() or "strace works")
def test_a_sample_of_points(driver: Driver, tmp_path: Path) -> None:
    bench = Bench(driver=driver, work=tmp_path, command="lock")
    bench.prepare()
    calls = ("write", "rename", "mkdir", "unlinkat", "flock", "openat", "vfork")
    found = bench.points(calls, 1)
    # One of each call and error, and not always the first.
    chosen: dict[tuple[str, str], Point] = {(one.call, one.error): one for one in found if "python" not in one.what}
    sample = [one for (call, error), one in chosen.items() if error in ("ENOSPC", "EIO", "EMFILE", "EAGAIN")]
    outcomes = [bench.try_one(one) for one in sample]
    assert [one for one in outcomes if one.faults] == []
    assert sum(one.code is not None for one in outcomes) >= 8
    assert any(one.code for one in outcomes), "some of them must have been refused"
