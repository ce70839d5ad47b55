"""SPDX documents: what SPDX's library reads in them and finds valid, and what they tell."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from support.release_value import binary_of, module_of, release_of

from gomod2bazel.release.contents import License, LicenseFile, Release
from gomod2bazel.release.sbom.document import document_of_binary, document_of_run
from gomod2bazel.release.sbom.spdx import spdx

MAIN = module_of("example.com/m@v1.0.0", expression="MIT OR Apache-2.0")
NEAR = module_of("github.com/Near/near@v2.0.0+incompatible", verified=False)
FORK = module_of("example.com/forked@v0.1.0", replaced_by="example.com/fork@v0.1.1", expression="BSD-3-Clause")
FOLDER = module_of("example.com/local@v0.1.0", replaced_by="../local")
TREE = module_of("example.com/tree")
MODULES = (MAIN, NEAR, FORK, FOLDER)
REQUIRES = {
    "example.com/m@v1.0.0": ("example.com/forked@v0.1.0", "github.com/Near/near@v2.0.0+incompatible"),
    "example.com/forked@v0.1.0": ("example.com/local@v0.1.0",),
}
BINARY = binary_of("example.com/m/cmd/tool", MODULES, REQUIRES)
RELEASE = release_of([BINARY], MODULES)


def valid(text: bytes) -> dict[str, Any]:
    """Return a document after SPDX's library has read it, found it valid, and would write the same."""
    content: dict[str, Any] = json.loads(text)
    document = JsonLikeDictParser().parse(json.loads(text))  # type: ignore[no-untyped-call]
    assert [message.validation_message for message in validate_full_spdx_document(document)] == []
    # Fields that SPDX 2.3 does not have would be missing. The library writes one value as SPDX 2.2 had it.
    written = json.dumps(DocumentConverter().convert(document))  # type: ignore[no-untyped-call]
    assert json.loads(written.replace("PACKAGE_MANAGER", "PACKAGE-MANAGER")) == content
    return content


def of_binary(release: Release = RELEASE) -> dict[str, Any]:
    """Return the document of the only binary of a release."""
    return valid(spdx(document_of_binary(release, release.binaries[0])))


