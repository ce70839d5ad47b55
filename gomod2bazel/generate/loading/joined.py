"""Modules that replace one another by folders, and whose go.mod does not name all that the others need.

For the go command, a go.mod has to name what the packages of its module need. Bazel also builds all packages of the
replacements, and these may need more. Such modules are loaded through a generated go.mod, which has the requirements of
all of them. A go.work does not do: it also loads what pruned module graphs leave out, such as old versions with
packages that have moved to other modules, and the go command then reports an "ambiguous import".
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import read_text, write_file
from gomod2bazel.base.errors import BuildError, TrustError
from gomod2bazel.base.version import precedence
from gomod2bazel.generate.loading.module_groups import Unit, replacements
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.load.input.main_settings import read_settings
from gomod2bazel.lock.entries import locked_main_modules
from gomod2bazel.lock.file.attributes import MainModule
from gomod2bazel.lock.lock import LockedModule

__all__ = ["joined_units", "lacks_requirements", "locked_joined_modules", "write_go_mod"]

_PATH = "gomod2bazel.invalid/joined"

# The go command's words (cmd/go/internal/modload, with -mod=readonly).
_UPDATES_NEEDED = "updates to go.mod needed"


def lacks_requirements(error: Exception, unit: Unit) -> bool:
    """Return whether a unit may have failed to load because of what its replacements need.

    Args:
        error: what loading it ended with.
        unit: what was loaded.
    """
    lacks = isinstance(error, TrustError) and error.lacks_sum
    lacks = lacks or (isinstance(error, BuildError) and _UPDATES_NEEDED in str(error))
    return lacks and bool(unit.others) and not (unit.workspace or unit.joined)


def joined_units(
    units: Sequence[Unit], others: Sequence[Unit], root: Path, go: GoCommand
) -> list[tuple[Unit, list[Unit]]]:
    """Return units that have all modules of those that have some in common, and what these replace.

    Args:
        units: those that have to be joined, each with replacements.
        others: those that do not have to be; one that has a module in common is joined all the same.
        root: The root folder of the repository.
        go: the go command, which only reads files here.

    Returns:
        Each with the units that it is made of.
    """
    waiting = {unit.main: (unit, _closure(unit, root, go)) for unit in (*units, *others) if not unit.workspace}
    joined = list[tuple[Unit, list[Unit]]]()
    for unit in units:
        if unit.main not in waiting:
            continue
        group, homes = [], set[Path]()
        meeting = [unit.main]
        while meeting:
            for main in meeting:
                member, more = waiting.pop(main)
                group.append(member)
                homes |= more
            meeting = [main for main, (_, more) in waiting.items() if more & homes]
        joined.append((_joined(group, homes, go), group))
    return joined


def _closure(unit: Unit, root: Path, go: GoCommand) -> set[Path]:
    """Return the folders of a unit's modules, of what they replace, and so on."""
    homes: set[Path] = set()
    waiting = [unit.main, *unit.others.values()]
    while waiting:
        home = waiting.pop()
        if home not in homes and home.is_relative_to(root) and (home / "go.mod").is_file():
            homes.add(home)
            waiting += [folder for _, folder in replacements(go, "mod", home / "go.mod")]
    return homes


def _joined(units: Sequence[Unit], homes: Iterable[Path], go: GoCommand) -> Unit:
    first = min(units, key=lambda unit: (len(unit.main.parts), unit.main))
    others = {str(_read(home, go)["Module"]["Path"]): home for home in sorted(homes)}
    used = tuple(home for home in others.values() if home != first.main)
    return Unit(home=first.home, main=first.main, others=others, used=used, joined=True)


def write_go_mod(unit: Unit, below: Path, go: GoCommand) -> Path:
    """Write a go.mod and go.sum with what all modules of a unit require, and return their folder.

    Args:
        unit: from `joined_units`.
        below: the folder that the folder is made in.
        go: the go command, which only reads files here.

    Raises:
        BuildError: two of the modules replace the same module differently.
    """
    folder = below / f"joined-{hashlib.sha256(str(unit.main).encode()).hexdigest()[:16]}"
    together = _Requirements(homes=unit.others)
    for home in unit.others.values():
        together.add(_read(home, go), home)
    sums = {line for home in unit.others.values() for line in _lines(home / "go.sum")}
    write_file(folder / "go.mod", together.text())
    write_file(folder / "go.sum", "".join(f"{line}\n" for line in sorted(sums)))
    return folder


