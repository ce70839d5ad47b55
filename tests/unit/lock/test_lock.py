"""The lock's text."""

from __future__ import annotations

import json
from dataclasses import replace

from support.lock_value import lock_value
from support.samples import binary, configuration, lock

from gomod2bazel.lock.file.attributes import Patched
from gomod2bazel.lock.lock import LockedModule, LockedPackage, OverlaidFile
from gomod2bazel.sets.model.scoring import Evidence

PACKAGE = LockedPackage(
    import_path="example.com/m/p",
    source_path="example.com/m/p",
    name="p",
    dir="p/",
    target="p",
    imports=("fmt",),
    attributes={"srcs": ["b.go", "a.go"], "copts": [], "embed_patterns": {}},
)
MODULE = LockedModule(
    path="example.com/m",
    version="v1.0.0",
    sum="h1:a=",
    go_mod_sum="h1:b=",
    verified=True,
    replaced_by="",
    lang="go1.21",
    packages=(PACKAGE,),
)


MODULES = """"modules":[
{"path":"example.com/m","version":"v1.0.0","go_mod_sum":"h1:b=","lang":"go1.21","sum":"h1:a=","packages":[
{"dir":"p","go":"b a","imports":{"":"fmt"}},
null]},
null],
"standard":{
"packages":[
null]},
"binaries":[
{"import_path":"example.com/m/cmd/x","target":"x","set":"target","linker_deps":["runtime"],"module":"example.com/m"},
null]}
"""


def test_the_same_text_each_time() -> None:
    made = lock(binary("example.com/m/cmd/x"), modules=(MODULE,), standard=())
    text = made.to_json()
    assert text == made.to_json()
    value = json.loads(text)
    assert list(value) == ["schema", "configuration", "modules", "standard", "binaries"]
    assert value["configuration"]["go"] == "go1.26.8"
    assert text[text.index('"modules"') :] == MODULES


def test_evidence_that_weighs_nothing_is_left_out() -> None:
    heavy, light = (Evidence("words", "it says so", "a.go:1", weight, {"target": weight}) for weight in (1.5, 0.0))
    made = lock_value(lock(binary("example.com/m/cmd/x", margin=1.5, evidence=(heavy, light))).to_json())["binaries"][0]
    assert made["evidence"] == [{"kind": "words", "reason": "it says so", "position": "a.go:1", "weight": 1.5}]
    assert (made["set"], made["margin"]) == ("target", 1.5)


def test_empty_attributes_and_a_usual_source_path_are_left_out() -> None:
    plain = {"import_path": "example.com/m/p", "name": "p", "dir": "p/", "target": "p", "imports": ("fmt",)}
    assert PACKAGE.to_dict() == {**plain, "srcs": ["b.go", "a.go"]}


def test_a_vendored_package_keeps_what_importers_write() -> None:
    vendored = LockedPackage(
        import_path="vendor/golang.org/x/net/idna",
        source_path="golang.org/x/net/idna",
        name="idna",
        dir="",
        target="x",
        imports=(),
        attributes={},
    )
    assert vendored.to_dict()["source_path"] == "golang.org/x/net/idna"


def test_text_beyond_ascii_stays_readable() -> None:
    assert "naïve" in lock(binary("example.com/m/naïve")).to_json()


def test_broken_packages_stay_out_of_the_file() -> None:
    made = lock(broken={"example.com/m/x": ("target", "oops")}, unlisted={"example.com/m/_e": "example"})
    assert not [word for word in ("oops", "_e") if word in made.to_json()]


def test_every_module_field_is_there() -> None:
    value = MODULE.to_dict()
    assert set(value) == set(LockedModule.__slots__) - {"base", "vendored", "overlay", "patched"}
    assert replace(MODULE, vendored=True).to_dict()["vendored"] is True
    overlaid = replace(MODULE, overlay={"a.go": OverlaidFile(path="new/a.go", sha256="ab")})
    assert overlaid.to_dict()["overlay"] == {"a.go": {"path": "new/a.go", "sha256": "ab"}}
    patched = replace(
        MODULE,
        replaced_by=f"{MODULE.path}@v9.9.9",
        patched=Patched(upstream_sum="h1:a", upstream_go_mod_sum="", patches=(), diffs={}),
    )
    assert (
        patched.to_dict().items()
        >= {"upstream_sum": "h1:a", "patches": [], "replaced_by": f"{MODULE.path}@v9.9.9"}.items()
    )
    assert patched.source == f"{MODULE.path}@{MODULE.version}"
    assert value["packages"] == [PACKAGE.to_dict()]
    assert set(configuration(tags=("a",)).to_dict()) >= {"go", "goos", "goarch", "arch", "cgo", "tags", "experiment"}
