"""What verify -binary says of binaries that differ; Bazel's part is played by the go command itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.documents import checked
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.cli import run_command
from gomod2bazel.commands.verify.binary import rebuild
from gomod2bazel.install.record import Record
from gomod2bazel.options.module_input import ModuleInput, TreeInput
from gomod2bazel.options.options import Options

MAIN = """
-- go.mod --
module example.com/m

go 1.22

require example.com/d v1.0.0
-- cmd/x/main.go --
package main

import "example.com/d"

var version = "unset"

func main() { println(version, d.Name()) }
"""
LIBRARY = """
-- go.mod --
module example.com/d

go 1.22
-- d.go --
package d

//go:noinline
func Name() string { return "d" }
"""
MODULES = {"m@v1.0.0": MAIN, "d@v1.0.0": LIBRARY, "d@v1.1.0": LIBRARY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A user with a goproxy, and the go command that makes binaries from it."""

    user: User
    go: RealGo
    folder: Path

    @property
    def goproxy(self) -> str:
        """The address of the goproxy."""
        return f"file://{self.folder}/goproxy"

    def install(self, name: str, *flags: str, **environment: str) -> Path:
        """Make ./name from the module of the goproxy."""
        into = self.folder / f"gopath-{name}"
        changes = {
            "GOPROXY": self.goproxy,
            "GOPATH": str(into),
            "GOMODCACHE": str(self.folder / "cached"),
            **environment,
        }
        done = self.go.run("install", *flags, "example.com/m/cmd/x@v1.0.0", cwd=self.folder, **changes)
        assert done.code == 0, done.err
        return self._placed(next(path for path in (into / "bin").rglob("x*") if path.is_file()), name)

    def build(self, name: str, tree: Path, *flags: str) -> Path:
        """Make ./name from a tree."""
        changes = {"GOPROXY": self.goproxy, "GOMODCACHE": str(self.folder / "cached")}
        done = self.go.run("build", *flags, "-o", str(self.folder / "made"), "./cmd/x", cwd=tree, **changes)
        assert done.code == 0, done.err
        return self._placed(self.folder / "made", name)

    def _placed(self, made: Path, name: str) -> Path:
        shutil.move(made, self.folder / name)
        return self.folder / name

    def verify(self, *words: str) -> tuple[int, str]:
        """Run verify and return its exit code and what it printed."""
        self.user.out.clear()
        code = run_command(["verify", "-goproxy", self.goproxy, *words], self.user.session)
        return code, "".join(self.user.out)


@pytest.fixture
def bench(go: RealGo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    txtar.proxy(tmp_path, MODULES)
    user = User.with_go(tmp_path, go)
    bench = Bench(user=user, go=go, folder=tmp_path)
    monkeypatch.setattr(rebuild, "build_into", _by_go(bench))
    return bench


def _by_go(bench: Bench) -> Callable[[Path, Session, Options], tuple[tuple[Record, ...], None]]:
    """Return what builds with the go command, as options and environment have it."""

    def build_into(_folder: Path, session: Session, options: Options) -> tuple[tuple[Record, ...], None]:
        load, compiled = options.module.load, options.module.load.compile
        (platform,) = load.platforms
        flags = ["-trimpath", f"-tags={','.join(load.tags)}", f"-buildvcs={load.buildvcs}", f"-pgo={compiled.pgo}"]
        flags += [f"-ldflags={text}" for text in compiled.ldflags] + [f"-gcflags={text}" for text in compiled.gcflags]
        names = [name for name in session.environment if name.startswith(("CGO_", "GO"))]
        environment = {name: session.environment[name] for name in names if name not in bench.go.environment}
        environment |= dict(zip(("GOOS", "GOARCH"), platform, strict=True))
        environment["CGO_ENABLED"] = session.environment["CGO_ENABLED"]
        if isinstance(options.module.input, TreeInput):
            path = bench.build("ours", options.module.input.root, *flags)
        else:
            assert isinstance(options.module.input, ModuleInput)
            assert str(options.module.input.text) == "example.com/m@v1.0.0"
            path = bench.install("ours", *flags, **{**environment, "GOTOOLCHAIN": "local"})
        return (Record(path=str(path)),), None

    return build_into


@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        (("-trimpath",), {}),
        (("-trimpath", "-tags=a,b", "-gcflags=-N"), {}),
        (("-trimpath", "-ldflags=-X main.version=1 -B none"), {}),
        (("-trimpath", "-ldflags=-s -w"), {}),
        (("-trimpath", "-ldflags=-buildid="), {}),
        (("-trimpath", "-ldflags=-B 0x0123456789abcdef"), {}),
        pytest.param(("-trimpath",), {"GOOS": "windows", "GOARCH": "amd64"}, marks=pytest.mark.nightly),
    ],
)
def test_equal(flags: tuple[str, ...], environment: dict[str, str], bench: Bench) -> None:
    bench.install("x", *flags, **environment)
    code, out = bench.verify("-binary", "x")
    assert (code, out.partition(" with ")[0]) == (0, "equal: x is exactly what example.com/m/cmd/x@v1.0.0 gives"), out
    assert not list(bench.folder.glob("copy*"))


def test_goflags_have_no_part(bench: Bench) -> None:
    bench.install("x", "-trimpath")
    bench.user.session = _with_environment(bench.user.session, GOFLAGS="-tags=other -race", GOAMD64="v3")
    assert bench.verify("-binary", "x")[0] == 0


def _with_environment(session: Session, **changes: str) -> Session:
    return replace(session, environment={**session.environment, **changes})


def test_linker_flags_that_left_no_trace(bench: Bench) -> None:
    bench.install("x", "-trimpath", "-ldflags=-s -w -X main.version=longer")
    code, out = bench.verify("-binary", "x")
    assert code == 1
    assert out.startswith(("different: x: symbol: ", "different: x: section: "))
    assert "does not record -ldflags" in "".join(bench.user.messages)
    assert bench.verify("-binary", "x", "-ldflags=-s -w -X main.version=longer")[0] == 0
    code, out = bench.verify("-binary", "x", "-ldflags=-X main.version=longer")
    assert (code, out) == (1, "different: x: flags: a symbol table (-ldflags=-s): yes, no in FILE\n")


def test_a_value_of_a_variable(bench: Bench) -> None:
    bench.install("x", "-trimpath", "-ldflags=-X main.version=1")
    code, out = bench.verify("-binary", "x", "-ldflags=-X main.version=2")
    assert (code, out) == (1, "different: x: flags: -ldflags=-X main.version: '2', '1' in FILE\n")


def test_another_version_of_a_module(bench: Bench) -> None:
    tree = txtar.write(bench.folder / "other", "-- go.mod --\nmodule example.com/other\n\ngo 1.22\n")
    changes = {"GOPROXY": bench.goproxy, "GOMODCACHE": str(bench.folder / "cached")}
    done = bench.go.run("get", "example.com/m@v1.0.0", "example.com/d@v1.1.0", cwd=tree, **changes)
    assert done.code == 0, done.err
    done = bench.go.run("build", "-trimpath", "-o", "../x", "example.com/m/cmd/x", cwd=tree, **changes)
    assert done.code == 0, done.err
    code, out = bench.verify("-binary", "x")
    assert code == 1
    assert out.startswith("not rebuilt: x: modules: dep example.com/d v1.0.0 h1:")
    assert "; dep example.com/d v1.1.0 h1:" in out
    value = checked("verify-binary", bench.verify("-json", "-binary", "x")[1])
    (file,) = value["files"]
    assert (file["equal"], file["ours"], file["difference"]["kind"]) == (False, "", "modules")
    assert (file["module"], file["version"]) == ("example.com/m", "v1.0.0")


def test_a_toolchain_that_no_source_has(bench: Bench) -> None:
    path = bench.install("x", "-trimpath")
    version = f"go{bench.go.version}".encode()
    other = version[:-1] + (b"7" if version[-1:] != b"7" else b"6")
    path.write_bytes(path.read_bytes().replace(version, other))
    code, out = bench.verify("-binary", "x")
    assert code == 1
    assert out.startswith(f"not rebuilt: x: toolchain: {other.decode()} cannot be used: ")


