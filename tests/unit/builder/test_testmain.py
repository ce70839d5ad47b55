"""The main package of a test: the file is the one that the go command writes, and what it refuses is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.base import gosource
from builder.base.tools import BuilderError
from builder.compile import testfiles
from builder.requests.package import PackageRequest
from builder.test import testmain
from support import txtar
from support.realgo import RealGo

# One folder a case: what a package and its tests may look like.
PACKAGES = """
-- go.mod --
module example.com/m

go 1.24
-- plain/p.go --
package plain
-- plain/p_test.go --
package plain

import "testing"

func TestA(t *testing.T)      {}
func Test(*testing.T)         {}
func Testing(t *testing.T)    {}
func TestÉ(t *testing.T)      {}
func Testé(t *testing.T)      {}
func Test_b(t *testing.T,)    {}
func BenchmarkA(b *testing.B) {}
func FuzzA(f *testing.F)      {}
func (t T) TestMethod(x int)  {}
func TestMain(t *testing.T)   {}

type T struct{}

var text = `
func TestInText(t *testing.T) {}
`

/*
func TestInComment(t *testing.T) {}
*/
var f = func() { func() {}() }; func TestLast(t *testing.T) { _ = '{'; _ = "}"; _ = '\\'' }
-- external/p.go --
package external
-- external/a_test.go --
package external_test

import (
	. "testing"
	"os"
)

func TestMain(m *M) { os.Exit(m.Run()) }

func TestX(t *T) {}
-- examples/p.go --
package examples
-- examples/p_test.go --
package examples_test

import "fmt"

func Example() {
	fmt.Println("a") // Output: not this, code stands before
	// Output:
	// a
}

func Example_trailing() {
	fmt.Println() // Output: b
}

func ExampleX_unordered() {
	fmt.Println()
	//go:noinline
	// Unordered output:
	//
	//
	// "quoted" \\ and	tab é \u200b

}

func Example_block() {
	/*
		OUTPUT:   spaces
	*/
}

func Example_apart() {
	// Output: first

	// no output
}

func Example_empty() {
	// output:
}

func Example_without() { fmt.Println() }

func Example_inner() {
	if true {
		// Output: inner
	}
	fmt.Println()
}

func Example_parameters(n int) {
	// Output: no
}

func Example_results() int {
	return 1
	// Output: no
}

func Examples() {
	// Output: no
}
-- unused/p.go --
package unused
-- unused/p_test.go --
package unused
-- unused/x_test.go --
package unused_test
-- only/x_test.go --
package only_test

import "testing"

func TestX(t *testing.T) {}
-- command/main.go --
package main

func main() {}
-- command/main_test.go --
package main

import "testing"

func TestMainOfIt(t *testing.T) {}
-- using/u.go --
package using

import _ "example.com/m/plain"
-- using/u_test.go --
package using
"""

NAMES = ("command", "examples", "external", "only", "plain", "unused", "using")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the packages."""
    folder = tmp_path_factory.mktemp("tree")
    txtar.write(folder, PACKAGES)
    return folder


def _main_file(folder: Path, importpath: str, *more: str) -> tuple[int, str, list[str]]:
    """Run the program on a folder; return its exit status, the main file, and the names."""
    made, names, params = folder / "main.txt", folder / "names.json", folder / "params"
    library = any(not path.name.endswith("_test.go") for path in folder.glob("*.go"))
    tests = [f"test={path}" for path in sorted(folder.glob("*_test.go"))]
    lines = [f"importpath={importpath}", "module=example.com/m", f"library={int(library)}", "cover=", *more, *tests]
    params.write_text("\n".join([*lines, f"main={made}", f"names={names}", ""]), encoding="utf-8")
    code = testmain.main([f"@{params}"])
    if code:
        return code, "", []
    return code, made.read_text(encoding="utf-8"), json.loads(names.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_that_of_the_go_command(name: str, tree: Path, go: RealGo, tmp_path: Path) -> None:
    # It is written before the first tool runs, which here is one that fails.
    done = go.run(
        "test", "-c", "-work", "-toolexec=false", "-o", "/dev/null", f"./{name}", cwd=tree, GOTMPDIR=str(tmp_path)
    )
    (written,) = tmp_path.glob("go-build*/b001/_testmain.go")
    code, text, _ = _main_file(tree / name, f"example.com/m/{name}")
    assert (code, text) == (0, written.read_text(encoding="utf-8")), done.err


def test_files_that_the_target_does_not_have(tmp_path: Path, go: RealGo) -> None:
    """They are in srcs where gazelle wrote the rule."""
    files = """
-- go.mod --
module example.com/m

go 1.24
-- p/p.go --
package p
-- p/p_test.go --
package p

import "testing"

func TestP(t *testing.T) {}
-- p/p_windows_test.go --
package p

import "testing"

func TestWindows(t *testing.T) {}
-- p/tag_test.go --
//go:build tagged

package p_test

import "testing"

func TestTagged(t *testing.T) {}
"""
    txtar.write(tmp_path, files)
    target = ["goos=linux", "goarch=amd64", "goversion=go1.26.1", "arch=GOAMD64=v1", "compiler=gc"]
    words = ("test", "-c", "-work", "-toolexec=false", "-o", "/dev/null", "./p")
    (tmp_path / "tmp").mkdir()
    environment = {"GOTMPDIR": str(tmp_path / "tmp"), "GOOS": "linux", "GOARCH": "amd64"}
    go.run(*words, cwd=tmp_path, **environment)
    (written,) = tmp_path.glob("tmp/go-build*/b001/_testmain.go")
    code, text, names = _main_file(tmp_path / "p", "example.com/m/p", *target)
    assert (code, text, names) == (0, written.read_text(encoding="utf-8"), ["TestP"])
    assert _main_file(tmp_path / "p", "example.com/m/p", *target, "tags=tagged")[2] == ["TestP", "TestTagged"]


@pytest.mark.parametrize("covered", [("using",), ("plain", "using")])
def test_with_coverage_too(covered: tuple[str, ...], tree: Path, go: RealGo, tmp_path: Path) -> None:
    packages = [f"-coverpkg={','.join(f'example.com/m/{name}' for name in covered)}"] if len(covered) > 1 else []
    # Tools tell their versions, and fail at all else.
    teller = tmp_path / "teller"
    teller.write_text('#!/bin/sh\nfor last; do :; done\n[ "$last" = -V=full ] && exec "$@"\n', encoding="utf-8")
    teller.chmod(0o755)
    words = ("test", "-c", "-work", f"-toolexec={teller}", "-o", "/dev/null", "-cover", *packages, "./using")
    go.run(*words, cwd=tree, GOTMPDIR=str(tmp_path))
    (written,) = tmp_path.glob("go-build*/b00?/_testmain.go")
    files = [f"covered=example.com/m/{name}=src/{name}/{file}.go" for name in covered for file in "pq"]
    sources = tmp_path / "sources.json"
    more = ("cover=set", f"sources={sources}", *files)
    assert _main_file(tree / "using", "example.com/m/using", *more)[1] == written.read_text(encoding="utf-8")
    names = {f"example.com/m/{name}/{file}.go": f"src/{name}/{file}.go" for name in covered for file in "pq"}
    assert json.loads(sources.read_text(encoding="utf-8")) == names


def test_the_names_of_what_can_be_run_come_in_its_order(tree: Path) -> None:
    names = _main_file(tree / "plain", "example.com/m/plain")[2]
    assert names == ["TestA", "Test", "TestÉ", "Test_b", "TestMain", "TestLast", "FuzzA"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("func TestA(t testing.T) {}", "3:1: wrong signature for TestA, must be: func TestA(t *testing.T)"),
        ("func TestA(t, u *testing.T) {}", "3:1: wrong signature for TestA, must be: func TestA(t *testing.T)"),
        ("func TestA(t *testing.T, n int) {}", "3:1: wrong signature for TestA, must be: func TestA(t *testing.T)"),
        ("func TestA(t *testing.T) error { return nil }", "3:1: wrong signature for TestA, must be: func TestA("),
        ("func TestA() {}", "3:1: wrong signature for TestA, must be: func TestA(t *testing.T)"),
        ("func BenchmarkA(t *testing.T) {}", "3:1: wrong signature for BenchmarkA, must be: func BenchmarkA(b *tes"),
        ("func TestA[P any](t *testing.T) {}", "3:1: wrong signature for TestA, test functions cannot have type para"),
        ("func TestMain(n int) {}", "3:1: wrong signature for TestMain, must be: func TestMain(m *testing.M)"),
        ("func TestMain(m *testing.M) {}\nfunc TestMain(m *testing.M) {}", "4:1: multiple definitions of TestMain"),
    ],
)
def test_wrong_signatures(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a_test.go").write_text(f"package a\n\n{text}\n", encoding="utf-8")
    assert _main_file(tmp_path, "example.com/a")[0] == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}/a_test.go:{said}")


def test_all_wrong_signatures_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a_test.go").write_text("package a\nfunc TestA() {}\nfunc FuzzB() {}\n", encoding="utf-8")
    assert _main_file(tmp_path, "example.com/a")[0] == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    ["", "package", "func", "package p\nfunc", "package p\nfunc F(", "package p\nimport (", "\ufeffpackage p\n}"],
)
def test_what_is_no_go_is_left_to_the_compiler(text: str) -> None:
    assert gosource.parse(text).imports == []


