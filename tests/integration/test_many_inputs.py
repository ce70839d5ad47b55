"""Several INPUTs in one run: one result file, each with flags of its own, and all or nothing installed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Done, Driver

pytestmark = pytest.mark.bazel

TREES = """
-- one/go.mod --
module example.com/one

go 1.21
-- one/main.go --
package main

func main() { println("one") }
-- one/examples/show/main.go --
// Show is an example.
package main

func main() { println("shown") }
-- two/go.mod --
module example.com/two

go 1.21
-- two/main.go --
package main

func main() { println("two") }
-- broken/go.mod --
module example.com/broken

go 1.21
-- broken/main.go --
package main

func main() { undefined() }
-- twin/go.mod --
module example.com/other/two

go 1.21
-- twin/main.go --
package main

func main() {}
-- inputs --
# Two modules, and what is installed of each.
two
-destination=elsewhere -set=all one
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return txtar.write(tmp_path / "work", TREES)


def _build(driver: Driver, folder: Path, *arguments: str) -> Done:
    return driver.run("build", "-goproxy=off", "-destination=bin", *arguments, cwd=folder)


def _files(folder: Path) -> set[str]:
    places = (folder / "bin", folder / "elsewhere")
    return {path.relative_to(folder).as_posix() for place in places if place.is_dir() for path in place.iterdir()}


def test_a_file_of_inputs(driver: Driver, folder: Path) -> None:
    words = ("-inputs=inputs", "-result-file=result.json", "-result-format=json")
    done = _build(driver, folder, *words)
    assert done.code == 0, done.err
    assert _files(folder) == {"bin/two", "elsewhere/one", "elsewhere/show"}
    result = json.loads((folder / "result.json").read_text())
    assert [binary["path"] for binary in result["binaries"]] == ["bin/two", "elsewhere/one", "elsewhere/show"]
    assert {binary["module"] for binary in result["binaries"]} == {"example.com/one", "example.com/two"}
    assert done.err.count(" linked") == 1
    assert "3 of 3 binaries linked" in done.err
    shown = subprocess.run([folder / "elsewhere" / "show"], capture_output=True, check=True)
    assert shown.stderr == b"shown\n"
    assert "nothing changed since the last run: 3 binaries are up to date" in _build(driver, folder, *words).err
    # An edit of one of them.
    (folder / "two" / "main.go").write_text('package main\n\nfunc main() { println("2") }\n')
    assert _build(driver, folder, *words).code == 0
    assert subprocess.run([folder / "bin" / "two"], capture_output=True, check=True).stderr == b"2\n"


def test_what_fails_leaves_nothing_or_the_rest(driver: Driver, folder: Path) -> None:
    done = _build(driver, folder, "two", "broken", "one")
    assert done.code == 1
    assert "broken/main.go:3:15: undefined: undefined" in done.err
    assert _files(folder) == set()
    (folder / "broken" / "main.go").write_text("not Go")
    done = _build(driver, folder, "-keep-going", "two", "broken", "one")
    assert done.code == 1
    assert "broken/main.go:1:1: expected 'package'" in done.err
    assert _files(folder) == {"bin/two", "bin/one"}


def test_failures_are_those_of_each(driver: Driver, folder: Path) -> None:
    """What one Bazel command does not build is reported for the INPUT that needs it."""
    (folder / "one" / "main.go").write_text("package main\n\nfunc main() { gone() }\n")
    done = _build(driver, folder, "-keep-going", "one", "two", "broken")
    assert done.code == 1
    one, broken = done.err.index("one/main.go:3:15: undefined: gone"), done.err.index("broken/main.go:3:15: undefined")
    assert one < done.err.index("not built for one: example.com/one") < broken
    assert broken < done.err.index("not built for broken: example.com/broken")
    assert _files(folder) == {"bin/two"}


