"""Which main packages compile and cannot be linked, as nothing defines their func main."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gomod2bazel.golang.command.broken_packages import unbuildable
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.sets.reading.func_main import defines_main, needs_main

__all__ = ["find_mainless"]


def find_mainless(packages: Iterable[Package], overlay: Mapping[str, str], buildmode: str) -> frozenset[str]:
    """Return the import paths of the named main packages without a func main, of those that load.

    Args:
        packages: as loaded for one platform.
        overlay: what is read in place of files, by path.
        buildmode: the value of -buildmode.
    """
    if not needs_main(buildmode):
        return frozenset()
    by_path = {package.import_path: package for package in packages}
    mains = [p.import_path for p in by_path.values() if p.named and p.name == "main" and p.has_go and not p.binary_only]
    bad = unbuildable(by_path.values())
    return frozenset(path for path in mains if path not in bad and _lacks_main(by_path[path], by_path, overlay))


def _lacks_main(main: Package, by_path: Mapping[str, Package], overlay: Mapping[str, str]) -> bool:
    return not defines_main(_files(main, overlay), _imported_files(main, by_path, overlay))


def _imported_files(main: Package, by_path: Mapping[str, Package], overlay: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the Go files of what a package imports, less the standard library."""
    for package in closure(main.import_path, by_path):
        if package is not main and not package.standard:
            yield from _files(package, overlay)


def _files(package: Package, overlay: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the package's Go files; one that cannot be read is for the compiler to report."""
    for name in (*package.files.get("GoFiles", ()), *package.files.get("CgoFiles", ())):
        file = Path(package.dir, name)
        try:
            yield Path(overlay.get(str(file)) or file).read_bytes()
        except OSError:
            yield b"package main\n\nfunc main() {}\n"
