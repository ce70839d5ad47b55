"""What each BUILD file of a repository should be: the text that exists, and the text to put in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.bazel.names import alias_repositories
from gomod2bazel.generate.buildfile.attributes import GROUPS
from gomod2bazel.generate.buildfile.cache import Memory, rules_digest
from gomod2bazel.generate.buildfile.existing_rules import Existing, existing_rules, match_rules, new_rules
from gomod2bazel.generate.buildfile.kinds import RULE_SETS, TOOLS, Rule, RuleSet, Value
from gomod2bazel.generate.buildfile.loads import with_loads, with_packages_of_rules_go
from gomod2bazel.generate.buildfile.merge import merge_file, new_file, with_proto_labels
from gomod2bazel.generate.buildfile.printing import short_label
from gomod2bazel.generate.buildfile.selects import combine
from gomod2bazel.generate.buildfile.starlark import read_file
from gomod2bazel.generate.loading.facts import OwnPackage, UnitFacts
from gomod2bazel.generate.loading.repository import Folder
from gomod2bazel.generate.rules.labels import Labels, short_name
from gomod2bazel.generate.rules.packages import (
    Names,
    Scene,
    Shared,
    embedded_files,
    is_built,
    is_generated,
    names_of,
    package_rules,
    sources_of,
)
from gomod2bazel.generate.rules.test_data import OwnSources, TestData
from gomod2bazel.generate.rules.test_rules import TestPlace, test_rules

__all__ = ["Change", "Planner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that is not as it should be.

    Attributes:
        path: relative to the repository's root.
        old: its text; None where no such file.
        new: what it should be; None where it should not be there.
    """

    path: str
    old: str | None
    new: str | None


