"""build -report: what the page has of a real build, and when it is refused."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.driver import Driver

pytestmark = pytest.mark.bazel

_TREE = """
-- go.mod --
module example.com/reported

go 1.21
-- main.go --
package main

import "example.com/reported/low"

func main() { println(low.Two()) }
-- low/low.go --
package low

const Made = %d

//go:noinline
func Two() int { return Made %% 3 }
-- examples/hello/main.go --
// An example of how to use low.
package main

func main() {}
-- internal/windows_only/main_windows.go --
package main

func main() {}
-- testdata/data.go --
package main

func main() {}
"""

_RECORD = {
    "id": "GO-2099-1",
    "summary": "low counts wrongly",
    "affected": [
        {
            "package": {"name": "stdlib", "ecosystem": "Go"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
            "ecosystem_specific": {"imports": [{"path": "runtime"}]},
        }
    ],
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "osv").mkdir()
    (tmp_path / "osv" / "GO-2099-1.json").write_text(json.dumps(_RECORD), encoding="utf-8")
    return txtar.write(tmp_path / "tree", _TREE % time.time_ns())


def drawn(page: str) -> Any:
    text = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page, re.DOTALL)
    assert text
    return json.loads(text[1])


def rows(page: str, table: str) -> list[list[str]]:
    """Return the texts of a table's cells."""
    text = page.split(f'<table id="{table}"')[1].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = (re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL) for row in text.split("</tr>")[:-1])
    return [[re.sub(r"<[^>]*>", " ", cell.partition(">")[2]).strip() for cell in row] for row in cells]


def test_a_page_about_a_build(driver: Driver, tree: Path) -> None:
    work = tree.parent
    build = ("build", "-report", "page.html", "-osv", "osv", "-destination", work / "bin", tree)
    done = driver.run(*build, cwd=work)
    assert done.code == 0, done.err
    page = (work / "page.html").read_text(encoding="utf-8")
    binaries = {row[0].split()[1]: row for row in rows(page, "binaries-table")}
    sets = {path: row[1] for path, row in binaries.items()}
    assert sets.pop("example.com/reported/internal/windows_only") != "fixture"
    assert sets == {
        "example.com/reported": "target",
        "example.com/reported/examples/hello": "example",
        "example.com/reported/testdata": "fixture",
    }
    assert binaries["example.com/reported"][4].startswith("installed")
    assert "set example was not chosen (-set)" in binaries["example.com/reported/examples/hello"][4]
    assert "build constraints exclude all Go files" in binaries["example.com/reported/internal/windows_only"][4]
    assert "fixtures are never built" in binaries["example.com/reported/testdata"][4]
    assert "examples" in binaries["example.com/reported/examples/hello"][3]
    data = drawn(page)
    (binary,) = data["binaries"]
    packages = [package[0] for package in data["builds"][0]]
    assert {"example.com/reported", "example.com/reported/low", "runtime"} <= set(packages)
    sizes = {packages[at]: size for at, size in binary["sizes"]}
    assert sum(sizes.values()) + sum(size for _, size in binary["other"]) == (work / "bin" / "reported").stat().st_size
    assert sizes["runtime"] > sizes["example.com/reported/low"] > 0
    compiled = {action[0] for action in data["timeline"]["actions"]}
    assert {"example.com/reported/low", "reported"} <= compiled
    modules = {row[0]: row for row in rows(page, "modules-table")}
    assert modules["example.com/reported"][2] == "local"
    assert modules["example.com/reported"][4] == "none known"
    assert "low counts wrongly" in modules["std"][4]
    # Nothing changed: the page is written again all the same, and has the evidence.
    (work / "page.html").unlink()
    again = driver.run(*build, cwd=work)
    assert again.code == 0, again.err
    page = (work / "page.html").read_text(encoding="utf-8")
    assert {row[0].split()[1]: row[3] for row in rows(page, "binaries-table")} == {
        p: row[3] for p, row in binaries.items()
    }


def test_a_page_about_a_build_that_fails_in_part(driver: Driver, tree: Path) -> None:
    work = tree.parent
    (tree / "examples" / "hello" / "main.go").write_text(
        "package main\n\nfunc main() { undefined() }\n", encoding="utf-8"
    )
    flags = ("-set", "target,example", "-strict", "-keep-going", "-report", work / "page.html")
    done = driver.run("build", *flags, "-destination", work / "bin", tree, cwd=work)
    assert done.code == 1, done.err
    states = {
        row[0].split()[1]: row[4] for row in rows((work / "page.html").read_text(encoding="utf-8"), "binaries-table")
    }
    assert states["example.com/reported/examples/hello"].startswith("failed")
    assert states["example.com/reported"].startswith("installed")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("-report", "page.html", "-n"), "-report shows what was built"),
        (("-osv", "osv"), "-osv adds vulnerabilities to the report"),
        (("-report", "tree"), "cannot write the report"),
        (("-report", "page.html", "-osv", "tree"), "no OSV records in this folder"),
    ],
)
def test_what_is_refused_before_anything_is_built(
    driver: Driver, tree: Path, flags: tuple[str, ...], message: str
) -> None:
    done = driver.run("build", *flags, "-destination", "bin", tree, cwd=tree.parent)
    assert done.code != 0
    assert message in done.err
    assert not (tree.parent / "bin").exists()
