"""Editors in a folder that Bazel alone builds: gopls asks packages-driver, and Delve finds sources."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.go_programs import DELVE, GOPLS, go_program
from support.lsp import LanguageServer

pytestmark = [pytest.mark.bazel, pytest.mark.network, pytest.mark.nightly]

DEP = """
-- go.mod --
module example.com/Dep

go 1.20
-- dep.go --
package dep

// Name is what it is called.
const Name = "dep"

// Twice doubles a number.
func Twice(n int) int {
	return 2 * n
}
"""

TREE = """
-- go.mod --
module example.com/app

go 1.24

require example.com/Dep v1.0.0
-- cmd/app/main.go --
package main

import (
	"fmt"
	"os"

	"example.com/Dep"
	"example.com/app/gen"
	"example.com/app/lib"
	"example.com/app/native"
)

func main() {
	fmt.Fprintln(os.Stdout, lib.Greet(dep.Name), gen.Answer, native.Add(1, 2))
}
-- lib/lib.go --
package lib

import "example.com/Dep"

// Greet greets.
func Greet(name string) string {
	if dep.Twice(len(name)) > 100 {
		return "too long"
	}
	return "hello " + name
}
-- lib/lib_windows.go --
package lib

const separator = "windows"
-- lib/export_test.go --
package lib

// Secret is for tests.
type Secret struct{ Value string }

// Keep keeps.
func Keep(s Secret) string { return Greet(s.Value) }
-- lib/lib_test.go --
package lib_test

import (
	"testing"

	"example.com/app/lib"
	"example.com/app/user"
)

func TestGreet(t *testing.T) {
	if lib.Keep(lib.Secret{Value: "x"}) != user.Greet(lib.Named("x")) {
		t.Fatal("no greeting")
	}
}
-- lib/greeting.txt --
hello
-- lib/named.go --
package lib

import _ "embed"

//go:embed greeting.txt
var greeting string

// Named is a string.
type Named string
-- user/user.go --
package user

import "example.com/app/lib"

// Greet greets again.
func Greet(name lib.Named) string {
	return lib.Greet(string(name))
}
-- gen/keep.go --
package gen

const kept = Answer
-- native/native.go --
package native

// #include "native.h"
import "C"

