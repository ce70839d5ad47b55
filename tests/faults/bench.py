"""The bundled example, built over older files; and what a run in which a call failed must leave."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from support.driver import ROOT, Done, Driver

from faults.calls import Point, points
from faults.strace import injected, was_injected, watched

__all__ = ["COMMANDS", "Bench", "Outcome"]

_INPUT = "example.com/hello@v1.1.0"
_OLD = b"older\n"
_NEVER = re.compile(r"Traceback|internal error|Exception ignored|WorkResponse|\bat java\.|Error: \[Errno")
_DOCUMENTED = (0, 1, 5)
"""Exit codes of a run on a machine that is short of something: done, a file could not be used, a tool did not work."""

COMMANDS: Mapping[str, Sequence[str]] = {
    "build": ("-prefix", "out", "-destination", "/bin", "-result-file", "out/result"),
    "lock": ("-result-file", "out/result"),
    "list": (),
    "fetch": ("-destination", "out/proxy"),
}
"""The commands that are tried, with flags of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one point.

    Attributes:
        point: the call.
        code: exit code of the run; None where the run did not come to the point.
        faults: what must not have happened; empty as a rule.
    """

    point: Point
    code: int | None
    faults: tuple[str, ...] = ()


@dataclass(slots=False, kw_only=True)
class Bench:
    """One command on the bundled example.

    Attributes:
        driver: with warm caches.
        work: an empty folder.
        command: one of `COMMANDS`.
    """

    driver: Driver
    work: Path
    command: str
    _wanted: dict[str, bytes] = field(default_factory=dict, init=False)
    _printed: str = field(default="", init=False)

    def prepare(self) -> None:
        """Run the command without a fault, to know what is right."""
        done = self._run([])
        if done.code != 0:
            raise AssertionError(f"{self.command} does not work here: {done.err}")
        self._wanted, self._printed = self._found(), done.out
        _ = self._kept

    def points(self, calls: Iterable[str], alike: int) -> list[Point]:
        """Return the points of the command."""
        self._reset()
        log = self.work / "calls"
        self._run(watched(log))
        return list(points(log.read_text(encoding="utf-8", errors="replace").splitlines(), calls, alike))

    def try_one(self, point: Point) -> Outcome:
        """Let one call fail, look at what is left, and run the command once more."""
        self._reset()
        log = self.work / "calls"
        done = self._run(injected(point, log))
        if not was_injected(log):
            return Outcome(point=point, code=None)
        faults = [*self._faults(done), *self._later()]
        return Outcome(point=point, code=done.code, faults=tuple(faults))

    def _run(self, before: Sequence[str]) -> Done:
        sources = ["-goproxy", f"file://{ROOT}/examples/goproxy", "-sumfile", str(ROOT / "examples" / "go.sum")]
        words = [self.command, *sources, *COMMANDS[self.command], _INPUT]
        return self.driver.run(*words, cwd=self.work, before=before, timeout=600)

    def _reset(self) -> None:
        """Put older files where new ones will be: a run that has nothing to do would show nothing."""
        shutil.rmtree(self.work / "out", ignore_errors=True)
        for name in self._wanted:
            path = self.work / "out" / name
            # Modules never change: fetch refuses another file in the place of one.
            if self.command != "fetch":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_OLD)

    def _found(self) -> dict[str, bytes]:
        out = self.work / "out"
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def _faults(self, done: Done) -> list[str]:
        """Return what is wrong with a run in which a call failed."""
        found = self._found()
        faults = [f"{name} is left behind" for name in found if name not in self._wanted]
        faults += [f"{name} is neither old nor new" for name, data in found.items() if not self._is_whole(name, data)]
        if self.command != "fetch":
            faults += [f"{name} is gone" for name in self._wanted if name not in found]
        if done.code not in _DOCUMENTED:
            faults.append(f"exit code {done.code}: {done.err}")
        if _NEVER.search(done.out + done.err):
            faults.append(f"not our words: {done.err}")
        if done.code and "gomod2bazel: " not in done.err and "standard error" not in done.err:
            faults.append(f"exit code {done.code} without a word: {done.err}")
        if done.code == 0 and (found != self._wanted or not self._is_output(done.out)):
            faults.append("exit code 0, and not all is right")
        return faults

    def _is_whole(self, name: str, data: bytes) -> bool:
        return data in (_OLD, self._wanted.get(name, data))

    def _is_output(self, out: str) -> bool:
        return out == self._printed

    def _later(self) -> list[str]:
        """Run the command again; return what is wrong then, and what is left in the caches."""
        done = self._run([])
        if done.code != 0 or done.out != self._printed or self._found() != self._wanted:
            return [f"the next run is wrong, exit code {done.code}: {done.err}"]
        left = self._cached() - self._kept
        # Told once, and not of every later point.
        self._kept |= left
        return [f"left in the caches: {name}" for name in sorted(left)]

    @cached_property
    def _kept(self) -> set[str]:
        """What is in the caches after a run in which nothing failed."""
        return self._cached()

    def _cached(self) -> set[str]:
        caches = self.driver.caches
        folders: list[tuple[Path, Callable[[Path], Iterable[Path]]]] = [
            (caches.root, lambda folder: folder.iterdir()),
            (caches.scratch, lambda folder: folder.iterdir()),
            (caches.runs, lambda folder: folder.rglob("*")),
            (caches.workspace, lambda folder: folder.rglob("*")),
            (caches.modules, lambda folder: folder.glob("*")),
        ]
        found = {path for folder, look in folders if folder.is_dir() for path in look(folder)}
        # A Go or Bazel that does not answer may be replaced by one that is set up there, once and for all.
        return {str(path) for path in found if path != caches.tools}
