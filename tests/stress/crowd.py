"""Many drivers at once on one cache, while the go command fills the user's module cache and clean empties ours."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from support.driver import Done, Driver

__all__ = ["INPUTS", "Input", "Tally", "crowd", "judge"]

Say = Callable[[str], None]

_CODES = {1, 2, 3, 4, 5, 130}
"""Exit codes that the documentation has for a run that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A module version, and what `go install` names to build its programs."""

    module: str
    packages: tuple[str, ...]


INPUTS = (
    Input(module="github.com/BurntSushi/toml@v1.4.0", packages=("./cmd/...",)),
    Input(module="github.com/BurntSushi/toml@v1.3.2", packages=("./cmd/...",)),
    Input(module="filippo.io/age@v1.2.0", packages=("./cmd/...",)),
    Input(module="github.com/rakyll/hey@v0.1.4", packages=("./...",)),
    Input(module="golang.org/x/example/hello@v0.0.0-20240205180059-32022caedd6a", packages=("./...",)),
    Input(module="mvdan.cc/gofumpt@v0.7.0", packages=(".",)),
)

_BESIDE = ("golang.org/x/text@v0.21.0", "github.com/google/go-cmp@v0.6.0", "golang.org/x/sys@v0.28.0")
"""What else the go command puts into the user's module cache meanwhile."""


@dataclass(slots=True)
class Tally:
    """What came of all runs."""

    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, how: str, wrong: Sequence[str]) -> None:
        """Count one run."""
        with self.lock:
            self.ended[how] += 1
            self.wrong += wrong


def crowd(driver: Driver, folder: Path, say: Say, seconds: float, drivers: int, clean: float) -> int:
    """Run the trial; return 0 when no byte was wrong and every failure was one of the documented ones.

    Args:
        driver: The driver, with caches that this trial may clean.
        folder: An empty folder for it.
        say: Prints a line.
        seconds: How long runs are started.
        drivers: How many run at once.
        clean: Seconds between two runs of `clean`.
    """
    wanted = {one.module: _reference(driver, folder / "reference", one) for one in INPUTS}
    tally, ends = Tally(), time.monotonic() + seconds

    def keep_on(number: int) -> None:
        chance, at = random.Random(number), 0  # noqa: S311 - no secret
        while time.monotonic() < ends:
            at += 1
            shared = chance.random() < 0.3
            _run(driver, folder / ("shared" if shared else f"{number}-{at}"), chance.choice(INPUTS), wanted, tally)

    def others(step: Callable[[int], Done], pause: float, name: str) -> None:
        at = 0
        while not done.wait(min(pause, max(ends - time.monotonic(), 0.1))) and time.monotonic() < ends:
            result, at = step(at), at + 1
            tally.add(f"{name}: exit {result.code}", judge(result) if name == "clean" else [])

    done = threading.Event()
    with ThreadPoolExecutor(drivers + 2) as pool:
        pool.submit(others, lambda _: driver.run("clean", cwd=folder, timeout=900), clean, "clean")
        pool.submit(others, lambda at: _fill(driver, folder, at), 3.0, "go mod download")
        for task in [pool.submit(keep_on, number) for number in range(drivers)]:
            task.result()
        done.set()
    left = _left_behind(driver)
    for how, count in sorted(tally.ended.items()):
        say(f"{count:6} {how}")
    for text in [*tally.wrong, *left]:
        say(f"wrong: {text}")
    say(f"{sum(tally.ended.values())} runs, {len(tally.wrong)} wrong, {len(left)} files left behind")
    return 1 if tally.wrong or left else 0


def _reference(driver: Driver, folder: Path, one: Input) -> Mapping[str, str]:
    """Return the SHA-256 of the programs that `go install` makes, by file name."""
    module, _, version = one.module.partition("@")
    out = folder / one.module.replace("/", "_")
    out.mkdir(parents=True)
    flags = ["-trimpath", "-buildvcs=false", "-ldflags=-buildid="]
    patterns = [f"{module}{pattern.removeprefix('.')}@{version}" for pattern in one.packages]
    done = driver.go("install", *flags, *patterns, cwd=folder, GOBIN=str(out), GOMODCACHE=str(folder / "mod"))
    if done.code:
        raise RuntimeError(done.err)
    return {file.name: _digest(file) for file in out.iterdir()}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _run(driver: Driver, into: Path, one: Input, wanted: Mapping[str, Mapping[str, str]], tally: Tally) -> None:
    result = into.parent / f"{into.name}.files-{threading.get_ident()}"
    done = driver.run(
        "build", "-set=all", "-keep-going", "-destination", into, "-result-file", result, one.module, cwd=into.parent,
        timeout=1800,
    )  # fmt: skip
    wrong = judge(done)
    if done.code == 0:
        names = [Path(line).name for line in result.read_text(encoding="utf-8").splitlines()]
        # Another version of the module may have been installed there since.
        allowed = [*wanted.values()] if into.name == "shared" else [wanted[one.module]]
        wrong += [
            f"{one.module}: {name} is not what go install makes"
            for name in names
            if name in wanted[one.module] and _digest(into / name) not in {known.get(name) for known in allowed}
        ]
        missing = sorted(wanted[one.module].keys() - set(names))
        wrong += [f"{one.module}: not built: {', '.join(missing)}"] if missing else []
    first = next((line for line in done.err.splitlines()[::-1] if line.startswith("gomod2bazel: ")), "")
    tally.add("build: exit 0" if done.code == 0 else f"build: exit {done.code}: {first[:120]}", wrong)


def judge(done: Done) -> list[str]:
    """Return what is wrong with how a run ended, apart from what it made."""
    if "Traceback" in done.err or "internal error" in done.err:
        return [f"exit {done.code}: {done.err[-2000:]}"]
    return [] if done.code == 0 or done.code in _CODES else [f"exit {done.code}: {done.err[-500:]}"]


def _fill(driver: Driver, folder: Path, at: int) -> Done:
    """Let the go command fill the user's module cache, with modules of the inputs among others."""
    modules = [one.module for one in INPUTS] + list(_BESIDE)
    return driver.go("mod", "download", modules[at % len(modules)], cwd=folder)


def _left_behind(driver: Driver) -> list[str]:
    """Return the temporary files that nobody owns any more."""
    root = driver.caches.root
    scratch = [path for path in driver.caches.scratch.iterdir() if path.name != ".lock"]
    partial = [path for path in (root / "workspace", driver.caches.runs) if path.is_dir() for path in path.glob(".*.*")]
    return [str(path) for path in (*scratch, *partial)]
