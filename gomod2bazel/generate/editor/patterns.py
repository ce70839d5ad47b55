"""Which packages patterns name (go/packages, "Load", and `go help packages`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.generate.editor.graph import Graph
from gomod2bazel.generate.editor.own_packages import OwnTest
from gomod2bazel.generate.editor.protocol import Package

__all__ = ["Matcher"]

_SCRIPT = "command-line-arguments"


@dataclass(frozen=True, slots=True)
class Matcher:
    """Finds packages.

    Attributes:
        graph: all of them.
        cwd: the folder that relative patterns begin at.
        tests: whether tests are wanted too.
    """

    graph: Graph
    cwd: str
    tests: bool

    def roots(self, pattern: str) -> Iterator[Package]:
        """Yield the packages that a pattern names; with their tests where these are wanted."""
        kind, has_kind, value = pattern.partition("=")
        if has_kind and kind == "file":
            yield from self._with_file(self._absolute(value))
        elif has_kind and kind == "pattern":
            yield from self.roots(value)
        elif pattern == "std":
            yield from self.graph.standard.all()
        elif pattern.startswith((".", "/")):
            yield from self._in_folders(self._absolute(pattern))
        else:
            yield from self._with_path(pattern)

    def _absolute(self, path: str) -> str:
        return str(Path(self.cwd, path)) if not path.startswith("/") else path.rstrip("/")

    def _expanded(self, package: Package) -> Iterator[Package]:
        yield package
        if self.tests:
            yield from self.graph.with_tests(package.path)

    def _in_folders(self, pattern: str) -> Iterator[Package]:
        if pattern.endswith(".go"):
            yield from self._script(pattern)
            return
        folder = pattern.removesuffix("...").rstrip("/")
        recursive = folder != pattern.rstrip("/")
        for package in self.graph.repository.packages.values():
            if package.folder == folder or (recursive and f"{package.folder}/".startswith(f"{folder}/")):
                yield from self._expanded(package)
        for test in self._alone():
            if test.folder == folder or (recursive and f"{test.folder}/".startswith(f"{folder}/")):
                yield from self.graph.with_tests(test.library)
        if not recursive:
            yield from self.graph.at(folder)

    def _alone(self) -> Iterator[OwnTest]:
        """Yield tests without a package."""
        if self.tests:
            for path, tests in self.graph.repository.tests.items():
                if path not in self.graph.repository.packages:
                    yield tests[0]

    def _with_path(self, pattern: str) -> Iterator[Package]:
        if "..." in pattern or pattern == "all":
            expression = ".*" if pattern == "all" else re.escape(pattern).replace(r"\.\.\.", ".*")
            # example.com/a/... is also example.com/a.
            fits = re.compile(re.sub(r"/\.\*$", "(/.*)?", expression))
            for path, package in self.graph.repository.packages.items():
                if fits.fullmatch(path):
                    yield from self._expanded(package)
            return
        named = self._package(pattern)
        if named:
            yield from self._expanded(named)
        elif self.tests:
            # What gopls calls packages that it found before: NAME_test is asked for by that path.
            yield from self.graph.with_tests(pattern.removesuffix("_test"))

    def _package(self, path: str) -> Package | None:
        """Return the package with a path, of whatever lock."""
        numbers = range(max(1, len(self.graph.locks)))
        return next((package for number in numbers if (package := self.graph.package(path, number))), None)

    def _with_file(self, path: str) -> Iterator[Package]:
        """Yield the packages that have a file."""
        folder = path.rpartition("/")[0]
        has_rule = False
        for package in self._candidates(path, folder):
            if path in (*package.go_files, *package.other_files, *package.ignored_files, *package.embed_files):
                has_rule = True
                yield package
        if not has_rule and path.endswith(".go"):
            yield from self._new(path, folder)

    def _candidates(self, path: str, folder: str) -> Iterator[Package]:
        real = str(Path(path).resolve()).rpartition("/")[0]
        packages = [package for package in self.graph.repository.packages.values() if package.folder == folder]
        packages += [p for p in self.graph.repository.packages.values() if p.folder != folder and path in p.go_files]
        for package in packages:
            yield from self._expanded(package)
        for test in self._alone():
            if test.folder == folder:
                yield from self.graph.with_tests(test.library)
        for place in dict.fromkeys((folder, real)):
            yield from self.graph.at(place)

    def _new(self, path: str, folder: str) -> Iterator[Package]:
        """Yield the package of a file that no rule names yet: what `generate` would add it to."""
        file = self.graph.repository.files.read(path)
        if file is None or not file.fits:
            return
        for package in list(self.graph.repository.packages.values()):
            if package.folder != folder:
                continue
            is_test = path.endswith("_test.go")
            if not is_test and file.package == package.name:
                package.go_files.append(path)
                package.cgo_files += [path] * ("C" in file.imports)
                package.sources = list(dict.fromkeys([*package.sources, *file.imports]))
                yield from self._expanded(package)
            elif is_test and self.tests:
                yield from self._new_test(package, path, external=file.package == f"{package.name}_test")

    def _new_test(self, package: Package, path: str, *, external: bool) -> Iterator[Package]:
        tests = self.graph.repository.tests.setdefault(package.path, [])
        first = tests[0] if tests else OwnTest(name="", library=package.path, folder=package.folder)
        internal, outer = ([], [path]) if external else ([path], [])
        changed = replace(first, internal=[*first.internal, *internal], external=[*first.external, *outer])
        tests[:1] = [changed]
        yield from (each for each in self.graph.with_tests(package.path) if path in each.go_files)

    def _script(self, path: str) -> Iterator[Package]:
        """Yield the package of a file that stands for itself, such as one with //go:build ignore."""
        file = self.graph.repository.files.parsed(path)
        if file:
            yield Package(
                id=_SCRIPT,
                path=_SCRIPT,
                name=file.package,
                folder=path.rpartition("/")[0],
                lock=0,
                go_files=[path],
                sources=file.imports,
            )
