#!/usr/bin/env python3
"""Time a large repository with gomod2bazel, and with gazelle and rules_go, pair by pair in one run.

Usage: bench/scale.py [-packages N] [-modules N] [-build] [-rules-go VERSION] [-gazelle VERSION]

tools/make_packages makes the repository; each side has a copy, a Bazel server and an empty module cache. Every step is
done by one side right after the other: BUILD files for all packages, again with no change, again after an edit adds an
import; then `bazel build --nobuild //...` with a new server and empty caches, with another new server, and once more;
with -build also all of //..., again with no change, and after an edit of a function's body that many packages import.

The program in the environment variable BAZEL, or bazel on PATH, is used for both; it must find rules_go and gazelle in
its registry. Modules of rules_go and gazelle come from the user's GOPROXY.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = "area0/part0/lib0"
ADDED = '\t_ "example.com/module1"\n'

OURS = """\
module(name = "many")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
local_path_override(module_name = "gomod2bazel", path = "{root}")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = {goproxy}, lock = "//:gomod2bazel.lock.json")
use_repo(go_modules, "go_sdk")

register_toolchains("@go_sdk//:all")
"""

THEIRS = """\
module(name = "many")

bazel_dep(name = "rules_go", version = "{rules_go}")
bazel_dep(name = "gazelle", version = "{gazelle}")

go_sdk = use_extension("@rules_go//go:extensions.bzl", "go_sdk")
go_sdk.host()

go_deps = use_extension("@gazelle//:extensions.bzl", "go_deps")
go_deps.from_file(go_mod = "//:go.mod")
use_repo(go_deps, {names})
"""

GAZELLE = """\
load("@gazelle//:def.bzl", "gazelle")

