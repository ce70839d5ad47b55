"""Turn ``go build`` and ``go install`` into what this driver is told to do the same.

What the driver cannot mean by its contract is not translated: the go command itself then runs, and the ledger has the
reason. A main package goes where the go command would have put it. A package that is no command is built through a
main package that imports it, because the driver builds binaries; files given by name as a main package that holds them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.goflags import GoLine
from scripts.made_up import files_plan, libraries_plan, standard_plan
from scripts.plan import Go, NotApplicableError, Plan, bin_folder, build_words, only_these, placed

__all__ = ["translate"]

_FIELDS = "ImportPath,Name,Dir,Module,Standard,Error,Incomplete,Target,GoFiles,CgoFiles,SwigFiles,Match"


def translate(line: GoLine, go: Go, cwd: Path, settings: Mapping[str, str], scratch: Path) -> Plan:
    """Return what to run.

    Args:
        line: the go command's arguments.
        go: answers questions about packages.
        cwd: the folder, after -C.
        settings: ``go env``.
        scratch: a folder in which a module can be made, for packages that belong to none.

    Raises:
        NotApplicableError: the driver cannot mean this.
    """
    if settings["GO111MODULE"] == "off":
        raise NotApplicableError("GOPATH mode")
    if line.value("trimpath") in ("false", "0"):
        raise NotApplicableError("-trimpath=false")
    if any("@" in word for word in line.packages):
        return _version(line, go, settings)
    if any(word.endswith(".go") for word in line.packages):
        return files_plan(line, go, cwd, settings, scratch)
    if settings["GOMOD"] in ("", os.devnull) and not settings.get("GOWORK") and not line.packages:
        return Plan(arguments=build_words(line, "."), kind="binary")
    return _packages(line, go, cwd, settings, scratch)


def _packages(line: GoLine, go: Go, cwd: Path, settings: Mapping[str, str], scratch: Path) -> Plan:
    patterns = line.packages or (".",)
    packages = go.json("list", "-e", f"-json={_FIELDS}", *line.listing, "--", *patterns)
    packages = [package for package in packages if not _passed_over(package)]
    if set(patterns) & {"std", "cmd", "all", "tool", "work"}:
        raise NotApplicableError("the whole standard library, or more than one module")
    if any(package.get("Standard") for package in packages):
        return standard_plan(line, packages, cwd, settings, scratch)
    root = _root(packages, settings)
    mains = [package for package in packages if package.get("Name") == "main"]
    others = [package for package in packages if package.get("Name") != "main"]
    if not packages:
        # The module itself does not load: whatever is asked for, the driver has to say why.
        return Plan(arguments=(*build_words(line, str(root)), f"-o={os.devnull}"), kind="module")
    if mains and not others:
        return _mains(line, mains, root, cwd, settings)
    if mains and line.command == "install":
        return _mains(line, mains, root, cwd, settings)
    return libraries_plan(line, packages, root, cwd)


def _root(packages: Sequence[Mapping[str, Any]], settings: Mapping[str, str]) -> Path:
    """Return the folder of the one module that the packages belong to.

    Raises:
        NotApplicableError: there is none, or they belong to others too.
    """
    outside = settings["GOMOD"] in ("", os.devnull)
    modules = {package["Module"]["Dir"] for package in packages if package.get("Module", {}).get("Main")}
    if outside and not settings.get("GOWORK"):
        raise NotApplicableError("packages outside a module")
    if any(package["ImportPath"].startswith(".") for package in packages):
        raise NotApplicableError("a folder that holds no package: the driver takes modules, not packages")
    mains = [package for package in packages if package.get("Name") == "main"]
    if any("Module" in package and not package["Module"].get("Main") for package in mains):
        raise NotApplicableError("a command of another module than the one in the folder")
    if len(modules) > 1:
        raise NotApplicableError("packages of several modules of a workspace")
    if not modules and outside:
        raise NotApplicableError("a folder of a workspace that is in none of its modules")
    return Path(*modules) if modules else Path(settings["GOMOD"]).parent


def _mains(
    line: GoLine, mains: Sequence[Mapping[str, Any]], root: Path, cwd: Path, settings: Mapping[str, str]
) -> Plan:
    paths = [package["ImportPath"] for package in mains]
    chosen = only_these(mains[0].get("Module", {}).get("Path", ""), paths)
    words = (*build_words(line, str(root)), *chosen, *placed(line, len(paths), cwd, settings))
    return Plan(arguments=words, kind="binary")


def _passed_over(package: Mapping[str, Any]) -> bool:
    """Tell whether a package has only tests and no pattern but one with ... matches it: then nothing is built."""
    files = any(package.get(kind) for kind in ("GoFiles", "CgoFiles", "SwigFiles"))
    return not files and not package.get("Error") and all("..." in one for one in package.get("Match", ("",)))


def _version(line: GoLine, go: Go, settings: Mapping[str, str]) -> Plan:
    """Plan ``go install PACKAGE@VERSION``."""
    if line.command != "install":
        raise NotApplicableError("go build of PACKAGE@VERSION is an error of the go command's own")
    if any("\\" in word for word in line.packages):
        raise NotApplicableError("a backslash in an argument: INPUT is a path or a module path")
    queries = {word.partition("@")[2] for word in line.packages}
    paths = [word.partition("@")[0] for word in line.packages]
    if len(queries) > 1 or any(_is_no_path(path) for path in paths):
        raise NotApplicableError("arguments that `go install` itself refuses or expands")
    query = queries.pop()
    module = _module_of(paths[0], query, go)
    if not all(path == module or path.startswith(f"{module}/") for path in paths):
        raise NotApplicableError("packages of several modules")
    arguments = (*build_words(line, f"{module}@{query}"), *only_these(module, paths))
    return Plan(arguments=(*arguments, f"-destination={bin_folder(settings)}"), kind="version")


def _is_no_path(text: str) -> bool:
    """Tell whether ``go install`` would take this for something else than the path of a package in a module."""
    return text.startswith((".", "/")) or "..." in text or "//" in text or "." not in text.split("/", maxsplit=1)[0]


def _module_of(path: str, query: str, go: Go) -> str:
    """Return the module that provides a package: the longest path that is one."""
    words = path.split("/")
    for end in range(len(words), 0, -1):
        found = go.json("list", "-m", "-e", "-json=Path,Error", f"{'/'.join(words[:end])}@{query}")
        if found and not found[0].get("Error"):
            return "/".join(words[:end])
    return path
