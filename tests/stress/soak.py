"""Many builds one after the other on one server: what the driver and Bazel use must level off."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from support import txtar
from support.driver import Driver

__all__ = ["Usage", "growing", "soak"]

Say = Callable[[str], None]

_TREE = """
-- go.mod --
module example.com/soak

go 1.22

require example.com/dep v1.0.0
-- main.go --
package main

import (
	"fmt"
	"net/http"

	"example.com/dep"
	"example.com/soak/inner"
)

func main() { fmt.Println(dep.Version, inner.Value(), http.StatusText(404)) }
-- inner/inner.go --
package inner

func Value() int { return 0 }
-- tagged.go --
//go:build tagged

package main

func init() { println("tagged") }
"""

_DEP = """
-- go.mod --
module example.com/dep

go 1.20
-- dep.go --
package dep

const Version = "%s"
"""

_SETTINGS: tuple[Mapping[str, str], ...] = ({}, {"CGO_ENABLED": "0"}, {"GOAMD64": "v3"}, {"GOOS": "windows"})
_FLAGS = ((), ("-tags=tagged",), ("-ldflags=-s",), ("-gcflags=-N",))

_SAMPLES = 20
_TOLERANCE = 1.15
"""By how much the last third of a trial may use more than the third before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What is in use at one moment.

    Attributes:
        memory: MiB resident of the server and its workers.
        files: Open files of the server.
        processes: The server and its workers.
        bazel, modules, others: MiB on disk below the cache folder.
        seconds: How long the builds since the last sample took, each, on average.
    """

    memory: float
    files: float
    processes: float
    bazel: float
    modules: float
    others: float
    seconds: float

    def __str__(self) -> str:
        """Return a row of the table."""
        return " ".join(f"{getattr(self, field.name):>10.1f}" for field in fields(self))


def soak(driver: Driver, folder: Path, say: Say, builds: int) -> int:
    """Run the trial; return 0 when every compared binary was right and every figure levelled off.

    Args:
        driver: The driver, with caches of its own.
        folder: An empty folder for it.
        say: Prints a line.
        builds: How many builds.
    """
    proxy = txtar.proxy(folder, {f"dep@{version}": _DEP % version for version in ("v1.0.0", "v1.1.0")})
    tree = txtar.write(folder / "tree", _TREE)
    (tree / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    driver = driver.with_environment(GOPROXY=f"file://{folder / 'goproxy'}", GONOSUMDB="*", GOFLAGS="-mod=mod")
    samples, wrong, started = [], 0, time.monotonic()
    say("    builds " + " ".join(f"{field.name:>10}" for field in fields(Usage)))
    for at in range(1, builds + 1):
        settings, flags = _change(tree, at)
        done = driver.with_environment(**settings).run("build", "-destination", folder / "bin", *flags, tree, cwd=tree)
        if done.code or (at % 10 == 0 and not _is_equal(driver, folder, tree, settings, flags)):
            wrong += 1
            say(f"wrong: build {at}: exit {done.code} {done.err[-500:]}")
        if at % max(builds // _SAMPLES, 1) == 0:
            seconds = (time.monotonic() - started) / max(builds // _SAMPLES, 1)
            samples.append(_usage(driver, seconds))
            say(f"{at:>10} {samples[-1]}")
            started = time.monotonic()
    grown = growing(samples)
    for name in grown:
        say(f"wrong: {name} goes on growing")
    say(f"{builds} builds, {wrong} wrong, {len(grown)} figures that go on growing")
    return 1 if wrong or grown else 0


def _change(tree: Path, at: int) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Make the edit of build ``at``; return its environment and flags."""
    inner = f"package inner\n\nfunc Value() int {{ return {at} }}\n"
    if at % 3 == 0:
        inner += f"\nfunc Added{at % 7}() {{}}\n"
    (tree / "inner" / "inner.go").write_text(inner, encoding="utf-8")
    version = "v1.1.0" if at // 5 % 2 else "v1.0.0"
    go_mod = f"module example.com/soak\n\ngo 1.22\n\nrequire example.com/dep {version}\n"
    (tree / "go.mod").write_text(go_mod, encoding="utf-8")
    return _SETTINGS[at // 2 % len(_SETTINGS)], _FLAGS[at % len(_FLAGS)]


def _is_equal(driver: Driver, folder: Path, tree: Path, settings: Mapping[str, str], flags: tuple[str, ...]) -> bool:
    name = "soak.exe" if settings.get("GOOS") == "windows" else "soak"
    given = [flag for flag in flags if not flag.startswith("-ldflags=")]
    linker = next((flag for flag in flags if flag.startswith("-ldflags=")), "-ldflags=")
    same = ["-trimpath", "-buildvcs=false", f"{linker} -buildid="]
    done = driver.with_environment(**settings).go("build", *same, *given, "-o", folder / "reference", ".", cwd=tree)
    files = (folder / "reference", folder / "bin" / name)
    return done.code == 0 and len({hashlib.sha256(file.read_bytes()).digest() for file in files}) == 1


def growing(samples: list[Usage]) -> list[str]:
    """Return the figures that were greater in the last third of the samples than in the third before."""
    third = len(samples) // 3
    if not third:
        return []
    before, last = samples[third : 2 * third], samples[-third:]

    def most(part: list[Usage], name: str) -> float:
        return max(float(getattr(sample, name)) for sample in part)

    names = [field.name for field in fields(Usage) if field.name != "seconds"]
    return [name for name in names if most(last, name) > _TOLERANCE * most(before, name) + 1]


def _usage(driver: Driver, seconds: float) -> Usage:
    processes = list(_processes(driver))
    caches = driver.caches
    known = [caches.bazel, caches.modules]
    others = [path for path in caches.root.iterdir() if path not in known]
    return Usage(
        memory=sum(map(_resident, processes)) / 1024,
        files=sum(_open_files(process) for process in processes[:1]),
        processes=len(processes),
        bazel=_size(caches.bazel),
        modules=_size(caches.modules),
        others=sum(map(_size, others)),
        seconds=seconds,
    )


def _processes(driver: Driver) -> Iterator[int]:
    """Yield the server and all that it started."""
    pids = [int(file.read_text(encoding="utf-8")) for file in driver.caches.bazel.glob("*/server/server.pid.txt")]
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    while pids:
        pid = pids.pop(0)
        yield pid
        pids += children.get(pid, ())


def _resident(pid: int) -> float:
    """Return KiB resident of a process."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((float(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _open_files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - counted, not opened
    except OSError:
        return 0


def _size(path: Path) -> float:
    """Return MiB on disk below ``path``; files that have several names count for each."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(f"{folder}/{name}").st_blocks * 512
            except OSError:
                continue
    return total / (1 << 20)
