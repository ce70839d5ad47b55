"""Turn ``go build`` and ``go install`` into what this driver is told to do the same.

What the driver cannot mean by its contract is not translated: the go command itself then runs, and the ledger has the
reason. A main package goes where the go command would have put it. A package that is no command is built through a
main package that imports it, because the driver builds binaries.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from scripts.goflags import GoLine

__all__ = ["HELPER", "Go", "NotApplicableError", "Plan", "translate"]

HELPER = "stand_in_main"
"""Folder of the main package that imports packages which are no commands."""

_FIELDS = "ImportPath,Name,Dir,Module,Standard,Error,Incomplete,Target"


class NotApplicableError(Exception):
    """The driver cannot mean this by its contract; the message says why."""


class Go(Protocol):
    """The go command in the script's folder and environment."""

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the JSON objects that ``go ARGUMENTS`` prints, also where it fails."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run in place of the go command.

    Attributes:
        arguments: of the driver.
        kind: ``binary``, ``library``, ``module`` or ``version``, for the ledger.
        helper: a main package to make for the while: its file and its text.
    """

    arguments: tuple[str, ...]
    kind: str
    helper: tuple[Path, str] | None = None


def translate(line: GoLine, go: Go, cwd: Path, settings: Mapping[str, str]) -> Plan:
    """Return what to run.

    Args:
        line: the go command's arguments.
        go: answers questions about packages.
        cwd: the folder, after -C.
        settings: ``go env``.

    Raises:
        NotApplicableError: the driver cannot mean this.
    """
    if settings["GO111MODULE"] == "off":
        raise NotApplicableError("GOPATH mode")
    if any(word.endswith(".go") for word in line.packages):
        raise NotApplicableError("builds .go files given by name")
    if line.value("trimpath") in ("false", "0"):
        raise NotApplicableError("-trimpath=false")
    if any("@" in word for word in line.packages):
        return _version(line, go, settings)
    if settings["GOMOD"] in ("", os.devnull) and not settings.get("GOWORK"):
        if line.packages:
            raise NotApplicableError("packages outside a module")
        return Plan(arguments=_arguments(line, "."), kind="binary")
    return _packages(line, go, cwd, settings)


def _packages(line: GoLine, go: Go, cwd: Path, settings: Mapping[str, str]) -> Plan:
    patterns = line.packages or (".",)
    packages = go.json("list", "-e", f"-json={_FIELDS}", *line.listing, "--", *patterns)
    if any(package.get("Standard") for package in packages) or set(patterns) & {"std", "cmd", "all"}:
        raise NotApplicableError("packages of the standard library")
    if any(package["ImportPath"].startswith(".") for package in packages):
        raise NotApplicableError("a folder that holds no package: the driver takes modules, not packages")
    mains = [package for package in packages if package.get("Name") == "main"]
    others = [package for package in packages if package.get("Name") != "main"]
    modules = {package["Module"]["Dir"] for package in packages if package.get("Module", {}).get("Main")}
    if any("Module" in package and not package["Module"].get("Main") for package in mains):
        raise NotApplicableError("a command of another module than the one in the folder")
    if len(modules) > 1:
        raise NotApplicableError("packages of several modules of a workspace")
    if not modules and settings["GOMOD"] in ("", os.devnull):
        raise NotApplicableError("a folder of a workspace that is in none of its modules")
    root = Path(*modules) if modules else Path(settings["GOMOD"]).parent
    if not packages:
        # The module itself does not load: whatever is asked for, the driver has to say why.
        return Plan(arguments=(*_arguments(line, str(root)), f"-o={os.devnull}"), kind="module")
    if mains and not others:
        return _mains(line, mains, root, cwd, settings)
    if mains and line.command == "install":
        return _mains(line, mains, root, cwd, settings)
    return _libraries(line, packages, root, cwd)


def _mains(
    line: GoLine, mains: Sequence[Mapping[str, Any]], root: Path, cwd: Path, settings: Mapping[str, str]
) -> Plan:
    paths = [package["ImportPath"] for package in mains]
    only = _only(mains[0].get("Module", {}).get("Path", ""), paths)
    return Plan(
        arguments=(*_arguments(line, str(root)), *only, *_where(line, len(paths), cwd, settings)), kind="binary"
    )


def _only(module: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return flags that choose these main packages of a module and no others."""
    return (f"-as={module}/...=maintenance", *(f"-as={path}=target" for path in paths))


