"""Which packages of a repository can be built, with their tests, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.generate.loading.test_facts import OwnTests, own_tests
from gomod2bazel.golang.command.broken_packages import problems_of_tests, unbuildable
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.golang.command.std_packages import standard_patterns

__all__ = ["Judged", "judge"]

_EXCLUDED = "build constraints exclude all Go files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The packages of a repository.

    Attributes:
        good: those that can be built, and those that have nothing but tests that can.
        tests: what their tests need, by import path of the package under test.
        broken: folders of those that exist, but do not load or are not for this platform.
        failed: of these, those that do not load.
        untested: import paths of good packages whose tests do not load.
        problems: what keeps packages from loading.
        test_problems: what keeps tests of good packages from loading.
        unfit: what is wrong with packages that only import what is not for this platform, by import path.
        unfit_tests: the same of tests, by import path of the package under test.
    """

    good: tuple[Package, ...]
    tests: Mapping[str, OwnTests]
    broken: frozenset[Path]
    failed: frozenset[Path]
    untested: frozenset[str]
    problems: tuple[str, ...]
    test_problems: tuple[str, ...]
    unfit: Mapping[str, str]
    unfit_tests: Mapping[str, str]

    @property
    def roots(self) -> Iterator[str]:
        """The import paths of all that has to be there for them, with what that imports."""
        yield from (package.import_path for package in self.good)
        for tests in self.tests.values():
            yield from tests.imports
        yield from standard_patterns(("testing",)) if self.tests else ()


def judge(packages: Sequence[Package], by_path: Mapping[str, Package], root: Path, tested: Collection[Path]) -> Judged:
    """Decide which packages can be built.

    Args:
        packages: as loaded, dependencies before importers.
        by_path: the same by import path.
        root: The root folder of the repository.
        tested: folders whose tests are wanted.
    """
    bad = unbuildable(packages)
    used = _imported(packages, root)
    good: list[Package] = []
    tests: dict[str, OwnTests] = {}
    broken: set[Path] = set()
    failed: set[Path] = set()
    untested: set[str] = set()
    problems: dict[str, None] = {}
    test_problems: dict[str, None] = {}
    unfit: dict[str, str] = {}
    unfit_tests: dict[str, str] = {}
    for package in packages:
        if not _is_own(package, root, used) or (not package.has_go and not package.errors and not package.tests):
            continue
        path = package.import_path
        package_problems = (
            [problem for member in closure(path, by_path) for problem in member.problems] if path in bad else []
        )
        if package.errors or (package_problems and package.has_go):
            broken.add(Path(package.dir))
            reasons = {f"{where}: {what}" if where else what: None for where, what in package_problems}
            if not all(_EXCLUDED in text for text in reasons):
                failed.add(Path(package.dir))
                problems |= reasons
            elif not any(_EXCLUDED in what for _, what in package.problems):
                # That a package is for another platform is not a problem in itself.
                unfit[path] = "\n".join(reasons)
            continue
        if package.tests and Path(package.dir) in tested:
            wrong = problems_of_tests(package, package.tests, by_path, bad)
            if wrong and all(_EXCLUDED in text for text in wrong):
                unfit_tests[path] = "\n".join(wrong)
            elif wrong:
                test_problems |= wrong
                untested.add(path)
            tests |= {} if wrong else {path: own_tests(package.tests)}
        if package.has_go or path in tests:
            good.append(package)
    return Judged(
        good=tuple(good),
        tests=tests,
        broken=frozenset(broken),
        failed=frozenset(failed),
        untested=frozenset(untested),
        problems=tuple(problems),
        test_problems=tuple(test_problems),
        unfit=unfit,
        unfit_tests=unfit_tests,
    )


def _is_own(package: Package, root: Path, used: Collection[str]) -> bool:
    """Return whether a package's sources are the repository's own.

    Those that no pattern names, in testdata perhaps, are there because others import them. The patterns of the go
    command name packages below node_modules, which nobody looks at unless others import them.
    """
    return _is_inside(package, root) and (not _is_npm(package) or package.import_path in used)


def _imported(packages: Sequence[Package], root: Path) -> frozenset[str]:
    """Return the import paths that packages of the repository import, but for those below node_modules."""
    own_packages = [package for package in packages if _is_inside(package, root) and not _is_npm(package)]
    tests = [package.tests.imports for package in own_packages if package.tests]
    return frozenset().union(*(package.imports for package in own_packages), *tests)


def _is_inside(package: Package, root: Path) -> bool:
    if package.standard or package.module is None or not package.dir or package.home.version:
        return False
    return Path(package.dir).is_relative_to(root)


def _is_npm(package: Package) -> bool:
    return "node_modules" in Path(package.dir).parts
