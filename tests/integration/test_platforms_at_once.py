"""A module on several platforms: one Bazel command, the bytes of the go command, and failures by platform."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import Done, Driver
from support.parity import compare, reference

pytestmark = pytest.mark.bazel

TREE = """
-- go.mod --
module example.com/m

go 1.24
-- main.go --
package main

import "example.com/m/lib"

func main() { println(lib.Name, lib.Number) }
-- cmd/other/main.go --
package main

import "example.com/m/lib"

func main() { println("other", lib.Name) }
-- lib/lib.go --
package lib

const Number = 1
-- lib/lib_linux.go --
package lib

const Name = "linux"
-- lib/lib_windows.go --
package lib

import "unsafe"

const Name = "windows" + string(rune('0' + unsafe.Sizeof(uintptr(0))))
-- lib/asm_arm64.s --
// Makes the package another one on arm64.
TEXT ·nothing(SB), 4, $0-0
	RET
-- lib/asm_arm64.go --
package lib

func nothing()
"""

PLATFORMS = ("linux/amd64", "linux/arm64", "windows/amd64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A tree, and a Bazel that notes each of its commands."""

    driver: Driver
    folder: Path

    def build(self, *flags: str) -> Done:
        """Build the tree for all platforms."""
        self.log.write_text("", encoding="utf-8")
        places = ("-destination", str(self.folder / "out"), "-platform", ",".join(PLATFORMS))
        return self.driver.run("build", *places, *flags, self.folder / "tree", cwd=self.folder, timeout=900)

    @property
    def log(self) -> Path:
        """The commands of Bazel, a line each."""
        return self.folder / "log"

    @property
    def builds(self) -> int:
        """How many times Bazel has built."""
        return self.log.read_text(encoding="utf-8").split("\n").count("build")

    def problems(self, **environment: str) -> list[str]:
        """Return what is not as the go command makes it."""
        problems = []
        for name in PLATFORMS:
            goos, _, goarch = name.partition("/")
            theirs = self.folder / "theirs" / name
            there = {"GOOS": goos, "GOARCH": goarch, **environment}
            reference(self.driver, ("build", "./..."), theirs, cwd=self.folder / "tree", **there)
            found = compare(self.driver, theirs, self.folder / "out" / name.replace("/", "_"))
            problems += [f"{name}: {problem}" for problem in found]
        return problems


@pytest.fixture
def place(driver: Driver, tmp_path: Path) -> Place:
    txtar.write(tmp_path / "tree", TREE)
    bazel, log = tmp_path / "bazel", tmp_path / "log"
    words = 'for word; do case $word in build|query|info) echo "$word";; esac; done'
    bazel.write_text(
        f'#!/bin/sh\n({words}) >>{shlex.quote(str(log))}\nexec {shlex.quote(driver.environment["BAZEL"])} "$@"\n',
        encoding="utf-8",
    )
    bazel.chmod(0o755)
    return Place(driver=driver.with_environment(BAZEL=str(bazel), CGO_ENABLED="0"), folder=tmp_path)


def test_one_command_and_the_bytes_of_go(place: Place) -> None:
    done = place.build("-ldflags=-buildid=")
    assert done.code == 0, done.err
    assert place.builds == 1
    assert "6 of 6 binaries linked" in done.err
    assert "built 2 of 2 binaries of example.com/m (set target) for 3 platforms with go1." in done.err
    assert place.problems() == []
    # An edit that all platforms have, and one of a file of two.
    for name, old, new in (("lib.go", "1", "2"), ("lib_linux.go", '"linux"', '"Linux"')):
        file = place.folder / "tree" / "lib" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    again = place.build("-ldflags=-buildid=")
    assert (again.code, place.builds) == (0, 1), again.err
    for folder in (place.folder / "theirs").iterdir():
        folder.rename(place.folder / f"old_{folder.name}")
    assert place.problems() == []


@pytest.mark.nightly
def test_cgo_for_the_platform_of_the_machine_alone(place: Place) -> None:
    with_c = place.driver.with_environment(CGO_ENABLED="")
    main = place.folder / "tree" / "cmd" / "other" / "main.go"
    text = main.read_text(encoding="utf-8").replace('import "', 'import _ "net"\nimport "')
    main.write_text(text, encoding="utf-8")
    there = Place(driver=with_c, folder=place.folder)
    done = there.build("-ldflags=-buildid=")
    assert (done.code, there.builds) == (0, 1), done.err
    assert there.problems(CGO_ENABLED="") == []


def test_failures_name_their_platform(place: Place) -> None:
    lib = place.folder / "tree" / "lib"
    (lib / "asm_arm64.go").write_text("package lib\n\nfunc nothing() { undefinedOnArm() }\n", encoding="utf-8")
    (lib / "asm_arm64.s").unlink()
    (lib / "lib_windows.go").write_text("package lib\n\nconst Name = undefinedOnWindows\n", encoding="utf-8")
    done = place.build("-keep-going")
    assert (done.code, place.builds) == (1, 1), done.err
    on_arm, on_windows = done.err.partition("not built for linux/arm64:")[::2]
    assert "undefinedOnArm" in on_arm and "undefinedOnWindows" not in on_arm, done.err
    assert "undefinedOnWindows" in on_windows and "undefinedOnArm" not in on_windows, done.err
    assert "not built for windows/amd64: example.com/m, example.com/m/cmd/other" in done.err
    out = place.folder / "out"
    made = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert made == ["linux_amd64/m", "linux_amd64/other"]
    # Without -keep-going, nothing is installed.
    (out / "linux_amd64" / "m").unlink()
    failed = place.build()
    assert failed.code == 1
    assert not (out / "linux_amd64" / "m").exists()


def test_what_is_watched_has_a_command_each(place: Place) -> None:
    done = place.build("-v")
    assert done.code == 0, done.err
    shown = place.build("-n")
    assert shown.code == 0, shown.err
    assert "windows_amd64" in shown.err
