"""Packages that the builder vets with the real vet, which knows of their imports by files of facts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo

BUILDER = Path(__file__).resolve().parents[3] / "rules" / "private" / "builder"

SOURCES = """
-- low/low.go --
package low

import "fmt"

func Say(format string, args ...any) { fmt.Printf(format, args...) }
-- low/wrong.go --
package low

import "fmt"

func wrong() { fmt.Printf("%d", "low") }
-- high/high.go --
package high

import "x/low"

func High() { low.Say("%d", "high") }
-- high/high_test.go --
package high

import "x/low"

func inTest() { low.Say("%d", "test") }
-- high/broken_test.go --
package high_test

var _ = unknown
"""


class Builder:
    """Sends requests to the builder, in a folder with the standard library's export data and with no facts of it."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        txtar.write(folder, SOURCES)
        template = "{{with .Export}}{{$.ImportPath}} {{.}}{{end}}"
        listed = go.run("list", "-export", "-trimpath", "-deps", "-f", template, "fmt", cwd=folder)
        for path, export in (line.split() for line in listed.out.splitlines()):
            link = folder / "sdk" / f"{path}.x"
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(export)
            link.with_suffix(".vetx").touch()
        settings = json.loads(go.run("env", "-json", "GOTOOLDIR", "GOVERSION", cwd=folder).out)
        self.folder = folder
        self.tools = settings["GOTOOLDIR"]
        self.common = ["goos=linux", "goarch=amd64", "lang=go1.21", "standard_library=sdk/runtime.x", "complete=1"]
        self.common += [f"goversion={settings['GOVERSION']}"]

    def run(self, job: str, package: str, *lines: str) -> subprocess.CompletedProcess[str]:
        """Run a job on one of the packages."""
        path = f"x/{package}"
        own = [f"job={job}", f"package={path}", f"importpath={path}", f"rewrite={path}", f"dir={package}", *self.common]
        command = [sys.executable, "-I", "-S", str(BUILDER), *own, f"unused={job}.unused", *lines]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def vet(self, package: str, *lines: str) -> str:
        """Vet a package and return what was found."""
        done = self.run("vet", package, f"vet={self.tools}/vet", "facts_ending=.vetx", *lines)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        findings = self.folder / "findings"
        return findings.read_text(encoding="utf-8") if findings.exists() else ""


@pytest.fixture
def builder(tmp_path: Path, go: RealGo) -> Builder:
    """Compile the package that is imported, and find out what vet tells importers of it."""
    made = Builder(tmp_path, go)
    sources = ("go=low/low.go", "go=low/wrong.go")
    done = made.run("package", "low", f"compile={made.tools}/compile", "export=low.x", "archive=low.a", *sources)
    assert (done.returncode, done.stderr) == (0, "")
    assert made.vet("low", "export=low.vetx", *sources) == "", "facts alone"
    return made


HIGH = ("export=high.vetx", "imports=x/low=low.x", "facts=x/low=low.vetx", "go=high/high.go")
REPORTED = ("findings=findings", "sarif=sarif")


def test_facts_of_another_package(builder: Builder) -> None:
    found = builder.vet("high", *HIGH, *REPORTED)
    # The column is that of the call, or since Go 1.25 of the verb.
    assert re.fullmatch(r'high/high.go:5:\d+: x/low.Say format %d has arg "high" of wrong type string\n', found)
    report = json.loads((builder.folder / "sarif").read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["printf"]
    (builder.folder / "low.vetx").write_bytes(b"")
    assert builder.vet("high", *HIGH, *REPORTED) == ""


def test_checks_are_chosen_by_flags(builder: Builder) -> None:
    assert builder.vet("high", *HIGH, *REPORTED, "vet_flags=-atomic") == ""
    assert "wrong type" in builder.vet("high", *HIGH, *REPORTED, "vet_flags=-atomic", "vet_flags=-printf")


def test_tests_leave_the_library_to_its_rule(builder: Builder) -> None:
    tests = ("test=internal", "test_go=high/high_test.go")
    both = builder.vet("high", *HIGH, *REPORTED, *tests)
    assert [line.partition(":")[0] for line in both.splitlines()] == ["high/high.go", "high/high_test.go"]
    alone = builder.vet("high", *HIGH, *REPORTED, *tests, "elsewhere=high/high.go")
    assert alone == both.splitlines(keepends=True)[1]
    assert builder.vet("high", *HIGH[:3], *REPORTED, "test=external", *tests[1:]) == "", "there is none"


def test_what_does_not_compile(builder: Builder) -> None:
    """The compiler reports it; who only needs the facts goes on without."""
    broken = ("export=high.vetx", "test=external", "test_go=high/broken_test.go")
    assert builder.vet("high", *broken) == ""
    assert (builder.folder / "high.vetx").read_bytes() == b""
    assert "undefined: unknown" in builder.vet("high", *broken, *REPORTED)
    assert json.loads((builder.folder / "sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []
