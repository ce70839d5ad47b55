"""verify -binary on programs that the go command made of modules of the network: the commands of the page, and kinds.

tests/unit/commands/verify/binary has what differs first; here, Bazel builds what is compared.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from pages.command_blocks import command_blocks
from support import txtar
from support.driver import ROOT, Driver

pytestmark = [pytest.mark.bazel, pytest.mark.network]

PAGE = ROOT / "docs" / "how-to" / "rebuild.md"
AGE = "filippo.io/age/cmd/age@v1.2.0"
YQ = "github.com/mikefarah/yq/v4@v4.44.3"
RELEASED = "-ldflags=-s -w -X main.Version=v1.2.0"

TREE = """
-- go.mod --
module example.com/program

go 1.24
-- main.go --
package main

func main() { println("program") }
"""


def _install(driver: Driver, into: Path, package: str, *flags: str, **environment: str) -> Path:
    """Let the go command make a program, as the people who release it do; return it at ``into``."""
    gopath = into.parent / f"{into.name}-gopath"
    values = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOPATH": str(gopath), "GOBIN": "", **environment}
    done = driver.go("install", *flags, package, cwd=into.parent, timeout=1500, **values)
    assert done.code == 0, done.err
    (made,) = (path for path in (gopath / "bin").rglob("*") if path.is_file())
    return made.rename(into)


def _tree(driver: Driver, folder: Path) -> None:
    """Write a tree under version control, and the program that the go command makes of it."""
    tree = txtar.write(folder / "path" / "to" / "tree", TREE)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "program"]):
        names = ("-c", "user.name=user", "-c", "user.email=user@example.com")
        subprocess.run(["git", *names, *words], cwd=tree, check=True, timeout=60)
    done = driver.go("build", "-trimpath", "-o", str(folder / "program"), ".", cwd=tree, GOFLAGS="", CGO_ENABLED="0")
    assert done.code == 0, done.err


def test_the_commands_of_the_page(networked: Driver, tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    blocks = (block for block in command_blocks(text) if block.marker == "run by")
    commands = [shlex.split(line) for block in blocks for line in block.text.splitlines()]
    assert len(commands) == 4
    _tree(networked, tmp_path)
    plain = _install(networked, tmp_path / "plain", AGE, "-trimpath")
    released = _install(networked, tmp_path / "released", AGE, "-trimpath", RELEASED)
    outputs = []
    for program, *words in commands:
        assert program == "gomod2bazel"
        (tmp_path / "age").unlink(missing_ok=True)
        (tmp_path / "age").hardlink_to(released if "-ldflags" in words else plain)
        done = networked.run(*words, cwd=tmp_path)
        assert done.code == 0, done.out + done.err
        outputs.append(done.out)
    # Go's release and the level of amd64 are those of this machine.
    shown = re.search(r"^    (equal: .*) with ", text, re.MULTILINE)
    assert shown
    assert outputs[0].startswith(f"{shown[1]} with go")
    assert outputs[2].startswith("equal: ./program is exactly what example.com/program in path/to/tree gives")
    assert '"equal": true' in outputs[3]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("package", "flags", "environment"),
    [
        (AGE, (), {"CGO_ENABLED": "1"}),
        (AGE, ("-tags=netgo,foo", "-ldflags=-X 'main.Version=a b' -B none"), {}),
        (AGE, ("-ldflags=-s -w",), {"GOOS": "windows", "GOARCH": "amd64"}),
        (AGE, ("-buildmode=pie",), {"GOOS": "darwin", "GOARCH": "arm64"}),
        (YQ, (), {}),
        (YQ, ("-gcflags=all=-l", "-ldflags=-s -w"), {"GOAMD64": "v3"}),
    ],
)
def test_equal(
    package: str, flags: tuple[str, ...], environment: Mapping[str, str], networked: Driver, tmp_path: Path
) -> None:
    _install(networked, tmp_path / "program", package, "-trimpath", *flags, **environment)
    done = networked.run("verify", "-binary", "program", cwd=tmp_path)
    assert done.out.startswith("equal: program is exactly what "), done.out + done.err
    assert done.code == 0


def test_another_version_of_a_module(networked: Driver, tmp_path: Path) -> None:
    """The build list is that of another module, whose go.mod was edited."""
    tree = txtar.write(tmp_path / "tree", "-- go.mod --\nmodule example.com/other\n\ngo 1.24\n")
    edits = (
        "-require=filippo.io/age@v1.2.0",
        "-require=golang.org/x/term@v0.22.0",
        "-require=golang.org/x/sys@v0.22.0",
    )
    values = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    for words in (("mod", "edit", *edits), ("build", "-trimpath", "-o", "../age", "filippo.io/age/cmd/age")):
        done = networked.go(*words, cwd=tree, timeout=900, **values)
        assert done.code == 0, done.err
    done = networked.run("verify", "-binary", "age", cwd=tmp_path)
    assert done.code == 1
    assert done.out.startswith("not rebuilt: age: modules: dep golang.org/x/sys v0.21.0 h1:"), done.out
    assert "; dep golang.org/x/sys v0.22.0 h1:" in done.out
