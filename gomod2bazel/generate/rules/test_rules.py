"""From the tests of a package to its go_test rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.generate.buildfile.existing_rules import Existing, match_rules
from gomod2bazel.generate.buildfile.kinds import Glob, Rule, RuleSet
from gomod2bazel.generate.loading.facts import OwnPackage
from gomod2bazel.generate.loading.test_facts import OwnTests
from gomod2bazel.generate.rules.labels import Labels
from gomod2bazel.golang.command.gosource import read_source

__all__ = ["TestPlace", "test_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlace:
    """Where the tests of a package are.

    Attributes:
        folder: relative to the repository's root.
        name: of a new go_test.
        library: name of the go_library under test; empty where there is none.
        embedsrcs: labels of the files that the tests embed.
        tags: of every rule in the folder.
        data: files that the tests read; None where there are none.
        runs_go: whether they run the go command.
        built: import paths of packages that they give to the go command.
        existing: rules of its BUILD file.
    """

    folder: str
    name: str
    library: str
    embedsrcs: tuple[str, ...]
    tags: tuple[str, ...]
    data: Glob | None
    runs_go: bool
    built: tuple[str, ...]
    existing: Sequence[Existing]


def test_rules(package: OwnPackage, tests: OwnTests, place: TestPlace, labels: Labels, rule_set: RuleSet) -> list[Rule]:
    """Return the go_test of a package; where somebody has parted its files into several, each with what is its own.

    Args:
        package: its facts.
        tests: of it.
        place: where they are.
        labels: of all packages.
        rule_set: what is generated for.
    """
    whole = _rule(package, tests, place, labels, rule_set)
    main = match_rules([whole], place.existing, rule_set).get(0)
    others = {
        existing.name: existing for existing in place.existing if existing is not main and _is_of(existing, whole)
    }
    held = {name: [file for file in tests.srcs if file in existing.files] for name, existing in others.items()}
    if not any(held.values()):
        return [whole]
    # What several rules name is run several times on purpose: in another configuration, perhaps.
    taken = {file for files in held.values() for file in files} - set(main.files if main else ())
    parts = {main.name if main else place.name: [file for file in tests.srcs if file not in taken], **held}
    return [
        _rule(package, _part(tests, files, package.dir), replace(place, name=name), labels, rule_set)
        for name, files in parts.items()
        if files
    ]


def _is_of(existing: Existing, rule: Rule) -> bool:
    """Return whether an existing rule is a go_test of the same package."""
    if existing.kind != "go_test":
        return False
    embed = rule.attrs.get("embed")
    if isinstance(embed, list) and embed:
        return embed[0].removeprefix(":") in existing.embed
    return not existing.embed and existing.importpath == rule.attrs.get("importpath")


def _part(tests: OwnTests, files: Iterable[str], folder: Path) -> OwnTests:
    """Return some of a package's tests; go list tells what all of them import, so each file is asked."""
    srcs = tuple(files)
    imported = {path for file in srcs for path, _ in read_source(read_bytes(folder / file)).imports}
    return replace(tests, srcs=srcs, imports=tuple(path for path in tests.imports if path in imported))


def _rule(package: OwnPackage, tests: OwnTests, place: TestPlace, labels: Labels, rule_set: RuleSet) -> Rule:
    # What the library imports is there for its tests as well; rules_go has it so too, gazelle writes it all the same.
    held = () if labels.rules_go or not place.library else package.facts.imports
    attrs: dict[str, Any] = {
        "srcs": list(tests.srcs),
        "data": place.data or "",
        "embed": [f":{place.library}"] if place.library else [],
        "embedsrcs": list(place.embedsrcs),
        "go_command": labels.go_command if place.runs_go else "",
        "go_packages": sorted({labels.built(path, place.folder) for path in place.built}),
        "tags": list(place.tags),
        "deps": sorted(
            filter(None, (labels.of(path, place.folder) for path in tests.imports if path not in held)),
        ),
        "importpath": "" if place.library else package.facts.source_path,
        # As `go test` does: the packages of a command's tests are compiled as those of the command.
        "pgo_profile": "default.pgo" if package.command and package.command.profile else "",
    }
    known = rule_set.kinds["go_test"].attrs
    return Rule(kind="go_test", name=place.name, attrs={key: value for key, value in attrs.items() if key in known})
