"""-overlay FILE: files that are read in place of others (`go help build`; cmd/go/internal/fsys)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import check_shortage, write_file
from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.golang.command.golist import Package

COPIES = ".gomod2bazel-overlay/"
"""Where a module's repository keeps what C compilers read in place of a package's files."""

# Kinds of files that a package with cgo reads copies of, once any of them is replaced (cmd/go/internal/work, runCgo).
_COPIED = ("CFiles", "SFiles", "CXXFiles", "HFiles", "FFiles")

# Kinds that the go command reads from the disk alone, whatever an overlay says.
_ON_DISK = ("MFiles", "SysoFiles", "SwigFiles", "SwigCXXFiles")

__all__ = [
    "COPIES",
    "check_module_cache",
    "check_readable",
    "copied",
    "in_place",
    "on_disk",
    "read_overlay",
    "recorded_names",
    "settled",
]


def read_overlay(file: str | Path, cwd: Path = Path("/")) -> dict[str, str]:
    """Return what an overlay file says, all paths absolute.

    Args:
        file: the JSON file.
        cwd: the folder that it and the paths in it are relative to.

    Returns:
        For each replaced or added file the one to read in its place; for one that is to be absent, nothing.

    Raises:
        UsageError: it cannot be read, or contradicts itself; with the go command's message.
    """
    try:
        text = (cwd / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError):
            check_shortage("read", cwd / file, error)
        what = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"reading overlay: open {file}: {what}", hint="name a JSON file: -overlay FILE") from error
    try:
        given = _replace(json.loads(text))
    except ValueError as error:
        raise UsageError(
            f"parsing overlay JSON: {error}", where=str(file), hint='write {"Replace": {"FILE": "OTHER-FILE"}}'
        ) from error
    replacements: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, actual in sorted(given.items()):
        if not name:
            raise UsageError("empty string key in overlay map", where=str(file), hint="name the file that is replaced")
        path = os.path.normpath(cwd / name)
        if path in replacements:
            raise UsageError(
                f"duplicate paths {names[path]} and {name} in overlay map", where=str(file), hint="keep one of them"
            )
        replacements[path] = os.path.normpath(cwd / actual) if actual else ""
        names[path] = name
    _check_folders(replacements, str(file))
    return replacements


def _replace(value: Any) -> Mapping[str, str]:
    """Return the Replace object; Go's JSON reader takes its name in any case, and leaves out what it does not know."""
    if not isinstance(value, dict):
        raise ValueError(f"cannot unmarshal {type(value).__name__} into the overlay's object")  # noqa: TRY004
    values = [item for key, item in value.items() if key.lower() == "replace"]
    given = values[-1] if values and values[-1] is not None else {}
    if not isinstance(given, dict) or not all(isinstance(item, str | None) for item in given.values()):
        raise ValueError("Replace is not an object of strings")
    return {name: item or "" for name, item in given.items()}


def _check_folders(replacements: Mapping[str, str], file: str) -> None:
    """Refuse a file below what is itself a file."""
    files = sorted(path for path, actual in replacements.items() if actual)
    for path in files:
        below = next((other for other in files if other.startswith(path + "/")), "")
        if below:
            raise UsageError(
                f"inconsistent files {path} and {below} in overlay map",
                where=file,
                hint="replace either the folder or files in it",
            )


def check_module_cache(overlay: Mapping[str, str], cache: Path) -> None:
    """Refuse to replace files of the user's module cache (cmd/go/internal/work, BuildInit).

    Ours is another one, so the go command does not see that it is asked to.

    Raises:
        UsageError: a file is there.
    """
    cached = next((path for path in sorted(overlay) if Path(path).is_relative_to(cache)), "")
    if cached:
        raise UsageError(
            f"overlay contains a replacement for {cached}. Files beneath GOMODCACHE ({cache}) must not be replaced.",
            hint="replace the module by a folder in go.mod, and overlay that",
        )


