"""Files that flags name and that are not what they should be: exit 2, in the go command's words where it has any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.cli import run_command

TREE = """
-- m/go.mod --
module example.com/m

go 1.24
-- m/main.go --
package main

func main() {}
-- m/member.mod --
module example.com/m
-- work/go.work --
go 1.24

use ./m
-- work/m/go.mod --
module example.com/m

go 1.24
-- work/m/main.go --
package main

func main() {}
-- work/m/member.mod --
module example.com/m
"""

# A folder, flags and NAME=VALUE settings, and words of both messages.
LINES = [
    ("m", ["-pgo=missing.pgo"], "error opening profile: open "),
    ("m", ["-pgo=../m"], "error parsing profile: read "),
    ("m", ["-overlay=missing.json"], "reading overlay: open missing.json: no such file or directory"),
    ("m", ["-modfile=missing.mod"], "open missing.mod: no such file or directory"),
    ("m", ["-modfile=main.go"], "file does not have .mod extension"),
    ("m", ["GOWORK=/nosuch/go.work"], "reading go.work: open /nosuch/go.work: no such file or directory"),
    ("m", ["-buildmode=shared", "GOOS=windows"], "-buildmode=shared not supported on windows/"),
    ("m", ["-buildmode=shared", "-o=x"], "-buildmode=shared and -o not supported together"),
    ("m", ["-linkshared", "GOOS=js", "GOARCH=wasm"], "-linkshared not supported on js/wasm"),
    ("work/m", ["-modfile=member.mod"], "-modfile cannot be used in workspace mode"),
    ("work/m", ["-mod=mod"], "-mod may only be set to readonly or vendor when in workspace mode"),
]


@pytest.mark.parametrize(("folder", "words", "what"), LINES, ids=[" ".join([line[0], *line[1]]) for line in LINES])
def test_refused(folder: str, words: list[str], what: str, tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, TREE)
    flags = [word for word in words if word.startswith("-")]
    settings = dict(word.split("=", 1) for word in words if word not in flags)
    theirs = go.run("build", *flags, cwd=tmp_path / folder, **settings)
    assert theirs.code
    assert what in theirs.err
    session = User.with_go(tmp_path, go).session
    session = replace(session, environment={**session.environment, **settings})
    with pytest.raises(UsageError) as caught:
        run_command(["build", "-C", folder, *flags, "."], session)
    assert what in caught.value.what
    assert caught.value.exit_code == 2