def packages(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the packages of a document by name."""
    return {package["name"]: package for package in content["packages"]}


def relationships(content: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return the relationships of a document, with the names of packages."""
    names = {package["SPDXID"]: package["name"] for package in content["packages"]} | {"SPDXRef-DOCUMENT": "DOCUMENT"}
    return {
        (names[entry["spdxElementId"]], entry["relationshipType"], names[entry["relatedSpdxElement"]])
        for entry in content["relationships"]
    }


def test_the_binary_is_what_is_described() -> None:
    binary = packages(content := of_binary())["tool"]
    assert ("DOCUMENT", "DESCRIBES", "tool") in relationships(content)
    assert (binary["versionInfo"], binary["packageFileName"]) == ("v1.0.0", "tool")
    assert binary["checksums"] == [{"algorithm": "SHA256", "checksumValue": "ab" * 32}]
    assert binary["primaryPackagePurpose"] == "APPLICATION"
    assert binary["sourceInfo"] == (
        "Built by gomod2bazel 1.2.3 with go1.26.0 for linux/amd64 from package example.com/m/cmd/tool."
        " Its main package is in a module version."
    )
    assert content["creationInfo"] == {"created": "1980-01-01T00:00:00Z", "creators": ["Tool: gomod2bazel-1.2.3"]}


def test_modules_and_what_they_import() -> None:
    assert relationships(of_binary()) == {
        ("DOCUMENT", "DESCRIBES", "tool"),
        ("tool", "GENERATED_FROM", "example.com/m"),
        *(
            ("tool", "CONTAINS", name)
            for name in ("example.com/m", "example.com/fork", "example.com/local", "github.com/Near/near", "std")
        ),
        ("tool", "DEPENDS_ON", "example.com/m"),
        ("tool", "DEPENDS_ON", "std"),
        ("example.com/m", "DEPENDS_ON", "example.com/fork"),
        ("example.com/m", "DEPENDS_ON", "github.com/Near/near"),
        ("example.com/fork", "DEPENDS_ON", "example.com/local"),
    }


def test_the_sum_is_not_a_checksum_of_the_package() -> None:
    module = packages(of_binary())["example.com/m"]
    assert "checksums" not in module
    (reference,) = (entry for entry in module["externalRefs"] if entry["referenceType"] == "go-sum")
    assert reference["referenceLocator"] == MAIN.input.sum


def test_where_modules_come_from() -> None:
    known = packages(of_binary())
    assert {name: package["sourceInfo"] for name, package in known.items() if name != "tool"} == {
        "example.com/m": "A module version. Its sum was verified by a go.sum, a lock or a checksum database.",
        "github.com/Near/near": "A module version. Its sum was not verified.",
        "example.com/fork": "A module version, used in place of example.com/forked@v0.1.0."
        " Its sum was verified by a go.sum, a lock or a checksum database.",
        "example.com/local": "The folder ../local, used in place of example.com/local@v0.1.0:"
        " it has no version and no sum.",
        "std": "The standard library of the Go toolchain.",
    }
    assert "versionInfo" not in known["example.com/local"]


def test_a_tree_has_no_version() -> None:
    known = packages(of_binary(release_of([binary_of("example.com/tree", [TREE])], [TREE])))
    assert "versionInfo" not in known["tree"] | known["example.com/tree"]
    assert known["tree"]["sourceInfo"].endswith("Its main package is in a folder, which has no version.")
    assert known["tree"]["externalRefs"][0]["referenceLocator"] == "pkg:golang/example.com/tree"


def test_licenses() -> None:
    known = packages(of_binary())
    assert {name: package["licenseDeclared"] for name, package in known.items()} == {
        "tool": "NOASSERTION",
        "example.com/m": "MIT OR Apache-2.0",
        "example.com/fork": "BSD-3-Clause",
        "example.com/local": "NOASSERTION",
        "github.com/Near/near": "NOASSERTION",
        "std": "BSD-3-Clause",
    }
    assert {package["licenseConcluded"] for package in known.values()} == {"NOASSERTION"}, "some are not known"


def test_the_licence_of_a_binary_is_that_of_all_modules_in_it() -> None:
    modules = [MAIN, FORK]
    known = packages(of_binary(release_of([binary_of("example.com/m/cmd/tool", modules)], modules)))
    assert known["tool"]["licenseConcluded"] == "BSD-3-Clause AND (MIT OR Apache-2.0)"
    assert known["example.com/m"]["licenseConcluded"] == "NOASSERTION"


def test_licenses_that_are_not_on_the_list() -> None:
    files = (
        LicenseFile(path="COPYING", source=Path("/none"), expression="LicenseRef-Mine"),
        LicenseFile(path="LICENSE", source=Path("/none"), expression="MIT"),
    )
    main = replace(MAIN, license=License(expression="MIT AND LicenseRef-Mine", files=files))
    content = of_binary(release_of([binary_of("example.com/m", [main])], [main]))
    assert content["hasExtractedLicensingInfos"] == [
        {"licenseId": "LicenseRef-Mine", "extractedText": "The text is in COPYING of example.com/m@v1.0.0."}
    ]


def test_the_standard_library_can_be_matched_by_cpe() -> None:
    assert {
        "referenceCategory": "SECURITY",
        "referenceType": "cpe23Type",
        "referenceLocator": "cpe:2.3:a:golang:go:1.26.0:-:*:*:*:*:*:*",
    } in packages(of_binary())["std"]["externalRefs"]


def test_run() -> None:
    binaries = [
        binary_of("example.com/m/cmd/tool", MODULES, REQUIRES, folder="linux_amd64"),
        binary_of("example.com/m/cmd/tool", [MAIN], platform="windows/amd64", folder="windows_amd64", name="tool.exe"),
        binary_of("example.com/m/c", [MAIN], kind="c-shared", name='lib"größe".so'),
        binary_of("example.com/m/c", [MAIN], kind="header", name="lib.h"),
    ]
    content = valid(spdx(document_of_run(release_of(binaries, MODULES))))
    described = {entry[2] for entry in relationships(content) if entry[1] == "DESCRIBES"}
    assert described == {"lib.h", 'lib"größe".so', "tool", "tool.exe"}
    assert {entry[2] for entry in relationships(content) if entry[:2] == ("tool.exe", "CONTAINS")} == {
        "example.com/m", "std",
    }  # fmt: skip
    assert not {entry for entry in relationships(content) if entry[:2] == ("lib.h", "CONTAINS")}


@pytest.mark.parametrize("name", ['to"ol', "größe", "..", "a\nb", "t\udcff", "x" * 255, "日本語"])
def test_hostile_names_make_valid_documents(name: str) -> None:
    assert packages(of_binary(release_of([binary_of("example.com/m", [MAIN], name=name)], [MAIN])))


def test_names_that_differ_in_other_characters_only() -> None:
    modules = [MAIN, *(module_of(f"example.com/{name}@v1.0.0") for name in ("a-b", "a_b", "A_b", "a~b"))]
    content = of_binary(release_of([binary_of("example.com/m", modules)], modules))
    assert len({package["SPDXID"] for package in content["packages"]}) == 1 + len(modules) + 1