def in_place(overlay: Mapping[str, str], package: Package) -> dict[str, str]:
    """Return the files of a package that tools read another file in place of: name relative to its folder, to path.

    These are Go files, embedded files, and what Go's own assembler reads, headers aside (cmd/go/internal/work: gc.go).
    """
    names = [name for kind in ("GoFiles", "CgoFiles") for name in package.files.get(kind, ())]
    names += [name for name in package.files.get("SFiles", ()) if not _is_for_c(package, name)]
    return {name: overlay[path] for name in (*names, *package.embed_files) if overlay.get(path := _path(package, name))}


def copied(overlay: Mapping[str, str], package: Package) -> dict[str, str]:
    """Return the files of a package with cgo that C compilers read a copy of: name, to the path of the other file.

    Once there is any, the go command compiles all C sources of the package from copies in its scratch folder, with the
    package's headers next to them (cmd/go/internal/work, computeNonGoOverlay). What includes a header from elsewhere
    still finds it in the package's folder, as it is there.
    """
    names = [name for kind in _COPIED for name in package.files.get(kind, ()) if _is_for_c(package, name)]
    return {name: overlay[path] for name in names if overlay.get(path := _path(package, name))}


def on_disk(overlay: Mapping[str, str], package: Package, name: str) -> bool:
    """Return whether a file that C compilers read is there without the overlay."""
    return not overlay.get(_path(package, name)) or Path(_path(package, name)).exists()


def _path(package: Package, name: str) -> str:
    return f"{package.dir}/{name}"


def _is_for_c(package: Package, name: str) -> bool:
    """Return whether a C compiler reads a file that is not a Go file; of runtime/cgo's assembly it reads some."""
    cgo = any(package.files.get(kind) for kind in ("CgoFiles", "SwigFiles", "SwigCXXFiles"))
    go_assembly = package.import_path == "runtime/cgo" and name.endswith(".s") and not name.startswith("gcc_")
    return cgo and not go_assembly


def check_readable(overlay: Mapping[str, str], packages: Iterable[Package]) -> None:
    """Refuse files that an overlay adds and the go command reads from the disk alone: its tools would not find them.

    Raises:
        BuildError: there are any; all are named.
    """
    lacking = [
        f"{package.import_path}: {_path(package, name)}: no such file or directory"
        for package in packages
        for kind in _ON_DISK
        for name in package.files.get(kind, ())
        if not on_disk(overlay, package, name)
    ]
    if lacking:
        message = "-overlay cannot add Objective-C, .syso and SWIG files, which the go command reads from the disk"
        raise BuildError("\n".join(lacking), hint=message)


def recorded_names(overlay: Mapping[str, str], package: Package) -> dict[str, str]:
    """Return the files of a package that a binary knows by another name, relative to the package's folder.

    The compiler is given the file that is really read. Its own name is recorded where it is in or below the package's
    folder, as -trimpath's rule for that folder then comes first (cmd/go/internal/work, Action.trimpath). Files that go
    through cgo keep their names: a cgo flag sets those (cmd/go/internal/work, runCgo).
    """
    files = in_place(overlay, package)
    kept = {*package.files.get("CgoFiles", ()), *package.embed_files}
    renamed = {
        name: actual for name, actual in files.items() if actual.startswith(f"{package.dir}/") and name not in kept
    }
    return {name: actual.removeprefix(f"{package.dir}/") for name, actual in renamed.items()}


def settled(file: str, cwd: Path, folder: Path) -> tuple[str, dict[str, str]]:
    """Read an overlay, and write it with absolute paths into ``folder``; return where, and what it says.

    The go command reads relative paths from its own working directory, which is not always the user's here. The name
    stands for the content: what another overlay made is never taken for what this one makes.

    Raises:
        UsageError: see `read_overlay`.
    """
    overlaid = read_overlay(file, cwd)
    text = json.dumps({"Replace": overlaid}, indent=1, sort_keys=True) + "\n"
    path = folder / f"{hashlib.sha256(os.fsencode(text)).hexdigest()[:32]}.json"
    if not path.exists():
        write_file(path, text)
    return str(path), overlaid
