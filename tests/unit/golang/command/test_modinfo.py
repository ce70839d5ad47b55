"""The module lines of a binary, as go version -m prints them."""

from __future__ import annotations

from typing import Any

import pytest
from support.samples import package

from gomod2bazel.golang.command.modinfo import closure, module_lines

MAIN = {"Path": "example.com/m", "Main": True, "Dir": "/m"}
FETCHED = {"Path": "example.com/m", "Version": "v1.2.0", "Sum": "h1:m=", "Dir": "/m"}
DEP = {"Path": "example.com/dep", "Version": "v0.1.0", "Sum": "h1:d=", "Dir": "/d"}
NESTED = {"Path": "example.com/m/nested", "Version": "v3.0.0", "Sum": "h1:n=", "Dir": "/n"}


@pytest.mark.parametrize(
    ("own", "others", "lines"),
    [
        (MAIN, [], ["mod\texample.com/m\t(devel)\t"]),
        (FETCHED, [DEP], ["mod\texample.com/m\tv1.2.0\th1:m=", "dep\texample.com/dep\tv0.1.0\th1:d="]),
        (
            MAIN,
            [NESTED, DEP, DEP],
            [
                "mod\texample.com/m\t(devel)\t",
                "dep\texample.com/dep\tv0.1.0\th1:d=",
                "dep\texample.com/m/nested\tv3.0.0\th1:n=",
            ],
        ),
        (
            MAIN,
            [{**DEP, "Replace": {"Path": "example.com/fork", "Version": "v9.0.0", "Sum": "h1:f=", "Dir": "/f"}}],
            [
                "mod\texample.com/m\t(devel)\t",
                "dep\texample.com/dep\tv0.1.0",
                "=>\texample.com/fork\tv9.0.0\th1:f=",
                "",
            ],
        ),
        (
            MAIN,
            [{**DEP, "Replace": {"Path": "./fork", "Dir": "/m/fork"}}],
            ["mod\texample.com/m\t(devel)\t", "dep\texample.com/dep\tv0.1.0", "=>\t./fork\t(devel)\t", ""],
        ),
        (MAIN, [{**DEP, "Dir": ""}], ["mod\texample.com/m\t(devel)\t", "dep\texample.com/dep\tv0.1.0\t"]),
    ],
)
def test_module_lines(own: dict[str, Any], others: list[dict[str, Any]], lines: list[str]) -> None:
    main = package("example.com/m/cmd/x", Module=own)
    members = [package(f"{module['Path']}/p{i}", Module=module) for i, module in enumerate(others)]
    found = module_lines(main, (main, *members, package("fmt", Standard=True)))
    assert list(found) == ["path\texample.com/m/cmd/x", *lines]


def test_closure() -> None:
    rows = {"a": ["b", "c"], "b": ["d"], "c": ["d", "missing"], "d": [], "e": ["a"]}
    packages = {path: package(path, Imports=imports) for path, imports in rows.items()}
    found = [one.import_path for one in closure("a", packages)]
    assert found[0] == "a"
    assert sorted(found) == ["a", "b", "c", "d"]
    assert closure("missing", packages) == ()
