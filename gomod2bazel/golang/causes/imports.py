"""Imports that nothing provides: what ``go list`` says of them, in words that name the mistake, and what helps.

The go command suggests ``go get`` for every import that no required module has, also for a misspelt package of the
module itself. What the listing knows of modules tells more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.near_names import did_you_mean

__all__ = ["with_reasons"]

_NOT_PROVIDED = re.compile(
    r"(?:no required module provides|cannot find module providing) package ([^\s;:]+)"
    r"(?P<more>; to add it:\n\t[^\n]*(?:\n\t[^\n]*)*|: import lookup disabled by [^\n]*(?:\n\t[^\n]*)*"
    r"|; [^\n]*|:[^\n]*)?"
)
_NOT_CONTAINED = re.compile(r"module \S+ found \([^)]*\), but does not contain package (\S+)")
_NOT_STANDARD = re.compile(r"package (\S+) is not in std \(([^)\n]*)\)")
_NO_REPLACEMENT = re.compile(
    r"(?P<module>\S+?)(?:@(?P<version>v\S+?))?(?:: replacement directory (?P<folder>.+) does not exist"
    r"| \(replaced by (?P<other>.+?)\): reading \S+go\.mod: open \S+: no such file or directory)"
)
_REQUIRE = re.compile(r"^\s*(?:require\s+)?([^\s()]+\.[^\s()]+)\s+v\S+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """What is wrong with an import.

    Attributes:
        what: the error.
        advice: what helps.
        position: FILE:LINE of the mistake where it is not that of the import; else empty.
    """

    what: str
    advice: str
    position: str = ""


def with_reasons(values: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the packages of ``go list -json`` with errors about imports in other words, and ``Advice`` about them.

    Errors that mean that the sources lack a module stay as they are.

    Args:
        values: the objects that it printed; positions are absolute.
    """
    if not any(value.get("Error") for value in values):
        return list(values)
    known = _Known.of(values)
    return [_explained(value, known) for value in values]