# gazelle:prefix example.com/many
gazelle(name = "gazelle")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that are timed: its copy of the repository, and what writes its BUILD files."""

    name: str
    tree: Path
    environment: dict[str, str]
    generate: tuple[str, ...]

    def bazel(self, *arguments: str) -> tuple[str, ...]:
        """Return the words that run Bazel on this side's server."""
        program = os.environ.get("BAZEL", "bazel")
        return (program, f"--output_user_root={self.tree.parent / 'bazel'}", *arguments)

    def run(self, argv: tuple[str, ...]) -> str:
        """Run a command that must succeed; return what it printed on standard output."""
        done = subprocess.run(argv, cwd=self.tree, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{self.name}: {' '.join(argv)}: {done.stdout}{done.stderr}")
        return done.stdout

    def seconds(self, argv: tuple[str, ...]) -> float:
        """Run it and return the wall time."""
        start = time.monotonic()
        self.run(argv)
        return time.monotonic() - start

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace what a source file has once."""
        path = self.tree / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            sys.exit(f"{path}: {old!r} is not there once")
        path.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What both sides do: how often, what must be done first, and the command."""

    name: str
    argv: Callable[[Side], tuple[str, ...]]
    before: Callable[[Side], object] | None = None
    times: int = 1


def steps(*, build: bool) -> Iterator[Step]:
    """Yield the steps in their order."""
    yield Step(name="BUILD files: first", argv=lambda side: side.generate)
    yield Step(name="BUILD files: no change", argv=lambda side: side.generate, times=3)
    yield Step(
        name="BUILD files: an import added",
        before=lambda side: side.edit(f"{LIBRARY}/lib0.go", '\t"strings"\n', f'\t"strings"\n{ADDED}'),
        argv=lambda side: side.generate,
    )
    analysis = ("build", "--nobuild", "--noshow_progress", "//...")
    yield Step(name="analysis: nothing fetched", before=_shut_down, argv=lambda side: side.bazel(*analysis))
    yield Step(name="analysis: new server", before=_shut_down, argv=lambda side: side.bazel(*analysis))
    yield Step(name="analysis: no change", argv=lambda side: side.bazel(*analysis), times=3)
    if not build:
        return
    everything = ("build", "--noshow_progress", "//...")
    yield Step(name="build: everything", argv=lambda side: side.bazel(*everything))
    yield Step(name="build: no change", argv=lambda side: side.bazel(*everything), times=3)
    yield Step(
        name="build: a function's body edited",
        before=lambda side: side.edit(f"{LIBRARY}/lib0.go", '"p0"', '"p00"'),
        argv=lambda side: side.bazel(*everything),
    )


def _shut_down(side: Side) -> None:
    side.run(side.bazel("shutdown"))


def sides(work: Path, options: argparse.Namespace) -> tuple[Side, Side]:
    """Make the repository in ``work`` and return both sides."""
    made = work / "many"
    make = ROOT / "tools" / "make_packages"
    cache = {**os.environ, "GOMODCACHE": str(work / "first"), "GOFLAGS": "-modcacherw"}
    subprocess.run([sys.executable, make, made, str(options.packages), str(options.modules)], env=cache, check=True)
    others = subprocess.run(["go", "env", "GOPROXY"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    goproxy = f"file://{made}-goproxy,{others}"
    for name in ("ours", "theirs"):
        shutil.copytree(made, work / name / "many")
        (work / name / "many" / ".bazelrc").write_text(
            f"common --lockfile_mode=off --repo_env=GOPROXY={goproxy} --repo_env=GONOSUMDB=example.com\n",
            encoding="utf-8",
        )
    return _ours(work / "ours", f"file://{made}-goproxy"), _theirs(work / "theirs", goproxy, options)


def _environment(work: Path, goproxy: str) -> dict[str, str]:
    go = {"GOPROXY": goproxy, "GONOSUMDB": "example.com", "GOMODCACHE": str(work / "mod"), "GOFLAGS": "-modcacherw"}
    return {**os.environ, **go, "XDG_CACHE_HOME": str(work / "cache")}


def _ours(work: Path, goproxy: str) -> Side:
    text = OURS.format(root=ROOT, goproxy=f'["{goproxy}"]')
    (work / "many" / "MODULE.bazel").write_text(text, encoding="utf-8")
    environment = {**_environment(work, goproxy), "PYTHONPATH": str(ROOT)}
    return Side(
        name="gomod2bazel",
        tree=work / "many",
        environment=environment,
        generate=(sys.executable, "-P", "-m", "gomod2bazel", "generate"),
    )


def _theirs(work: Path, goproxy: str, options: argparse.Namespace) -> Side:
    names = ", ".join(f'"com_example_module{number}"' for number in range(options.modules))
    text = THEIRS.format(rules_go=options.rules_go, gazelle=options.gazelle, names=names)
    (work / "many" / "MODULE.bazel").write_text(text, encoding="utf-8")
    (work / "many" / "BUILD.bazel").write_text(GAZELLE, encoding="utf-8")
    tree = work / "many"
    environment = {**_environment(work, goproxy), "BUILD_WORKSPACE_DIRECTORY": str(tree)}
    side = Side(name="gazelle, rules_go", tree=tree, environment=environment, generate=("bazel-bin/gazelle",))
    # What `bazel run //:gazelle` runs when nothing is to be built: Bazel's share is not timed.
    side.run(side.bazel("build", "--noshow_progress", "//:gazelle"))
    return side


def main() -> None:
    """Print what each step took, and the heap of the servers after the analysis."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-packages", type=int, default=5000)
    parser.add_argument("-modules", type=int, default=500)
    parser.add_argument("-build", action="store_true", help="build everything, too")
    parser.add_argument("-rules-go", default="0.65.0")
    parser.add_argument("-gazelle", default="0.54.0")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="scale-"))
    pair = sides(work, options)
    print(f"{options.packages} packages, {options.modules} modules, load {os.getloadavg()[0]:.0f}", flush=True)
    print(f"| step | {pair[0].name} | {pair[1].name} | ratio |\n| --- | --- | --- | --- |", flush=True)
    for step in steps(build=options.build):
        for _ in range(step.times):
            took = []
            for side in pair:
                if step.before:
                    step.before(side)
                took.append(side.seconds(step.argv(side)))
            print(f"| {step.name} | {took[0]:.2f} s | {took[1]:.2f} s | {took[0] / took[1]:.2f} |", flush=True)
        if step.name.startswith(("analysis: new", "build: everything")):
            _show_heap(pair)
    for side in pair:
        _shut_down(side)
    shutil.rmtree(work)


def _show_heap(pair: tuple[Side, Side]) -> None:
    heaps = [side.run(side.bazel("info", "used-heap-size-after-gc")).strip() for side in pair]
    print(f"| heap of the server | {heaps[0]} | {heaps[1]} | |", flush=True)


if __name__ == "__main__":
    main()
