"""C files around a module: which of them a package takes, and what is too far away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.samples import package

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.c_code.surroundings import check_surroundings, repository_root, surroundings_of

REPOSITORY = """
-- repo/.git/HEAD --
-- repo/bindings/go/go.mod --
-- repo/bindings/go/main.go --
package main

// #include "../../src/lib.c"
// #include <stdio.h>
// #include <api/api.h>
import "C"
-- repo/bindings/go/own.h --
-- repo/src/lib.c --
#include "deep/deep.c"
#include "../bindings/go/own.h"
-- repo/src/deep/deep.c --
#include "table.def"
-- repo/src/deep/table.def --
-- repo/src/unused.c --
-- repo/include/api/api.h --
#include "more.h"
-- repo/include/api/more.h --
-- repo/include/by-macro.h --
-- repo/include/notes.txt --
-- repo/lib/libfoo.a --
-- repo/lib/libfoo.so.1 --
-- repo/lib/libfood.a --
-- secret.h --
"""


def _listed(root: Path, *, flags: dict[str, list[str]] | None = None, **fields: Any) -> Package:
    folder = f"{root}/repo/bindings/go"
    module = {"Path": "example.com/m", "Main": True, "Dir": folder}
    given = {"CgoFiles": ["main.go"], "GoFiles": [], "Module": module, **(flags or {}), **fields}
    return package("example.com/m", Dir=folder, Name="main", **given)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return txtar.write(tmp_path, REPOSITORY)


def test_what_is_included_and_what_that_includes(root: Path) -> None:
    inside = f"{root}/repo/bindings/go/../.."
    found = surroundings_of(_listed(root, flags={"CgoCFLAGS": [f"-I{inside}/include"]}))
    assert found.files == (
        "../../include/api/api.h",
        "../../include/api/more.h",
        "../../include/by-macro.h",
        "../../src/deep/deep.c",
        "../../src/deep/table.def",
        "../../src/lib.c",
    )
    assert found.beyond == ()


def test_libraries_that_flags_name(root: Path) -> None:
    inside = f"{root}/repo/bindings/go/../.."
    flags = {"CgoLDFLAGS": [f"-L{inside}/lib", "-lfoo", f"{inside}/lib/libfood.a", "-lm"]}
    files = surroundings_of(_listed(root, flags=flags)).files
    assert [file for file in files if "/lib/" in file] == [
        "../../lib/libfoo.a",
        "../../lib/libfoo.so.1",
        "../../lib/libfood.a",
    ]


def test_the_repository_itself_as_a_folder_of_headers_brings_what_is_included(root: Path) -> None:
    (root / "repo/bindings/go/main.go").write_text('// #include "include/api/api.h"\nimport "C"\n', encoding="utf-8")
    files = surroundings_of(_listed(root, flags={"CgoCFLAGS": [f"-I{root}/repo"]})).files
    assert files == ("../../include/api/api.h", "../../include/api/more.h")


def test_beyond_the_repository(root: Path) -> None:
    (root / "repo/bindings/go/main.go").write_text('// #include "../../../secret.h"\nimport "C"\n', encoding="utf-8")
    (checked,) = check_surroundings([_listed(root)])
    ((where, what),) = checked.errors
    assert where == "main.go"
    assert what.startswith(f"includes {root}/secret.h, which is outside the repository {root}/repo")


def test_in_no_repository(root: Path) -> None:
    (root / "repo/.git/HEAD").unlink()
    (root / "repo/.git").rmdir()
    (checked,) = check_surroundings([_listed(root)])
    ((where, what),) = checked.errors
    assert where == "main.go"
    assert "repo/src/lib.c, which is outside the module" in what
    assert "is not in a repository" in what


@pytest.mark.parametrize(
    "module",
    [
        {"Path": "example.com/m", "Version": "v1.0.0"},
        {"Path": "example.com/m", "Version": "v1.0.0", "Replace": {"Path": "example.com/n", "Version": "v1.0.0"}},
    ],
)
def test_a_module_of_a_version_has_no_surroundings(module: dict[str, Any], root: Path) -> None:
    folder = f"{root}/repo/bindings/go"
    assert surroundings_of(_listed(root, Module={**module, "Dir": folder})).files == ()


def test_a_folder_that_replaces_a_module_has_them(root: Path) -> None:
    folder = f"{root}/repo/bindings/go"
    replaced = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": folder, "Replace": {"Path": "./m", "Dir": folder}}
    assert "../../src/lib.c" in surroundings_of(_listed(root, Module=replaced)).files


def test_the_nearest_root_counts(root: Path) -> None:
    assert repository_root(root / "repo/bindings/go") == root / "repo"
    (root / "repo/bindings/.git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    assert repository_root(root / "repo/bindings/go") == root / "repo/bindings"
