"""C files that a package takes from the repository around its module: ``bindings/go`` with C in ``../../src``.

The go command compiles whatever an ``#include`` line leads to. In a working tree the surroundings up to the root of the
repository belong to it; what is beyond is refused, and so is what surrounds a module in no repository.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.folder_names import in_flag
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.c_code.c_includes import included_names

__all__ = ["Surroundings", "check_surroundings", "repository_root", "surroundings_of"]

# What the root of a repository has (cmd/go/internal/vcs, vcsList).
_MARKS = (".git", ".hg", ".svn", ".bzr", ".fslckout", "_FOSSIL_")

_SOURCES = (
    "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles", "SwigCXXFiles",
)  # fmt: skip
_COMPILING = ("CgoCPPFLAGS", "CgoCFLAGS", "CgoCXXFLAGS", "CgoFFLAGS")
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp", ".tcc", ".def")

_FOLDER_FLAG = re.compile(r"-(?:I|L|F|isystem|iquote|idirafter|include|imacros)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a package takes from outside of its module.

    Attributes:
        files: relative to the module's folder, so that each begins with ``../``.
        beyond: pairs of a file that includes, and of what it includes outside of the repository; both absolute.
    """

    files: tuple[str, ...] = ()
    beyond: tuple[tuple[str, str], ...] = ()


def repository_root(folder: Path) -> Path:
    """Return the root of the repository that ``folder`` is in; the folder itself where it is in none."""
    for parent in (folder, *folder.parents):
        if any((parent / mark).exists() for mark in _MARKS):
            return parent
    return folder


def surroundings_of(package: Package) -> Surroundings:
    """Return what a package of a working tree takes from outside of its module; nothing for others.

    Args:
        package: as listed, with the flags of its ``#cgo`` lines.
    """
    if not _is_local(package) or not _may_include(package):
        return Surroundings()
    return _Walk(_as_the_system_has_it(package)).result()


def check_surroundings(packages: Iterable[Package]) -> tuple[Package, ...]:
    """Add an error to each package that includes a file outside of the repository."""
    return tuple(replace(p, errors=(*p.errors, *_errors(p))) for p in packages)


def _errors(package: Package) -> Iterator[tuple[str, str]]:
    for file, included in surroundings_of(package).beyond:
        module = os.path.realpath(package.module_root)
        root = repository_root(Path(module))
        outside = f"the repository {root}"
        if not any((root / mark).exists() for mark in _MARKS):
            outside = f"the module {root}, which is not in a repository"
        what = f"includes {included}, which is outside {outside}"
        yield os.path.relpath(file, module), f"{what} (a repository has .git or similar in its root)"


def _as_the_system_has_it(package: Package) -> Package:
    """Return a package with the real name of its module's folder: a compiler finds ``..`` of a link behind the link."""
    root = package.module_root
    actual = os.path.realpath(root)
    cgo = {kind: tuple(in_flag(flag, root, actual) for flag in flags) for kind, flags in package.cgo.items()}
    return replace(package, dir=actual + package.dir.removeprefix(root), cgo=cgo) if actual != root else package


def _is_local(package: Package) -> bool:
    module = package.module
    if module is None or package.standard or package.archive:
        return False
    return (module.main and not module.version) or bool(module.replace and not module.replace.version and module.dir)


def _may_include(package: Package) -> bool:
    files = package.files
    return any(files.get(kind) for kind in ("CgoFiles", "SFiles", "SwigFiles", "SwigCXXFiles"))


class _Walk:
    """Follows the include lines of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._module = package.module_root
        self._root = str(repository_root(Path(self._module)))
        flags = [flag for kind in _COMPILING for flag in package.cgo.get(kind, ())]
        self._folders = [path for path in _paths(flags) if Path(path).is_dir()]
        self._included_files: dict[str, None] = {}
        self._beyond: dict[tuple[str, str], None] = {}

    def result(self) -> Surroundings:
        package = self._package
        names = [name for kind in _SOURCES for name in package.files.get(kind, ())]
        waiting = [f"{package.dir}/{name}" for name in names]
        waiting += [path for path in self._named() if self._take(path)]
        reachable(waiting, self._included)
        return Surroundings(
            files=tuple(sorted(os.path.relpath(path, self._module) for path in self._included_files)),
            beyond=tuple(self._beyond),
        )

    def _included(self, file: str) -> Iterator[str]:
        """Yield the files of the repository that a file includes, and note those beyond."""
        for name in sorted(os.fsdecode(included) for included in included_names(Path(file))):
            path = self._resolved(name, posixpath.dirname(file)) if not name.startswith("/") else None
            if path is None:
                continue
            if self._take(path):
                yield path
            elif _is_relative_out(name):
                self._beyond[file, path] = None

    def _resolved(self, name: str, folder: str) -> str | None:
        places = (os.path.normpath(f"{base}/{name}") for base in (folder, self._package.dir, *self._folders))
        return next((path for path in places if Path(path).is_file()), None)

    def _take(self, path: str) -> bool:
        """Note a file outside of the module; tell whether it is in the repository at all."""
        if _is_below(path, self._module):
            return True
        if not _is_below(path, self._root):
            return False
        self._included_files[path] = None
        return True

    def _named(self) -> Iterator[str]:
        """Yield what flags name outside of the module: headers in folders of -I, files, and libraries of -L."""
        for folder in self._folders:
            # The repository itself has more than headers for this package.
            if _is_below(folder, self._root) and not _is_below(self._module, folder) and not self._is_own(folder):
                yield from _headers(folder)
        linking = self._package.cgo.get("CgoLDFLAGS", ())
        flags = [*linking, *(flag for kind in _COMPILING for flag in self._package.cgo.get(kind, ()))]
        yield from (path for path in _paths(flags) if Path(path).is_file() and _is_below(path, self._root))
        libraries = [flag[2:] for flag in linking if flag.startswith("-l")]
        for folder in _paths(linking):
            if Path(folder).is_dir() and _is_below(folder, self._root):
                yield from _libraries(folder, libraries)

    def _is_own(self, folder: str) -> bool:
        return _is_below(folder, self._module)


def _paths(flags: Sequence[str]) -> list[str]:
    """Return the absolute paths that flags name, without dots; those of modules were written with ${SRCDIR}."""
    words = [_FOLDER_FLAG.sub("", flag, count=1) if _FOLDER_FLAG.match(flag) else flag for flag in flags]
    return [os.path.normpath(word) for word in words if word.startswith("/")]


def _headers(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _MARKS)
        yield from (f"{place}/{file}" for file in sorted(files) if file.endswith(_HEADERS))


def _libraries(folder: str, names: Iterable[str]) -> Iterator[str]:
    entries = sorted(entry.name for entry in Path(folder).iterdir())
    for name in names:
        file = re.compile(rf"lib{re.escape(name)}\.(?:a|so|dylib|tbd)(?:\.[\d.]+)?")
        yield from (f"{folder}/{entry}" for entry in entries if file.fullmatch(entry))


def _is_relative_out(name: str) -> bool:
    return os.path.normpath(name).startswith("..")


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
