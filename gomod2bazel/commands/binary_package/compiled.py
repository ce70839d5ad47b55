"""Packages of a module, compiled by the go command as a dependency would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.golang.command.gocommand import error_of
from gomod2bazel.golang.command.golist import Package, list_flags
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.load.input.fetched import Fetched
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import LoadOptions

__all__ = ["Compiled", "Platform", "compile_packages"]

_FIELDS = (
    "ImportPath", "Dir", "Name", "Standard", "DepOnly", "Module", "Imports", "ImportMap", "GoFiles", "CgoFiles",
    "SFiles", "SwigFiles", "SwigCXXFiles", "BinaryOnly", "Error", "Export",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A package, and the archive that the go command made of it."""

    package: Package
    archive: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A module's packages on one platform.

    Attributes:
        goos, goarch: the platform.
        packages: all that it has there, main packages too.
        compiled: those that were asked for.
    """

    goos: str
    goarch: str
    packages: tuple[Package, ...]
    compiled: tuple[Compiled, ...]


def compile_packages(opened: InputModule, fetched: Fetched, options: LoadOptions, patterns: Sequence[str]) -> Platform:
    """Compile packages of a module for one platform, with -trimpath.

    This is done in a folder that requires the module at its version: file names in an archive then are those that a
    module which requires it would get.

    Args:
        opened: the module.
        fetched: its files.
        options: its tags.
        patterns: of the packages to compile, each of -package; without any, all that others can import.

    Raises:
        UsageError: -package names something that is not an importable package of the module.
        BuildError: a package does not compile, or uses cgo; all such packages are named.
    """
    path = fetched.version.path
    flags = ["-trimpath", "-buildvcs=false", *list_flags(options, mod="mod")]
    sums = opened.sums.merged([gosum.read(opened.root / "go.sum")])
    with temporary_folder() as name:
        folder = Path(name)
        fetched.write_load_directory(folder, sums, opened.settings["GOVERSION"].removeprefix("go"))
        all_of_it = [package for package, _ in _listed(opened, flags, [f"{path}/..."], folder)]
        chosen = _chosen(opened, patterns, all_of_it, flags, folder)
        _check(chosen)
        made = _listed(opened, ["-export", *flags], [package.import_path for package in chosen], folder)
    _check_errors(package for package, _ in made)
    return Platform(
        goos=opened.settings["GOOS"],
        goarch=opened.settings["GOARCH"],
        packages=tuple(all_of_it),
        compiled=tuple(Compiled(package=package, archive=Path(value["Export"])) for package, value in made),
    )


def _listed(
    opened: InputModule, flags: Sequence[str], patterns: Sequence[str], cwd: Path
) -> list[tuple[Package, dict[str, Any]]]:
    fields = f"-json={','.join(_FIELDS)}"
    done = opened.go.json("list", "-e", fields, *flags, "--", *patterns, cwd=cwd)
    return [(Package.of(value), value) for value in done]


def _chosen(
    opened: InputModule, patterns: Sequence[str], packages: Sequence[Package], flags: Sequence[str], cwd: Path
) -> list[Package]:
    """Return the packages that -package names; without it, all that others can import."""
    if not patterns:
        importable = [package for package in packages if package.name != "main" and package.has_go]
        if not importable:
            raise UsageError(
                f"{opened.module} has no package that can be imported",
                hint="name a module with packages outside of internal and main",
            )
        return importable
    relative = [pattern for pattern in patterns if pattern.startswith((".", "/"))]
    if relative:
        raise UsageError(
            f"-package {', '.join(relative)}: not an import path", hint=f"begin it with {opened.module.path}"
        )
    named = [package for package, _ in _listed(opened, flags, patterns, cwd)]
    known = {package.import_path for package in packages}
    strange = [package.import_path for package in named if package.import_path not in known]
    mains = [package.import_path for package in named if package.import_path in known and package.name == "main"]
    if strange or mains:
        lines = [f"-package {path}: not a package of {opened.module}" for path in strange]
        lines += [f"-package {path}: a main package cannot be imported" for path in mains]
        raise UsageError("\n".join(lines), hint="give -package an import path or a pattern such as example.com/m/...")
    return named


def _check(packages: Sequence[Package]) -> None:
    """Refuse packages that do not load, and those whose archive would be incomplete; all are reported."""
    _check_errors(packages)
    cgo = [p.import_path for p in packages if p.files.get("CgoFiles") or p.files.get("SwigFiles")]
    again = [p.import_path for p in packages if p.binary_only]
    lines = [f"{path} uses cgo: the C libraries that it links are not in its archive" for path in cgo]
    lines += [f"{path} is already binary-only" for path in again]
    if lines:
        raise BuildError("\n".join(lines), hint="name the other packages with -package")


def _check_errors(packages: Iterable[Package]) -> None:
    messages = [f"{where}: {what}" if where else what for package in packages for where, what in package.errors]
    if messages:
        raise error_of("\n".join(dict.fromkeys(messages)))