def locked_joined_modules(modules: Iterable[LockedModule], unit: Unit) -> tuple[MainModule, ...]:
    """Return the entries of a lock for joined modules: of each, as it is where it is the main module.

    Args:
        modules: as they are loaded, as replacements.
        unit: what they are of.
    """
    entries = list[MainModule]()
    for module in modules:
        home = unit.others[module.path]
        settings = read_settings(read_text(home / "go.mod"), workspace=False)
        (entry,) = locked_main_modules([replace(module, version="", replaced_by="")], settings)
        below = os.path.relpath(home, unit.home)
        entries.append(replace(entry, dir="" if below == os.curdir else below))
    return tuple(entries)


def _read(home: Path, go: GoCommand) -> dict[str, Any]:
    return go.object("mod", "edit", "-json", str(home / "go.mod"), cwd=home)


def _lines(file: Path) -> list[str]:
    return read_text(file).splitlines() if file.is_file() else []


@dataclass(kw_only=True)
class _Requirements:
    """What several go.mod files say together.

    Attributes:
        homes: the folders of the modules, by their paths.
        go: the highest go line.
        versions: the highest version of each module that one requires.
        replaced: what stands for a module, or for one version of it, as a line of go.mod has it.
        excluded: lines of exclude directives.
    """

    homes: Mapping[str, Path]
    go: str = "1.21"
    versions: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)

    def add(self, value: Mapping[str, Any], home: Path) -> None:
        """Take a go.mod in, as ``go mod edit -json`` prints it."""
        self.go = max(self.go, str(value.get("Go", self.go)), key=precedence)
        for module in value.get("Require") or ():
            self._require(str(module["Path"]), str(module["Version"]))
        for item in value.get("Replace") or ():
            self._replace(item["Old"], item["New"], home)
        self.excluded |= {f"{item['Path']} {item['Version']}" for item in value.get("Exclude") or ()}

    def _require(self, path: str, version: str) -> None:
        self.versions[path] = max(self.versions.get(path, version), version, key=precedence)

    def _replace(self, old: Mapping[str, str], new: Mapping[str, str], home: Path) -> None:
        if old["Path"] in self.homes:
            return
        key = " ".join(filter(None, (old["Path"], old.get("Version", ""))))
        version = new.get("Version", "")
        line = f"{new['Path']} {version}" if version else _quoted(home / new["Path"])
        if self.replaced.setdefault(key, line) != line:
            raise BuildError(
                f"{home / 'go.mod'} replaces {key} by {line}, another module by {self.replaced[key]}",
                hint="let all modules that replace one another agree, or put them into a go.work",
            )

    def text(self) -> str:
        """Return the go.mod."""
        lines = [f"module {_PATH}", "", f"go {self.go}", "", "require ("]
        required = {path: _any_version(path) for path in self.homes} | self.versions
        lines += [f"\t{path} {version}" for path, version in sorted(required.items())]
        lines += [")", "", "replace ("]
        lines += [f"\t{path} => {_quoted(home)}" for path, home in sorted(self.homes.items())]
        lines += [f"\t{old} => {new}" for old, new in sorted(self.replaced.items())]
        lines += [")", "", *(f"exclude {line}" for line in sorted(self.excluded)), ""]
        return "\n".join(lines)


def _any_version(path: str) -> str:
    """Return a version that a module of a path may have (Go Modules Reference, "Major version suffixes")."""
    _, separator, major = path.rpartition(".v" if path.startswith("gopkg.in/") else "/v")
    return f"v{major}.0.0" if separator and major.isdigit() else "v0.0.0"


def _quoted(path: Path) -> str:
    """Return an absolute path as a word of go.mod."""
    return json.dumps(os.path.normpath(path), ensure_ascii=False)
