#!/usr/bin/env python3
"""Time gomod2bazel against `go build`, pair by pair in one run: cold, no-op, and an edit in a function body.

Usage: bench/compare.py [-rounds N] MODULE@VERSION...

Each module is unpacked twice, one tree for each side. In every round one side runs right after the other, and the
ratio is that of the pair. Cold: the go command's build cache, and all that gomod2bazel and Bazel keep (server, output,
unpacked modules, records), are empty; only the tools themselves and the module zips are there. The edit changes a
string in the longest function of the package that most others of the module depend on.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gomod2bazel"
SAME = ["-trimpath", "-buildvcs=false", "-ldflags=-buildid="]


def output(argv: list[str | Path], cwd: Path | None = None) -> str:
    """Run a command that must succeed and return what it printed."""
    return subprocess.run(argv, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that are timed: its tree, its command, and how its caches are emptied."""

    name: str
    tree: Path
    argv: list[str | Path]
    environment: dict[str, str]
    empty: Callable[[], object]

    def seconds(self) -> float:
        """Run it once and return the wall time."""
        start = time.monotonic()
        done = subprocess.run(self.argv, cwd=self.tree, env=self.environment, capture_output=True, text=True)
        took = time.monotonic() - start
        if done.returncode:
            sys.exit(f"{self.name}: {done.stdout}{done.stderr}")
        return took


def sides(module: str, work: Path) -> tuple[Side, Side]:
    """Unpack ``module`` twice below ``work`` and return ours and go's side."""
    source = json.loads(output(["go", "mod", "download", "-json", module]))["Dir"]
    for name in ("ours", "go"):
        shutil.copytree(source, work / name / "tree")
        for path in [work / name / "tree", *(work / name / "tree").rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
    own = work / "ours" / "cache"
    (own / "gomod2bazel").mkdir(parents=True)
    # The tools are set up once and shared; everything else is the benchmark's own.
    if CACHES.joinpath("tools").is_dir():
        (own / "gomod2bazel" / "tools").symlink_to(CACHES / "tools")
    driver = ROOT / "tools" / "gomod2bazel"
    ours_environment = {**os.environ, "XDG_CACHE_HOME": str(own), "GOFLAGS": ""}
    gocache = work / "go" / "cache"
    # Both build the commands and what they need, no more.
    format_ = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}'
    mains = output(["go", "list", "-f", format_, "./..."], cwd=work / "go" / "tree").split()
    ours = Side(
        name="ours",
        tree=work / "ours" / "tree",
        argv=[driver, "build", *SAME, "-set", "all", "-destination", work / "ours" / "bin", "."],
        environment=ours_environment,
        empty=lambda: subprocess.run([driver, "clean"], env=ours_environment, check=True, capture_output=True),
    )
    theirs = Side(
        name="go",
        tree=work / "go" / "tree",
        argv=["go", "build", *SAME, "-o", f"{work / 'go' / 'bin'}/", *mains],
        environment={**os.environ, "GOCACHE": str(gocache), "GOFLAGS": ""},
        empty=lambda: shutil.rmtree(gocache, ignore_errors=True),
    )
    (work / "go" / "bin").mkdir()
    return ours, theirs


def deepest(tree: Path) -> Path:
    """Return the folder of the module's package that most of its other packages depend on."""
    text = output(["go", "list", "-json=ImportPath,Dir,Deps,Module", "./..."], cwd=tree)
    packages = [json.loads(part) for part in re.split(r"(?<=\n\})\n(?=\{)", text.strip())]
    counts = {package["ImportPath"]: 0 for package in packages}
    for package in packages:
        for path in package.get("Deps", ()):
            if path in counts:
                counts[path] += 1
    best = max(packages, key=lambda package: (counts[package["ImportPath"]], package["ImportPath"]))
    return Path(best["Dir"])


def plant(tree: Path) -> Callable[[int], None]:
    """Put a branch that is never taken into a long function; return what changes the string in it."""
    folder = deepest(tree)
    names = json.loads(output(["go", "list", "-json=GoFiles", "."], cwd=folder))["GoFiles"]
    texts = {folder / name: (folder / name).read_text(encoding="utf-8") for name in names}
    found = [
        (len(m[0]), path, m)
        for path, text in texts.items()
        for m in re.finditer(r"^func .*\{\n(?:.*\n)*?\}\n", text, re.M)
    ]
    _, path, function = max(found, key=lambda item: item[0])
    head = function.start() + function[0].index("{\n") + 2
    text = texts[path]

    def edit(number: int) -> None:
        branch = f'\tif benchEdit == 1 {{\n\t\tprintln("edit {number}")\n\t}}\n'
        path.write_text(text[:head] + branch + text[head:] + "\nvar benchEdit int\n", encoding="utf-8")

    return edit


def measure(module: str, rounds: int) -> None:
    """Print one line for each kind of run of ``module``."""
    CACHES.mkdir(parents=True, exist_ok=True)
    # Not below /tmp, which actions have an empty one of.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=CACHES) as name:
        pair = sides(module, Path(name))
        edits = [plant(side.tree) for side in pair]
        for edit in edits:
            edit(0)
        try:
            for kind in ("cold", "no-op", "edit"):
                report(module, kind, [one_pair(kind, pair, edits, number) for number in range(1, rounds + 1)])
        finally:
            pair[0].empty()


def one_pair(
    kind: str, pair: tuple[Side, Side], edits: list[Callable[[int], None]], number: int
) -> tuple[float, float]:
    """Time both sides once, the one that begins changing from round to round."""
    for side, edit in zip(pair, edits, strict=True):
        if kind == "cold":
            side.empty()
        if kind == "edit":
            edit(number)
    order = pair if number % 2 else pair[::-1]
    took = {side.name: side.seconds() for side in order}
    return took["ours"], took["go"]


def report(module: str, kind: str, pairs: list[tuple[float, float]]) -> None:
    """Print medians of both sides and of the ratio, and each ratio."""
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = [a / b for a, b in pairs]
    each = " ".join(f"{ratio:.2f}" for ratio in ratios)
    times = f"ours {ours:7.2f} s  go {theirs:7.2f} s"
    print(f"{module:<40} {kind:<6} {times}  ratio {statistics.median(ratios):.2f}  ({each})", flush=True)


def main() -> None:
    """Read the command line and measure each module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-rounds", type=int, default=3)
    parser.add_argument("modules", nargs="+", metavar="MODULE@VERSION")
    arguments = parser.parse_args()
    for module in arguments.modules:
        measure(module, arguments.rounds)


if __name__ == "__main__":
    main()