@dataclass(slots=True, kw_only=True)
class Planner:
    """Works out the changes.

    Attributes:
        root: The root folder of the repository.
        folders: of it.
        rule_set: what is generated for.
        memory: of earlier runs.
        notes: What to tell the user of tests; `changes` adds it.
    """

    root: Path
    folders: Mapping[str, Folder]
    rule_set: RuleSet
    memory: Memory
    notes: list[str] = field(default_factory=list)
    _rules: dict[str, list[Existing]] = field(default_factory=dict)

    def changes(self, units: Sequence[tuple[UnitFacts, int]], at: Path, unknown: Sequence[Path] = ()) -> list[Change]:
        """Return what to change in folders at ``at`` and below.

        Args:
            units: what is known of each unit, and the group of its lock.
            at: a folder of the repository.
            unknown: folders of which, and of all below, nothing could be listed.

        Raises:
            UsageError: a BUILD file cannot be read, or a prefix directive is wrong; all at once.
        """
        self._read_all()
        rules = self._all_rules(units)
        broken = {self._folder(path) for unit, _ in units for path in unit.broken}
        broken |= {path for path in self.folders if any((self.root / path).is_relative_to(top) for top in unknown)}
        kept = self._kept(rules, broken)
        below = "" if at == self.root else at.relative_to(self.root).as_posix()
        changes = []
        for path, folder in sorted(self.folders.items()):
            inside = not below or path == below or path.startswith(f"{below}/")
            if folder.directives.ignored or not inside or not (rules.get(path) or folder.build_file):
                continue
            held = path in broken or any(f'"//{path}:{name}"' in kept for name in GROUPS.values())
            change = self._change(folder, rules.get(path, []), broken=held)
            changes += [change] if change else []
        return changes

    def library_labels(self, unit: UnitFacts) -> dict[str, str]:
        """Return the label of the go_library of each package of a unit that has rules, by import path.

        Raises:
            UsageError: a BUILD file cannot be read.
        """
        self._read_all()
        built = filter(self.is_built_here, unit.packages)
        return {
            package.facts.import_path: f"//{self._folder(package.dir)}:{self._names(package).library}"
            for package in built
        }

    def load_changes(self, at: Path) -> list[Change]:
        """Return the changes of load lines and of keys for platforms, at ``at`` and below, to those of the rule set."""
        changes = []
        for path, folder in sorted(self.folders.items()):
            if folder.directives.ignored or not folder.build_file or not (self.root / path).is_relative_to(at):
                continue
            name = folder.named(folder.build_file)
            plain = folder.text.replace("\r\n", "\n")
            file = read_file(plain, name)
            with_packages_of_rules_go(file, self.rule_set)
            with_loads(file, self.rule_set, (), ())
            text = with_proto_labels(file.text, self.rule_set)
            for other in {label for rule_set in RULE_SETS.values() for label in rule_set.platforms}:
                if other not in self.rule_set.platforms:
                    text = text.replace(f'"{other}', f'"{self.rule_set.platforms[0]}')
            if text not in (plain, f"{plain}\n"):
                text = text.replace("\n", "\r\n") if plain != folder.text else text
                changes.append(Change(path=name, old=folder.text, new=text))
        return changes

    def _kept(self, rules: Mapping[str, Sequence[Rule]], broken: set[str]) -> str:
        """Return the text of BUILD files for which nothing is generated: what they mention elsewhere stays too.

        Such are those of packages that are not built on this platform, which `go list ./...` does not list.
        """
        texts = []
        for path, folder in sorted(self.folders.items()):
            if folder.build_file and (path in broken or path not in rules):
                change = self._change(folder, [], broken=path in broken)
                texts.append(change.new or "" if change else folder.text)
        return "\n".join(texts)

    def _folder(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix().removeprefix(".")

    def _key(self, path: str, text: str) -> str:
        return hashlib.sha256(f"{self.rule_set.source}\n{path}\n{text}".encode(errors="surrogateescape")).hexdigest()

    def _read_all(self) -> None:
        problems = []
        for path, folder in self.folders.items():
            if not folder.build_file:
                continue
            known = self.memory.rules(self._key(folder.named(folder.build_file), folder.text))
            try:
                known = known if known is not None else self._read(folder)
            except UsageError as error:
                problems.append(str(error))
                continue
            self._rules[path] = known
        if problems:
            raise UsageError(
                "\n".join(problems), hint="run buildifier to see what is wrong with them; no file was written"
            )

    def _read(self, folder: Folder) -> list[Existing]:
        path = folder.named(folder.build_file)
        rules = existing_rules(read_file(folder.text, path), self.rule_set)
        self.memory.learn(self._key(path, folder.text), rules)
        return rules

    def _all_rules(self, units: Sequence[tuple[UnitFacts, int]]) -> dict[str, list[Rule]]:
        """Return the rules of every folder."""
        all_rules: dict[str, list[Rule]] = {}
        folders = {
            self._folder(own_package.dir)
            for unit, _ in units
            for own_package in unit.packages
            if self.is_built_here(own_package)
        }
        folders |= {self._folder(line.home) for unit, _ in units for line in unit.tools}
        shared = Shared(packages=folders | {path for path, folder in self.folders.items() if folder.build_file})
        known = "go_command" in self.rule_set.kinds["go_test"].attrs
        data = TestData(root=self.root, folders=self.folders, shared=shared, go_command=known)
        problems: list[str] = []
        for unit, group in units:
            built_packages = [package for package in unit.packages if self.is_built_here(package)]
            named = {package.facts.import_path: self._names(package) for package in built_packages}
            labels = self._labels(unit, group, built_packages, named)
            for package in built_packages:
                path = self._folder(package.dir)
                data.sources[package.facts.import_path] = OwnSources(
                    folder=path, files=sources_of(package.facts), imports=package.facts.imports
                )
                problems += _prefix_problem(package, path, self.folders[path].directives.prefix)
            by_folder: dict[str, dict[str, list[Rule]]] = {}
            for configuration, packages in unit.configurations.items():
                for package in filter(self.is_built_here, packages):
                    path, names = self._folder(package.dir), named[package.facts.import_path]
                    if path not in all_rules and not self.folders[path].directives.ignored:
                        rules = self._package(package, path, names, labels, data)
                        by_folder.setdefault(path, {}).setdefault(configuration, rules)
                for path, rule in self._tools(unit, configuration, labels):
                    by_folder.setdefault(path, {}).setdefault(configuration, []).append(rule)
            all_rules |= {path: combine(rules, tuple(unit.configurations)) for path, rules in by_folder.items()}
        if problems:
            raise UsageError("\n".join(problems), hint="correct or remove the directive: import paths come from go.mod")
        self.notes += dict.fromkeys(data.notes)
        for path, rules in shared.rules().items():
            all_rules.setdefault(path, []).extend(rules)
        return all_rules

    def _package(self, package: OwnPackage, path: str, names: Names, labels: Labels, data: TestData) -> list[Rule]:
        """Return all rules of a package, for one configuration."""
        directives = self.folders[path].directives
        scene = Scene(root=self.root, rule_set=self.rule_set, labels=labels, shared=data.shared)
        rules = package_rules(package, path, names, directives, scene)
        return [*rules, *self._tests(package, path, names, labels, data)]

    def _tools(self, unit: UnitFacts, configuration: str, labels: Labels) -> Iterator[tuple[str, Rule]]:
        """Yield the rule of each tool line for one configuration, with the folder that it is in."""
        for line in unit.tools if "go_tool" in self.rule_set.kinds else ():
            path = self._folder(line.home)
            directives = self.folders[path].directives
            binary = labels.of_binary(line.import_path, path)
            if directives.ignored or not binary or not line.is_in(configuration):
                continue
            attrs: dict[str, Value] = {
                "binary": short_label(binary),
                # As `go build ./...`, `bazel build //...` leaves the programs of tool lines alone.
                "tags": ["manual", *(tag for tag in directives.tags if tag != "manual")],
                "visibility": list(directives.visibility) or ["//visibility:public"],
            }
            yield path, Rule(kind="go_tool", name=short_name(f"{TOOLS}{line.name}"), attrs=attrs)

    def _tests(self, package: OwnPackage, path: str, names: Names, labels: Labels, data: TestData) -> list[Rule]:
        """Return the go_test rules of a package."""
        tests, folder = package.tests, self.folders[path]
        if tests is None:
            return []
        embedded = embedded_files(tests.embed_patterns, tests.embed_files)
        others = package.facts.import_path, *tests.imports
        runs_go = data.runs_go(path, tests.srcs, others)
        built = data.built(path, tests.srcs, others) if runs_go else ()
        place = TestPlace(
            folder=path,
            name=names.test,
            library=names.library if package.library else "",
            embedsrcs=tuple(sorted({data.shared.label(folder.named(file), path, "embedsrcs") for file in embedded})),
            tags=folder.directives.tags,
            data=data.of(path, tests.srcs, others, (*built, *others) if runs_go else ()),
            runs_go=runs_go,
            built=built,
            existing=self._rules.get(path, []),
        )
        return test_rules(package, tests, place, labels, self.rule_set)

    def is_built_here(self, package: OwnPackage) -> bool:
        """Return whether a package of the repository has rules."""
        folder = self.folders.get(self._folder(package.dir))
        # Below node_modules, or in another workspace.
        return folder is not None and is_built(package, folder.directives)

    def _names(self, package: OwnPackage) -> Names:
        """Return what the package's targets are called: as the rules that exist, if any."""
        path = self._folder(package.dir)
        existing = self._rules.get(path, [])
        names = names_of(package, path, existing)
        facts = package.facts
        attrs: dict[str, Value] = {"importpath": facts.source_path, "srcs": sources_of(facts)}
        library = Rule(kind="go_library", name=names.library, attrs=attrs)
        matched = match_rules([library], existing, self.rule_set).get(0)
        names = replace(names, cdeps=matched.cdeps, proto=matched.proto) if matched else names
        if not matched and (generated := _generating(existing, package)):
            return replace(names, library=generated.name, proto=True, generated=True)
        if matched and matched.name != names.library:
            names = replace(names, library=matched.name, test=names.test if names.binary else f"{matched.name}_test")
        if not names.binary:
            return names
        binary = Rule(kind="go_binary", name=names.binary, attrs={"embed": [f":{names.library}"]})
        matched = match_rules([binary], existing, self.rule_set).get(0)
        return replace(names, binary=matched.name if matched else names.binary)

    def _labels(
        self, unit: UnitFacts, group: int, packages: Collection[OwnPackage], named: Mapping[str, Names]
    ) -> Labels:
        return Labels(
            local={
                own_package.facts.import_path: (
                    self._folder(own_package.dir),
                    named[own_package.facts.import_path].library,
                )
                for own_package in packages
            },
            binaries={
                own_package.facts.import_path: (self._folder(own_package.dir), binary)
                for own_package in packages
                if (binary := named[own_package.facts.import_path].binary)
            },
            modules={package.import_path: module.path for module in unit.lock.modules for package in module.packages},
            repositories=alias_repositories([(module.path, module.version) for module in unit.lock.modules], group),
            rules_go="rules_go" in self.rule_set.source,
            go_command="@go_sdk//:go_command" + (f"_g{group}" if group > 1 else ""),
        )

    def _change(self, folder: Folder, rules: Sequence[Rule], *, broken: bool) -> Change | None:
        path = folder.named(folder.file_to_write)
        if folder.file_to_write in folder.folders:
            raise UsageError(
                f"{folder.path or '.'}: the folders BUILD and BUILD.bazel in it leave no name for its BUILD file",
                hint="rename one of them",
            )
        other_files = folder.files - {folder.build_file}
        digest = rules_digest(rules, other_files, broken)
        if not folder.build_file:
            text = new_file(rules, self.rule_set)
            self._remember(path, text, new_rules(rules), digest)
            return Change(path=path, old=None, new=text)
        key = self._key(path, folder.text)
        if self.memory.holds(key, digest):
            self.memory.settle(key, digest)
            return None
        if not rules and not any(rule.kind for rule in self._rules[folder.path]):
            return None
        plain = folder.text.replace("\r\n", "\n")
        text = merge_file(
            read_file(plain, path), rules, self.rule_set, package=folder.path, files=None if broken else other_files
        )
        if text in (plain, f"{plain}\n"):
            self.memory.settle(key, digest)
            return None
        self._remember(path, text, existing_rules(read_file(text, path), self.rule_set), digest)
        text = text.replace("\n", "\r\n") if plain != folder.text else text
        return Change(path=path, old=folder.text, new=text or None)

    def _remember(self, path: str, text: str, rules: Iterable[Existing], digest: str) -> None:
        """Note what will be in a file once it is written."""
        key = self._key(path, text)
        self.memory.learn(key, rules)
        self.memory.settle(key, digest)


def _generating(existing: Iterable[Existing], package: OwnPackage) -> Existing | None:
    """Return the go_proto_library that has all files of a package; None where there is none, or more files."""
    if not all(map(is_generated, sources_of(package.facts))):
        return None
    rules = (rule for rule in existing if rule.proto and not rule.kind)
    return next((rule for rule in rules if rule.importpath == package.facts.source_path), None)


def _prefix_problem(package: OwnPackage, folder: str, prefix: tuple[str, str] | None) -> list[str]:
    if prefix is None:
        return []
    value, top = prefix
    below = folder.removeprefix(top).strip("/")
    expected = f"{value}/{below}" if below else value
    path = package.facts.import_path
    return [] if path == expected else [f"{folder or '.'}: # gomod2bazel:prefix says {expected}, go.mod says {path}"]
