"""Locks of several inputs: which share repositories, and what they have together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.samples import binary, configuration, lock, package

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.query.locks import LockedInput, grouped
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.lock.lock import Broken, Lock, LockedModule, LockedPackage

BROKEN = Broken(set="target", problems={"x": "why"})


def locked(path: str, *imports: str, **fields: Any) -> LockedPackage:
    plain = LockedPackage(
        import_path=path, source_path=path, name="p", dir="", target=path, imports=imports, attributes={}
    )
    return replace(plain, **fields)


def module(path: str, version: str, *packages: LockedPackage, **fields: Any) -> LockedModule:
    plain = LockedModule(
        path=path,
        version=version,
        sum=f"h1:{path}@{version}" if version else "",
        go_mod_sum="",
        verified=True,
        replaced_by="",
        lang="go1.22",
        packages=packages,
    )
    return replace(plain, **fields)


def given(*modules: LockedModule, standard: tuple[str, ...] = ("fmt",), **fields: Any) -> LockedInput:
    made = lock(modules=modules, standard=tuple(map(locked, standard)), **fields)
    return LockedInput(lock=made, packages=tuple(listed(one) for one in modules))


def listed(one: LockedModule, folder: str = "") -> Package:
    facts = {"Path": one.path, "Version": one.version, "Dir": folder or f"/cache/{one.path}"}
    return package(one.path, Dir=facts["Dir"], Module=facts)


def shown(lock: Lock) -> dict[str, list[str]]:
    return {f"{one.path}@{one.version}": [p.import_path for p in one.packages] for one in lock.modules}


def test_inputs_that_agree_become_one() -> None:
    first = given(
        module("a", "v1.0.0", locked("a/cmd", "d/x")),
        module("d", "v1.0.0", locked("d/x")),
        standard=("fmt", "os"),
    )
    second = given(
        module("b", "v1.0.0", locked("b/cmd", "d/y", "d/x")),
        module("d", "v1.0.0", locked("d/x"), locked("d/y"), verified=False),
        standard=("errors", "fmt"),
    )
    first = replace(first, lock=replace(first.lock, binaries=(binary("a/cmd", module="a"),), broken={"a/x": BROKEN}))
    second = replace(second, lock=replace(second.lock, binaries=(binary("b/cmd", module="b"),), broken={"b/x": BROKEN}))
    (union,) = grouped([second, first])
    assert shown(union.lock) == {"a@v1.0.0": ["a/cmd"], "b@v1.0.0": ["b/cmd"], "d@v1.0.0": ["d/x", "d/y"]}
    assert all(one.verified for one in union.lock.modules)
    assert [one.import_path for one in union.lock.standard] == ["errors", "fmt", "os"]
    assert [one.import_path for one in union.lock.binaries] == ["a/cmd", "b/cmd"]
    assert set(union.lock.broken) == {"a/x", "b/x"}
    assert union.packages == second.packages + first.packages


def test_the_same_input_twice_is_there_once() -> None:
    one = given(module("a", "v1.0.0", locked("a/cmd")))
    (union,) = grouped([one, one])
    assert union.lock == one.lock


def test_other_versions_stand_apart_and_later_inputs_join_where_they_fit() -> None:
    first = given(module("a", "v1.0.0", locked("a")), module("d", "v1.0.0", locked("d")))
    second = given(module("b", "v1.0.0", locked("b")), module("d", "v2.0.0", locked("d")))
    third = given(module("c", "v1.0.0", locked("c")), module("d", "v2.0.0", locked("d/other")))
    groups = grouped([first, second, third])
    assert [shown(group.lock) for group in groups] == [
        {"a@v1.0.0": ["a"], "d@v1.0.0": ["d"]},
        {"b@v1.0.0": ["b"], "c@v1.0.0": ["c"], "d@v2.0.0": ["d", "d/other"]},
    ]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(module("d", "v1.0.0", locked("d/x"), replaced_by="e@v1.0.0"), id="replaced"),
        pytest.param(module("d", "v1.0.0", locked("d/x"), sum="h1:other"), id="content"),
        pytest.param(module("d", "v1.0.0", locked("d/x"), lang="go1.20"), id="language"),
        pytest.param(module("d", "v1.0.0", locked("d/x", attributes={"srcs": ["b.go"]})), id="files"),
        pytest.param(module("d", "v1.0.0", locked("d/x", target="x_")), id="target's name"),
        pytest.param(module("d", "v1.0.0", locked("d/y", target="d/x")), id="two packages of one name"),
        pytest.param(
            module("d", "v1.0.0", locked("d/y", dir="d/", attributes={"embedsrcs": ["x"]})), id="file of that name"
        ),
        pytest.param(module("d/nested", "v1.0.0", locked("d/x")), id="another module's package"),
    ],
)
def test_what_keeps_inputs_apart(other: LockedModule) -> None:
    assert len(grouped([given(module("d", "v1.0.0", locked("d/x"))), given(other)])) == 2


def test_trees_of_one_module_are_the_same_only_in_one_folder() -> None:
    tree = module("a", "", locked("a"))
    here, there = (LockedInput(lock=lock(modules=(tree,)), packages=(listed(tree, f),)) for f in ("/here", "/there"))
    assert len(grouped([here, here])) == 1
    assert len(grouped([here, there])) == 2


def test_configurations_cannot_be_mixed() -> None:
    one = given(module("a", "v1.0.0"))
    other = given(module("b", "v1.0.0"), configuration=configuration(goos="windows"))
    with pytest.raises(UsageError, match="different configurations"):
        grouped([one, other])