def _where(line: GoLine, packages: int, cwd: Path, settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return flags that put files where the go command puts them: several packages without -o go nowhere."""
    if line.command == "install":
        return (f"-destination={_bin(settings)}",)
    out = line.value("o") or (os.devnull if packages > 1 else "")
    return (f"-destination={cwd}", *([f"-o={out}"] if out else []))


def _bin(settings: Mapping[str, str]) -> Path:
    if settings["GOBIN"]:
        if not os.path.isabs(settings["GOBIN"]):  # noqa: PTH117  (text of the user's, not yet a path)
            raise NotApplicableError("a GOBIN that is no absolute path: the driver has -destination")
        return Path(settings["GOBIN"])
    folder = Path(settings["GOPATH"].split(os.pathsep)[0]) / "bin"
    here = (settings["GOHOSTOS"], settings["GOHOSTARCH"])
    target = (settings["GOOS"], settings["GOARCH"])
    return folder if target == here else folder / "_".join(target)


def _libraries(line: GoLine, packages: Sequence[Mapping[str, Any]], root: Path, cwd: Path) -> Plan:
    """Plan a main package that imports all of ``packages`` that are no commands, beside the commands."""
    mains = [package["ImportPath"] for package in packages if package.get("Name") == "main"]
    if line.value("o") not in ("", os.devnull) and not mains:
        raise NotApplicableError("-o of packages that are no commands")
    if line.value("buildmode") not in ("", "default", "exe", "pie"):
        raise NotApplicableError("a build mode of packages that are no commands")
    if all(not package.get("Dir") for package in packages) and line.packages:
        raise NotApplicableError("packages that are not there: the driver takes modules")
    libraries = [package["ImportPath"] for package in packages if package.get("Name") != "main"]
    module = _module_path(packages, root)
    imports = "".join(f'import _ "{path}"\n' for path in libraries)
    only = _only(module, (*mains, f"{module}/{HELPER}"))
    where = _where(replace(line, command="build"), len(packages) + 1, cwd, {})
    return Plan(
        arguments=(*_arguments(line, str(root)), *only, *where),
        helper=(root / HELPER / "main.go", f"package main\n\n{imports}\nfunc main() {{}}\n"),
        kind="library",
    )


def _module_path(packages: Iterable[Mapping[str, Any]], root: Path) -> str:
    own = [package["Module"]["Path"] for package in packages if package.get("Module", {}).get("Main")]
    if own:
        return str(own[0])
    lines = (root / "go.mod").read_text(encoding="utf-8").splitlines()
    return next((line.split()[1].strip('"') for line in lines if line.startswith("module ")), "")


def _version(line: GoLine, go: Go, settings: Mapping[str, str]) -> Plan:
    """Plan ``go install PACKAGE@VERSION``."""
    if line.command != "install":
        raise NotApplicableError("go build of PACKAGE@VERSION is an error of the go command's own")
    if any("\\" in word for word in line.packages):
        raise NotApplicableError("a backslash in an argument: INPUT is a path or a module path")
    queries = {word.partition("@")[2] for word in line.packages}
    paths = [word.partition("@")[0] for word in line.packages]
    if len(queries) > 1 or any(path.startswith(".") or "..." in path for path in paths):
        raise NotApplicableError("arguments that `go install` itself refuses or expands")
    query = queries.pop()
    module = _module_of(paths[0], query, go)
    if not all(path == module or path.startswith(f"{module}/") for path in paths):
        raise NotApplicableError("packages of several modules")
    arguments = (*_arguments(line, f"{module}@{query}"), *_only(module, paths))
    return Plan(arguments=(*arguments, f"-destination={_bin(settings)}"), kind="version")


def _module_of(path: str, query: str, go: Go) -> str:
    """Return the module that provides a package: the longest path that is one."""
    words = path.split("/")
    for end in range(len(words), 0, -1):
        found = go.json("list", "-m", "-e", "-json=Path,Error", f"{'/'.join(words[:end])}@{query}")
        if found and not found[0].get("Error"):
            return "/".join(words[:end])
    return path


def _arguments(line: GoLine, source: str) -> tuple[str, ...]:
    # What go does where nothing is said; the driver does not stamp then.
    given = "-buildvcs" in os.environ.get("GOFLAGS", "") or any(name == "buildvcs" for name, _ in line.flags)
    stamp = () if given or "@" in source else ("-buildvcs=auto",)
    return ("build", *stamp, *line.words(without=("C", "o")), source)
