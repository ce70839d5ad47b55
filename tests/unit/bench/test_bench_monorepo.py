"""The scenarios with BUILD files, with a script that stands in for gomod2bazel, gazelle and Bazel."""

from __future__ import annotations

import gzip
import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from support import txtar

import bench.scenarios.lock as lock_module
import bench.scenarios.monorepo as monorepo_module
from bench.measure.accounts import ProcessTree
from bench.measure.commands import Command
from bench.measure.errors import BenchError
from bench.scenarios.lock import lock_scenarios
from bench.scenarios.monorepo import Ours, Repository, copy_tree, run_monorepo
from bench.sides.side import Side
from bench.subjects.tree import Size, Tree

_SOURCE = "-- go.mod --\nmodule m\n-- p/p.go --\npackage p\n\nfunc F() {\n\tprintln(1)\n}\n"

_PROGRAM = """#!/bin/sh
# Writes down what it is called for, and whether the sources have the edits.
edits=$(grep -c -e container/ring -e 'edit 1' p/p.go)
echo "$@ $edits" >>"$LOG"
case $* in
info*) echo 59MB ;;
*label_kind*) cat "$TARGETS" ;;
*-result-file*) echo '{"schema": 3}' >gomod2bazel.lock.json ;;
query*) sha256sum gomod2bazel.lock.json >>"$LOCKS" && cp "$PROFILE" ../profile.gz ;;
esac
"""


class Fake(Repository):
    """Runs the script for everything."""

    def __init__(self, side: Side, program: Path) -> None:
        self.side = side
        self._program = program

    def generate(self) -> Command:
        """Return the command that pretends to write BUILD files."""
        return self.bazel("generate")

    def bazel(self, *arguments: str) -> Command:
        """Return the command that pretends to be Bazel."""
        return self.side.command(self._program, *arguments, cwd=self.side.folder / "tree")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Tree, list[Fake]]:
    """Return a tree and two sides that have copies of it."""
    monkeypatch.setattr(os, "sync", lambda: None)
    program, listing = tmp_path / "program", tmp_path / "bin" / "go"
    program.write_text(_PROGRAM)
    source = txtar.write(tmp_path / "source", _SOURCE)
    tree = Tree(name="synthetic", source=source, size=Size(packages=1), environment={"GOPROXY": "file:///x"})
    listing.parent.mkdir()
    package = {"ImportPath": "m/p", "GoFiles": ["p.go"], "Module": {"Main": True, "Dir": "/x"}, "Dir": "/x/p"}
    listing.write_text(f"#!/bin/sh\necho '{json.dumps(package)}'\n")
    for path in (program, listing):
        path.chmod(0o755)
    with gzip.open(tmp_path / "profile.gz", "wt") as file:
        json.dump({"traceEvents": [{"name": "go_modules", "dur": 500_000}]}, file)
    sides = []
    for name in ("ours", "theirs"):
        folder = tmp_path / name
        folder.mkdir()
        files = {"LOG": folder / "log", "LOCKS": folder / "locks", "PROFILE": tmp_path / "profile.gz"}
        files["TARGETS"] = folder / "targets"
        files["TARGETS"].write_text("go_library rule //p:p\ngo_binary rule //p:c\ngo_test rule //p:p_test\n")
        environment = {"PATH": f"{listing.parent}:/usr/bin:/bin", **{key: str(path) for key, path in files.items()}}
        side = Side(name=name, folder=folder, environment=environment, account=ProcessTree())
        copy_tree(tree, side)
        sides.append(Fake(side, program))
    return tree, sides


