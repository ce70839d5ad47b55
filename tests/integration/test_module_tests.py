"""The command test, on a module whose tests pass and on one with tests of each kind."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support import txtar
from support.documents import checked
from support.driver import Driver
from support.proxy import make_proxy

pytestmark = pytest.mark.bazel

PASSING = """
-- go.mod --
module example.com/passing

go 1.24

require (
	example.com/gone v1.0.0
	example.com/words v1.0.0
)
-- passing.go --
package passing

import _ "embed"

//go:embed greeting.txt
var greeting string

func Greet() string { return greeting }
-- greeting.txt --
hello
-- passing_test.go --
package passing_test

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/passing"
	"example.com/words"
)

func TestGreet(t *testing.T) {
	want, err := os.ReadFile(strings.Join([]string{"data", "want"}, "/"))
	if err != nil || passing.Greet() != string(want) || words.Word() != "word" {
		t.Fatal(err, passing.Greet())
	}
}

func TestWrites(t *testing.T) {
	if err := os.WriteFile("new", nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestNoNetwork(t *testing.T) {
	if c, err := net.DialTimeout("tcp", "192.0.2.1:80", time.Second); err == nil {
		c.Close()
		t.Fatal("there is a network")
	}
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal("loopback:", err)
	} else {
		l.Close()
	}
}
-- data/want --
hello
-- e2e/e2e_test.go --
package e2e

import (
	"testing"

	"example.com/gone"
)

func TestCluster(t *testing.T) { gone.Call() }
"""

WORDS = """
-- go.mod --
module example.com/words

go 1.24
-- words.go --
package words

func Word() string { return "word" }
"""

GONE = """
-- go.mod --
module example.com/gone

go 1.24
-- gone.go --
package gone

func Call() {}
"""

FAILING = """
-- go.mod --
module example.com/failing

go 1.24
-- sum/sum.go --
package sum

func Sum(a, b int) int { return a - b }
-- sum/sum_test.go --
package sum

import "testing"

func TestSum(t *testing.T) {
	t.Run("small", func(t *testing.T) {
		if Sum(1, 2) != 3 {
			t.Errorf("Sum(1, 2) = %d", Sum(1, 2))
		}
	})
}

func TestSkipped(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
}
-- panics/panics_test.go --
package panics

import "testing"

func TestPanics(t *testing.T) { panic("boom") }
-- compile/compile_test.go --
package compile

import "testing"

func TestCompile(t *testing.T) { undefined() }
-- vetted/vetted_test.go --
package vetted

import "testing"

func TestVetted(t *testing.T) { t.Logf("%d", "text") }
-- broken/broken_test.go --
package broken

import "example.com/failing/nowhere"

var _ = nowhere.X
-- fine/fine.go --
package fine
-- fine/fine_test.go --
package fine

import "testing"

func TestFine(t *testing.T) {}
-- none/none.go --
package none
-- conformance/suite_test.go --
package conformance

import "testing"

func TestSuite(t *testing.T) { t.Fatal("no cluster") }
"""


def test_a_module_whose_tests_pass(driver: Driver, tmp_path: Path) -> None:
    archives = [tmp_path / f"{name}@v1.0.0.txtar" for name in ("passing", "words", "gone")]
    for archive, text in zip(archives, (PASSING, WORDS, GONE), strict=True):
        archive.write_text(text, encoding="utf-8")
    proxy = make_proxy(tmp_path / "goproxy", archives)
    shutil.rmtree(proxy.root / "example.com" / "gone")
    (tmp_path / "sums").write_text(proxy.go_sum, encoding="utf-8")
    words = ("test", "-offline", "-goproxy", proxy.url, "-sumfile", "sums", "example.com/passing@v1.0.0")
    done = driver.run(*words, cwd=tmp_path, timeout=600)
    assert done.code == 0, done.err
    assert re.sub(r"\t([\d.]+s|\(cached\))", "\t0.1s", done.out) == (
        "ok  \texample.com/passing\t0.1s\n"
        "skip\texample.com/passing/e2e\t(integration: its folder's name 'e2e' contains the word 'e2e')\n"
    )
    again = driver.run(*words, cwd=tmp_path, timeout=600)
    assert "ok  \texample.com/passing\t(cached)\n" in again.out
    lacking = driver.run(*words[:-1], "-integration", words[-1], cwd=tmp_path, timeout=600)
    assert (lacking.code, lacking.out) == (3, ""), lacking.err
    assert "example.com/gone@v1.0.0" in lacking.err


def test_each_kind_of_failure(driver: Driver, tmp_path: Path) -> None:
    root = txtar.write(tmp_path / "tree", FAILING)
    before = sorted(path.relative_to(root) for path in root.rglob("*"))
    done = driver.run("test", "-short", "-junit", "out/junit.xml", "tree", cwd=tmp_path, timeout=600)
    assert done.code == 1, done.err
    lines = re.sub(r"\t([\d.]+s\b|\(cached\))", "\t0.1s", done.out).splitlines()
    assert [line for line in lines if line.startswith(("ok", "FAIL\t", "?", "skip"))] == [
        "FAIL\texample.com/failing/broken [setup failed]",
        "FAIL\texample.com/failing/compile [build failed]",
        "skip\texample.com/failing/conformance"
        "\t(integration: its folder's name 'conformance' contains the word 'conformance')",
        "ok  \texample.com/failing/fine\t0.1s",
        "?   \texample.com/failing/none\t[no test files]",
        "FAIL\texample.com/failing/panics\t0.1s",
        "FAIL\texample.com/failing/sum\t0.1s",
        "FAIL\texample.com/failing/vetted [build failed]",
    ]
    assert "# example.com/failing/compile" in lines
    assert any("undefined: undefined" in line for line in lines)
    assert any("broken/broken_test.go:3:8: " in line and "cache" not in line for line in lines)
    assert "    sum_test.go:8: Sum(1, 2) = -1" in lines
    assert any(line.startswith("panic: boom") for line in lines)
    assert sorted(path.relative_to(root) for path in root.rglob("*")) == before, "the tree is only read"
    suites = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot().findall("testsuite")  # noqa: S314 - our output
    assert {suite.get("name", "").rpartition("/")[2]: suite.get("failures") for suite in suites}["sum"] == "2"


def test_one_package_with_flags(driver: Driver, tmp_path: Path) -> None:
    txtar.write(tmp_path / "tree", FAILING)
    words = ("test", "-json", "-count", "2", "-run", "Skipped", "./tree/sum")
    done = driver.run(*words, cwd=tmp_path, timeout=600)
    assert done.code == 0, done.err
    packages = checked("test", done.out)["packages"]
    assert [package["import_path"] for package in packages] == ["example.com/failing/sum"]
    assert packages[0]["output"].count("--- PASS: TestSkipped") == 2
    assert json.loads(done.out)["version"] is None


NESTED = """
-- go.mod --
module example.com/above

go 1.24
-- above.go --
package above

func Above() string { return "above" }
-- above_test.go --
package above

import "testing"

func TestAbove(t *testing.T) { t.Fatal("of another module") }
-- below/go.mod --
module example.com/below

go 1.24

require (
	example.com/above v0.0.0
	example.com/low v1.1.0
)

replace example.com/above => ../
-- below/below_test.go --
package below

import (
	"testing"

	"example.com/above"
	"example.com/low"
)

func TestBelow(t *testing.T) { t.Log(above.Above(), low.N) }
-- below/below.go --
package below

import _ "example.com/low"
-- base.mod --
module example.com/baseline

require example.com/low v1.0.0
"""


def _low(version: str) -> str:
    return f'-- go.mod --\nmodule example.com/low\n\ngo 1.24\n-- low.go --\npackage low\n\nconst N = "{version}"\n'


def test_a_module_above_and_a_baseline(driver: Driver, tmp_path: Path) -> None:
    archives = [tmp_path / "low@v1.0.0.txtar", tmp_path / "low@v1.1.0.txtar"]
    for archive in archives:
        archive.write_text(_low(archive.stem), encoding="utf-8")
    proxy = make_proxy(tmp_path / "goproxy", archives)
    root = txtar.write(tmp_path / "tree", NESTED)
    (root / "below" / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    words = ("test", "-v", "-goproxy", proxy.url, "tree/below")
    done = driver.run(*words, cwd=tmp_path, timeout=600)
    assert done.code == 0, done.err
    assert "below_test.go:10: above low@v1.1.0\n" in done.out
    baseline = ("-baseline", "tree/base.mod")
    refused = driver.run(*words, *baseline, cwd=tmp_path, timeout=600)
    assert (refused.code, refused.out) == (4, "")
    forced = driver.run(*words, *baseline, "-baseline-mode", "force", cwd=tmp_path, timeout=600)
    assert forced.code == 0, forced.err
    assert "below_test.go:10: above low@v1.0.0\n" in forced.out