def _request(tmp_path: Path, half: str, **files: str) -> PackageRequest:
    """Return a request for one half of the tests of package p."""
    for name, text in files.items():
        (tmp_path / f"{name}.go").write_text(text, encoding="utf-8")
    paths = [str(tmp_path / f"{name}.go") for name in files]
    name = "p_test" if half == "external" else "p"
    made = PackageRequest(test=half, test_go=paths, export=str(tmp_path / "p.x"), name=name, importpath="x/p")
    Path(made.objdir).mkdir(exist_ok=True)
    return made


INTERNAL, EXTERNAL = "package p\n", "// Of p.\npackage p_test\n"


def test_each_half_of_the_test_files_goes_to_its_package(tmp_path: Path) -> None:
    files = {"a_test": INTERNAL, "b_test": EXTERNAL, "helper": EXTERNAL}
    chosen = {
        half: [Path(path).stem for path in testfiles.chosen(_request(tmp_path, half, **files)).go]
        for half in ("internal", "external")
    }
    assert chosen == {"internal": ["a_test", "helper"], "external": ["b_test"]}


def test_a_package_without_files_is_made_up(tmp_path: Path) -> None:
    (path,) = testfiles.chosen(_request(tmp_path, "external", a_test=INTERNAL)).go
    assert Path(path).read_text(encoding="utf-8") == "package p_test\n"


