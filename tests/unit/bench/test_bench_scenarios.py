"""Scenarios of the bench, with programs that stand in for gomod2bazel and go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from support import txtar

import bench.sides.gomod2bazel as driver_module
from bench.measure.accounts import ProcessTree
from bench.measure.commands import Command
from bench.scenarios.inputs import drivers, main_packages, many, second
from bench.scenarios.remote import Machines, second_machine
from bench.scenarios.trees import Prepared, run_tree_scenario
from bench.sides.cache_server import CacheServer
from bench.sides.go import Go
from bench.sides.gomod2bazel import Gomod2bazel
from bench.sides.side import Builder, Input, Side
from bench.subjects.edits import prepare_edits
from bench.subjects.tree import Tree

_DRIVER = """#!/bin/sh
# Installs for each destination a file that has the INPUT; writes down what it is asked for.
echo "$@ $BAZEL" >>"$LOG"
case $1 in
list) echo '{"binaries": [{"import_path": "m/cmd/a", "excluded": null}, {"import_path": "m/b", "excluded": "why"}]}' ;;
build)
    shift
    for word; do
        case $word in
        -trimpath | -buildvcs=* | -ldflags=*) ;;
        -inputs) is=inputs ;;
        -destination) is=destination ;;
        *)
            case ${is:-} in
            inputs)
                sed 's/^-destination=//' "$word" | while read -r folder module; do
                    mkdir -p "$folder" && echo "$module" >"$folder/a"
                done ;;
            destination) to=$word && is=module ;;
            module) mkdir -p "$to" && echo "$word" >"$to/a" ;;
            esac ;;
        esac
    done ;;
esac
"""

_GO = """#!/bin/sh
# go install PACKAGE@VERSION: the same files, unless ODD is set; go build -o FOLDER/: as the driver does of a tree.
echo "go $@" >>"$LOG"
case $1 in
list) echo m/cmd/a && exit ;;
build)
    while [ "$1" != -o ]; do shift; done
    echo . >"${2}a" && exit ;;
esac
for word; do last=$word; done
mkdir -p "$GOBIN" && echo "m@${last##*@}${ODD:-}" >"$GOBIN/a"
"""


class World:
    """Both sides with stand-ins."""

    def __init__(self, folder: Path, odd: str = "") -> None:
        self.log = folder / "log"
        self.log.touch()
        programs = folder / "programs"
        programs.mkdir()
        for name, text in {"gomod2bazel": _DRIVER, "go": _GO}.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.driver = programs / "gomod2bazel"
        self.environment = {"PATH": f"{programs}:/usr/bin:/bin", "LOG": str(self.log), "ODD": odd}
        self.environment |= {"GOCACHE": str(folder / "cache"), "XDG_CACHE_HOME": str(folder / "user")}
        self.folder = folder

    def side(self, name: str) -> Side:
        """Return a side with a folder of this name."""
        folder = self.folder / name.replace(" ", "-")
        folder.mkdir()
        return Side(name=name, folder=folder, environment=self.environment, account=ProcessTree())

    def calls(self) -> list[str]:
        """Return the first word of each call."""
        return [line.partition(" ")[0] for line in self.log.read_text().splitlines()]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    # To wait for the disk takes longer than everything else here.
    monkeypatch.setattr(os, "sync", lambda: None)
    made = World(tmp_path)
    monkeypatch.setattr(driver_module, "DRIVER", made.driver)
    return made


def inputs(*modules: str) -> list[Input]:
    return [Input(module=module, packages=("m/cmd/a",)) for module in modules]


def test_main_packages_are_those_that_both_sides_build(world: World) -> None:
    assert main_packages(Gomod2bazel(world.side("ours")), ["m@v1"]) == inputs("m@v1")


def test_the_second_module_is_what_is_timed(world: World) -> None:
    first, then = inputs("m@v1", "m@v2")
    made = second(Gomod2bazel(world.side("ours")), Go(world.side("go")), first, then, 2)
    assert made.different == (), "the binaries are those of the second module, on both sides"
    assert [item.binaries for item in made.rounds] == [1, 1]
    assert world.calls()[:4] == ["clean", "build", "go", "build"]


def test_many_modules_in_one_call(world: World) -> None:
    made = many(Gomod2bazel(world.side("ours")), Go(world.side("go")), inputs("m@v1", "m@v2", "m@v3"), 1)
    assert (made.rounds[0].binaries, made.different) == (3, ())
    assert world.calls() == ["clean", "build", "go", "go", "go"]


def test_drivers_at_once(world: World) -> None:
    sides = Gomod2bazel(world.side("at once")), Gomod2bazel(world.side("in a row"))
    made = drivers(*sides, inputs("m@v1", "m@v2"), 1)
    assert (made.rounds[0].binaries, made.different, made.sides) == (2, (), ("at once", "in a row"))
    assert world.calls() == ["clean", "clean", "build", "build", "build", "build"]


def test_second_machines_only_read_what_the_first_one_stored(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "bazel_program", lambda _: Path("/usr/bin/bazel"))
    tree = Tree(name="m@v1", source=txtar.write(tmp_path / "source", "-- go.mod --\nmodule m\n"))
    stored = CacheServer(url="http://127.0.0.1:9", folder=tmp_path / "stored", pid=0)

    def machines(name: str, server: CacheServer | None) -> Machines:
        return Machines(
            tree=tree,
            folder=tmp_path / "machines",
            environment=world.environment,
            account=ProcessTree(),
            name=name,
            server=server,
        )

    remote = machines("second machine", stored)
    made = second_machine(remote, machines("own cold", None), Go(world.side("go")), 2)
    assert made.sides == ("second machine", "own cold", "go")
    assert [(item.binaries, item.different) for item in made.rounds] == [(1, ())] * 2
    assert made.rounds[0].usages["second machine"].figures == {"cache_entries": 0, "cache_bytes": 0}
    builds = [line for line in world.log.read_text().splitlines() if line.startswith("build")]
    with_cache = [line.rpartition(" ")[2] for line in builds if "bazel-remote" in line]
    assert len(builds) == 5
    assert [Path(path).parts[-3] for path in with_cache] == [f"second-machine-{number}" for number in (0, 1, 2)]
    assert list((tmp_path / "machines").iterdir()) == [], "machines are removed"
    for number, uploads in ((0, "true"), (1, "false")):
        at = remote.make(number, uploads=number == 0).side.folder / "remote"
        expected = f"--remote_cache={stored.url} --remote_upload_local_results={uploads}"
        assert expected in (at / "remote.bazelrc").read_text()
    remote.end()


def test_other_bytes_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, odd="x")
    monkeypatch.setattr(driver_module, "DRIVER", world.driver)
    made = many(Gomod2bazel(world.side("ours")), Go(world.side("go")), inputs("m@v1"), 1)
    assert made.different == ("0/a",)


class Fake(Builder):
    """Copies the sources to its binary, and notes what it does."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.log: list[str] = []

    def build(self) -> list[Command]:
        """Return a command that copies a file of the sources."""
        words = f"mkdir -p {self.out} && cat {self.tree}/p/p.go >{self.out}/a && md5sum <{self.tree}/p/p.go >>$LOG"
        return [self.side.command("sh", "-c", words)]

    def warm(self, standard: Sequence[str]) -> list[Command]:
        """Return a command that notes the packages."""
        return [self.side.command("sh", "-c", f"echo warm {' '.join(standard)} >>$LOG")]

    def install(self, inputs: Sequence[Input]) -> list[Command]:
        """Refuse."""
        raise NotImplementedError

    def empty(self) -> None:
        """Note it."""
        self.log.append("empty")


