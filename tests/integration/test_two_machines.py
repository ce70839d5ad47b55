"""Two machines that share a cache of Bazel: another user, HOME, folders and Python; the actions are the same."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.shared import shared_disk_cache
from support.twice import other_user

pytestmark = pytest.mark.bazel

TREE = f"""
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{ROOT}")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- WORKSPACE.bzlmod --
-- go.mod --
module example.com/two

go 1.24
-- main.go --
package main

import "example.com/two/asm"

func main() {{ println(asm.Value(), "TOKEN") }}
-- asm/asm.go --
package asm

func Value() int
-- asm/asm_amd64.s --
#include "textflag.h"

TEXT \u00b7Value(SB), NOSPLIT, $0-8
	MOVQ $7, ret+0(FP)
	RET
"""

PLATFORM = {"CGO_ENABLED": "0", "GOARCH": "amd64", "GOOS": "linux"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine whose Bazel uses a cache that others use too.

    Attributes:
        driver: with the caches, the HOME and the user of that machine.
        folder: of the machine.
        python: that its user runs everything with.
        cache: what Bazel finds what others have built in.
    """

    driver: Driver
    folder: Path
    python: Path
    cache: Path

    @property
    def log(self) -> Path:
        """What Bazel writes of each action that it ran or found."""
        return self.folder / "log.json"

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of Bazel in a workspace."""
        return (f"--disk_cache={self.cache}", *self.logging)

    @property
    def logging(self) -> tuple[str, ...]:
        """The flags with which Bazel writes its log."""
        return (f"--execution_log_json_file={self.log}",)

    def run(self, *arguments: str | Path, cwd: Path) -> Done:
        """Run the driver with this machine's Python."""
        bazel, bazelrc = self.folder / "bazel", self.folder / "bazelrc"
        bazelrc.write_text(f"build {' '.join(self.logging)}\n", encoding="utf-8")
        command = f'exec {self.driver.environment["BAZEL"]} --bazelrc={bazelrc} "$@"'
        bazel.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        bazel.chmod(0o755)
        paths = f"{ROOT}:{sysconfig.get_path('purelib')}"
        done = subprocess.run(
            [*self.driver.before, self.python, "-P", "-m", "gomod2bazel", *arguments],
            cwd=cwd,
            env={**self.driver.environment, "BAZEL": str(bazel), "PYTHONPATH": paths},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Done(code=0, out=done.stdout, err=done.stderr)

    def counted(self) -> Counter[tuple[str, str]]:
        """Return how many Go actions there were of each mnemonic, and where their outputs came from."""
        text, found, decoder = self.log.read_text(encoding="utf-8"), Counter[tuple[str, str]](), json.JSONDecoder()
        while text := text.lstrip():
            action, end = decoder.raw_decode(text)
            text = text[end:]
            if action["mnemonic"].startswith("Go"):
                found[action["mnemonic"], action["runner"]] += 1
        return found


@pytest.fixture
def machines(driver: Driver, tmp_path: Path) -> tuple[Machine, Machine]:
    """Return two machines with a cache that is empty so far, or has what other tests of this machine compiled."""
    cache = tmp_path / "shared"
    others = shared_disk_cache()
    if others:
        shutil.copytree(others, cache, copy_function=os.link, ignore=shutil.ignore_patterns("tmp"))
    python = tmp_path / "other" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--copies", "--without-pip", python], check=True, timeout=60)
    # With caches of its own: what Bazel had compiled for other tests, it would not put into the shared cache.
    ours = driver.with_environment(**PLATFORM, XDG_CACHE_HOME=str(tmp_path / "one" / "cache"))
    theirs = other_user(ours, tmp_path / "other")
    theirs = theirs.with_environment(PATH=f"{python / 'bin'}:{theirs.environment['PATH']}")
    (tmp_path / "one").mkdir()
    return (
        Machine(driver=ours, folder=tmp_path / "one", python=Path(sys.executable), cache=cache),
        Machine(driver=theirs, folder=tmp_path / "other", python=python / "bin" / "python3", cache=cache),
    )


def _all_found(counts: Counter[tuple[str, str]], before: Counter[tuple[str, str]]) -> None:
    """Check that the second machine ran none of the actions that the first one ran, and had them all."""
    assert {where for _, where in counts} == {"disk cache hit"}
    ran = {name for name, where in before if where != "disk cache hit"}
    assert ran == {name for name, _ in before}, "the first machine found its own packages nowhere"
    for mnemonic in ran:
        assert counts[mnemonic, "disk cache hit"] == sum(n for (name, _), n in before.items() if name == mnemonic)


def test_of_two_users_of_the_driver(machines: tuple[Machine, Machine]) -> None:
    counts = []
    text = TREE.replace("TOKEN", secrets.token_hex(8))
    for machine in machines:
        tree = txtar.write(machine.folder / "tree", text)
        machine.run("build", "-disk-cache", machine.cache, "-destination", machine.folder / "bin", ".", cwd=tree)
        counts.append(machine.counted())
        machine.run("shutdown", cwd=tree)
    _all_found(counts[1], counts[0])
    binaries = [(machine.folder / "bin" / "two").read_bytes() for machine in machines]
    assert binaries[0] == binaries[1]
    print(f"driver: {dict(counts[0])}, then {dict(counts[1])}")  # noqa: T201


# At night, as all of the standard library is compiled again.
@pytest.mark.nightly
def test_results_that_a_garbage_collection_removed(machines: tuple[Machine, Machine]) -> None:
    machine = machines[1]
    tree = txtar.write(machine.folder / "tree", TREE)
    words = ("build", "-disk-cache", machine.cache, "-destination", machine.folder / "bin", ".")
    machine.run(*words, cwd=tree)
    machine.run("clean", cwd=tree)
    # All results are in the disk cache now, and only there.
    machine.run(*words, cwd=tree)
    assert {where for _, where in machine.counted()} == {"disk cache hit"}
    shutil.rmtree(machine.cache)
    main = tree / "main.go"
    main.write_text(main.read_text("utf-8").replace("TOKEN", "edited"), encoding="utf-8")
    machine.run(*words, cwd=tree)
    machine.run("shutdown", cwd=tree)
    assert b"edited" in (machine.folder / "bin" / "two").read_bytes()


@pytest.mark.nightly
def test_of_a_monorepo(machines: tuple[Machine, Machine]) -> None:
    counts = []
    text = TREE.replace("TOKEN", secrets.token_hex(8))
    for machine in machines:
        tree = txtar.write(machine.folder / "mono", text)
        machine.run("generate", cwd=tree)
        done = machine.driver.bazel("build", *machine.flags, "//...", cwd=tree)
        assert done.code == 0, done.err
        counts.append(machine.counted())
        machine.driver.bazel("shutdown", cwd=tree)
    _all_found(counts[1], counts[0])
    print(f"monorepo: {dict(counts[0])}, then {dict(counts[1])}")  # noqa: T201


PYTHON = """
-- python/BUILD.bazel --
load("@bazel_tools//tools/python:toolchain.bzl", "py_runtime_pair")

py_runtime(
    name = "runtime",
    files = glob(["lib/**"]),
    interpreter = "bin/python3",
    python_version = "PY3",
)

py_runtime_pair(
    name = "pair",
    py3_runtime = ":runtime",
)

toolchain(
    name = "toolchain",
    toolchain = ":pair",
    toolchain_type = "@bazel_tools//tools/python:toolchain_type",
)
"""


def test_a_python_toolchain_of_the_workspace(driver: Driver, tmp_path: Path) -> None:
    """Its interpreter runs the builder, and its files are inputs of the actions."""
    ours = driver.with_environment(**PLATFORM)
    text = TREE.replace("-- WORKSPACE.bzlmod --", 'register_toolchains("//python:toolchain")\n-- WORKSPACE.bzlmod --')
    tree = txtar.write(tmp_path / "mono", text)
    done = ours.run("generate", cwd=tree)
    assert done.code == 0, done.err
    txtar.write(tree, PYTHON)
    library = Path(sysconfig.get_path("stdlib"))
    ignored = shutil.ignore_patterns("site-packages", "dist-packages", "test", "config-*", "__pycache__", "idlelib")
    shutil.copytree(library, tree / "python" / "lib" / library.name, ignore=ignored)
    (tree / "python" / "bin").mkdir()
    shutil.copy(os.path.realpath(sys.executable), tree / "python" / "bin" / "python3")
    done = ours.bazel("aquery", "--output=jsonproto", "mnemonic(GoCompile, //asm:all)", cwd=tree)
    assert done.code == 0, done.err
    (action,) = json.loads(done.out)["actions"]
    assert action["arguments"][:3] == ["python/bin/python3", "-I", "-S"]
    assert f"python/lib/{library.name}/json/decoder.py" in _paths(json.loads(done.out))
    # One package with assembly: the files are inputs of every action, so that none is there yet.
    done = ours.bazel("build", "@go_sdk//:internal/cpu", cwd=tree)
    assert done.code == 0, done.err


def _paths(graph: dict[str, Any]) -> set[str]:
    """Return the paths of all artifacts of an action graph."""
    fragments = {one["id"]: one for one in graph["pathFragments"]}

    def path(number: int) -> str:
        one = fragments[number]
        return f"{path(one['parentId'])}/{one['label']}" if "parentId" in one else one["label"]

    return {path(one["pathFragmentId"]) for one in graph["artifacts"]}
