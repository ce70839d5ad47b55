"""Which directories hold main packages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.small_module import MAIN, view, write

from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.sets.reading.discover import MainPackage, built_here
from gomod2bazel.sets.reading.func_main import NO_FUNC_MAIN


def _found(folder: Path, files: dict[str, str]) -> dict[str, MainPackage]:
    return dict(view(folder, files).by_directory)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("main.go", True),
        ("cmd/a1/main.go", True),
        ("_example/main.go", True),
        (".hidden/main.go", True),
        ("x/testdata/y/main.go", True),
        ("internal/x/gen.go", True),
        ("vendor/example.com/x/main.go", False),
        ("cmd/vendor/x/main.go", False),
        ("node_modules/x/main.go", False),
        (".git/x/main.go", False),
        ("a1/_main.go", False),
        ("a1/.main.go", False),
        ("a1/main.txt", False),
        ("a1/go", False),
    ],
)
def test_where(file: str, found: bool, tmp_path: Path) -> None:
    directory = file.rpartition("/")[0]
    assert list(_found(tmp_path, {file: MAIN})) == ([directory] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MAIN, True),
        (f"\ufeff// Package other.\n/* package other */\n{MAIN}", True),
        (f"//go:build ignore\n\n{MAIN}", True),
        (f"// +build plan9\n\n{MAIN}", True),
        ("package x\n\nconst text = `\npackage main\n`\n", False),
        ("package mainly\n", False),
        ("// package main\n", False),
        ("", False),
    ],
)
def test_which_files(text: str, found: bool, tmp_path: Path) -> None:
    assert list(_found(tmp_path, {"a1/x.go": text})) == (["a1"] if found else [])


def test_nested_modules_are_others(tmp_path: Path) -> None:
    files = {
        "cmd/a1/main.go": MAIN,
        "sub/go.mod": "module example.com/m/sub\n",
        "sub/cmd/b1/main.go": MAIN,
        "dir/go.mod/x.txt": "a folder, no go.mod\n",
        "dir/main.go": MAIN,
    }
    assert list(_found(tmp_path, files)) == ["cmd/a1", "dir"]


def test_files_are_parted(tmp_path: Path) -> None:
    files = {
        "a1/b.go": MAIN,
        "a1/a_windows.go": "package main\n",
        "a1/a_test.go": "package main\n",
        "a1/x_test.go": "package main_test\n",
        "a1/lib.go": "package lib\n",
        "a1/README.md": "\n",
    }
    package = _found(tmp_path, files)["a1"]
    assert package.files == ("a1/a_windows.go", "a1/b.go")
    assert package.test_files == ("a1/a_test.go",)
    assert package.others == ("a1/lib.go", "a1/x_test.go")


def test_only_test_files(tmp_path: Path) -> None:
    package = _found(tmp_path, {"a1/a_test.go": "package main\n", "b1/b_test.go": "package b1\n"})
    assert list(package) == ["a1"]
    assert (package["a1"].files, package["a1"].test_files) == ((), ("a1/a_test.go",))


def test_sources_leave_out_what_only_an_own_tag_lets_in(tmp_path: Path) -> None:
    gen = f"//go:build mine\n\n{MAIN}"
    found = _found(tmp_path, {"a1/gen.go": gen, "a1/main.go": MAIN, "b1/gen.go": gen, "b1/lib.go": "package b1\n"})
    assert list(found["a1"].sources) == ["a1/main.go"]
    assert list(found["b1"].sources) == ["b1/gen.go"]
    assert (found["a1"].asked_for, found["b1"].asked_for) == (False, True)


@pytest.mark.parametrize(
    ("directory", "import_path", "name", "skipped"),
    [
        ("", "example.com/m", "m", False),
        ("cmd/a1", "example.com/m/cmd/a1", "a1", False),
        ("cmd/a1/v2", "example.com/m/cmd/a1/v2", "a1", False),
        ("x/testdata/y", "example.com/m/x/testdata/y", "y", True),
        ("_x/y", "example.com/m/_x/y", "y", True),
        ("x/.y", "example.com/m/x/.y", ".y", True),
        ("testdata2", "example.com/m/testdata2", "testdata2", False),
    ],
)
def test_names(directory: str, import_path: str, name: str, skipped: bool, tmp_path: Path) -> None:
    (package,) = _found(tmp_path, {f"{directory}/main.go".lstrip("/"): MAIN}).values()
    assert (package.import_path, package.name, package.skipped) == (import_path, name, skipped)


BUILT = """
-- go.mod --
module example.com/m
-- main.go --
package main