def test_two_binaries_of_one_name(driver: Driver, folder: Path) -> None:
    done = _build(driver, folder, "two", "twin")
    assert done.code == 2
    assert "two: example.com/other/two and example.com/two" in done.err
    assert _files(folder) == set()
    # Another spelling of the folder is the same place.
    (folder / "lines").write_text("-destination=./bin/. twin\n")
    assert _build(driver, folder, "-inputs=lines", "two").code == 2


LIBRARY = """
-- x1/go.mod --
module example.com/x
-- x1/x.go --
package x

const V = "x1"
-- x2/go.mod --
module example.com/x
-- x2/x.go --
package x

const V = "x2"
-- y/go.mod --
module example.com/y

require example.com/x v1.0.0
-- y/y.go --
package y

import "example.com/x"

func Y() string { return "y of " + x.V }
-- NAME/go.mod --
module example.com/NAME

go 1.21

require (
	example.com/x v1.0.0
	example.com/y v1.0.0
)

replace example.com/x => ../VERSION

replace example.com/y => ../y
-- NAME/main.go --
package main

import "example.com/y"

var who = "NAME"

func main() { println(who, y.Y()) }
"""


def test_one_version_with_other_dependencies(driver: Driver, tmp_path: Path) -> None:
    """A package that two INPUTs compile differently is compiled for each, and one that is the same for both once."""
    for name, x in (("a", "x1"), ("b", "x2"), ("c", "x1")):
        txtar.write(tmp_path, LIBRARY.replace("NAME", name).replace("VERSION", x))
    (tmp_path / "lines").write_text("a\nb\n-destination=too '-ldflags=-X main.who=d' c\n")
    assert _build(driver, tmp_path, "a").code == 0
    done = _build(driver, tmp_path, "-inputs=lines", "c")
    assert done.code == 0, done.err
    # The mains of b and c, and x and y for b; a has those for c.
    assert "4 packages compiled" in done.err
    assert "3 of 4 binaries linked" in done.err
    programs = {"bin/a": "a y of x1\n", "bin/b": "b y of x2\n", "bin/c": "c y of x1\n", "too/c": "d y of x1\n"}
    for path, says in programs.items():
        assert subprocess.run([tmp_path / path], capture_output=True, text=True, check=True).stderr == says
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o")
    for name in "abc":
        built = driver.go("build", *flags, tmp_path / "theirs", ".", cwd=tmp_path / name)
        assert built.code == 0, built.err
        assert (tmp_path / "theirs").read_bytes() == (tmp_path / "bin" / name).read_bytes()


def test_one_module_twice(driver: Driver, folder: Path) -> None:
    """The second build of a module does not change what the first one made, though Bazel has one file for both."""
    (folder / "two" / "main.go").write_text('package main\n\nvar who = "nobody"\n\nfunc main() { println(who) }\n')
    lines = [f"'-ldflags=-X main.who={who}' -destination={who} two" for who in ("first", "second")]
    (folder / "twice").write_text("\n".join(lines))
    assert _build(driver, folder, "-inputs=twice").code == 0
    for who in ("first", "second"):
        shown = subprocess.run([folder / who / "two"], capture_output=True, text=True, check=True)
        assert shown.stderr == f"{who}\n"


def test_four_runs_at_once(driver: Driver, folder: Path) -> None:
    """Runs load and install while another builds; what one installs is what it built."""
    (folder / "two" / "main.go").write_text('package main\n\nvar who = "nobody"\n\nfunc main() { println(who) }\n')
    arguments = [
        ("-destination=0", "one"),
        ("-destination=1", "-ldflags=-X main.who=1", "two"),
        ("-destination=2", "-ldflags=-X main.who=2", "two"),
        ("-destination=3", "one", "two"),
    ]
    runs = [driver.start("build", "-goproxy=off", *words, cwd=folder) for words in arguments]
    for run in runs:
        _, err = run.communicate(timeout=300)
        assert run.returncode == 0, err
    programs = {"0/one": "one", "1/two": "1", "2/two": "2", "3/one": "one", "3/two": "nobody"}
    for path, says in programs.items():
        shown = subprocess.run([folder / path], capture_output=True, text=True, check=True)
        assert shown.stderr == f"{says}\n", path
