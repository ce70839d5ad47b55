"""The C compilers and related programs: which of them a lock needs, and an ID that changes with them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.options.quoting import split

if TYPE_CHECKING:
    from gomod2bazel.lock.lock import Lock, LockedPackage

__all__ = ["c_folders", "c_tools_id", "c_tools_of", "c_users", "swig_users"]

# Variables that list folders.
_SEARCHED = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR")

_SWIG = (".swig", ".swigcxx")
_CXX = (".cc", ".cpp", ".cxx", ".swigcxx")
_FORTRAN = (".f", ".F", ".for", ".f90")


def c_users(lock: Lock) -> list[str]:
    """Return the import paths of the packages that cgo or SWIG takes part in."""
    return [package.import_path for package in _users(lock)]


def swig_users(lock: Lock) -> list[str]:
    """Return the import paths of the packages that SWIG takes part in."""
    return [p.import_path for p in _users(lock) if any(file.endswith(_SWIG) for file in p.attributes["srcs"])]


def c_tools_of(lock: Lock, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the programs that the packages of ``lock`` need, and the language of each; none without cgo or gccgo.

    Args:
        lock: what is built.
        settings: ``go env``: CC, CXX, FC and GCCGO.
    """
    users = _users(lock)
    gccgo = {settings.get("GCCGO") or "gccgo": "go"} if lock.configuration.compiler == "gccgo" else {}
    if not users and not gccgo:
        return {}
    files = [file for package in users for file in package.attributes["srcs"]]
    languages = {settings["CC"]: "c"}
    if any(file.endswith(_CXX) for file in files):
        languages[settings["CXX"]] = "c++"
    if any(file.endswith(_FORTRAN) for file in files):
        languages[settings.get("FC") or "gfortran"] = "f95"
    if any(file.endswith(_SWIG) for file in files):
        languages["swig"] = ""
    return gccgo | {
        (split(command, "the name of a compiler (CC, CXX, FC)") or ("",))[0]: language
        for command, language in languages.items()
    }


def c_tools_id(tools: Mapping[str, str], environment: Mapping[str, str], runner: Runner) -> str:
    """Return a word that changes when one of ``tools`` becomes another; empty where there is none.

    The version line identifies a compiler, as for the go command (cmd/go/internal/work, gccToolID), which a wrapper
    passes on, and by the program's own bytes, so that a changed wrapper counts too.

    Args:
        tools: programs with their languages, from `c_tools_of`.
        environment: the user's, for PATH.
        runner: runs them.
    """
    if not tools:
        return ""
    whole = hashlib.sha256()
    for name, language in sorted(tools.items()):
        path = which(name, environment)
        if path is not None:
            whole.update(b"\0".join([name.encode(errors="surrogateescape"), hashlib.sha256(read_bytes(path)).digest()]))
            whole.update("\n".join(_versions(path, language, environment, runner)).encode(errors="surrogateescape"))
    return whole.hexdigest()[:16]


def c_folders(tools: Iterable[str], environment: Mapping[str, str]) -> list[str]:
    """Return folders that C compilers and pkg-config read: their own, and those that variables name.

    Args:
        tools: programs, from `c_tools_of`.
        environment: the user's.
    """
    programs = [which(name, environment) for name in tools]
    folders = [str(folder) for path in programs if path for folder in (path.parent, path.resolve().parent)]
    named = [environment.get(name, "") for name in _SEARCHED] if programs else []
    folders += [folder for text in named for folder in text.split(os.pathsep) if folder]
    return [folder for folder in dict.fromkeys(folders) if Path(folder).is_absolute() and Path(folder).is_dir()]


def _versions(path: Path, language: str, environment: Mapping[str, str], runner: Runner) -> Iterable[str]:
    arguments = ["-###", "-x", language, "-c", "-"] if language else ["-version"]
    done = runner.run([path, *arguments], env={**environment, "LC_ALL": "C"}, cwd=None, timeout=60.0)
    lines = f"{done.out}\n{done.err}".splitlines()
    return [line for line in lines if re.match(r"[^:]*\bversion \d", line, re.IGNORECASE)]


def _users(lock: Lock) -> list[LockedPackage]:
    packages = [*(package for module in lock.modules for package in module.packages), *lock.standard]
    return [p for p in packages if p.attributes["cgo_srcs"] or any(f.endswith(_SWIG) for f in p.attributes["srcs"])]