def _patched(path: Path, section: str) -> None:
    """Change a byte in the middle of a section."""
    done = subprocess.run(["readelf", "-SW", path], capture_output=True, encoding="utf-8", check=True)
    words = next(line.split("]")[1].split() for line in done.stdout.splitlines() if f" {section} " in line)
    data = bytearray(path.read_bytes())
    data[int(words[3], 16) + int(words[4], 16) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.skipif(not shutil.which("readelf"), reason="there is no readelf")
@pytest.mark.parametrize("section", [".text", ".rodata"])
def test_a_changed_byte(section: str, bench: Bench) -> None:
    _patched(bench.install("x", "-trimpath"), section)
    code, out = bench.verify("-binary", "x")
    assert code == 1
    assert out.startswith(f"different: x: symbol: section {section}: symbol ")
    assert out.endswith("in FILE; FILE was changed after it was linked: its build ID is that of another content\n")


@pytest.mark.skipif(not shutil.which("strip"), reason="there is no strip")
def test_stripped_after_the_link(bench: Bench) -> None:
    subprocess.run(["strip", bench.install("x", "-trimpath")], check=True)
    code, out = bench.verify("-binary", "x")
    assert code == 1
    assert "FILE was changed after it was linked" in out


def test_without_trimpath(bench: Bench) -> None:
    bench.install("x")
    code, out = bench.verify("-binary", "x")
    goroot = bench.go.run("env", "GOROOT", cwd=bench.folder).out.strip()
    assert code == 1
    assert out.startswith("not rebuilt: x: flags: built without -trimpath: it has paths of the machine that built it (")
    assert f"GOROOT {goroot}, sources in {bench.folder}/cached/example.com/m@v1.0.0/cmd/x" in out


def test_a_tree(bench: Bench) -> None:
    tree = txtar.write(bench.folder / "tree", MAIN)
    changes = {"GOPROXY": bench.goproxy, "GOMODCACHE": str(bench.folder / "cached")}
    assert bench.go.run("mod", "tidy", cwd=tree, **changes).code == 0
    bench.build("x", tree, "-trimpath", "-buildvcs=false")
    with pytest.raises(UsageError, match=r"x was built in a tree of example\.com/m, not"):
        bench.verify("-binary", "x")
    assert bench.verify("-binary", "./x", "tree")[0] == 0
    main = tree / "cmd" / "x" / "main.go"
    main.write_text(main.read_text().replace("println(version", 'println("more", version'))
    code, out = bench.verify("-binary", "./x", "tree")
    assert code == 1
    assert out.startswith("different: ./x: symbol: section .text: symbol main.main")


def test_a_checkout_of_a_release(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = txtar.write(bench.folder / "checkout", MAIN)
    changes = {"GOPROXY": bench.goproxy, "GOMODCACHE": str(bench.folder / "cached")}
    assert bench.go.run("mod", "tidy", cwd=tree, **changes).code == 0
    bench.build("x", tree, "-trimpath", "-buildvcs=false")
    built = []

    def build_into(_folder: Path, _session: Session, options: Options) -> tuple[tuple[Record, ...], None]:
        load = options.module.load
        assert load.main_module
        built.append(options.module.input.text)
        path = bench.build("ours", tree, "-trimpath", "-buildvcs=false", f"-ldflags={load.compile.ldflags[0]}")
        return (Record(path=str(path)),), None

    monkeypatch.setattr(rebuild, "build_into", build_into)
    assert bench.verify("-binary", "./x", "-main-module", "example.com/m@v1.0.0")[0] == 0
    assert built == ["example.com/m@v1.0.0"]


def test_several_files_are_read_before_any_is_built(bench: Bench) -> None:
    bench.install("x", "-trimpath")
    (bench.folder / "text").write_text("text")
    with pytest.raises(UsageError, match="text is not a Go executable"):
        bench.verify("-binary", "x", "-binary", "text")
    code, out = bench.verify("-binary", "x", "-binary", os.fspath(bench.folder / "x"))
    assert (code, [line.split()[1] for line in out.splitlines()]) == (0, ["x", str(bench.folder / "x")])


def test_sources_that_do_not_build(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.install("x", "-trimpath")

    def fail(*_: Any) -> None:
        raise BuildError("it does not compile")

    monkeypatch.setattr(rebuild, "build_into", fail)
    with pytest.raises(BuildError, match="it does not compile"):
        bench.verify("-binary", "x")