func main() {}
-- cmd/all/main.go --
package main

import _ "example.com/nowhere"

func main() {}
-- cmd/win/main_windows.go --
package main

func main() {}
-- cmd/tagged/main.go --
//go:build mine

package main

func main() {}
-- cmd/nocgo/main.go --
//go:build !cgo

package main

func main() {}
-- _example/x/main.go --
package main

func main() {}
-- .hidden/main.go --
package main

func main() {}
-- cmd/comment/main.go --
package main // import "example.com/elsewhere"

func main() {}
-- lib/lib.go --
package lib
-- lib/gen.go --
//go:build ignore

package main

func main() {}
-- odd name/it's/main.go --
package main

func main() {}
-- only_tests/a_test.go --
package main

func main() {}
"""

EXCLUDED = "build constraints exclude all Go files in "


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Make a folder with a module, and a link to it."""
    txtar.write(tmp_path / "m", BUILT)
    (tmp_path / "link").symlink_to("m")
    return tmp_path


@pytest.mark.parametrize("root", ["m", "link"])
@pytest.mark.parametrize(
    ("settings", "tags", "problems"),
    [
        ({"GOOS": "linux"}, (), {"cmd/win": f"{EXCLUDED}cmd/win", "cmd/tagged": f"{EXCLUDED}cmd/tagged"}),
        ({"GOOS": "windows"}, ("mine",), {}),
        ({"GOOS": "linux"}, ("x", "mine"), {"cmd/win": f"{EXCLUDED}cmd/win"}),
        ({"GOOS": "windows", "GOFLAGS": "-mod=vendor"}, ("mine",), {}),
    ],
)
def test_built_here(
    root: str, settings: dict[str, str], tags: tuple[str, ...], problems: dict[str, str], built: Path, go: RealGo
) -> None:
    module = view(built / root, {})
    environment = {**go.environment, **settings, "PWD": os.fspath(built)}
    command = GoCommand(path=go.path, environment=environment, runner=SubprocessRunner())
    library = {"lib": "the files built in this configuration are of package lib"}
    assert built_here(module.packages, command, tags) == problems | library


def test_nothing_to_ask_for(tmp_path: Path) -> None:
    go = GoCommand(path=Path("/nowhere/go"), environment={}, runner=SubprocessRunner())
    assert built_here((), go, ()) == {}
    assert built_here(view(tmp_path, {"a1/a_test.go": "package main\n"}).packages, go, ()) == {}


def test_many_are_asked_for_bit_by_bit(tmp_path: Path, go: RealGo) -> None:
    write(tmp_path, {f"x/{'long' * 40}{number}/main_plan9.go": MAIN for number in range(1001)})
    packages = view(tmp_path, {}).packages
    command = GoCommand(path=go.path, environment={**go.environment, "GOOS": "linux"}, runner=SubprocessRunner())
    assert len(built_here(packages, command, ())) == 1001


def test_what_has_no_func_main_on_this_platform(tmp_path: Path, go: RealGo) -> None:
    files = {"plug/plug.go": "package main\n\nvar X = 1\n", "a1/a.go": "package main\n", "a1/main_windows.go": MAIN}
    packages = view(tmp_path, files).packages
    for goos, without in (("linux", {"plug", "a1"}), ("windows", {"plug"})):
        command = GoCommand(path=go.path, environment={**go.environment, "GOOS": goos}, runner=SubprocessRunner())
        assert built_here(packages, command, ()) == dict.fromkeys(without, NO_FUNC_MAIN)
