"""Lock files are read as they were written, and what is wrong with one is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.documents import checked
from support.samples import binary, configuration, lock

from gomod2bazel.base.errors import UsageError
from gomod2bazel.lock.file.attributes import MainModule, Patch, Patched
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage, LockedSdk, OverlaidFile
from gomod2bazel.lock.reader import read_lock
from gomod2bazel.lock.variants import merge_locks
from gomod2bazel.sets.model.scoring import Evidence

SMOKE = Path(__file__).resolve().parents[3] / "e2e" / "smoke"


def _package(path: str = "example.com/m/p", **fields: Any) -> LockedPackage:
    plain = LockedPackage(
        import_path=path,
        source_path=path,
        name="p",
        dir="p/",
        target="p",
        imports=("fmt",),
        attributes={"srcs": ["a.go"], "embed_patterns": {"*.txt": ["x.txt"]}, "cover": "set"},
    )
    return replace(plain, **fields)


def _lock(**changed: Any) -> Lock:
    """Return a lock with a value for each key of the file."""
    module = LockedModule(
        path="example.com/m",
        version="v1.0.0",
        sum="h1:a=",
        go_mod_sum="h1:b=",
        verified=True,
        replaced_by="example.com/fork@v1.0.1",
        lang="go1.22",
        packages=(_package(), _package("example.com/m/q", source_path="m/q")),
        zip_sha256="ab",
        vendored=True,
        overlay={"p/a.go": OverlaidFile(path="over/a.go", sha256="cd")},
        patched=Patched(
            upstream_sum="h1:c=",
            upstream_go_mod_sum="h1:d=",
            patches=(Patch(name="a.patch", sha256="ef"),),
            diffs={"a.go": "@@ -1,1 +1,0 @@\n", "gone.go": None},
        ),
    )
    main = binary(
        "example.com/m",
        margin=2.5,
        evidence=(Evidence(kind="words", reason="its name", position=".", weight=2.5, weights={}),),
        buildinfo=("path\texample.com/m",),
        godebug="a=1",
        gc_linkopts=("-s",),
        flags={"-tags": "x"},
        pgo_profile="default.pgo",
    )
    plain = lock(
        main,
        modules=(module,),
        standard=(_package("fmt", imports=()),),
        standard_overlay={"src/fmt/a.go": OverlaidFile(path="b.go")},
        direct=("example.com/m@v1.0.0",),
        sdks={"linux_amd64": LockedSdk(sum="h1:e=", zip_sha256="01")},
        configuration=configuration(tags=("x",), experiment="y", fips140="latest", compiler="gccgo"),
        main_modules=(
            MainModule(path="example.com/m", lang="go1.22", go="1.22.1", godebug={"panicnil": "1"}),
            MainModule(path="example.com/r", lang="go1.22", go="1.22.1", version="v1.0.0", replaced_by="./r"),
        ),
        repository_packages={"example.com/main/a": "//a:a"},
        standard_imports=("fmt",),
        standard_test_imports=("testing",),
    )
    return replace(plain, **changed)


def _several() -> Lock:
    """Return a lock for two configurations in which a package and a binary differ, and a package is in one alone."""
    first = lock(binary("example.com/m"), modules=_lock().modules)
    (module,) = first.modules
    race = _package(imports=("fmt", "os"), attributes={"srcs": ["a.go", "race.go"], "cover": "set"})
    second = lock(
        binary("example.com/m", linker_deps=("runtime", "runtime/race"), flags={"-race": "true"}),
        modules=(replace(module, packages=(race,)),),
        configuration=configuration(cgo=True, instrument="race"),
    )
    return merge_locks([first, second])


@pytest.mark.parametrize("written", [lock(), _lock(), _lock(direct=None), _several()])
def test_what_is_written_is_read(written: Lock) -> None:
    assert read_lock(written.to_json(), "a.json") == written
    checked("lock", written.to_json())


@pytest.mark.parametrize("name", ["gomod2bazel.lock.json", "third_party/gomod2bazel.lock.json"])
def test_a_lock_of_generate(name: str) -> None:
    text = (SMOKE / name).read_text(encoding="utf-8")
    assert read_lock(text, name).to_json() == text
    checked("lock", text)


def test_several_configurations_differ() -> None:
    found = read_lock(_several().to_json(), "a.json")
    assert list(found.configurations) == ["linux_amd64", "linux_amd64_race_cgo"]
    package, only = found.modules[0].packages
    assert package.imports == ("fmt", "os")
    assert package.variants["linux_amd64"]["imports"] == ("fmt",)
    assert only.only_in == ("linux_amd64",)
    assert found.binaries[0].linker_deps == ("runtime",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.json: is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100_000, "a.json: is not JSON: "),
        ("[]", "a.json: is not a JSON object"),
        ("{}", "a.json: has schema null, but this gomod2bazel reads 3"),
        ('{"schema": 2}', "a.json: has schema 2, but this gomod2bazel reads 3"),
        ('{"schema": 4}', "a.json: has schema 4, but this gomod2bazel reads 3"),
        ('{"schema": true}', "a.json: has schema true, but this gomod2bazel reads 3"),
        ('{"schema": 3}', "a.json: the lock has no 'configuration'"),
        ("{\n<<<<<<< HEAD\n", "a.json: has conflict markers of a merge"),
    ],
)
def test_what_is_not_a_lock(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_lock(text, "a.json")
    assert str(caught.value).startswith(message)


def _without_path(value: dict[str, Any]) -> None:
    del value["modules"][0]["path"]


def _with_text_for_verified(value: dict[str, Any]) -> None:
    value["modules"][0]["verified"] = "yes"


def _with_number_among_imports(value: dict[str, Any]) -> None:
    value["modules"][0]["packages"][1]["imports"] = {"std": 1}


def _with_number_among_sources(value: dict[str, Any]) -> None:
    value["modules"][0]["packages"][0]["srcs"] = [1]


def _with_list_for_cover(value: dict[str, Any]) -> None:
    value["modules"][0]["packages"][0]["cover"] = []


def _without_upstream_sum(value: dict[str, Any]) -> None:
    del value["modules"][0]["upstream_sum"]


def _with_flag_for_margin(value: dict[str, Any]) -> None:
    value["binaries"][0]["margin"] = True


def _with_text_for_variants(value: dict[str, Any]) -> None:
    value["modules"][0]["packages"][0]["variants"] = {"linux_amd64": {"imports": "fmt"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without_path, "a.json: modules[0] has no 'path'"),
        (_with_text_for_verified, "a.json: modules[0].verified is not true or false"),
        (_with_number_among_sources, "a.json: modules[0].packages[0].srcs[1] is not a string"),
        (_with_list_for_cover, "a.json: modules[0].packages[0].cover is not a string"),
        (_without_upstream_sum, "a.json: modules[0] has no 'upstream_sum'"),
        (_with_number_among_imports, "a.json: modules[0].packages[1].imports is not a list"),
        (_with_flag_for_margin, "a.json: binaries[0].margin is not a number"),
        (_with_text_for_variants, "a.json: modules[0].packages[0].variants.linux_amd64.imports is not a list"),
    ],
)
def test_what_is_wrong_in_a_lock(change: Callable[[dict[str, Any]], None], message: str) -> None:
    value = json.loads(_lock().to_json())
    change(value)
    with pytest.raises(UsageError) as caught:
        read_lock(json.dumps(value), "a.json")
    assert str(caught.value) == message
    assert "gomod2bazel lock" in caught.value.hint
