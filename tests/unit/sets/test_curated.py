"""Curated answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from classification.curate import curated_text
from classification.labels import Label
from support.small_module import MAIN, write

from gomod2bazel.base.disk.toml_file import TomlFile
from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.options import AssignOptions
from gomod2bazel.sets.classify import classify_module, view_module
from gomod2bazel.sets.curated import SHIPPED, check_curated, curated_for, without_major
from gomod2bazel.sets.overrides import Override, Overrides
from gomod2bazel.sets.overrides_file import rules_of

FACT = """\
[[binary]]
module = "example.com/m"
import-path = "./internal/gen"
set = "target"
reason = "the README installs it"
source = "README.md"
"""


def _file(folder: Path, text: str) -> AssignOptions:
    (folder / "facts.toml").write_text(text, encoding="utf-8")
    return AssignOptions(curated="facts.toml")


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("example.com/m", "example.com/m"),
        ("example.com/m/v2", "example.com/m"),
        ("example.com/m/v12", "example.com/m"),
        ("gopkg.in/yaml.v3", "gopkg.in/yaml"),
        ("example.com/m/v1", "example.com/m/v1"),
        ("example.com/v2x", "example.com/v2x"),
    ],
)
def test_major_versions(module: str, path: str) -> None:
    assert without_major(module) == path


def test_they_decide_before_hints_and_after_the_user(tmp_path: Path) -> None:
    files = {"internal/gen/main.go": "//go:build ignore\n\n" + MAIN, "cmd/x/main.go": MAIN}
    module = view_module(write(tmp_path, files), "example.com/m")
    curated = curated_for("example.com/m", _file(tmp_path, FACT), tmp_path)
    rule = Override(import_path="./internal/...", set="example", reason="so it is", position="x.toml:1")

    def decision(overrides: Overrides) -> tuple[str, str, str, str]:
        main = {main.directory: main for main in classify_module(module, overrides)}["internal/gen"]
        first = main.decision.evidence[0]
        return main.set, first.kind, first.reason, first.position

    assert decision(Overrides(curated=curated)) == ("target", "curated", "the README installs it", "README.md")
    assert decision(Overrides((rule,), curated))[:2] == ("example", "override")
    assert decision(Overrides())[0] == "maintenance"


def test_an_answer_holds_for_every_major_version(tmp_path: Path) -> None:
    (rule,) = curated_for("example.com/m/v3", _file(tmp_path, FACT), tmp_path)
    assert rule.matches("example.com/m/v3", "example.com/m/v3/internal/gen")
    assert curated_for("example.com/other", _file(tmp_path, FACT), tmp_path) == ()


def test_they_can_be_switched_off(tmp_path: Path) -> None:
    module = _shipped()[0].module
    assert curated_for(module, AssignOptions(), tmp_path)
    assert curated_for(module, AssignOptions(no_curated=True), tmp_path) == ()
    with pytest.raises(UsageError, match="only one of them"):
        curated_for(module, replace(_file(tmp_path, FACT), no_curated=True), tmp_path)


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ('module = "example.com/m"\n', "", "names no module"),
        ('"example.com/m"', '"example.com/..."', "names no module"),
        ('"example.com/m"', '"example.com/m/v2"', "write 'example.com/m'"),
        ('"./internal/gen"', '"./internal/..."', "folder of one main package"),
        ('"./internal/gen"', '"example.com/m/internal/gen"', "folder of one main package"),
        ('source = "README.md"\n', "", "has no source"),
        ('set = "target"\n', 'name = "gen"\n', "names no set"),
        ('set = "target"', 'set = "testonly"', "testonly"),
        ('reason = "the README installs it"', 'why = "x"', "unknown key 'why'"),
    ],
)
def test_what_is_no_fact_is_refused(line: str, instead: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        curated_for("example.com/m", _file(tmp_path, FACT.replace(line, instead)), tmp_path)
    assert "facts.toml:1" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml"):
        curated_for("example.com/m", AssignOptions(curated="nowhere.toml"), tmp_path)


def _shipped() -> list[Override]:
    file = TomlFile(path=SHIPPED, shown=SHIPPED.name, named=True, hint="")
    return rules_of(file, file.text())


def test_the_shipped_file_is_valid_sorted_and_says_each_thing_once() -> None:
    rules = _shipped()
    check_curated(rules)
    keys = [(rule.module, rule.import_path) for rule in rules]
    assert keys == sorted(set(keys))
    assert len({rule.module for rule in rules}) > 100


def test_tables_of_one_module_are_found_without_the_others(tmp_path: Path) -> None:
    every = _shipped()
    for module in sorted({rule.module for rule in every})[::20]:
        alone = curated_for(module, AssignOptions(), tmp_path)
        expected = [(rule.import_path, rule.set) for rule in every if rule.module == module]
        assert [(rule.import_path, rule.set) for rule in alone] == expected


def _label(module: str, directory: str, name: str, *, sure: bool = True) -> Label:
    path = module.partition("@")[0]
    return Label(module=module, import_path=f"{path}/{directory}".rstrip("/"), set=name, sure=sure, reason='a "b"')


def test_labels_become_answers(tmp_path: Path) -> None:
    labels = [
        _label("e.com/m/v2@v2.0.0", "", "target"),
        _label("e.com/m/v2@v2.0.0", "gen", "maintenance"),
        _label("e.com/m/v2@v2.0.0", "doubt", "target", sure=False),
        _label("e.com/m/v2@v2.0.0", "testdata/x", "fixture"),
        _label("e.com/m@v1.0.0", "tool", "target"),
        _label("e.com/m/v2@v2.0.0", "tool", "example"),
        _label("e.com/lib@v1.0.0", "examples/x", "example"),
    ]
    (tmp_path / "facts.toml").write_text(curated_text(labels), encoding="utf-8")
    rules = curated_for("e.com/m", AssignOptions(curated="facts.toml"), tmp_path)
    assert [(rule.import_path, rule.set, rule.source) for rule in rules] == [
        (".", "target", "labelled in e.com/m/v2@v2.0.0"),
        ("./gen", "maintenance", "labelled in e.com/m/v2@v2.0.0"),
    ]
    assert rules[0].reason == 'a "b"'