// Add adds.
func Add(a, b int) int {
	return int(C.add(C.int(a), C.int(b)))
}
-- native/native.h --
static inline int add(int a, int b) { return a + b; }
"""

GEN_BUILD = """
genrule(
    name = "answer",
    outs = ["answer.go"],
    cmd = "printf 'package gen\\\\n\\\\n// Answer is generated.\\\\nconst Answer = 42\\\\n' > $@",
)
"""


@dataclass(frozen=True)
class Monorepo:
    """A repository without a module cache, and the driver."""

    folder: Path
    driver: Driver
    wrapper: Path

    def ask(self, *patterns: str, request: object = None) -> dict[str, Any]:
        """Return the answer of packages-driver."""
        text = json.dumps(request or {"mode": 4 | 4096, "tests": True})
        done = self.run([str(self.wrapper), *patterns], text)
        assert done.code == 0, done.err
        answer: dict[str, Any] = json.loads(done.out)
        return answer

    def run(self, command: Sequence[str], text: str = "", cwd: Path | None = None) -> Done:
        """Run a program with an input."""
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=dict(self.driver.environment),
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    def bazel(self, *arguments: str) -> Done:
        """Run Bazel."""
        return self.driver.bazel(*arguments, cwd=self.folder, timeout=600)


@pytest.fixture(scope="module")
def monorepo(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Build a repository with Bazel, and hide the module cache."""
    work = tmp_path_factory.mktemp("editors")
    proxy = txtar.proxy(work, {"Dep@v1.0.0": DEP})
    folder = txtar.write(work / "app", TREE)
    (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    (folder / "gen" / "answer.go").write_text("package gen\n\nconst Answer = 0\n", encoding="utf-8")
    driver = driver.with_environment(CGO_ENABLED="1", GOPROXY=proxy.url)
    made = driver.run("generate", "-init", cwd=folder)
    assert made.code == 0, made.err
    (folder / "gen" / "answer.go").unlink()
    with (folder / "gen" / "BUILD.bazel").open("a", encoding="utf-8") as file:
        file.write(GEN_BUILD)
    wrapper = _scripts(work)
    nothing = work / "no-modules"
    path = f"{work}/bin:{driver.environment['PATH']}"
    environment = {
        "PATH": path,
        "GOMODCACHE": str(nothing),
        "GOPROXY": "off",
        "GOPACKAGESDRIVER": str(wrapper),
        "GOFLAGS": "",
    }
    monorepo = Monorepo(folder, driver.with_environment(**environment), wrapper)
    built = monorepo.bazel("build", "-c", "dbg", "//...")
    assert built.code == 0, built.err
    yield monorepo
    monorepo.bazel("shutdown")


def _scripts(work: Path) -> Path:
    """Write the command gomod2bazel, and the script of the page that gopls runs; return that."""
    page = (ROOT / "docs" / "how-to" / "editors.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    command = f'#!/bin/sh\nexec {sys.executable} -P -m gomod2bazel "$@"\n'
    for name, text in {"bin/gomod2bazel": command, "gopackagesdriver": script}.items():
        path = work / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    return work / "gopackagesdriver"


def _by_id(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {package["ID"]: package for package in answer["Packages"]}


def _names(paths: Sequence[str]) -> list[str]:
    return [path.rpartition("/")[2] for path in paths]


def test_answers_have_all_packages(monorepo: Monorepo) -> None:
    answer = monorepo.ask("./...", "builtin")
    packages = _by_id(answer)
    assert [f"{id_}: {p['Errors']}" for id_, p in packages.items() if p.get("Errors")] == []
    assert {"example.com/app/lib", "example.com/app/lib_test [example.com/app/lib.test]", "builtin"} <= set(
        answer["Roots"]
    )
    lib = packages["example.com/app/lib"]
    assert (_names(lib["GoFiles"]), _names(lib["EmbedFiles"])) == (["lib.go", "named.go"], ["greeting.txt"])
    assert lib["Imports"] == {"embed": "embed", "example.com/Dep": "example.com/Dep"}
    (dep,) = packages["example.com/Dep"]["GoFiles"]
    assert "/external/" in dep and Path(dep).is_file()
    assert _names(packages["example.com/app/gen"]["GoFiles"]) == ["answer.go", "keep.go"]
    # Tests see the package with its internal test files, also through packages between.
    tests = packages["example.com/app/lib_test [example.com/app/lib.test]"]
    variant = "example.com/app/user [example.com/app/lib.test]"
    assert tests["Imports"]["example.com/app/user"] == variant
    assert packages[variant]["Imports"] == {"example.com/app/lib": "example.com/app/lib [example.com/app/lib.test]"}
    used = {id_ for package in packages.values() for id_ in package.get("Imports", {}).values()}
    assert used <= set(packages)


def test_the_files_of_cgo_are_among_those_compiled(monorepo: Monorepo) -> None:
    answer = monorepo.ask("example.com/app/native")
    native = _by_id(answer)["example.com/app/native"]
    assert _names(native["CompiledGoFiles"]) == ["native.go", "_cgo_gotypes.go"]
    generated = monorepo.ask("example.com/app/native", request={"mode": 4})
    native = _by_id(generated)["example.com/app/native"]
    assert _names(native["CompiledGoFiles"]) == ["_cgo_gotypes.go", "native.cgo1.go"]


def test_export_data_is_there_for_all_that_bazel_built(monorepo: Monorepo) -> None:
    packages = monorepo.ask("./...", request={"mode": 4 | 32, "tests": True})["Packages"]
    assert [package["ID"] for package in packages if not package.get("ExportFile")] == ["unsafe"]
    variants = {p["ID"]: p["ExportFile"] for p in packages if "lib.test]" in p["ID"]}
    assert len(set(variants.values())) == len(variants) == 3


def test_a_file_that_no_rule_names_belongs_to_its_folders_package(monorepo: Monorepo) -> None:
    new = monorepo.folder / "user" / "new.go"
    new.write_text('package user\n\nimport "text/template"\n\nvar _ template.Template\n', encoding="utf-8")
    try:
        answer = monorepo.ask(f"file={new}", request={"mode": 4, "tests": False})
    finally:
        new.unlink()
    (root,) = answer["Roots"]
    assert root == "example.com/app/user"
    assert _names(_by_id(answer)[root]["GoFiles"]) == ["user.go", "new.go"]
    assert "text/template" in _by_id(answer)


@pytest.fixture(scope="module")
def gopls(monorepo: Monorepo) -> Iterator[LanguageServer]:
    """Start gopls in the repository."""
    program = go_program(monorepo.driver, GOPLS)
    with LanguageServer([str(program), "serve"], monorepo.folder, monorepo.driver.environment) as server:
        yield server


def test_definitions(monorepo: Monorepo, gopls: LanguageServer) -> None:
    main = monorepo.folder / "cmd" / "app" / "main.go"
    gopls.open(main)
    assert gopls.locations("definition", main, "Greet(") == [f"{monorepo.folder}/lib/lib.go:6"]
    (name,) = gopls.locations("definition", main, "Name)")
    assert name.endswith("example.com_-cdep-av1.0.0/.module/dep.go:4")
    (answer,) = gopls.locations("definition", main, "Answer")
    assert answer.endswith("/bin/gen/answer.go:4")
    (add,) = gopls.locations("definition", main, "Add(")
    assert add == f"{monorepo.folder}/native/native.go:7"
    (printed,) = gopls.locations("definition", main, "Fprintln")
    assert "/src/fmt/print.go:" in printed


def test_references_go_through_modules_and_tests(monorepo: Monorepo, gopls: LanguageServer) -> None:
    lib = monorepo.folder / "lib" / "lib.go"
    gopls.open(lib)
    below = f"{monorepo.folder}/"
    found = [place.removeprefix(below) for place in gopls.locations("references", lib, "Greet(name")]
    assert found == ["cmd/app/main.go:14", "lib/export_test.go:7", "user/user.go:7"]
    twice = [place.removeprefix(below) for place in gopls.locations("references", lib, "Twice")]
    assert twice == ["lib/lib.go:7"]


def test_diagnostics(monorepo: Monorepo, gopls: LanguageServer) -> None:
    for name in ("lib/lib_test.go", "native/native.go", "gen/keep.go"):
        path = monorepo.folder / name
        gopls.open(path)
        assert gopls.wait_for_diagnostics(path, "", timeout=30) == [], name
    user = monorepo.folder / "user" / "user.go"
    gopls.open(user, user.read_text(encoding="utf-8").replace("string(name)", "name"))
    assert "cannot use name" in "".join(gopls.wait_for_diagnostics(user, "cannot use name"))


def test_outside_of_a_repository_the_go_command_answers(monorepo: Monorepo, tmp_path: Path) -> None:
    done = monorepo.run([str(monorepo.wrapper), "./..."], "{}", cwd=tmp_path)
    assert json.loads(done.out) == {"NotHandled": True}


def test_breakpoints_by_source_path(monorepo: Monorepo, tmp_path: Path) -> None:
    dlv = go_program(monorepo.driver, DELVE)
    rules = monorepo.driver.run("delve-paths", cwd=monorepo.folder)
    assert rules.code == 0, rules.err
    dep = next(p for p in monorepo.ask("example.com/Dep")["Packages"] if p["ID"] == "example.com/Dep")["GoFiles"][0]
    commands = [
        f"break {monorepo.folder}/lib/lib.go:7",
        f"break {dep}:8",
        "continue",
        "print name",
        "continue",
        "print n",
        "exit",
    ]
    script = tmp_path / "init"
    script.write_text(rules.out + "\n".join(commands) + "\n", encoding="utf-8")
    program = monorepo.folder / "bazel-bin" / "cmd" / "app" / "app_" / "app"
    done = monorepo.run(
        [str(dlv), "exec", "--allow-non-terminal-interactive=true", "--init", str(script), str(program)], cwd=tmp_path
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.out + done.err)
    assert re.search(rf"> \[Breakpoint 1\] example.com/app/lib.Greet\(\) {monorepo.folder}/lib/lib.go:7", shown), shown
    assert re.search(rf"> \[Breakpoint 2\] example.com/Dep.Twice\(\) {re.escape(dep)}:8", shown), shown
    # The source, which is found, and variables, which optimization would drop.
    assert "=>   7:\t\tif dep.Twice(len(name)) > 100 {" in shown, shown
    assert '\n"dep"\n' in shown, shown
    assert "\n3\n" in shown, shown
