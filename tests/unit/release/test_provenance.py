"""The in-toto statement: its form, and what it says of modules."""

from __future__ import annotations

import json
from typing import Any

from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import Release, ReleasedModule
from gomod2bazel.release.provenance import provenance

# The example of the in-toto specification, "DigestSet".
SUM = "h1:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48="
DIGEST = "2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f"


def statement(*modules: ReleasedModule) -> Any:
    """Return the statement for two files of a release."""
    release = Release(
        tool_version="1.2.3",
        go_version="go1.26.0",
        inputs=("example.com/m@v1.0.0",),
        flags=("-set=all",),
        created=0,
        binaries=(),
        modules={module.input.module: module for module in modules},
        standard=ReleasedModule(input=Input(module="std", version="v1.26.0")),
    )
    return json.loads(provenance(release, {"dist/b": "22", "dist/sub/a": "11"}, "dist"))


def test_the_form_is_that_of_in_toto_and_slsa() -> None:
    value = statement()
    assert value["_type"] == "https://in-toto.io/Statement/v1"
    assert value["predicateType"] == "https://slsa.dev/provenance/v1"
    assert value["subject"] == [
        {"name": "b", "digest": {"sha256": "22"}},
        {"name": "sub/a", "digest": {"sha256": "11"}},
    ]
    definition, details = value["predicate"]["buildDefinition"], value["predicate"]["runDetails"]
    assert definition["externalParameters"] == {"inputs": ["example.com/m@v1.0.0"], "flags": ["-set=all"]}
    assert definition["internalParameters"] == {"go": "go1.26.0"}
    assert details["builder"]["version"] == {"gomod2bazel": "1.2.3"}


def test_a_module_has_the_digest_of_go_sum() -> None:
    module = ReleasedModule(input=Input(module="example.com/m", version="v1.0.0+incompatible", sum=SUM, verified=True))
    assert statement(module)["predicate"]["buildDefinition"]["resolvedDependencies"] == [
        {
            "name": "example.com/m@v1.0.0+incompatible",
            "uri": "pkg:golang/example.com/m@v1.0.0%2Bincompatible",
            "digest": {"goModuleH1": DIGEST},
            "annotations": {"verified": True},
        }
    ]


def test_a_tree_has_no_version_and_no_digest() -> None:
    tree = ReleasedModule(input=Input(module="example.com/m"))
    assert statement(tree)["predicate"]["buildDefinition"]["resolvedDependencies"] == [{"name": "example.com/m"}]


def test_sums_that_are_no_digests_are_left_out_and_replacements_are_named() -> None:
    sums = ("h1:*", "h2:AA==", "")
    entries = [Input(module=f"example.com/m{n}", version="v1.0.0", sum=text) for n, text in enumerate(sums)]
    modules = [ReleasedModule(input=entry, replaced_by="example.com/fork@v1.0.1") for entry in entries]
    found = statement(*modules)["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert ["digest" in entry for entry in found] == [False] * 3
    assert {entry["annotations"]["replacedBy"] for entry in found} == {"example.com/fork@v1.0.1"}


def test_a_folder_of_the_machine_is_not_named() -> None:
    module = ReleasedModule(input=Input(module="example.com/m", version="v1.0.0"), replaced_by="/home/me/m")
    (found,) = statement(module)["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert found["annotations"]["replacedBy"] == "a folder"
