"""Packages of the repository, as its BUILD files describe them."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.generate.editor.build_rules import BuildRule, read_rules
from gomod2bazel.generate.editor.go_files import GoFiles
from gomod2bazel.generate.editor.memory import FileMemory
from gomod2bazel.generate.editor.places import Places
from gomod2bazel.generate.editor.protocol import Package, Problem
from gomod2bazel.generate.loading.repository import ROOTS, read_ignored

__all__ = ["BuildFolder", "OwnPackages", "OwnTest", "build_folders"]

_BUILD_FILES = ("BUILD.bazel", "BUILD")


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """A folder with a BUILD file: its path from the root, the file's rules, and the rule that makes each output."""

    path: str
    rules: Mapping[str, BuildRule]
    outputs: Mapping[str, str]


def build_folders(root: str, memory: FileMemory) -> Iterator[BuildFolder]:
    """Yield the folders of a repository that have rules for Go code."""
    ignored = read_ignored(Path(root))
    waiting = [""]
    while waiting:
        path = waiting.pop()
        names, folders = set[str](), list[str]()
        try:
            with os.scandir(f"{root}/{path}") as entries:
                for entry in entries:
                    # Neither bazel-bin and the like, which are links, nor what Bazel does not look into.
                    if not entry.is_dir(follow_symlinks=False):
                        names.add(entry.name)
                    elif entry.name[0] != "." and entry.name != "node_modules":
                        folders.append(entry.name)
        except OSError:
            continue
        if path and not names.isdisjoint(ROOTS):
            continue
        below = (f"{path}/{name}" if path else name for name in folders)
        waiting += [name for name in below if name not in ignored]
        build_file = next((name for name in _BUILD_FILES if name in names), "")
        facts = memory.facts(f"{root}/{path}/{build_file}" if path else f"{root}/{build_file}", _facts)
        if build_file and facts and (facts[0] or facts[1]):
            rules = {value["name"]: BuildRule(**value) for value in facts[0]}
            yield BuildFolder(path, rules, facts[1])