def test_all_steps_of_a_monorepo(made: tuple[Tree, list[Fake]]) -> None:
    tree, sides = made
    steps: list[str] = []
    results = list(run_monorepo(tree, sides, 2, steps.append, build=True))
    assert [f"synthetic: {result.scenario}" for result in results] == steps
    assert len(results) == 9
    assert [len(result.rounds) for result in results if "no change" in result.scenario] == [2, 2, 2]
    assert {result.sides for result in results} == {("ours", "theirs")}
    heaps = {item.scenario for item in results if "heap_bytes" in item.rounds[0].usages["theirs"].figures}
    assert heaps == {"analysis: new server", "build: everything"}
    (counted,) = [item for item in results if item.scenario == "analysis: nothing fetched"]
    assert counted.rounds[0].usages["theirs"].figures == {"packages": 1, "commands": 1, "tests": 1}
    calls = (sides[0].side.folder / "log").read_text().splitlines()
    assert calls[:5] == ["generate 0", "generate 0", "generate 0", "generate 1", "shutdown 1"]
    # The number of edits: the import stays when the body is edited.
    assert calls[-2:] == ["build --noshow_progress //... 2", "shutdown 2"]
    assert (sides[1].side.folder / "log").read_text().splitlines() == calls


def test_without_builds_and_with_one_side(made: tuple[Tree, list[Fake]]) -> None:
    tree, sides = made
    results = list(run_monorepo(tree, sides[:1], 1, lambda _: None, build=False))
    assert {result.scenario.partition(":")[0] for result in results} == {"BUILD files", "analysis"}
    assert not (sides[1].side.folder / "log").exists()


def test_what_a_side_does_not_build_is_reported(made: tuple[Tree, list[Fake]]) -> None:
    tree, sides = made
    theirs, lines = sides[1].side.folder / "targets", list[str]()
    theirs.write_text("go_binary rule //p:p\ngo_library rule //q:q\n")
    list(run_monorepo(tree, sides, 1, lines.append, build=False))
    assert [line for line in lines if "lacks" in line] == [
        "synthetic: ours lacks packages: //q",
        "synthetic: theirs lacks tests: //p",
    ]
    theirs.write_text("go_library rule //p:p\ngo_test rule //p:p_test\n")
    with pytest.raises(BenchError, match="theirs lacks commands: //p"):
        list(run_monorepo(tree, sides, 1, lines.append, build=False))


def test_the_lock_is_read_again_after_each_change(
    made: tuple[Tree, list[Fake]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, (side, _) = made
    monkeypatch.setattr(lock_module, "DRIVER", side.bazel().argv[0])
    written, new, changed = lock_scenarios(tree, side, 3)
    assert [item.usages["ours"].figures for item in written.rounds] == [{"lock_bytes": 14}] * 3
    assert [item.usages["ours"].figures for item in new.rounds] == [{"extension_seconds": 0.5}] * 3
    locks = (side.side.folder / "locks").read_text().splitlines()
    assert len(locks) == 6
    assert len(set(locks[:3])) == 1
    assert all(a != b for a, b in pairwise(locks[2:]))
    assert changed.size == {"packages": 1, "modules": 0, "binaries": 0}


def test_repository_rules_reach_the_same_sources(made: tuple[Tree, list[Fake]]) -> None:
    _, sides = made
    text = (sides[0].side.folder / "tree" / ".bazelrc").read_text()
    assert text == "common --lockfile_mode=off\ncommon --repo_env=GOPROXY=file:///x\n"


@pytest.mark.parametrize("init", [True, False])
def test_how_a_workspace_begins(made: tuple[Tree, list[Fake]], monkeypatch: pytest.MonkeyPatch, *, init: bool) -> None:
    monkeypatch.setattr(monorepo_module, "bazel_program", lambda _: Path("/bazel"))
    tree, (fake, _) = made
    ours = Ours(fake.side, tree, init=init)
    folder = fake.side.folder / "tree"
    assert (folder / "MODULE.bazel").exists() != init
    assert ("--override_module=gomod2bazel=" in (folder / ".bazelrc").read_text()) == init
    assert ours.generate().argv[1:] == (("generate", "-init") if init else ("generate",))
    assert ours.bazel("info").argv == ("/bazel", "--output_user_root=None", "info")
