"""Linking a program of a repository's own packages: the linker's flags, and module information that is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builder.base import digests
from builder.base.tools import BuilderError
from builder.link.binary import build
from builder.requests.link import BinaryRequest
from support import txtar
from support.objects import write_archive
from support.realgo import RealGo

TABLE = """
var All = []Info{
	{Name: "http2client", Package: "net/http"},
	{Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"},
}
"""

# The packages of a program: what each imports, and its module.
IMPORTS = {
    "m/main": ["m/a", "fmt"],
    "m/a": ["dep/used"],
    "dep/used": ["fmt", "runtime/cgo"],
    "dep/other": ["cxx"],
    "cxx": [],
    "fmt": [],
    "runtime/cgo": [],
}
MODULES = {
    "m/a": "m\t(devel)\t",
    "m/main": "m\t(devel)\t",
    "dep/used": "dep\tv1.0.0\th1:d=",
    "dep/other": "more\tv2.0.0\th1:m=",
    "cxx": "cxx\tv3.0.0\t",
}


class Commands:
    """Takes commands down."""

    def __init__(self) -> None:
        self.linker_flags: dict[str, list[str]] = {}
        self.argv: list[str] = []

    def run(self, argv: list[str], cwd: str | None, really: Callable[[list[str]], str]) -> str:
        """Note the command."""
        assert cwd is None and callable(really)
        self.argv = argv
        self.importcfg = Path(argv[argv.index("-importcfg") + 1]).read_text(encoding="utf-8").splitlines()
        return ""

    def append(self, target: str, objects: list[str]) -> None:
        """Fail: nothing is appended when linking."""
        raise AssertionError((target, objects))


def _request(
    folder: Path, sources: dict[str, str], imports: dict[str, list[str]] | None = None, **changes: Any
) -> BinaryRequest:
    """Return the request for a program whose main package has these sources."""
    graph = IMPORTS | (imports or {})
    archives = {path: write_archive(folder / f"{path}.a", names) for path, names in graph.items()}
    (folder / "table.go").write_text(TABLE, encoding="utf-8")
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    values: dict[str, Any] = {
        "link": "sdk/link",
        "export": str(folder / "program"),
        "modinfo": str(folder / "modinfo"),
        "main": archives["m/main"],
        "importpath": "m/main",
        "importmap_of_main": "m/main",
        "module": "m\t(devel)\t".replace("\n", "\\n"),
        "goos": "linux",
        "goarch": "amd64",
        "goversion": "go1.26.1",
        "godebug_table": str(folder / "table.go"),
        "go_line": "1.22",
        "go": [str(folder / name) for name in sources if not name.endswith("_test.go")],
        "test_go": [str(folder / name) for name in sources if name.endswith("_test.go")],
        "packages": [f"{path}={archive}" for path, archive in archives.items()],
        "modules": [f"{path}={line}" for path, line in MODULES.items()],
        "settings": ["-buildmode=exe"],
        "more_settings": ["GOOS=linux"],
        "flags": ["-buildmode=exe"],
        "cgo_flags": ["-linkmode=external"],
        "last_flags": ["-s"],
        "extld": True,
        "cc": "gcc",
        "cxx_tool": "g++",
        "cxx_packages": ["cxx"],
    }
    return BinaryRequest(**(values | changes))


def _linked(request: BinaryRequest) -> Commands:
    commands = Commands()
    assert build(request, recorder=commands) == ""
    assert not Path(f"{request.export}.importcfg").exists()
    return commands


def _lines(request: BinaryRequest) -> list[str]:
    """Return the module lines that are found."""
    _linked(request)
    return Path(request.modinfo).read_text(encoding="utf-8").splitlines()


MAIN = 'package main\n\nimport (\n\t"fmt"\n\t"m/a"\n)\n'


def test_what_is_linked(tmp_path: Path) -> None:
    request = _request(tmp_path, {"main.go": MAIN})
    commands = _linked(request)
    program = str(tmp_path / "program")
    assert commands.argv == [
        f"{Path.cwd()}/sdk/link",
        "-o",
        program,
        "-importcfg",
        f"{program}.importcfg",
        "-buildmode=exe",
        "-linkmode=external",
        "-s",
        "-extld=gcc",
        request.main,
    ]
    assert commands.importcfg[:-1] == [f"packagefile {line}" for line in request.packages]
    assert "dep\\tdep\\tv1.0.0\\th1:d=\\nbuild\\t-buildmode=exe\\nbuild\\tGOOS=linux\\n" in commands.importcfg[-1]


def test_flags_depend_on_what_is_linked(tmp_path: Path) -> None:
    """Neither cgo nor C++ counts where only packages use it that nothing imports."""
    pure = _linked(_request(tmp_path, {"main.go": MAIN}, {"dep/used": ["fmt"]})).argv
    assert "-linkmode=external" not in pure and "-extld=gcc" in pure
    both = _linked(_request(tmp_path, {"main.go": MAIN}, {"m/a": ["dep/other", "dep/used"]})).argv
    assert "-linkmode=external" in both and "-extld=g++" in both
    of_main = _linked(_request(tmp_path, {"main.go": MAIN}, cxx_packages=["m/main"])).argv
    assert "-extld=g++" in of_main
    named = _linked(_request(tmp_path, {"main.go": MAIN}, extld=False, last_flags=["-extld=clang"])).argv
    assert [flag for flag in named if flag.startswith("-extld")] == ["-extld=clang"]


def test_modules_of_what_is_linked(tmp_path: Path) -> None:
    expected = ["path\tm/main", "mod\tm\t(devel)\t", "dep\tdep\tv1.0.0\th1:d="]
    assert _lines(_request(tmp_path, {"main.go": MAIN})) == expected
    assert _lines(_request(tmp_path, {"main.go": "package main\n"})) == expected[:2]
    more = _request(tmp_path, {"main.go": MAIN}, {"m/a": ["dep/other", "dep/used"]})
    assert _lines(more) == [
        "path\tm/main",
        "mod\tm\t(devel)\t",
        "dep\tcxx\tv3.0.0\t",
        expected[2],
        "dep\tmore\tv2.0.0\th1:m=",
    ]
    replaced = "dep\tv1.0.0\\n=>\t./fork\t(devel)\t\\n"
    assert _lines(_request(tmp_path, {"main.go": MAIN}, modules=[f"dep/used={replaced}"])) == [
        *expected[:2],
        "dep\tdep\tv1.0.0",
        "=>\t./fork\t(devel)\t",
        "",
    ]


def test_imports_by_another_path(tmp_path: Path) -> None:
    text = 'package main\n\nimport "used"\n'
    request = _request(tmp_path, {"main.go": text}, importmap=["used=dep/used"])
    assert _lines(request)[2:] == ["dep\tdep\tv1.0.0\th1:d="]


def test_files_of_other_targets_do_not_count(tmp_path: Path) -> None:
    """What they import is not linked, and their directives are not read."""
    files = {
        "main.go": "package main\n",
        "main_windows.go": '//go:debug panicnil=2\n\npackage main\n\nimport "m/a"\n',
        "mine.go": '//go:build mine\n//go:debug panicnil=3\n\npackage main\n\nimport "m/a"\n',
        "words.go": 'package documentation\n\nimport "m/a"\n',
        "c.go": '//go:debug panicnil=4\n\npackage main\n\nimport "C"\nimport "m/a"\n',
    }
    request = _request(tmp_path, files)
    assert _lines(request) == ["path\tm/main", "mod\tm\t(devel)\t"]
    assert not [word for word in _linked(request).argv if "godebug" in word]
    assert "dep\tdep\tv1.0.0\th1:d=" in _lines(_request(tmp_path, files, tags=["mine"]))
    with_c = _request(tmp_path, files, tags=["cgo"])
    assert "dep\tdep\tv1.0.0\th1:d=" in _lines(with_c)
    assert "-X=runtime.godebugDefault=panicnil=4" in _linked(with_c).argv


def test_godebug(tmp_path: Path) -> None:
    """Settings of the go line, of godebug lines, and of the package's files."""
    files = {"b.go": "//go:debug panicnil=2\n\npackage main\n", "a.go": "package main\n"}
    commands = _linked(_request(tmp_path, files, go_line="1.20", godebug=["http2client=0", "panicnil=0"]))
    assert "-X=runtime.godebugDefault=http2client=0,panicnil=2" in commands.argv
    assert "build\\tDefaultGODEBUG=http2client=0,panicnil=2\\nbuild\\tGOOS=linux" in commands.importcfg[-1]
    assert (
        "-X=runtime.godebugDefault=panicnil=1"
        in _linked(_request(tmp_path, {"c.go": "package main\n"}, go_line="1.20")).argv
    )


def test_directives_that_go_refuses(tmp_path: Path) -> None:
    files = {"b.go": "//go:debug panicnil=2\n\npackage main\n", "a.go": "//go:debug panicnil=3\n\npackage main\n"}
    with pytest.raises(BuilderError, match=r"^m/main/b\.go:1:1: repeated //go:debug for panicnil\n\tm/main/a\.go:1:1"):
        build(_request(tmp_path, files), recorder=Commands())


def test_only_commands_are_linked(tmp_path: Path) -> None:
    with pytest.raises(BuilderError, match=r"^m/main is package p; only a package main links into a binary\n$"):
        build(_request(tmp_path, {"main.go": "package p\n"}), recorder=Commands())


def test_programs_of_tests(tmp_path: Path) -> None:
    """That of a command has the command's information, unless a test file changes the settings; others have a path."""
    internal = {"in_test.go": "package main\n"}
    own = ["path\tm/main", "mod\tm\t(devel)\t", "dep\tdep\tv1.0.0\th1:d="]
    assert _lines(_request(tmp_path, {"main.go": MAIN, **internal}, test=True)) == own
    alone = ["path\tm/main.test", "mod\tm\t(devel)\t"]
    assert _lines(_request(tmp_path, {"main.go": MAIN.replace("main", "p", 1)}, test=True)) == alone
    assert _lines(_request(tmp_path, {}, go=[], test=True)) == alone
    changed = {"main.go": MAIN, "out_test.go": "//go:debug panicnil=0\n\npackage main_test\n"}
    assert _lines(_request(tmp_path, changed, test=True)) == alone


def test_directives_of_tests(tmp_path: Path) -> None:
    """External tests come after internal ones, which come after the package; what is wrong in them is left out."""
    files = {
        "z.go": "//go:debug panicnil=1\n\npackage p\n",
        "y_test.go": "//go:debug panicnil=2\n//go:debug http2client=2\n\npackage p\n",
        "x_test.go": "//go:debug http2client=3\n//go:debug unknown=1\n\npackage p_test\n",
    }
    request = _request(tmp_path, files, test=True)
    assert "-X=runtime.godebugDefault=http2client=3,panicnil=2" in _linked(request).argv


PROGRAM = """
-- go.mod --
module example.com/m

go 1.21

require (
	example.com/dep v1.0.0
	example.com/unused v1.0.0
)

replace example.com/dep v1.0.0 => ./dep

replace example.com/unused v1.0.0 => ./unused
-- main.go --
//go:debug http2client=0

package main

import (
	"fmt"

	"example.com/dep/used"
)

func main() { fmt.Println(used.Text) }
-- dep/go.mod --
module example.com/dep
-- dep/used/used.go --
package used

const Text = "text"
-- unused/go.mod --
module example.com/unused
-- unused/unused.go --
package unused
"""


def test_the_go_command_links_the_same_bytes(tmp_path: Path, go: RealGo) -> None:
    folder = txtar.write(tmp_path / "m", PROGRAM)
    target = {"GOOS": "linux", "GOARCH": "amd64", "GOAMD64": "v1"}
    template = "{{with .Export}}{{$.ImportPath}}={{.}}{{end}}"
    names = (".", "example.com/unused")
    listed = go.run("list", "-export", "-trimpath", "-deps", "-f", template, *names, cwd=folder, **target)
    packages = listed.out.split()
    archives = dict(line.split("=", 1) for line in packages)
    assert "example.com/unused" in archives, listed.err
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", "../expected")
    built = go.run("build", *flags, ".", cwd=folder, **target)
    assert built.code == 0, built.err
    settings = json.loads(go.run("env", "-json", "GOROOT", "GOTOOLDIR", "GOVERSION", cwd=folder).out)
    lines = {name: f"example.com/{name}\tv1.0.0\\n=>\t./{name}\t(devel)\t\\n" for name in ("dep", "unused")}
    request = BinaryRequest(
        link=f"{settings['GOTOOLDIR']}/link",
        export=str(tmp_path / "program"),
        modinfo=str(tmp_path / "modinfo"),
        main=archives["example.com/m"],
        importpath="example.com/m",
        importmap_of_main="example.com/m",
        module="example.com/m\t(devel)\t",
        goos="linux",
        goarch="amd64",
        goversion=settings["GOVERSION"],
        godebug_table=f"{settings['GOROOT']}/src/internal/godebugs/table.go",
        go_line="1.21",
        go=[str(folder / "main.go")],
        packages=packages,
        modules=[f"example.com/dep/used={lines['dep']}", f"example.com/unused={lines['unused']}"],
        settings=["-buildmode=exe", "-compiler=gc", "-trimpath=true"],
        more_settings=["CGO_ENABLED=0", "GOARCH=amd64", "GOOS=linux", "GOAMD64=v1"],
        flags=["-buildmode=exe", "-buildid="],
        extld=True,
        cc="gcc",
    )
    assert build(request) == ""
    shown = go.run("version", "-m", "program", cwd=tmp_path).out
    assert (tmp_path / "program").read_bytes() == (tmp_path / "expected").read_bytes(), shown
    assert "DefaultGODEBUG=" in shown and "http2client=0" in shown
    found = [line for line in Path(request.modinfo).read_text(encoding="utf-8").splitlines() if line]
    in_binary = [line.strip() for line in shown.splitlines()[1:] if line.strip() and "\tbuild\t" not in line]
    assert in_binary == [line.rstrip() for line in found]


def test_the_digest_of_a_program_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linker = tmp_path / "link"
    linker.write_text('#!/bin/sh\necho program >"$2"\n')
    linker.chmod(0o755)
    stored: dict[str, str] = {}
    monkeypatch.setattr(digests, "store", lambda files: stored.update({file: Path(file).read_text() for file in files}))
    request = _request(tmp_path, {"main.go": MAIN}, link=str(linker))
    build(request)
    assert stored == {request.export: "program\n"}


def test_packages_that_want_two_versions_of_another(tmp_path: Path) -> None:
    linker = tmp_path / "link"
    linker.write_text("#!/bin/sh\necho 'fingerprint mismatch: m/a has 1, import from m/b expecting 2' >&2\nexit 2\n")
    linker.chmod(0o755)
    request = _request(tmp_path, {"main.go": MAIN}, link=str(linker))
    with pytest.raises(BuilderError, match=r"expecting 2\n$"):
        build(request)
    other = write_archive(tmp_path / "other" / "a.a", IMPORTS["m/a"])
    twice = replace(request, packages=[*request.packages, f"m/a={other}"])
    with pytest.raises(BuilderError, match=r"m/a is of two versions here: .*/m/a\.a and .*/other/a\.a\.\n"):
        build(twice)
