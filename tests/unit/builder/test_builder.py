"""The builder that Bazel's actions run: its requests, its worker loop, and what it makes with the real tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from builder.base import digests
from builder.base.tools import BuilderError, Tools
from builder.base.words import quote, split
from builder.compile import archive, package
from builder.requests.lines import read
from builder.requests.package import PackageRequest
from support import txtar
from support.realgo import RealGo

BUILDER = Path(__file__).resolve().parents[3] / "rules" / "private" / "builder"

ASSEMBLY = """
-- go.mod --
module example.com/p

go 1.21
-- p.go --
package p

// Add is written in assembly.
func Add(a, b int) int
-- a_very_long_name_of_assembly_amd64.s --
#include "textflag.h"
#include "defs.h"

TEXT ·Add(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), AX
	ADDQ b+8(FP), AX
	ADDQ $NOTHING, AX
	MOVQ AX, ret+16(FP)
	RET
-- defs.h --
#define NOTHING 0
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" -O2\t-g\n-Wall ", ["-O2", "-g", "-Wall"]),
        ("'-DA=b c' \"-DD='e'\"", ["-DA=b c", "-DD='e'"]),
        ("-DA='b c'", ["-DA='b", "c'"]),
        ("'' x", ["", "x"]),
        (r"a\ b", ["a\\", "b"]),
        ("a\u00a0b", ["a\u00a0b"]),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_split_unclosed() -> None:
    with pytest.raises(BuilderError, match="unterminated ' string"):
        split("a 'b")


