"""Which C compilers a lock needs, and what tells one of them from another."""

from __future__ import annotations

from pathlib import Path

from support import samples

from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.bazel.c_tools import c_tools_id, c_tools_of, c_users
from gomod2bazel.lock.file.attributes import PackageAttributes
from gomod2bazel.lock.lock import LockedPackage

SETTINGS = {"CC": "gcc -m64", "CXX": "g++", "FC": "gfortran-12"}


def _package(path: str, *srcs: str, cgo: tuple[str, ...] = ()) -> LockedPackage:
    attributes: PackageAttributes = {"srcs": list(srcs), "cgo_srcs": list(cgo)}
    return LockedPackage(
        import_path=path, source_path=path, name="p", dir="", target="p", imports=(), attributes=attributes
    )


def test_packages_in_go_alone_need_none() -> None:
    lock = samples.lock(standard=(_package("os", "os.go"),))
    assert c_tools_of(lock, SETTINGS) == {}
    assert c_users(lock) == []


def test_each_language_has_its_program() -> None:
    packages = (_package("a", "a.cc", cgo=("a.go",)), _package("b", "b.f90", cgo=("b.go",)), _package("c", "c.swig"))
    lock = samples.lock(standard=(*packages, _package("d", "d.cpp")))
    assert c_users(lock) == ["a", "b", "c"]
    assert c_tools_of(lock, SETTINGS) == {"gcc": "c", "g++": "c++", "gfortran-12": "f95", "swig": ""}


def test_another_wrapper_or_version_is_another_compiler(tmp_path: Path) -> None:
    compiler, version = tmp_path / "cc", tmp_path / "version"

    def identity(script: str, said: str) -> str:
        compiler.write_text(f"#!/bin/sh\ncat {version} >&2\n{script}\n")
        compiler.chmod(0o755)
        version.write_text(f"Target: x\n{said}\nConfigured with: --version 3\n")
        return c_tools_id({"cc": "c"}, {"PATH": f"{tmp_path}:/usr/bin:/bin"}, SubprocessRunner())

    first = identity("", "gcc version 12.2.0")
    assert identity("", "gcc version 12.2.0") == first
    assert len({first, identity("# changed", "gcc version 12.2.0"), identity("", "gcc version 13.1.0")}) == 3
