"""Which modules of a repository are loaded together: those of a go.work, or one and its replacements."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import read_bytes, read_text
from gomod2bazel.base.errors import UsageError
from gomod2bazel.generate.loading.repository import Folder
from gomod2bazel.golang.causes.module_files import unusable_folder
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.load.input.main_settings import read_tools

__all__ = ["Unit", "find_units", "replacements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Modules with one build list, which a single `go list` can report.

    Attributes:
        home: the folder of go.work where that is in the repository, or of the module's go.mod.
        main: the folder of a main module, where the go command is run.
        others: folders of the other modules in it, by module path: main modules of a go.work, or replacements.
        workspace: whether there is a go.work.
        used: folders of the other main modules of a go.work, or of joined modules.
        joined: whether all modules, the main one too, are replacements of a go.mod that is made for that
            (`generate.loading.joined`).
    """

    home: Path
    main: Path
    others: Mapping[str, Path] = field(default_factory=dict)
    workspace: bool = False
    used: tuple[Path, ...] = ()
    joined: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """What to list in addition to ``./...``."""
        return tuple(f"{path}/..." for path in self.others)


def find_units(root: Path, at: Path, folders: Mapping[str, Folder], go: GoCommand) -> list[Unit]:
    """Return what to load, outermost first.

    Args:
        root: The root folder of the repository.
        at: only modules at this folder or below, and the one that it is in.
        folders: of the repository.
        go: the go command, which only reads files here.

    Raises:
        UsageError: there is no module, or a go.work names folders elsewhere.
        BuildError: a go.work names a folder without a module.
    """
    places = [
        root / path for path in folders if "go.mod" in folders[path].files and not folders[path].directives.ignored
    ]
    chosen = [place for place in places if place.is_relative_to(at)]
    if at not in chosen:
        above = [place for place in places if at.is_relative_to(place) and place != at]
        chosen = [*sorted(above, key=lambda place: -len(place.parts))[:1], *chosen]
    if not chosen:
        raise UsageError(
            f"no go.mod in {at} or below", hint="run go mod init: generate writes BUILD files for Go modules"
        )
    units: list[Unit] = []
    # What tool lines name is built, too.
    inhabited = _with_packages(root, folders) | {place for place in chosen if read_tools(read_text(place / "go.mod"))}
    covered: set[Path] = set()
    for place in sorted(chosen, key=lambda place: (len(place.parts), place)):
        if place in covered:
            continue
        unit = _unit(place, root, go)
        homes = {unit.main, *unit.others.values()}
        covered |= homes
        units += [] if homes.isdisjoint(inhabited) else [unit]
    return units


def _with_packages(root: Path, folders: Mapping[str, Folder]) -> frozenset[Path]:
    """Return the folders of modules in which ``./...`` finds a package: some have nothing but go.mod."""
    folders_with_go: set[Path] = set()
    homes: dict[str, str] = {}
    for path, folder in folders.items():
        above, _, name = path.rpartition("/")
        # Parents come first. What ./... skips is of no module here.
        skipped = name in ("testdata", "vendor") or name.startswith("_")
        homes[path] = path if "go.mod" in folder.files else "-" if skipped else homes.get(above, "-")
        if homes[path] != "-" and any(file.endswith(".go") for file in folder.files):
            folders_with_go.add(root / homes[path])
    return frozenset(folders_with_go)


def _unit(place: Path, root: Path, go: GoCommand) -> Unit:
    work = go.settings(("GOWORK",), cwd=place).get("GOWORK", "")
    if work and work != "off":
        workspace_unit = _workspace(Path(work), place, root, go)
        if workspace_unit:
            return workspace_unit
    others = _replaced(replacements(go, "mod", place / "go.mod"), place, root)
    return Unit(home=place, main=place, others=others)


def _workspace(work: Path, place: Path, root: Path, go: GoCommand) -> Unit | None:
    """Return the modules of a go.work, or None where ``place`` is none of them."""
    value = go.object("work", "edit", "-json", str(work), cwd=place)
    uses = [Path(os.path.normpath(work.parent / use["DiskPath"])) for use in value.get("Use") or ()]
    if place not in uses:
        return None
    outside = [use for use in uses if not use.is_relative_to(root)]
    if outside:
        raise UsageError(
            f"{work} uses {', '.join(map(str, outside))}, outside {root}",
            hint="set GOWORK=off, or to a go.work inside the workspace: Bazel reads no files outside it",
        )
    for use in uses:
        if not (use / "go.mod").is_file():
            raise unusable_folder(use, work, root)
    others = {_path_of(use, go): use for use in uses if use != place}
    replaced = list(_local(value, work.parent))
    for use in uses:
        replaced += replacements(go, "mod", use / "go.mod")
    # Above the repository, where go.work may be, there is no place for a lock.
    home = work.parent if work.parent.is_relative_to(root) else place
    others_and_replaced = others | _replaced(replaced, place, root)
    return Unit(home=home, main=place, others=others_and_replaced, workspace=True, used=tuple(others.values()))


def _path_of(folder: Path, go: GoCommand) -> str:
    return str(go.object("mod", "edit", "-json", str(folder / "go.mod"), cwd=folder)["Module"]["Path"])


def replacements(go: GoCommand, command: str, file: Path) -> list[tuple[str, Path]]:
    """Return the modules that a file replaces by folders, and these.

    Args:
        go: the go command, which only reads the file.
        command: ``mod`` or ``work``.
        file: a go.mod or go.work.
    """
    # Most have none, and then there is no need to ask.
    if not file.is_file() or b"replace" not in read_bytes(file):
        return []
    value = go.object(command, "edit", "-json", str(file), cwd=file.parent)
    return list(_local(value, file.parent))


def _local(value: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Path]]:
    for item in value.get("Replace") or ():
        if not item["New"].get("Version"):
            yield item["Old"]["Path"], Path(os.path.normpath(folder / item["New"]["Path"]))


def _replaced(pairs: Collection[tuple[str, Path]], place: Path, root: Path) -> dict[str, Path]:
    return {path: folder for path, folder in pairs if folder.is_relative_to(root) and folder != place}
