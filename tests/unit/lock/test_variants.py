"""Locks of one configuration each, merged into one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from support.lock_value import lock_value
from support.samples import binary, configuration, lock

from gomod2bazel.base.errors import BuildError
from gomod2bazel.lock.file.attributes import MainModule, PackageAttributes
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage, OverlaidFile
from gomod2bazel.lock.variants import configuration_names, merge_locks, merge_packages

AMD64 = configuration()
ARM64 = configuration(goarch="arm64", arch="GOARM64=v8.0")
RACE = configuration(cgo=True, instrument="race")


def _package(path: str = "example.com/m/p", **fields: Any) -> LockedPackage:
    attributes: dict[str, Any] = {"srcs": ["a.go"], "copts": [], **fields.pop("attributes", {})}
    below = path.removeprefix("example.com/m").strip("/")
    plain = LockedPackage(
        import_path=path,
        source_path=path,
        name=path.rpartition("/")[2],
        dir=f"{below}/" if below else "",
        target=below or "m",
        imports=(),
        attributes=cast(PackageAttributes, attributes),
    )
    return replace(plain, **fields)


def _module(*packages: LockedPackage, path: str = "example.com/m", **fields: Any) -> LockedModule:
    plain = LockedModule(
        path=path,
        version="v1.0.0",
        sum="h1:a=",
        go_mod_sum="h1:b=",
        verified=True,
        replaced_by="",
        lang="go1.22",
        packages=packages,
    )
    return replace(plain, **fields)


def _value(*locks: Lock) -> dict[str, Any]:
    value: dict[str, Any] = lock_value(merge_locks(locks).to_json())
    return value


@pytest.mark.parametrize(
    ("configurations", "names"),
    [
        ((AMD64,), ("linux_amd64",)),
        ((AMD64, ARM64), ("linux_amd64", "linux_arm64")),
        ((AMD64, RACE), ("linux_amd64", "linux_amd64_race_cgo")),
        (
            (replace(RACE, instrument=""), RACE, AMD64, replace(RACE, instrument="msan", tags=("a",))),
            ("linux_amd64", "linux_amd64_race", "linux_amd64_pure", "linux_amd64_msan_tags=a"),
        ),
        (
            (replace(AMD64, tags=("b",)), replace(AMD64, tags=("b", "c", "a")), replace(AMD64, tags=("c",))),
            ("linux_amd64", "linux_amd64_tags=c,a", "linux_amd64_tags=c"),
        ),
        ((RACE, AMD64), ("linux_amd64", "linux_amd64_plain_pure")),
    ],
)
def test_names_say_what_sets_a_configuration_apart(configurations: Any, names: tuple[str, ...]) -> None:
    assert configuration_names(configurations) == names


def test_the_same_configuration_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="linux_amd64"):
        merge_locks([lock(), lock()])


def test_one_lock_stays_as_it_is() -> None:
    alone = lock(binary("example.com/m"), modules=(_module(_package()),))
    assert merge_locks([alone]) is alone


def test_what_is_equal_stands_where_it_always_stands() -> None:
    parts = [lock(binary("example.com/m/x"), modules=(_module(_package()),), configuration=c) for c in (AMD64, ARM64)]
    value, alone = _value(*parts), lock_value(parts[0].to_json())
    assert value["configurations"] == json.loads(
        json.dumps({"linux_amd64": AMD64.to_dict(), "linux_arm64": ARM64.to_dict()})
    )
    assert value == {**alone, "configurations": value["configurations"]}


@pytest.mark.parametrize(
    ("first", "second", "common", "variants"),
    [
        # A list that differs is whole; an empty one is left out, as everywhere.
        (
            {"srcs": ["a.go", "b.go"], "copts": ["-DX"]},
            {"srcs": ["a.go"]},
            {"imports": [], "name": "p"},
            {"linux_amd64": {"copts": ["-DX"], "srcs": ["a.go", "b.go"]}, "linux_arm64": {"srcs": ["a.go"]}},
        ),
        # What nothing is left of in one configuration does not exist.
        (
            {"cgo_srcs": ["c.go"]},
            {},
            {"imports": [], "name": "p", "srcs": ["a.go"]},
            {"linux_amd64": {"cgo_srcs": ["c.go"]}},
        ),
        # The order of sources is the go command's, and counts.
        (
            {"srcs": ["a.go", "b.go"]},
            {"srcs": ["b.go", "a.go"]},
            {"imports": [], "name": "p"},
            {"linux_amd64": {"srcs": ["a.go", "b.go"]}, "linux_arm64": {"srcs": ["b.go", "a.go"]}},
        ),
    ],
)
def test_attributes_that_differ(first: Any, second: Any, common: Any, variants: Any) -> None:
    found = {"linux_amd64": _package(attributes=first), "linux_arm64": _package(attributes=second)}
    value = json.loads(json.dumps(merge_packages(found, tuple(found)).to_dict()))
    assert value.pop("variants") == variants
    assert value == {"dir": "p/", "import_path": "example.com/m/p", "target": "p", **common}


def test_imports_that_differ_are_all_known_and_each_in_its_place() -> None:
    found = {"a": _package(imports=("fmt", "os")), "b": _package(imports=("fmt",))}
    merged = merge_packages(found, ("a", "b"))
    assert merged.imports == ("fmt", "os")
    value = merged.to_dict()
    assert "imports" not in value
    assert value["variants"] == {"a": {"imports": ("fmt", "os")}, "b": {"imports": ("fmt",)}}


def test_what_is_not_everywhere_says_where() -> None:
    only = _package("example.com/m/only")
    first = lock(modules=(_module(_package(), only),), configuration=AMD64)
    second = lock(
        binary("example.com/m/x"),
        modules=(_module(_package()), _module(path="example.com/n")),
        standard=(_package("fmt"),),
        configuration=ARM64,
    )
    value = _value(first, second)
    assert [(m["path"], [p.get("in") for p in m["packages"]]) for m in value["modules"]] == [
        ("example.com/m", [["linux_amd64"], None]),
        ("example.com/n", []),
    ]
    assert [one["in"] for one in (*value["standard"]["packages"], *value["binaries"])] == [["linux_arm64"]] * 2
    assert not [one for one in value["binaries"] if "variants" in one], "where it exists it is always the same"


def test_binaries_that_differ() -> None:
    plain = binary("example.com/m/x", buildinfo=("path\tx",))
    windows = replace(plain, name="x.exe", buildinfo=("path\tx", "dep\ty"))
    parts = lock(plain, configuration=AMD64), lock(windows, configuration=configuration(goos="windows"))
    (made,) = _value(*parts)["binaries"]
    assert made["variants"] == {
        "linux_amd64": {"buildinfo": ["path\tx"], "name": "x"},
        "windows_amd64": {"buildinfo": ["path\tx", "dep\ty"], "name": "x.exe"},
    }
    assert not {"name", "buildinfo"} & set(made)
    assert (made["target"], made["linker_deps"]) == ("x", ["runtime"])


def test_targets_avoid_the_names_of_files_that_another_configuration_embeds() -> None:
    # Where the package alone is built its target may have the name of a file that only the other one embeds.
    embeds = _package("example.com/m", attributes={"embedsrcs": ["only", "q"]})
    named = _package("example.com/m/q", target="q_")
    merged = merge_locks(
        [
            lock(modules=(_module(embeds, named),), configuration=AMD64),
            lock(modules=(_module(_package("example.com/m/only"), _package("example.com/m/q")),), configuration=ARM64),
        ]
    )
    assert {p.import_path: p.target for p in merged.modules[0].packages} == {
        "example.com/m": "m",
        "example.com/m/only": "only_",
        "example.com/m/q": "q_",
    }


def test_a_target_that_had_to_give_way_in_one_configuration_does_in_all() -> None:
    parts = [
        lock(modules=(_module(_package(target=target)),), configuration=one)
        for target, one in (("p", AMD64), ("p_", ARM64))
    ]
    assert merge_locks(parts).modules[0].packages[0].target == "p_"


def test_the_command_of_another_module_takes_no_name() -> None:
    parts = [
        lock(binary("example.com/m/p"), modules=(_module(_package()), _module(_package(), path="example.com/n")))
        for _ in range(2)
    ]
    merged = merge_locks([parts[0], replace(parts[1], configuration=ARM64)])
    assert [module.packages[0].target for module in merged.modules] == ["p_", "p"]


def test_replaced_files_of_all_configurations() -> None:
    files = {name: OverlaidFile(path=f"o/{name}", sha256="ab") for name in ("a.go", "b.go")}
    merged = merge_locks(
        [
            lock(modules=(_module(overlay={name: files[name]}),), standard_overlay={name: files[name]}, configuration=c)
            for name, c in (("a.go", AMD64), ("b.go", ARM64))
        ]
    )
    assert (merged.modules[0].overlay, merged.standard_overlay) == (files, files)


@pytest.mark.parametrize(
    ("first", "second", "direct"),
    [
        (("b@v1", "a@v1"), ("a@v1", "c@v1"), ("a@v1", "b@v1", "c@v1")),
        ((), ("a@v1",), ("a@v1",)),
        (None, ("a@v1",), None),
    ],
)
def test_what_is_imported_directly(first: Any, second: Any, direct: Any) -> None:
    parts = [lock(direct=first, configuration=AMD64), lock(direct=second, configuration=ARM64)]
    assert merge_locks(parts).direct == direct


def test_main_modules_and_standard_imports_of_all_configurations() -> None:
    mains = [MainModule(path=f"example.com/{name}", lang="go1.22", go="1.22") for name in "ab"]
    parts = [
        lock(
            main_modules=(mains[1],),
            standard_imports=("fmt", "os"),
            standard_test_imports=("errors",),
            configuration=AMD64,
        ),
        lock(
            main_modules=tuple(mains),
            standard_imports=("errors", "os"),
            standard_test_imports=("bufio",),
            configuration=ARM64,
        ),
    ]
    merged = merge_locks(parts)
    assert (merged.main_modules, merged.standard_imports) == (tuple(mains), ("errors", "fmt", "os"))
    assert merged.standard_test_imports == ("bufio",), "errors is imported by more than tests"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (lock(modules=(_module(),)), lock(modules=(_module(sum="h1:z="),)), "module example.com/m@v1.0.0 .* sum"),
        (
            lock(standard=(_package("fmt", dir="src/fmt/"),)),
            lock(standard=(_package("fmt", dir="fips140/fmt/"),)),
            "package fmt .* dir",
        ),
        (lock(binary("x")), lock(binary("x", set="example")), "binary x .* set"),
        (
            lock(main_modules=(MainModule(path="m", lang="go1.22", go="1.22"),)),
            lock(main_modules=(MainModule(path="m", lang="go1.22", go="1.23"),)),
            "main module m .* go in",
        ),
        (lock(), lock(configuration=configuration(go="go1.0")), "Go .* go in"),
    ],
)
def test_what_cannot_differ(first: Lock, second: Lock, said: str) -> None:
    second = replace(second, configuration=replace(second.configuration, goarch="arm64"))
    with pytest.raises(BuildError, match=said):
        merge_locks([first, second])