def test_internal_tests_cannot_import_what_imports_the_package(tmp_path: Path) -> None:
    asked = _request(tmp_path, "internal", a_test=f'{INTERNAL}import (\n\tq "x/q"\n\t"fmt"\n)\n', b_test=EXTERNAL)
    asked.cycle.append("x/q")
    with pytest.raises(BuilderError, match=r"a_test\.go: import cycle not allowed in test: x/q imports x/p; put the "):
        testfiles.chosen(asked)


def test_cgo_in_tests_is_refused_as_by_the_go_command(tmp_path: Path) -> None:
    with pytest.raises(BuilderError, match="use of cgo in test not supported"):
        testfiles.chosen(_request(tmp_path, "external", a_test=f'{EXTERNAL}import "C"\n'))


@pytest.mark.parametrize(
    ("goversion", "known"), [("go1.25.4", False), ("go1.26.0", True), ("go1.27rc1", True), ("devel +abc", True)]
)
def test_the_path_of_the_module_is_for_releases_that_know_it(goversion: str, *, known: bool) -> None:
    assert testmain.knows_modules(goversion) is known
    module = "x" if testmain.knows_modules(goversion) else None
    text = testmain.main_file(testmain.TestFunctions(), "x/y", module)
    assert ("testdeps.ModulePath" in text) is known
    assert '\ttestdeps.ImportPath = "x/y"\n' in text