_SOURCE = "package p\n\nfunc F() {\n\tprintln(1)\n}\n"


def _prepared(world: World, *names: str) -> Prepared:
    builders = tuple(Fake(world.side(name)) for name in names)
    for builder in builders:
        txtar.write(builder.tree, f"-- p/p.go --\n{_SOURCE}")
    packages = [{"ImportPath": "m/p", "Dir": "/x/p", "GoFiles": ["p.go"], "Module": {"Main": True, "Dir": "/x"}}]
    edits = tuple(prepare_edits(packages, builder.tree) for builder in builders)
    tree = Tree(name="m@v1", source=builders[0].tree)
    return Prepared(tree=tree, builders=builders, edits=edits, standard=("fmt", "io"), size={"packages": 1})


@pytest.mark.parametrize(("scenario", "different"), [("no-op", 1), ("body-edit", 4), ("api-edit", 4), ("cold", 1)])
def test_what_changes_between_builds(world: World, scenario: str, different: int) -> None:
    prepared = _prepared(world, "ours", "go")
    made = run_tree_scenario(scenario, prepared, 3)
    assert (made.scenario, made.subject, made.sides, made.size) == (scenario, "m@v1", ("ours", "go"), {"packages": 1})
    assert made.different == ()
    sources = world.log.read_text().splitlines()
    # Each round changes the sources again, and both sides have the same.
    assert len(set(sources)) == different
    settled = scenario != "cold"
    assert len(sources) == 2 * 3 + 2 * settled


def test_edits_of_one_scenario_are_the_only_ones(world: World) -> None:
    prepared = _prepared(world, "ours", "go")
    for scenario in ("api-edit", "body-edit"):
        run_tree_scenario(scenario, prepared, 1)
    assert "const BenchEdit = 0\n" in (prepared.builders[0].tree / "p" / "p.go").read_text()


def test_the_standard_library_is_warm_after_everything_was_emptied(world: World) -> None:
    prepared = _prepared(world, "ours", "go")
    run_tree_scenario("cold-warm-std", prepared, 2)
    assert [line for line in world.log.read_text().splitlines() if "warm" in line] == ["warm fmt io"] * 4
    assert all(isinstance(builder, Fake) and builder.log == ["empty"] * 2 for builder in prepared.builders)
