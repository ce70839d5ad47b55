"""Which packages -cover instruments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.given import options_of
from support.realgo import RealGo
from support.samples import package

from gomod2bazel.base.errors import ToolError
from gomod2bazel.golang.command.patterns import Scope
from gomod2bazel.load.coverage import Coverage, unused_patterns
from gomod2bazel.options.options import CompileOptions, CoverOptions

MAIN = {"Module": {"Path": "example.com/m", "Main": True, "Dir": "/src/example.com/m"}}
COMMAND = package("example.com/m/cmd", Name="main", Imports=["os"], **MAIN)
OWN = package("example.com/m/lib", DepOnly=True, **MAIN)
FETCHED = package("example.com/dep", DepOnly=True, Module={"Path": "example.com/dep", "Version": "v1.0.0"})
NAMED = package("example.com/named", Module={"Path": "example.com/named", "Version": "v1.0.0"})
STANDARD = [
    package(path, Standard=True, DepOnly=True)
    for path in ("os", "runtime", "sync/atomic", "internal/runtime/atomic", "unsafe")
]
ALL = [COMMAND, OWN, FETCHED, NAMED, *STANDARD]


def _compile(**values: Any) -> CompileOptions:
    return options_of(**values).module.load.compile


def _modes(options: CompileOptions, goroot: Path = Path("/go")) -> dict[str, str]:
    made = Coverage.of(options, goroot, Scope(folder="/src/example.com/m"))
    return {one.import_path: made.mode_of(one) for one in ALL if made.mode_of(one)}


@pytest.mark.parametrize(
    ("options", "modes"),
    [
        (_compile(covermode="set", coverpkg=("all",)), {}),
        (
            _compile(cover=True),
            {"example.com/m/cmd": "set", "example.com/m/lib": "set", "example.com/named": "set"},
        ),
        (_compile(cover=True, covermode="count", coverpkg=("./lib",)), {"example.com/m/lib": "count"}),
        (_compile(cover=True, race=True, coverpkg=("example.com/dep",)), {"example.com/dep": "atomic"}),
        (_compile(cover=True, coverpkg=("std",)), {one.import_path: "set" for one in STANDARD[:-1]}),
        (
            _compile(cover=True, covermode="atomic", coverpkg=("std", "example.com/dep")),
            {"example.com/dep": "atomic", "os": "atomic", "runtime": "atomic"},
        ),
    ],
)
def test_modes(options: CompileOptions, modes: dict[str, str], go: RealGo) -> None:
    goroot = Path(go.run("env", "GOROOT", cwd=Path("/")).out.strip())
    assert _modes(options, goroot) == modes


def test_the_runtime_is_only_registered_beside_the_race_detector(go: RealGo) -> None:
    goroot = Path(go.run("env", "GOROOT", cwd=Path("/")).out.strip())
    modes = _modes(_compile(cover=True, race=True, coverpkg=("runtime", "os")), goroot)
    assert modes == {"os": "atomic", "runtime": "regonly"}


@pytest.mark.parametrize("text", [None, "package objabi\n"])
def test_a_go_that_does_not_tell_what_its_runtime_is(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "src" / "cmd" / "internal" / "objabi" / "pkgspecial.go"
    file.parent.mkdir(parents=True)
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ToolError, match=r"pkgspecial\.go"):
        Coverage.of(_compile(cover=True, race=True, coverpkg=("std",)), tmp_path, Scope())


def test_imports_of_instrumented_sources() -> None:
    plain = Coverage.of(_compile(cover=True), Path("/go"), Scope())
    assert plain.with_imports(COMMAND).imports == ("os", "runtime/coverage")
    assert plain.with_imports(OWN).imports == ()
    atomic = Coverage.of(_compile(cover=True, covermode="atomic"), Path("/go"), Scope())
    assert atomic.with_imports(COMMAND).imports == ("os", "runtime/coverage", "sync/atomic")
    assert atomic.with_imports(FETCHED) == FETCHED


def test_unused_patterns() -> None:
    options = CoverOptions(cover=True, coverpkg=("std", "example.com/none/...", "./..."))
    assert unused_patterns(options, ALL, Scope(folder="/src/example.com/m")) == ("example.com/none/...",)
    assert unused_patterns(CoverOptions(coverpkg=("none",)), ALL, Scope()) == ()
