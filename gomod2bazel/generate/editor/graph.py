"""All packages that an answer may have: of the repository and its tests, of modules, of the standard library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from gomod2bazel.generate.editor.locked_packages import LockedPackages
from gomod2bazel.generate.editor.own_packages import OwnPackages, OwnTest
from gomod2bazel.generate.editor.protocol import Package
from gomod2bazel.generate.editor.standard_packages import StandardPackages

__all__ = ["Graph"]

_OF_CGO = ("runtime/cgo", "syscall", "unsafe")
"""What the files that cgo generates import."""


@dataclass
class Graph:
    """The packages, with what each imports.

    Attributes:
        repository: packages of the repository.
        locks: of the locks.
        standard: the standard library.
        linked: packages whose imports are known, by id.
    """

    repository: OwnPackages
    locks: Sequence[LockedPackages]
    standard: StandardPackages
    linked: dict[str, Package] = field(default_factory=dict)

    def place(self) -> None:
        """Give each package of the repository the lock that its modules come from, by the paths of main modules."""
        paths = [(path, lock.number) for lock in self.locks for path in lock.summary["main_modules"]]
        paths.sort(key=lambda item: -len(item[0]))
        for package in self.repository.packages.values():
            fits = (number for path, number in paths if f"{package.path}/".startswith(f"{path}/"))
            package.lock = next(fits, 0 if self.locks else -1)

    def package(self, path: str, lock: int = 0) -> Package | None:
        """Return what packages that use a lock import as ``path``."""
        if path in self.repository.packages:
            return self.repository.packages[path]
        in_lock = self.locks[lock].package(path) if 0 <= lock < len(self.locks) else None
        return in_lock or self.standard.package(path)

    def at(self, folder: str) -> Iterator[Package]:
        """Yield the packages of modules and of the standard library in a folder."""
        packages = [*(lock.at(folder) for lock in self.locks), self.standard.at(folder)]
        yield from filter(None, packages)

    def with_tests(self, path: str) -> Iterator[Package]:
        """Yield the packages that the tests of a package are compiled as."""
        for number, test in enumerate(self.repository.tests.get(path, ())):
            # As `go list` writes it, where a package has one test.
            yield from self._compiled(test, f"{path if number == 0 else f'{path}:{test.name}'}.test")

    def closure(self, roots: Iterable[Package]) -> list[Package]:
        """Return packages and all that they import, each once."""
        waiting = list(roots)
        while waiting:
            package = waiting.pop()
            if package.id not in self.linked:
                self.linked[package.id] = package
                waiting += self._link(package)
        return list(self.linked.values())

    def _link(self, package: Package) -> list[Package]:
        """Find what a package imports; what is nowhere is left out, and the type checker tells."""
        packages = []
        for path in [*package.sources, *(_OF_CGO if package.cgo_files else ())]:
            if path == "C" or path in package.imports:
                continue
            imported = self._imported(package, path)
            if imported:
                # Sources write golang.org/x/..., and the lock has vendor/golang.org/x/...
                written = path.removeprefix("vendor/") if package.lock < 0 else path
                package.imports[written] = imported.id
                packages.append(imported)
        return packages

    def _imported(self, package: Package, path: str) -> Package | None:
        return self.standard.resolve(path) if package.lock < 0 else self.package(path, package.lock)

    def _compiled(self, test: OwnTest, name: str) -> Iterator[Package]:
        path = test.library
        library = self.repository.packages.get(path)
        inner = None
        if test.internal or not library:
            inner = self._internal(test, library, f"{path} [{name}]")
        for package in (inner, self._external(test, library, inner, name)):
            if package and package.go_files:
                package.export_file = self._export_file(test, package.path)
                yield package

    def _export_file(self, test: OwnTest, path: str) -> str:
        return self.repository.places.export_file("", test.compiled, path) if test.compiled else ""

    def _internal(self, test: OwnTest, library: Package | None, identity: str) -> Package:
        """Return a package with its internal test files."""
        base = library or self._empty(test)
        files = [self.repository.files.read(path) for path in test.internal]
        imports = [*base.sources, *(path for file in files if file for path in file.imports)]
        name = next((file.package for file in files if file), base.name)
        return replace(
            base,
            id=identity,
            name=base.name if library else name,
            go_files=[*base.go_files, *test.internal],
            sources=list(dict.fromkeys(imports)),
            imports={},
            export_file="",
            problems=[*base.problems, *test.problems],
        )

    def _empty(self, test: OwnTest) -> Package:
        fits = (package.lock for package in self.repository.packages.values() if package.folder == test.folder)
        name = test.library.rpartition("/")[2]
        return Package(id=test.library, path=test.library, name=name, folder=test.folder, lock=next(fits, 0))

    def _external(self, test: OwnTest, library: Package | None, inner: Package | None, name: str) -> Package:
        """Return the package of external test files; what they import sees the package with its internal ones."""
        base = library or self._empty(test)
        files = [file for path in test.external if (file := self.repository.files.read(path))]
        package = Package(
            id=f"{base.path}_test [{name}]",
            path=f"{base.path}_test",
            name=files[0].package if files else f"{base.name}_test",
            folder=test.folder,
            lock=base.lock,
            go_files=list(test.external),
            sources=list(dict.fromkeys(path for file in files for path in file.imports)),
            problems=[] if inner else list(test.problems),
        )
        if library and inner:
            variants = {library.path: inner}
            self._keep(inner)
            for path in package.sources:
                package.imports.update(self._variant(path, library.path, variants, name))
            for path, variant in variants.items():
                variant.export_file = self._export_file(test, path)
        return package

    def _variant(self, path: str, tested: str, variants: dict[str, Package], name: str) -> Mapping[str, str]:
        """Return how a path is imported where the package under test is compiled with its test files."""
        if path in variants:
            return {path: variants[path].id}
        plain = self.repository.packages.get(path)
        if plain is None or not self.reaches[path] >> self.numbers[tested] & 1:
            return {}
        variant = replace(plain, id=f"{path} [{name}]", imports={}, export_file="", problems=[*plain.problems])
        variants[path] = variant
        for imported in plain.sources:
            variant.imports.update(self._variant(imported, tested, variants, name))
        self._keep(variant)
        return {path: variant.id}

    def _keep(self, package: Package) -> None:
        """Put a variant among the packages of the answer: nothing finds it by a path."""
        self.closure([package])

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """A number for each package of the repository."""
        return {path: number for number, path in enumerate(self.repository.packages)}

    @cached_property
    def reaches(self) -> Mapping[str, int]:
        """For each package of the repository those that it imports, directly or not, as bits; with itself."""
        known: dict[str, int] = {}
        for start in self.repository.packages:
            waiting = [start]
            while waiting:
                path = waiting[-1]
                below = [other for other in self.repository.packages[path].sources if other in self.numbers]
                missing = [other for other in below if other not in known]
                if path not in known and missing:
                    # A cycle, which the compiler refuses, ends here too.
                    known[path] = 1 << self.numbers[path]
                    waiting += missing
                    continue
                waiting.pop()
                known[path] = 1 << self.numbers[path]
                for other in below:
                    known[path] |= known[other]
        return known
