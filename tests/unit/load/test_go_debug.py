"""//go:debug lines: what the go command refuses is refused in its words, for the packages that it refuses."""

from __future__ import annotations

from pathlib import Path

from support import txtar
from support.realgo import RealGo

from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.golist import list_packages
from gomod2bazel.load.go_debug import check_directives

TREE = """
-- go.mod --
module example.com/m

go 1.24
-- good/main.go --
//go:debug panicnil=1

package main

func main() {}
-- unknown/main.go --
//go:debug nosuch=1
package main

func main() {}
-- many/main.go --
// Many.

//go:debug panicnil=1
//go:debug panicnil=0
//go:debug x509sha1=1
//go:debug
//go:debugger
package main

func main() {}
-- uses/main.go --
package main

import "example.com/m/lib"

func main() { lib.F() }
-- lib/lib.go --
//go:debug a,b=1
package lib

func F() {}
-- overlaid/main.go --
package main

func main() {}
-- new.txt --
//go:debug default=go9.9
package main

func main() {}
"""


def test_in_the_words_of_the_go_command(tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, TREE)
    command = GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())
    overlay = {f"{tmp_path}/overlaid/main.go": f"{tmp_path}/new.txt"}
    (tmp_path / "o.json").write_text(f'{{"Replace": {{"overlaid/main.go": "{tmp_path}/new.txt"}}}}', encoding="utf-8")
    flags = ("-overlay=o.json",)
    listed = list_packages(command, ("./...",), flags=flags, cwd=tmp_path).packages
    checked = check_directives(command, listed, flags, tmp_path, overlay)
    found = {package.import_path: package.errors for package in checked if package.errors}
    assert sorted(found) == [f"example.com/m/{name}" for name in ("lib", "many", "overlaid", "unknown")]
    assert [what.split()[0] for _, what in found["example.com/m/many"]] == ["repeated", "invalid", "invalid"]
    theirs = go.run("build", *flags, "./...", cwd=tmp_path).err
    for position, what in (error for errors in found.values() for error in errors):
        assert f"{position.removeprefix(f'{tmp_path}/')}: {what.partition(chr(10))[0]}\n" in theirs
    assert theirs.count("invalid //go:debug") + theirs.count("repeated //go:debug") == sum(map(len, found.values()))


def test_without_such_lines_the_go_command_is_not_asked(tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, "-- go.mod --\nmodule m\n-- a.go --\npackage m // not //go:debug\n")
    command = GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())
    listed = list_packages(command, ("./...",), flags=(), cwd=tmp_path).packages
    nothing = GoCommand(path=Path("/nosuch/go"), environment={}, runner=SubprocessRunner())
    assert check_directives(nothing, listed, (), tmp_path, {}) == listed
