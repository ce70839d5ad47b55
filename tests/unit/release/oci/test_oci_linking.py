"""Programs that will need a dynamic loader, as their locks show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.samples import binary, configuration, lock

from gomod2bazel.lock.lock import Lock, LockedPackage
from gomod2bazel.release.oci.linking import will_be_dynamic

MAIN = "example.com/m"


def package(path: str, *imports: str, cgo: bool = False) -> LockedPackage:
    return LockedPackage(
        import_path=path,
        source_path=path,
        name=path.rpartition("/")[2],
        dir="",
        target=path.rpartition("/")[2],
        imports=imports,
        attributes={"srcs": [], "cgo_srcs": ["c.go"] if cgo else []},
    )


def made(*standard: LockedPackage, linkopts: tuple[str, ...] = (), **fields: Any) -> Lock:
    """Return the lock of a program that imports net/http, which is among ``standard``."""
    known = [package("runtime"), package("runtime/cgo", cgo=True), package(MAIN, "net/http"), *standard]
    return replace(
        lock(binary(MAIN, gc_linkopts=linkopts)),
        standard=tuple(known),
        configuration=replace(configuration(), **fields),
    )


NET = (package("net/http", "net"), package("net", "runtime/cgo", cgo=True))
SQLITE = (package("net/http", "net", "sqlite"), NET[1], package("sqlite", "runtime/cgo", cgo=True))
PURE = (package("net/http", "net"), package("net"))


@pytest.mark.parametrize(
    ("value", "dynamic"),
    [
        (made(*NET), True),
        (made(*PURE), False),
        (made(*PURE, buildmode="pie"), True),
        (made(*SQLITE), False),
        (made(*NET, linkopts=("-linkmode=external", "-extldflags=-static")), False),
        (made(*NET, linkopts=("-s", "-w")), True),
        (made(*NET, compiler="gccgo"), False),
    ],
    ids=["net", "pure", "pie", "sqlite", "static", "stripped", "gccgo"],
)
def test_what_is_certain(value: Lock, dynamic: bool) -> None:
    """The C linker, which sqlite needs, may link statically: only what it has linked shows that."""
    assert will_be_dynamic(value, MAIN) is dynamic


def test_an_unknown_program() -> None:
    assert not will_be_dynamic(lock(), MAIN)