@pytest.mark.parametrize(
    ("text", "quoted"), [("-lm", '"-lm"'), ('-DA="b"', r'"-DA=\"b\""'), ("a\\b", r'"a\\b"'), ("", '""')]
)
def test_quote(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_run_hides_folders_longest_first(tmp_path: Path) -> None:
    hide = {"/w/src/": "example.com/p/", "/w/": ""}
    assert Tools().run(["echo", "/w/src/a.go /w/b"], hide=hide) == "example.com/p/a.go b\n"
    assert Tools().run(["printenv", "PWD"], cwd=str(tmp_path)) == f"{tmp_path}\n", (
        "Go's tools take it for where they are"
    )


def test_run_fails_with_the_tools_own_words() -> None:
    with pytest.raises(BuilderError, match=r"^oops\n$"):
        Tools().run(["sh", "-c", "echo oops >&2; exit 1"])
    with pytest.raises(BuilderError, match=r"^sh: exit status 3\n$"):
        Tools().run(["sh", "-c", "exit 3"])
    with pytest.raises(BuilderError, match="/nowhere/tool: No such file"):
        Tools().run(["/nowhere/tool"])


def test_request() -> None:
    lines = [
        "package=main",
        "std=1",
        "complete=0",
        "go=a.go",
        "go=b=c.go",
        "pattern=*.txt",
        "match=a.txt",
        "match=b.txt",
    ]
    made = read(PackageRequest, [*lines, "pattern=none", "pattern=dir", "match=dir/x", "ldflags=-X a=b", "lang="])
    assert (made.package, made.std, made.complete, made.lang) == ("main", True, False, "")
    assert (made.go, made.ldflags) == (["a.go", "b=c.go"], ["-X a=b"])
    assert made.patterns == {"*.txt": ["a.txt", "b.txt"], "none": [], "dir": ["dir/x"]}


@pytest.mark.parametrize("line", ["nonsense=1", "", "objdir=/x", "patterns=x"])
def test_unknown_key(line: str) -> None:
    with pytest.raises(BuilderError, match="unknown request key"):
        read(PackageRequest, [line])


def _members(path: Path) -> list[tuple[str, int, bytes]]:
    """Return name, mode and content of each member of an ar(5) archive, reading it by the format's rules."""
    data, at, found = path.read_bytes(), 8, []
    assert data[:8] == b"!<arch>\n"
    while at < len(data):
        header = data[at : at + 60]
        assert header[58:] == b"`\n"
        size = int(header[48:58])
        found.append((header[:16].decode().rstrip(), int(header[40:48], 8), data[at + 60 : at + 60 + size]))
        at += 60 + size + size % 2
    assert at == len(data)
    return found


def test_append(tmp_path: Path) -> None:
    for name, content in {"odd.o": b"abc", "even.o": b"abcd", "longer_than_sixteen.o": b"x", "none.o": b""}.items():
        (tmp_path / name).write_bytes(content)
    target = tmp_path / "p.a"
    target.write_bytes(b"!<arch>\n")
    archive.append(str(target), [str(tmp_path / "odd.o"), str(tmp_path / "even.o")])
    archive.append(str(target), [str(tmp_path / "longer_than_sixteen.o"), str(tmp_path / "none.o")])
    assert _members(target) == [
        ("odd.o", 0o644, b"abc"),
        ("even.o", 0o644, b"abcd"),
        ("longer_than_sixt", 0o644, b"x"),
        ("none.o", 0o644, b""),
    ]


def test_append_makes_the_go_commands_archive(tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path / "p", ASSEMBLY)
    done = go.run("build", "-a", "-work", ".", cwd=tmp_path / "p", GOTMPDIR=str(tmp_path), GOARCH="amd64", GOOS="linux")
    assert done.code == 0, done.err
    (made,) = tmp_path.glob("go-build*/b001/_pkg_.a")
    whole = made.read_bytes()
    (assembled,) = made.parent.glob("a_very_long*.o")
    start = whole.index(b"a_very_long_name" + b"0".ljust(12))
    mine = tmp_path / "mine.a"
    mine.write_bytes(whole[:start])
    archive.append(str(mine), [str(assembled)])
    assert mine.read_bytes() == whole


def _request(folder: Path, real: RealGo, **lists: Iterable[str]) -> list[str]:
    """Return the request for the package in ``folder``, outputs next to it."""
    settings = json.loads(real.run("env", "-json", "GOROOT", "GOTOOLDIR", "GOVERSION", cwd=folder).out)
    plain = {
        "package": "example.com/p",
        "importpath": "example.com/p",
        "name": "p",
        "lang": "go1.21",
        "rewrite": "example.com/p@v1.0.0",
        "dir": str(folder),
        "goos": "linux",
        "goarch": "amd64",
        "goversion": settings["GOVERSION"],
        "compile": f"{settings['GOTOOLDIR']}/compile",
        "asm": f"{settings['GOTOOLDIR']}/asm",
        "include": f"{settings['GOROOT']}/pkg/include",
        "export": f"{folder}.x",
        "archive": f"{folder}.a",
    }
    return [
        *(f"{key}={value}" for key, value in plain.items()),
        *(f"{key}={value}" for key, values in lists.items() for value in values),
    ]


def test_build_a_package_with_assembly(tmp_path: Path, go: RealGo, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: dict[str, bytes] = {}
    monkeypatch.setattr(
        digests, "store", lambda files: stored.update({file: Path(file).read_bytes() for file in files})
    )
    folder = txtar.write(tmp_path / "p", ASSEMBLY)
    files = {"go": [f"{folder}/p.go"], "s": list(map(str, folder.glob("*.s"))), "h": [f"{folder}/defs.h"]}
    assert package.build(read(PackageRequest, _request(folder, go, **files))) == ""
    names = [name for name, _, _ in _members(tmp_path / "p.a")]
    assert names == ["_go_.o", "a_very_long_name"]
    assert _members(tmp_path / "p.x")[0][0] == "__.PKGDEF"
    assert str(tmp_path).encode() not in (tmp_path / "p.a").read_bytes()
    last = {str(path): path.read_bytes() for path in (tmp_path / "p.x", tmp_path / "p.a")}
    assert stored == last, "digests are those of the files as they are at the end"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p", "p.a", "p.x"], "the scratch folder is gone"


def test_build_embeds_files_that_were_stored_under_another_name(tmp_path: Path, go: RealGo) -> None:
    source = 'package p\n\nimport _ "embed"\n\n//go:embed BUILD\nvar A string\n\n//go:embed x:y\nvar B []byte\n'
    folder = txtar.write(
        tmp_path / "p",
        f"-- p.go --\n{source}-- %42UILD --\nfirst content\n-- x%3Ay --\nsecond content\n",
    )
    txtar.write(tmp_path / "e", "-- e.go --\npackage embed\n")
    embed = _request(tmp_path / "e", go, go=[f"{tmp_path}/e/e.go"])
    package.build(read(PackageRequest, [*embed, "package=embed"]))
    lines = _request(
        folder,
        go,
        go=[f"{folder}/p.go"],
        imports=[f"embed={tmp_path}/e.x"],
        embed=[f"{folder}/%42UILD", f"{folder}/x%3Ay"],
        root=[str(folder)],
        file_names=["%42UILD=>BUILD", "x%3Ay=>x%3Ay"],
    )
    package.build(read(PackageRequest, [*lines, "pattern=BUILD", "match=BUILD", "pattern=x:y", "match=x:y"]))
    assert not (tmp_path / "p.x.names").exists(), "the folder of links is gone"
    content = (tmp_path / "p.a").read_bytes()
    assert b"first content" in content
    assert b"second content" in content


def _builder(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(BUILDER), *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def good(tmp_path: Path, go: RealGo) -> list[str]:
    folder = txtar.write(tmp_path / "good", "-- p.go --\npackage p\n\nconst A = 1\n")
    return ["job=package", *_request(folder, go, go=[f"{folder}/p.go"])]


@pytest.fixture
def bad(tmp_path: Path, go: RealGo) -> list[str]:
    folder = txtar.write(tmp_path / "bad", '-- p.go --\npackage p\n\nconst A int = "text"\n')
    return ["job=package", *_request(folder, go, go=[f"{folder}/p.go"])]


COMPLAINT = 'example.com/p@v1.0.0/p.go:3:15: cannot use "text"'


def test_one_request_from_a_file(good: list[str], bad: list[str], tmp_path: Path) -> None:
    (tmp_path / "params").write_text("\n".join(good) + "\n", encoding="utf-8")
    done = _builder("@params", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "good.a").is_file()
    (tmp_path / "params").write_text("\n".join([*bad, "gcflags=-d=a\u2028b"]) + "\n", encoding="utf-8")
    done = _builder("@params", cwd=tmp_path)
    assert done.returncode == 1
    assert "unknown request key" not in done.stderr, "a line ends at a newline alone"


def test_a_compiler_error_names_the_package_and_no_folder_of_ours(bad: list[str], tmp_path: Path) -> None:
    done = _builder(*bad, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(COMPLAINT)
    assert str(tmp_path) not in done.stderr
    assert not (tmp_path / "bad.x.work").exists()


def test_worker(good: list[str], bad: list[str], tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = [
        {"arguments": bad, "requestId": 1},
        {"arguments": [], "requestId": 1, "cancel": True},
        {"arguments": good, "requestId": 2},
        {"arguments": ["nonsense=1"]},
        {"arguments": good, "requestId": 3},
    ]
    done = _builder("--persistent_worker", cwd=tmp_path, stdin="".join(json.dumps(one) + "\n" for one in asked))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["requestId"], one["exitCode"]) for one in answers] == [(1, 1), (2, 0), (0, 1), (3, 0)]
    assert answers[0]["output"].startswith(COMPLAINT)
    assert "nonsense" in answers[2]["output"]
    assert (done.returncode, done.stderr) == (0, ""), "standard output is the protocol's alone"


def test_builds_are_the_same_in_any_folder(good: list[str], tmp_path: Path) -> None:
    assert _builder(*good, cwd=tmp_path).returncode == 0
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.copytree(tmp_path / "good", moved / "good")
    lines = [line.replace(f"{tmp_path}{os.sep}good", f"{moved}{os.sep}good") for line in good]
    assert _builder(*lines, cwd=moved).returncode == 0
    for name in ("good.a", "good.x"):
        assert (moved / name).read_bytes() == (tmp_path / name).read_bytes()


NAMING = """
-- p/p.go --
package p

func A() int

func B() int

//line ../made/relative.y:7
func C() { panic("C") }
-- p/a_amd64.s --
#include "textflag.h"
#include "data.h"
#include "sub/code.h"
#include "../shared/more.h"
-- p/data.h --
DATA data<>+0(SB)/8, $7
GLOBL data<>(SB), RODATA, $8
-- p/sub/code.h --
TEXT \u00b7A(SB), NOSPLIT, $0-8
	MOVQ data<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
-- p/inc/far.h --
#define FAR 3
-- shared/more.h --
#include "far.h"
TEXT \u00b7B(SB), NOSPLIT, $0-8
	MOVQ $FAR, AX
	MOVQ AX, ret+0(FP)
	RET
"""


def test_what_sources_include_or_name_brings_no_folder_into_the_object(tmp_path: Path, go: RealGo) -> None:
    made = []
    for root in (tmp_path / "a", tmp_path / "another" / "much" / "longer"):
        txtar.write(root, NAMING)
        (root / "run").mkdir()
        lines = _request(root / "p", go, go=[f"{root}/p/p.go"], s=[f"{root}/p/a_amd64.s"], asmflags=["-I=inc"])
        done = _builder("job=package", *lines, f"root={root}", "rewrite=example.com/m@v1.0.0/p", cwd=root / "run")
        assert (done.returncode, done.stderr) == (0, "")
        made.append((root / "p.a").read_bytes())
        assert str(tmp_path).encode() not in made[-1]
    assert made[0] == made[1]
    for name in ("p/data.h", "p/sub/code.h", "shared/more.h"):
        assert f"example.com/m@v1.0.0/{name}".encode() in made[0]