def _facts(path: str) -> list[object]:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - thousands of them
        rules, outputs = read_rules(file.read())
    return [[rule.to_dict() for rule in rules], outputs]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTest:
    """The test files of a go_test.

    Attributes:
        name: of the rule.
        library: import path of the package that it tests; its own where it embeds none.
        folder: where it is.
        compiled: where Bazel compiles packages for it, relative to bazel-bin.
        internal, external: paths of its files, those of the package and those of package NAME_test.
        missing: files that were not generated yet.
    """

    name: str
    library: str
    folder: str
    compiled: str = ""
    internal: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class OwnPackages:
    """All packages of the repository.

    Attributes:
        places: where files are.
        folders: by path.
        files: reads Go files.
        cgo: whether the configuration has cgo.
        packages: by import path.
        tests: by import path of the package that they test.
        targets: import path of each library, by folder and name.
    """

    places: Places
    folders: Mapping[str, BuildFolder]
    files: GoFiles
    cgo: bool
    packages: dict[str, Package] = field(default_factory=dict)
    tests: dict[str, list[OwnTest]] = field(default_factory=dict)

    def load(self) -> None:
        """Read the sources of all rules."""
        rules = [(folder, rule) for folder in self.folders.values() for rule in folder.rules.values()]
        # A go_library may embed a go_proto_library with the same path, and has all files of the package then.
        for kind in ("go_library", "go_proto_library"):
            for folder, rule in rules:
                if rule.kind == kind and rule.importpath and rule.importpath not in self.packages:
                    self.packages[rule.importpath] = self._library(folder, rule)
        for folder, rule in rules:
            if rule.kind == "go_test":
                test = self._test(folder, rule)
                self.tests.setdefault(test.library, []).append(test)

    def _library(self, folder: BuildFolder, rule: BuildRule) -> Package:
        place = self._absolute(folder.path)
        package = Package(
            id=rule.importpath, path=rule.importpath, name=rule.importpath.rpartition("/")[2], folder=place
        )
        imports = dict[str, None]()
        for each, source in self._with_embedded(folder, rule):
            package.problems += self._add_sources(package, each, source, imports, cgo=rule.cgo or source.cgo)
            package.embed_files += filter(os.path.exists, self._paths(each, source, "embedsrcs"))
            package.cgo_flags += [*source.lists.get("cppopts", ()), *source.lists.get("copts", ())]
            package.cgo_flags += [f"pkg-config:{name}" for name in source.lists.get("pkg_config", ())]
        package.sources = list(imports)
        package.export_file = self.places.export_file("", folder.path, rule.name)
        return package

    def _add_sources(
        self, package: Package, folder: BuildFolder, rule: BuildRule, imports: dict[str, None], *, cgo: bool
    ) -> list[Problem]:
        """Add the files of a rule to a package; return what is wrong with them."""
        problems = []
        for path in self._paths(folder, rule, "srcs"):
            if not path.endswith(".go"):
                package.other_files.append(path)
                continue
            file = self.files.read(path)
            if file is None:
                problems.append(self._missing(folder, rule, path))
            elif not file.fits or ("C" in file.imports and not (cgo and self.cgo)):
                package.ignored_files.append(path)
            else:
                package.go_files.append(path)
                package.name = file.package or package.name
                package.cgo_files += [path] * ("C" in file.imports)
                imports.update(dict.fromkeys(file.imports))
        if rule.kind == "go_proto_library" and not package.go_files:
            problems.append(self._missing(folder, rule, f"{rule.name}_"))
        return problems

    def _missing(self, folder: BuildFolder, rule: BuildRule, path: str) -> Problem:
        label = f"//{folder.path}:{rule.name}"
        name = path.rpartition("/")[2]
        return Problem(message=f"{name} is not there; if a rule generates it, run bazel build {label}")

    def _with_embedded(self, folder: BuildFolder, rule: BuildRule) -> Iterator[tuple[BuildFolder, BuildRule]]:
        """Yield a rule, and those that it embeds."""
        waiting, seen = [(folder, rule)], set[tuple[str, str]]()
        while waiting:
            place, each = waiting.pop()
            if (place.path, each.name) not in seen:
                seen.add((place.path, each.name))
                yield place, each
                waiting += self._embedded(place, each)

    def _embedded(self, folder: BuildFolder, rule: BuildRule) -> Iterator[tuple[BuildFolder, BuildRule]]:
        for label in rule.lists.get("embed", ()):
            path, name = _split(label, folder.path)
            place = self.folders.get(path)
            if place and name in place.rules:
                yield place, place.rules[name]

    def _test(self, folder: BuildFolder, rule: BuildRule) -> OwnTest:
        libraries = (each.importpath for _, each in self._embedded(folder, rule) if each.importpath)
        library = next(libraries, "") or rule.importpath or folder.path
        compiled = f"{folder.path}/{rule.name}_/packages".lstrip("/")
        test = OwnTest(name=rule.name, library=library, folder=self._absolute(folder.path), compiled=compiled)
        for path in self._paths(folder, rule, "srcs"):
            file = self.files.read(path) if path.endswith(".go") else None
            if file is None and path.endswith(".go"):
                test.problems.append(self._missing(folder, rule, path))
            elif file and file.fits:
                (test.external if file.package.endswith("_test") else test.internal).append(path)
        return test

    def _paths(self, folder: BuildFolder, rule: BuildRule, attribute: str) -> Iterator[str]:
        """Yield the paths of a list of files."""
        names = dict.fromkeys(rule.lists.get(attribute, ()))
        globs = rule.globs if attribute == "srcs" else ()
        for included, excluded in globs:
            names.update(dict.fromkeys(self._globbed(folder.path, included, excluded)))
        for label in names:
            path, name = _split(label, folder.path)
            place = self.folders.get(path)
            generated = [file for file, maker in place.outputs.items() if maker == name] if place else []
            for file in generated or [name]:
                yield self._path(place, path, file)
        if rule.kind == "go_proto_library":
            yield from self._generated(folder.path, rule.name)

    def _path(self, place: BuildFolder | None, folder: str, name: str) -> str:
        """Return where a file is: in bazel-bin where a rule generates it."""
        source = f"{self._absolute(folder)}/{name}"
        is_generated = place is not None and name in place.outputs
        if self.places.bazel_bin and (is_generated or not os.path.exists(source)):  # noqa: PTH110
            made = f"{self.places.bazel_bin}/{folder}/{name}" if folder else f"{self.places.bazel_bin}/{name}"
            return made if is_generated or os.path.exists(made) else source  # noqa: PTH110
        return source

    def _generated(self, folder: str, name: str) -> Iterator[str]:
        """Yield the Go files that a go_proto_library generated, below a folder with its name."""
        for path, _, files in os.walk(f"{self.places.bazel_bin}/{folder}/{name}_"):
            yield from (f"{path}/{file}" for file in sorted(files) if file.endswith(".go"))

    def _globbed(self, folder: str, included: Sequence[str], excluded: Sequence[str]) -> Iterator[str]:
        try:
            names = sorted(os.listdir(self._absolute(folder)))  # noqa: PTH208 - names are all it needs
        except OSError:
            return
        for name in names:
            if _matches(name, included) and not _matches(name, excluded):
                yield name

    def _absolute(self, folder: str) -> str:
        root = str(self.places.root)
        return f"{root}/{folder}" if folder else root


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern.removeprefix("**/")) for pattern in patterns)


def _split(label: str, folder: str) -> tuple[str, str]:
    """Return folder and name of a label that is written in ``folder``."""
    if label.startswith("@"):
        return label, ""
    if not label.startswith("//"):
        return folder, label.removeprefix(":")
    path, _, name = label[2:].partition(":")
    return path, name or path.rpartition("/")[2]