def _explained(value: dict[str, Any], known: _Known) -> dict[str, Any]:
    error = value.get("Error")
    reason = known.reason(error["Err"]) if error else None
    if not error or reason is None:
        return value
    position = reason.position or error.get("Pos", "")
    return {**value, "Error": {**error, "Pos": position, "Err": reason.what}, "Advice": reason.advice}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a listing knows of modules and packages.

    Attributes:
        mains: folder of each main module, by path.
        required: version of each other module that has a package in the listing, by path.
        packages: import paths that load.
    """

    mains: Mapping[str, Path]
    required: Mapping[str, str]
    packages: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[Mapping[str, Any]]) -> _Known:
        """Read a listing."""
        modules: dict[str, Mapping[str, Any]] = {}
        packages = []
        for value in values:
            module = value.get("Module")
            if module:
                modules.setdefault(module["Path"], module)
            if not value.get("Error") and " " not in value["ImportPath"]:
                packages.append(value["ImportPath"])
        return cls(
            mains={path: Path(module["Dir"]) for path, module in modules.items() if module.get("Main")},
            required={path: module.get("Version", "") for path, module in modules.items() if not module.get("Main")},
            packages=tuple(packages),
        )

    def reason(self, message: str) -> _Reason | None:
        """Return what a message of the go command means; None where it is not about the code or its go.mod."""
        if match := _NO_REPLACEMENT.search(message):
            return self._no_replacement(match)
        if match := _NOT_STANDARD.search(message):
            return self._not_standard(match[1], match[2])
        match = _NOT_CONTAINED.search(message) or _NOT_PROVIDED.search(message)
        if match is None:
            return None
        path = match[1]
        main = _longest(path, self.mains)
        module = _longest(path, self.required)
        if main and len(main) >= len(module):
            return self._not_in_main(path, main)
        if module:
            return self._not_in_module(path, f"{module}@{self.required[module]}".rstrip("@"))
        looked_up = match.re is _NOT_CONTAINED or (match["more"] or "").startswith(":")
        if looked_up and "import lookup disabled" not in match[0]:
            # The sources were asked, and have no module with the package.
            return None
        required = (name for root in self.mains.values() for name in _required(root / "go.mod"))
        near = did_you_mean(path, {*self.packages, *self.required, *required}, most=1)
        add = f"if the path is right, add its module to go.mod: go get {path}"
        return _Reason(what=f"no required module provides package {path}", advice=_joined(near, add))

    def _not_in_main(self, path: str, main: str) -> _Reason:
        """Return the reason for an import of a package that a main module would have."""
        below = path.removeprefix(main).strip("/")
        exists = (self.mains[main] / below).is_dir()
        why = f"its folder {below or '.'} has no Go files" if exists else f"no folder {below}"
        near = did_you_mean(path, (name for name in self.packages if name.startswith(f"{main}/")), most=1)
        advice = f"correct the import, or write the package in the folder {below or '.'}"
        return _Reason(what=f"module {main} has no package {path}: {why}", advice=_joined(near, advice))

    def _not_in_module(self, path: str, module: str) -> _Reason:
        name = module.partition("@")[0]
        near = did_you_mean(path, (known for known in self.packages if _is_below(known, name)), most=1)
        advice = f"correct the import, or choose a version of {name} that has the package"
        return _Reason(what=f"{module} has no package {path}", advice=_joined(near, advice))

    def _not_standard(self, path: str, folder: str) -> _Reason:
        """Return the reason for an import without a dot in its first element: packages of the standard library."""
        what = f"package {path} is not in the standard library"
        for main, root in self.mains.items():
            if (root / path).is_dir():
                return _Reason(what=what, advice=f"import {main}/{path}: paths of this module begin with {main}/")
        parent = path.rpartition("/")[0]
        names = _folders_of(Path(folder).parent)
        near = did_you_mean(path, (f"{parent}/{name}".lstrip("/") for name in names))
        main = next(iter(self.mains), "")
        advice = (
            f"paths of this module begin with {main}/" if main else "paths of other modules begin with a domain name"
        )
        return _Reason(what=what, advice=near or f"correct the import: {advice}")

    def _no_replacement(self, match: re.Match[str]) -> _Reason:
        """Return the reason for a replace line that names a folder without a module."""
        module, folder = match["module"], match["folder"] or match["other"]
        exists = match["other"] is not None
        at = f"{module}@{match['version']}" if match["version"] else module
        what = f"the folder {folder}, which replaces {at}, {'has no go.mod' if exists else 'is missing'}"
        place, edit = self._replace_line(module, folder)
        advice = f"correct the replace line, or remove it: {edit} -dropreplace={module}"
        return _Reason(what=what, advice=advice, position=place)

    def _replace_line(self, module: str, folder: str) -> tuple[str, str]:
        """Return FILE:LINE of a replace line, or nothing where it is in another file; and the command that edits it."""
        for root in self.mains.values():
            for file in (root / "go.mod", *(above / "go.work" for above in (root, *root.parents))):
                line = _line_of(file, module, folder)
                if line:
                    return f"{file}:{line}", "go mod edit" if file.name == "go.mod" else "go work edit"
        return "", "go mod edit"


def _joined(near: str, advice: str) -> str:
    """Return a hint of a question, which may be empty, and a sentence."""
    return f"{near} {advice[0].upper()}{advice[1:]}" if near else advice


def _required(file: Path) -> list[str]:
    """Return the paths of the modules that a go.mod requires."""
    return _REQUIRE.findall(_text(file))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _line_of(file: Path, module: str, folder: str) -> int:
    lines = _text(file).splitlines()
    words = ((number, line.split("//")[0].split()) for number, line in enumerate(lines, 1) if "=>" in line)
    return next((number for number, line in words if module in line and line[-1].strip('"`') == folder), 0)


def _longest(path: str, modules: Iterable[str]) -> str:
    """Return the module whose path is the longest that an import path begins with; empty for none."""
    return max((module for module in modules if _is_below(path, module)), key=len, default="")


def _is_below(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}/")


def _folders_of(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_dir()]
    except OSError:
        return []
