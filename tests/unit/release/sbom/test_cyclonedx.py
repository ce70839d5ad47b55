"""CycloneDX documents: that they are valid by the official schema and its library reads them, and what they tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from support.release_value import binary_of, module_of, release_of

from gomod2bazel.release.contents import Release
from gomod2bazel.release.sbom.cyclonedx import cyclonedx
from gomod2bazel.release.sbom.document import document_of_binary, document_of_run

MAIN = module_of("example.com/m@v1.0.0", expression="MIT OR Apache-2.0")
NEAR = module_of("github.com/Near/near@v2.0.0+incompatible", verified=False)
FORK = module_of("example.com/forked@v0.1.0", replaced_by="example.com/fork@v0.1.1", expression="BSD-3-Clause")
FOLDER = module_of("example.com/local@v0.1.0", replaced_by="/home/somebody/local")
TREE = module_of("example.com/tree")
MODULES = (MAIN, NEAR, FORK, FOLDER)
REQUIRES = {
    "example.com/m@v1.0.0": ("example.com/forked@v0.1.0", "github.com/Near/near@v2.0.0+incompatible"),
    "example.com/forked@v0.1.0": ("example.com/local@v0.1.0",),
}
BINARY = binary_of("example.com/m/cmd/tool", MODULES, REQUIRES)
RELEASE = release_of([BINARY], MODULES)


def valid(text: bytes) -> dict[str, Any]:
    """Return a document after the strict schema of CycloneDX 1.6 has accepted it and its library has read it."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text.decode()) is None
    content: dict[str, Any] = json.loads(text)
    bom = Bom.from_json(json.loads(text))  # type: ignore[attr-defined]  # a decorator adds it
    bom.validate()  # all that dependencies refer to is there
    return content


def of_binary(release: Release = RELEASE) -> dict[str, Any]:
    """Return the document of the only binary of a release."""
    return valid(cyclonedx(document_of_binary(release, release.binaries[0])))


