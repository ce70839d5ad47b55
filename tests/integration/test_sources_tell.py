"""What BUILD files leave out, actions find: standard packages, modules that are linked, the files of a platform."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.parity import reference
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

DEPENDENCY = """
-- go.mod --
module example.com/shown

go 1.20
-- shown.go --
package shown

const Name = "shown"
-- sub/sub.go --
package sub

const Name = "sub"
"""

UNUSED = "-- go.mod --\nmodule example.com/idle\n\ngo 1.20\n-- idle.go --\npackage idle\n\nconst Name = 1\n"

# As gazelle writes them for rules_go: files of all platforms in one list, platforms of rules_go as keys.
TREE = """
-- go.mod --
module example.com/app

go 1.21

godebug panicnil=1

require (
	example.com/shown v1.0.0
	example.com/idle v1.0.0
)
-- MODULE.bazel --
module(name = "app")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
local_path_override(module_name = "gomod2bazel", path = "CHECKOUT")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["GOPROXY"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_binary", "go_library", "go_test")

go_library(
    name = "app_lib",
    srcs = [
        "main.go",
        "main_linux.go",
        "main_windows.go",
        "other_tag.go",
    ],
    embedsrcs = ["text/hello.txt"],
    importpath = "example.com/app",
    visibility = ["//visibility:private"],
    deps = [
        "//lib:go_default_library",
        "@com_example_idle//:idle",
    ] + select({
        "@io_bazel_rules_go//go/platform:linux": [
            "@com_example_shown//:go_default_library",
        ],
        "@io_bazel_rules_go//go/platform:windows": [
            "@com_example_shown//sub",
        ],
        "//conditions:default": [],
    }),
)

go_binary(
    name = "app",
    embed = [":app_lib"],
    visibility = ["//visibility:public"],
)

go_test(
    name = "app_test",
    srcs = ["main_test.go"],
    embed = [":app_lib"],
)
-- lib/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library")

go_library(
    name = "go_default_library",
    srcs = ["lib.go"],
    importpath = "example.com/app/lib",
    visibility = ["//visibility:public"],
)
-- lib/lib.go --
package lib

import "fmt"

func Show(text string) { fmt.Println(text) }
-- extra/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library")

go_library(
    name = "extra",
    srcs = ["extra.go"],
    importpath = "example.com/app/extra",
    deps = ["@com_example_idle//:idle"],
)
-- extra/extra.go --
package extra

import "example.com/idle"

const Name = idle.Name
-- text/hello.txt --
hello
-- main.go --
//go:debug execerrdot=0
package main

import (
	_ "embed"

	"example.com/app/lib"
)

//go:embed text/*.txt
var hello string

func main() { lib.Show(hello + name) }
-- main_linux.go --
package main

import "example.com/shown"

const name = shown.Name
-- main_windows.go --
package main

import "example.com/shown/sub"

const name = sub.Name
-- other_tag.go --
//go:build other

package main

import "example.com/idle"

var _ = idle.Name
-- main_test.go --
package main

import (
	"testing"
	"text/scanner"
)

var _ scanner.Scanner

func TestMain_(t *testing.T) { main() }
"""


@dataclass(frozen=True)
class Monorepo:
    """A repository, and the Bazel that builds it."""

    folder: Path
    driver: Driver

    def bazel(self, *arguments: str) -> Done:
        """Run Bazel to its end."""
        return self.driver.bazel(*arguments, cwd=self.folder, timeout=600)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace what a file has once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def lock(self) -> None:
        """Update the lock, load the rules, and leave BUILD files as they are otherwise."""
        done = self.driver.run("generate", "-loads", cwd=self.folder)
        assert done.code == 0, done.err


@pytest.fixture(scope="module")
def monorepo(driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Write the repository and its lock; its BUILD files stay as they are."""
    work = tmp_path_factory.mktemp("sources")
    proxy = txtar.proxy(work, {"shown@v1.0.0": DEPENDENCY, "idle@v1.0.0": UNUSED})
    tree = TREE.replace("CHECKOUT", str(ROOT)).replace('"GOPROXY"', f'"{proxy.url}"')
    with workspaces.lend() as folder:
        txtar.write(folder, tree)
        (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
        made = Monorepo(folder, driver.with_environment(CGO_ENABLED="0", GOPROXY=proxy.url))
        made.lock()
        yield made


def _compiled(done: Done) -> set[str]:
    """Return the packages that a build with -s compiled."""
    assert done.code == 0, done.err
    return set(re.findall(r"\[action 'Compiling Go package ([^']+)'", done.err))


def test_bytes_are_those_of_go(monorepo: Monorepo, tmp_path: Path) -> None:
    done = monorepo.bazel("build", "//:app")
    assert done.code == 0, done.err
    reference(monorepo.driver, ("build", "."), tmp_path / "theirs", cwd=monorepo.folder)
    built = monorepo.folder / "bazel-bin" / "app_" / "app"
    assert built.read_bytes() == (tmp_path / "theirs" / "app").read_bytes()
    shown = subprocess.run([built], capture_output=True, check=True, text=True)
    assert shown.stdout == "hello\nshown\n"


def test_tests_run(monorepo: Monorepo) -> None:
    done = monorepo.bazel("test", "//...")
    assert done.code == 0, done.err


def test_what_only_tests_import_is_not_compiled_for_libraries(monorepo: Monorepo) -> None:
    monorepo.edit("lib/lib.go", 'import "fmt"', 'import (\n\t"fmt"\n\t_ "text/scanner"\n)')
    done = monorepo.bazel("build", "//lib:go_default_library")
    assert done.code == 1
    wrong = "lib/lib.go:5:4: package text/scanner is neither in deps of //lib:go_default_library nor among the standard"
    assert wrong in done.err
    monorepo.edit("lib/lib.go", 'import (\n\t"fmt"\n\t_ "text/scanner"\n)', 'import "fmt"')


def test_a_standard_package_that_the_lock_has_needs_nothing(monorepo: Monorepo) -> None:
    monorepo.edit("lib/lib.go", 'import "fmt"', 'import (\n\t"fmt"\n\t"strconv"\n)\n\nvar One = strconv.Itoa(1)')
    assert "example.com/app/lib" in _compiled(monorepo.bazel("build", "-s", "//:app"))


def test_one_that_the_lock_lacks_is_named(monorepo: Monorepo) -> None:
    monorepo.edit("lib/lib.go", '\t"strconv"\n', '\t"strconv"\n\t"text/template"\n')
    monorepo.edit("lib/lib.go", "var One", "var _ template.Template\n\nvar One")
    done = monorepo.bazel("build", "//:app")
    assert done.code == 1
    assert (
        "\nlib/lib.go:6:2: package text/template is neither in deps of //lib:go_default_library nor among the standard "
        "packages of the lock; run gomod2bazel generate (or lock), or correct the import"
    ) in done.err
    monorepo.lock()
    compiled = _compiled(monorepo.bazel("build", "-s", "//..."))
    assert {"example.com/app/lib", "text/template"} <= compiled
    # What a package did not use is no reason to compile it again.
    assert "example.com/app/extra" not in compiled


def test_a_package_that_deps_lack_is_named(monorepo: Monorepo) -> None:
    monorepo.edit("lib/lib.go", "import (\n", 'import (\n\t_ "example.com/shown"\n')
    done = monorepo.bazel("build", "//lib:go_default_library")
    assert done.code == 1
    assert (
        "lib/lib.go:4:4: package example.com/shown is not in deps of //lib:go_default_library; "
        "run gomod2bazel generate, or add it" in done.err
    )
