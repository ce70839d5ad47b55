"""Module information: the lines of the driver and of the rules, from what each package says of its module."""

from __future__ import annotations

from typing import Any

import pytest
from builder.link.modinfo import build_lines, importcfg_line, module_lines
from support.samples import package

from gomod2bazel.golang.command import modinfo

MAIN = {"Path": "example.com/m", "Main": True, "Dir": "/m"}
FETCHED = {"Path": "example.com/m", "Version": "v1.2.0", "Sum": "h1:m=", "Dir": "/m"}
DEP = {"Path": "example.com/dep", "Version": "v0.1.0", "Sum": "h1:d=", "Dir": "/d"}
NESTED = {"Path": "example.com/m/nested", "Version": "v3.0.0", "Sum": "h1:n=", "Dir": "/n"}
FORK = {"Path": "example.com/fork", "Version": "v9.0.0", "Sum": "h1:f=", "Dir": "/f"}
FOLDER = {"Path": "./fork", "Dir": "/m/fork"}
SECOND = {"Path": "example.com/second", "Main": True, "Dir": "/s"}

LINES = {
    "example.com/m": "example.com/m\t(devel)\t",
    "example.com/m v1.2.0": "example.com/m\tv1.2.0\th1:m=",
    "example.com/dep v0.1.0": "example.com/dep\tv0.1.0\th1:d=",
    "example.com/m/nested v3.0.0": "example.com/m/nested\tv3.0.0\th1:n=",
    "example.com/dep v0.1.0 => example.com/fork": "example.com/dep\tv0.1.0\n=>\texample.com/fork\tv9.0.0\th1:f=\n",
    "example.com/dep v0.1.0 => ./fork": "example.com/dep\tv0.1.0\n=>\t./fork\t(devel)\t\n",
    "example.com/second": "example.com/second\t(devel)\t",
}


def _line(module: dict[str, Any]) -> str:
    """Return what a rule says of a module."""
    name = f"{module['Path']} {module.get('Version', '')}".strip()
    return LINES[f"{name} => {module['Replace']['Path']}" if "Replace" in module else name]


@pytest.mark.parametrize("main", [MAIN, FETCHED], ids=["main", "fetched"])
@pytest.mark.parametrize(
    "others",
    [
        [],
        [MAIN, DEP],
        [NESTED, DEP, DEP],
        [{**DEP, "Replace": FORK}, NESTED],
        [NESTED, {**DEP, "Replace": FOLDER}],
        [SECOND, DEP],
    ],
)
def test_the_driver_writes_the_same_lines(main: dict[str, Any], others: list[dict[str, Any]]) -> None:
    command = package("example.com/m/cmd/x", Module=main)
    members = [package(f"{module['Path']}/p{i}", Module=module) for i, module in enumerate(others)]
    made = module_lines("example.com/m/cmd/x", _line(main), [_line(module) for module in [main, *others]])
    assert tuple(made) == modinfo.module_lines(command, (command, *members))


def test_no_module() -> None:
    assert module_lines("example.com/m.test", "", ()) == ["path\texample.com/m.test"]
    assert module_lines("m", "", ["b\tv1\t", "a\tv1\t"]) == ["path\tm", "dep\ta\tv1\t", "dep\tb\tv1\t"]


def test_build_lines() -> None:
    before, after = ["-buildmode=exe", "-trimpath=true"], ["CGO_ENABLED=0", "-pgo=a.pgo"]
    assert build_lines(before, "", after, by_name=False) == [
        "build\t-buildmode=exe",
        "build\t-trimpath=true",
        "build\tCGO_ENABLED=0",
        "build\t-pgo=a.pgo",
    ]
    assert build_lines(before, "panicnil=1", after, by_name=True) == [
        "build\t-buildmode=exe",
        "build\t-pgo=a.pgo",
        "build\t-trimpath=true",
        "build\tCGO_ENABLED=0",
        "build\tDefaultGODEBUG=panicnil=1",
    ]


def test_the_line_for_the_linker() -> None:
    line = importcfg_line(["path\tm", 'build\t-tags="a b\\c"', "x\r"])
    assert line.startswith('modinfo "0w\\xaf\\f\\x92t\\b\\x02A') and line.endswith('\\xd8\\xf2"')
    assert 'path\\tm\\nbuild\\t-tags=\\"a b\\\\c\\"\\nx\\r\\n' in line
    assert "\n" not in line and "\t" not in line
