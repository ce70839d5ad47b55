"""Plan packages that are no commands of a module: something is made for the while that the driver can build.

A package that is no command is built through a main package that imports it, because the driver builds binaries; files
given by name as a main package that holds them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.goflags import GoLine
from scripts.plan import Go, NotApplicableError, Plan, build_words, module_path, only_these, placed

__all__ = ["FILES", "HELPER", "files_plan", "libraries_plan", "standard_plan"]

HELPER = "stand_in_main"
"""Folder of the main package that imports packages which are no commands, and name of a module made for it."""

FILES = "command-line-arguments"
"""Folder of the main package that holds files given by name: what the go command calls such a package."""

_SUFFIXES = {"c-archive": ".a", "c-shared": "", "plugin": ".so"}


def libraries_plan(
    line: GoLine, packages: Sequence[Mapping[str, Any]], root: Path, cwd: Path, *, inside: bool = True
) -> Plan:
    """Plan a main package that imports all of ``packages`` that are no commands, beside the commands."""
    mains = [package["ImportPath"] for package in packages if package.get("Name") == "main"]
    if line.value("o") not in ("", os.devnull) and not mains:
        if len(packages) > 1 or line.value("buildmode") not in ("", "default", "archive") or _is_folder(line, cwd):
            raise NotApplicableError("-o of packages that are no commands")
        return _archive(line, packages[0], root, cwd)
    if line.value("buildmode") not in ("", "default", "exe", "pie"):
        raise NotApplicableError("a build mode of packages that are no commands")
    if all(not package.get("Dir") for package in packages) and line.packages:
        raise NotApplicableError("packages that are not there: the driver takes modules")
    libraries = [package["ImportPath"] for package in packages if package.get("Name") != "main"]
    module = module_path(packages, root) if inside else HELPER
    imports = "".join(f'import _ "{path}"\n' for path in libraries)
    text = f"package main\n\n{imports}\nfunc main() {{}}\n"
    helper: tuple[Path, dict[str, str]] = (root / HELPER, {"main.go": text})
    own = f"{module}/{HELPER}"
    if not inside:
        helper, own = (root, {"main.go": text, "go.mod": f"module {HELPER}\n"}), HELPER
    only = only_these(module, (*mains, own))
    where = placed(replace(line, command="build"), len(packages) + 1, cwd, {})
    return Plan(
        arguments=(*build_words(line, str(root)), *only, *where),
        helper=helper,
        kind="library",
        names=((f"package {own}\n\timports ", "package "),),
    )


def _is_folder(line: GoLine, cwd: Path) -> bool:
    """Tell whether -o names a folder, in the way of the go command."""
    out = line.value("o")
    return out.endswith("/") or (cwd / out).is_dir()


def _archive(line: GoLine, package: Mapping[str, Any], root: Path, cwd: Path) -> Plan:
    """Plan the archive of one package that is no command."""
    more = ("-buildmode=archive", f"-binary={package['ImportPath']}", f"-destination={cwd}", f"-o={line.value('o')}")
    return Plan(arguments=(*build_words(line, str(root)), *more), kind="archive")


def standard_plan(
    line: GoLine, packages: Sequence[Mapping[str, Any]], cwd: Path, settings: Mapping[str, str], scratch: Path
) -> Plan:
    """Plan a main package that imports packages of the standard library."""
    paths = [package["ImportPath"] for package in packages]
    hidden = [path for path in paths if {"builtin", "internal", "vendor", "cmd"} & set(path.split("/"))]
    if hidden or any(package.get("Name") == "main" or not package.get("Standard") for package in packages):
        raise NotApplicableError("packages of the standard library that no module can import")
    if line.value("o") not in ("", os.devnull) or line.value("buildmode") not in ("", "default", "exe", "pie"):
        raise NotApplicableError("a file of a package of the standard library")
    root = _own_module(settings, scratch)
    return libraries_plan(line, packages, root, cwd, inside=root != scratch)


def files_plan(line: GoLine, go: Go, cwd: Path, settings: Mapping[str, str], scratch: Path) -> Plan:
    """Plan a main package that holds the files, beside the other packages of their module."""
    files = [cwd / word for word in line.packages]
    if len({file.parent for file in files}) > 1 or not all(file.suffix == ".go" and file.is_file() for file in files):
        raise NotApplicableError("files that go does not take together, or that are not there")
    listed = go.json("list", "-e", "-json=Name", *line.listing, "--", *line.packages)
    if [package.get("Name") for package in listed] != ["main"]:
        raise NotApplicableError("files of a package that is no command")
    root = _own_module(settings, scratch)
    folder = root / FILES
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    texts |= {file.name: file.read_text(encoding="utf-8") for file in files[0].parent.glob("*.h")}
    if root == scratch:
        texts["go.mod"], folder, module, path = _go_mod(settings, FILES), root, FILES, FILES
    else:
        module = module_path((), root)
        path = f"{module}/{FILES}"
    name = files[0].stem + _SUFFIXES.get(line.value("buildmode"), settings["GOEXE"])
    given = line if line.value("o") else replace(line, flags=(*line.flags, ("o", name)))
    near = os.path.relpath(files[0].parent, cwd)
    names = (
        (f"# {path}\n", f"# {FILES}\n"),
        (f"package {path}:", f"package {FILES}:"),
        (f"{os.path.relpath(folder, cwd)}/", f"{near}/"),
    )
    where = placed(given, 1, cwd, settings)
    if line.command == "install" or _is_folder(given, cwd):
        where = (*where, f"-binary={path}={name}")
    arguments = (*build_words(line, str(root)), *only_these(module, [path]), *where)
    return Plan(arguments=arguments, kind="files", helper=(folder, texts), names=names)


def _own_module(settings: Mapping[str, str], scratch: Path) -> Path:
    """Return the folder of the module that one is in; where there is none, of one that is to be made."""
    return scratch if settings["GOMOD"] in ("", os.devnull) else Path(settings["GOMOD"]).parent


def _go_mod(settings: Mapping[str, str], path: str) -> str:
    return f"module {path}\n\ngo {'.'.join(settings['GOVERSION'].removeprefix('go').split('.')[:2])}\n"