def components(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the components of a document by name."""
    return {component["name"]: component for component in content["components"]}


def properties(component: dict[str, Any]) -> dict[str, str]:
    """Return the properties of a component."""
    return {entry["name"]: entry["value"] for entry in component["properties"]}


def dependencies(content: dict[str, Any]) -> dict[str, list[str]]:
    """Return what each reference depends on."""
    return {entry["ref"]: entry["dependsOn"] for entry in content["dependencies"]}


def test_the_binary_is_what_is_described() -> None:
    metadata = of_binary()["metadata"]
    binary = metadata["component"]
    assert (binary["type"], binary["name"], binary["version"]) == ("application", "tool", "v1.0.0")
    assert binary["purl"] == "pkg:golang/example.com/m@v1.0.0#cmd/tool"
    assert binary["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert properties(binary) == {
        "cdx:gomod:build:env:GOARCH": "amd64",
        "cdx:gomod:build:env:GOOS": "linux",
        "cdx:gomod:build:env:GOVERSION": "go1.26.0",
        "gomod2bazel:binary:importPath": "example.com/m/cmd/tool",
        "gomod2bazel:binary:kind": "executable",
        "gomod2bazel:binary:origin": "Its main package is in a module version.",
        "gomod2bazel:binary:path": "tool",
        "gomod2bazel:binary:size": "4096",
    }
    (tool,) = metadata["tools"]["components"]
    assert (tool["name"], tool["version"]) == ("gomod2bazel", "1.2.3")
    assert metadata["timestamp"] == "1980-01-01T00:00:00Z"


def test_modules_and_what_they_import() -> None:
    assert dependencies(of_binary()) == {
        "binary:tool": ["module:example.com/m@v1.0.0", "module:std@v1.26.0"],
        "module:example.com/m@v1.0.0": [
            "module:example.com/forked@v0.1.0",
            "module:github.com/Near/near@v2.0.0+incompatible",
        ],
        "module:example.com/forked@v0.1.0": ["module:example.com/local@v0.1.0"],
        "module:example.com/local@v0.1.0": [],
        "module:github.com/Near/near@v2.0.0+incompatible": [],
        "module:std@v1.26.0": [],
    }


def test_the_sum_is_not_a_hash_of_the_component() -> None:
    known = components(of_binary())
    assert not [name for name, component in known.items() if "hashes" in component]
    assert properties(known["example.com/m"]) == {
        "gomod2bazel:module:origin": "A module version.",
        "gomod2bazel:module:sum": MAIN.input.sum,
        "gomod2bazel:module:verified": "true",
    }
    assert properties(known["github.com/Near/near"])["gomod2bazel:module:verified"] == "false"


def test_replacements() -> None:
    known = components(of_binary())
    fork, folder = known["example.com/fork"], known["example.com/local"]
    assert (fork["version"], fork["purl"]) == ("v0.1.1", "pkg:golang/example.com/fork@v0.1.1")
    assert fork["pedigree"]["ancestors"] == [
        {
            "type": "library",
            "name": "example.com/forked",
            "version": "v0.1.0",
            "purl": "pkg:golang/example.com/forked@v0.1.0",
        }
    ]
    assert ("version" in folder, folder["purl"]) == (False, "pkg:golang/example.com/local")
    assert properties(folder) == {
        "gomod2bazel:module:origin": "A folder, used in place of example.com/local@v0.1.0:"
        " it has no version and no sum."
    }


def test_a_tree_has_no_version() -> None:
    content = of_binary(release_of([binary_of("example.com/tree", [TREE])], [TREE]))
    binary, module = content["metadata"]["component"], components(content)["example.com/tree"]
    assert "version" not in binary | module
    assert properties(binary)["gomod2bazel:binary:origin"] == "Its main package is in a folder, which has no version."
    assert properties(module) == {"gomod2bazel:module:origin": "A folder: it has no version and no sum."}


def test_licenses() -> None:
    assert {name: component.get("licenses") for name, component in components(of_binary()).items()} == {
        "example.com/m": [{"expression": "MIT OR Apache-2.0", "acknowledgement": "declared"}],
        "example.com/fork": [{"expression": "BSD-3-Clause", "acknowledgement": "declared"}],
        "example.com/local": None,
        "github.com/Near/near": None,
        "std": [{"expression": "BSD-3-Clause", "acknowledgement": "declared"}],
    }


def test_the_licence_of_a_binary_is_that_of_all_modules_in_it() -> None:
    assert "licenses" not in of_binary()["metadata"]["component"], "some are not known"
    modules = [MAIN, FORK]
    content = of_binary(release_of([binary_of("example.com/m/cmd/tool", modules)], modules))
    assert content["metadata"]["component"]["licenses"] == [
        {"expression": "BSD-3-Clause AND (MIT OR Apache-2.0)", "acknowledgement": "concluded"}
    ]


def test_the_standard_library_can_be_matched_by_cpe() -> None:
    assert components(of_binary())["std"]["cpe"] == "cpe:2.3:a:golang:go:1.26.0:-:*:*:*:*:*:*"


def test_run() -> None:
    binaries = [
        binary_of("example.com/m/cmd/tool", MODULES, REQUIRES, folder="linux_amd64"),
        binary_of("example.com/m/cmd/tool", [MAIN], platform="windows/amd64", folder="windows_amd64", name="tool.exe"),
        binary_of("example.com/m/c", [MAIN], kind="c-shared", name='lib"größe".so'),
        binary_of("example.com/m/c", [MAIN], kind="header", name="lib.h"),
    ]
    content = valid(cyclonedx(document_of_run(release_of(binaries, MODULES))))
    described = content["metadata"]["component"]
    assert (described["name"], described["version"]) == ("example.com/m", "v1.0.0")
    known, depends = components(content), dependencies(content)
    assert [known[name]["type"] for name in ("tool", 'lib"größe".so', "lib.h")] == ["application", "library", "file"]
    assert depends["run"] == [
        'binary:lib"größe".so', "binary:lib.h", "binary:linux_amd64/tool", "binary:windows_amd64/tool.exe",
    ]  # fmt: skip
    assert depends["binary:windows_amd64/tool.exe"] == ["module:example.com/m@v1.0.0", "module:std@v1.26.0"]
    assert depends["binary:lib.h"] == ["module:example.com/m@v1.0.0"]


@pytest.mark.parametrize("name", ['to"ol', "größe", "..", "a\nb", "t\udcff", "x" * 255, "日本語"])
def test_hostile_names_make_valid_documents(name: str) -> None:
    assert of_binary(release_of([binary_of("example.com/m", [MAIN], name=name)], [MAIN]))


def test_modules_that_differ_in_case_only() -> None:
    modules = [module_of("github.com/x/y@v1.0.0"), module_of("github.com/X/y@v1.0.0")]
    content = of_binary(release_of([binary_of("github.com/x/y", modules)], modules))
    assert {"github.com/x/y", "github.com/X/y"} < set(components(content))
