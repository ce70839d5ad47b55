"""Flags that show a build or do more of it: -n, -x, -v, -a, -work, -toolexec, -debug-actiongraph and -debug-trace.

Archives are built, because they need nothing of the standard library.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from support import txtar
from support.driver import Done, Driver

pytestmark = pytest.mark.bazel

_TREE = """
-- go.mod --
module example.com/watched

go 1.21
-- top/top.go --
package top

import "example.com/watched/low"

func Six() int { return 3 * low.Two() }
-- low/low.go --
package low

const Made = %d

func Two() int { return 2 }
"""

_TOOL = """\
#!/bin/sh
tool=$1
shift
test "$1" = -V=full || echo "${tool##*/} for $TOOLEXEC_IMPORTPATH says $WORD"
exec "$tool" "$@"
"""


class _Place:
    """A module that no earlier test has built, and folders to install it in."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.tree = txtar.write(folder / "tree", _TREE % time.time_ns())
        self.archive = Path("example.com", "watched", "top.a")

    def build(self, *flags: str, out: str = "out") -> Done:
        more = ("-buildmode=archive", "-binary", "example.com/watched/top", "-destination", str(self.folder / out))
        done = self.driver.run("build", *flags, *more, str(self.tree), cwd=self.folder)
        assert done.code == 0, done.err
        return done

    def built(self, out: str = "out") -> bytes:
        return (self.folder / out / self.archive).read_bytes()


@pytest.fixture
def place(driver: Driver, tmp_path: Path) -> _Place:
    return _Place(driver.with_environment(CGO_ENABLED="0"), tmp_path)


def _own(text: str) -> list[str]:
    """Return the lines that are import paths of the module."""
    return [line for line in text.splitlines() if line.startswith("example.com/watched/")]


def test_n_prints_a_script_that_makes_the_same(place: _Place) -> None:
    said = place.build("-n", out="dry").err
    assert not (place.folder / "dry").exists()
    assert said.index("# example.com/watched/low\n") < said.index("# example.com/watched/top\n")
    work = place.folder / "work"
    lines = [line for line in said.splitlines() if not line.startswith("gomod2bazel: ")]
    script = "\n".join(lines).replace("$WORK", str(work))
    subprocess.run(["sh", "-e"], input=script, text=True, check=True, cwd=place.folder)
    place.build()
    assert place.built("dry") == place.built()


def test_x_v_and_a(place: _Place) -> None:
    first = place.build("-v", "-x").err
    assert sorted(_own(first)) == ["example.com/watched/low", "example.com/watched/top"]
    assert f"{place.tree}/low/low.go" in first
    work = next(line for line in first.splitlines() if line.startswith("WORK="))
    assert f"packagefile example.com/watched/low={work.removeprefix('WORK=')}/" in first
    assert not Path(work.removeprefix("WORK=")).exists()
    assert "/compile" not in place.build("-x").err
    again = place.build("-a", "-v").err
    assert sorted(_own(again)) == sorted(_own(first))
    assert "nothing to do" in place.build("-x").err


def test_work_is_kept(place: _Place) -> None:
    place.driver = place.driver.with_environment(GOTMPDIR=str(place.folder))
    said = place.build("-work").err
    work = Path(said.partition("\n")[0].removeprefix("WORK="))
    configs = [path.read_text(encoding="utf-8") for path in work.glob("b*/importcfg")]
    assert any("packagefile example.com/watched/low=" in text for text in configs)
    assert any(path.read_bytes() == place.built() for path in work.glob("b*/_pkg_.a"))


def test_toolexec_runs_each_tool(place: _Place) -> None:
    tool = place.folder / "my tool"
    tool.write_text(_TOOL, encoding="utf-8")
    tool.chmod(0o755)
    plain = place.driver
    place.driver = plain.with_environment(WORD="hello")
    said = place.build(f"-toolexec='{tool}'").err.splitlines()
    assert Counter(line for line in said if line.startswith("compile ")) == {
        "compile for example.com/watched/low says hello": 1,
        "compile for example.com/watched/top says hello": 1,
    }
    with_tool = place.built()
    place.driver = plain
    place.build()
    assert place.built() == with_tool


def test_a_toolexec_program_that_is_not_there(place: _Place) -> None:
    done = place.driver.run(
        "build", "-toolexec=no-such-program", "-buildmode=archive", str(place.tree), cwd=place.folder
    )
    assert done.code == 5
    assert 'error obtaining buildID for go tool compile: exec: "no-such-program"' in done.err


def test_action_graph_and_trace(place: _Place) -> None:
    place.build("-debug-actiongraph=graph.json", "-debug-trace=trace.json")
    graph = json.loads((place.folder / "graph.json").read_text(encoding="utf-8"))
    assert [node["ID"] for node in graph] == list(range(len(graph)))
    by_package = {node["Package"]: node for node in graph if node["Mode"] == "build"}
    low, top = (by_package[f"example.com/watched/{name}"] for name in ("low", "top"))
    assert low["ID"] in top["Deps"]
    assert low["TimeDone"] <= top["TimeStart"] < top["TimeDone"]
    assert "/compile -o " in low["Cmd"][0]
    events = json.loads((place.folder / "trace.json").read_text(encoding="utf-8"))
    assert [event["ts"] for event in events] == sorted(event["ts"] for event in events)
    open_spans: dict[int, list[str]] = {}
    for event in events:
        if event["ph"] == "B":
            open_spans.setdefault(event["tid"], []).append(event["name"])
        elif event["ph"] == "E":
            assert open_spans[event["tid"]].pop() == event["name"]
    assert not any(open_spans.values())
    assert "Executing action (build example.com/watched/low)" in {event["name"] for event in events}
