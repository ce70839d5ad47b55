"""The folder that -licenses writes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import License, LicenseFile, Release, ReleasedBinary, ReleasedModule
from gomod2bazel.release.licenses.module_license import LARGEST_TEXT, license_of
from gomod2bazel.release.licenses.saved_files import binary_license, license_files

TEXTS = Path(__file__).with_name("copies")
MIT, BSD, PATENTS = ((TEXTS / name).read_bytes() for name in ("MIT.txt", "BSD-3-Clause.txt", "PATENTS"))
TREE = Input(module="example.com/tree")
LIBRARY = Input(module="example.com/lib", version="v1.0.0")
BARE = Input(module="example.com/bare", version="v1.0.0")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    folders = {
        "tree": {"LICENSE": MIT},
        "lib": {"COPYING": MIT.replace(b"\n", b"\r\n"), "sub/LICENSE": b"\x7fELF\0", "NOTICE": b"By us.\n\n\n"},
        "bare": {"main.go": b"package main"},
        "goroot": {"LICENSE": BSD, "PATENTS": PATENTS},
    }
    for folder, files in folders.items():
        for name, content in files.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_bytes(content)

    def module(entry: Input, folder: str) -> ReleasedModule:
        return ReleasedModule(input=entry, folder=tmp_path / folder, license=license_of(tmp_path / folder))

    def binary(name: str, *inputs: Input) -> ReleasedBinary:
        built = Binary(import_path="example.com/tree", name=name, folder="linux_amd64", inputs=inputs)
        return ReleasedBinary(binary=built, source=tmp_path, size=1, sha256="")

    return Release(
        tool_version="1",
        go_version="go1.26.0",
        inputs=(".",),
        created=0,
        binaries=(binary("one", TREE, LIBRARY), binary("two", TREE, BARE)),
        modules={
            "example.com/tree": module(TREE, "tree"),
            "example.com/lib@v1.0.0": module(LIBRARY, "lib"),
            "example.com/bare@v1.0.0": module(BARE, "bare"),
        },
        standard=module(Input(module="std", version="v1.26.0"), "goroot"),
    )


def read(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def test_texts_are_in_the_folders_of_their_modules(release: Release) -> None:
    files = {file.name: read(file.content) for file in license_files(release)}
    assert sorted(files) == [
        "NOTICES.txt",
        "example.com/lib@v1.0.0/COPYING",
        "example.com/lib@v1.0.0/NOTICE",
        "example.com/lib@v1.0.0/sub/LICENSE",
        "example.com/tree/LICENSE",
        "licenses.json",
        "std@v1.26.0/LICENSE",
        "std@v1.26.0/PATENTS",
    ]
    assert files["example.com/tree/LICENSE"] == MIT
    assert files["example.com/lib@v1.0.0/sub/LICENSE"] == b"\x7fELF\0"


def test_the_list_has_expressions_and_binaries(release: Release) -> None:
    content = next(file.content for file in license_files(release) if file.name == "licenses.json")
    listing = json.loads(read(content))
    assert listing["schema_version"] == 1
    assert [(m["module"], m["version"], m["license"], m["binaries"]) for m in listing["modules"]] == [
        ("example.com/bare", "v1.0.0", "", ["linux_amd64/two"]),
        ("example.com/lib", "v1.0.0", "MIT", ["linux_amd64/one"]),
        ("example.com/tree", "", "MIT", ["linux_amd64/one", "linux_amd64/two"]),
        ("std", "v1.26.0", "BSD-3-Clause", ["linux_amd64/one", "linux_amd64/two"]),
    ]
    assert listing["modules"][1]["files"] == [
        {"path": "example.com/lib@v1.0.0/COPYING", "license": "MIT"},
        {"path": "example.com/lib@v1.0.0/NOTICE", "license": ""},
        {"path": "example.com/lib@v1.0.0/sub/LICENSE", "license": ""},
    ]


def test_notices_have_each_text_once(release: Release) -> None:
    notices = next(read(file.content) for file in license_files(release) if file.name == "NOTICES.txt").decode()
    assert notices.count("Permission is hereby granted") == 1
    assert "example.com/lib@v1.0.0 (COPYING)\nexample.com/tree (LICENSE)\n=====" in notices
    assert "example.com/bare@v1.0.0\n" in notices
    assert "No licence file." in notices
    assert "See example.com/lib@v1.0.0/sub/LICENSE.\n" in notices
    assert "By us.\n" in notices
    assert "\r" not in notices


def test_the_order_of_modules_does_not_matter(release: Release) -> None:
    other = replace(release, modules=dict(list(release.modules.items())[::-1]), binaries=release.binaries[::-1])
    assert [(f.name, read(f.content)) for f in license_files(other)] == [
        (f.name, read(f.content)) for f in license_files(release)
    ]


def test_what_was_written_into_a_tree_is_not_a_licence_of_it(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    before = license_of(folder)
    for file in license_files(release):
        path = folder / "dist/licenses" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(read(file.content))
    assert license_of(folder) == before


def test_hostile_names_are_escaped(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    for name in ("LICENSE.\udcff", "LICENSE.\n", "LICENSE.\\..\\x", "LICENSE.%0A"):
        (folder / name).write_bytes(MIT)
    modules = {"example.com/tree": replace(release.modules["example.com/tree"], license=license_of(folder))}
    names = [file.name for file in license_files(replace(release, modules=modules)) if "tree" in file.name]
    assert names == [
        "example.com/tree/LICENSE",
        "example.com/tree/LICENSE.%0A",
        "example.com/tree/LICENSE.%250A",
        "example.com/tree/LICENSE.%5C..%5Cx",
        "example.com/tree/LICENSE.%FF",
    ]
    assert all(os.fsencode(name).decode() for name in names)


def test_a_huge_text_is_copied_and_not_in_the_notices(release: Release, tmp_path: Path) -> None:
    with (tmp_path / "tree/LICENSE").open("r+b") as file:
        file.truncate(2 * LARGEST_TEXT)
    files = {file.name: file.content for file in license_files(release)}
    assert files["example.com/tree/LICENSE"] == tmp_path.resolve() / "tree/LICENSE"
    assert b"See example.com/tree/LICENSE.\n" in read(files["NOTICES.txt"])


def test_the_licence_of_a_binary_has_those_of_all_its_modules(release: Release) -> None:
    tree, library, bare = release.modules.values()
    assert binary_license([tree, library, release.standard]) == "BSD-3-Clause AND MIT"
    assert binary_license([tree, bare]) == ""
    choice = replace(
        library, license=License(expression="MIT OR ISC", files=(LicenseFile(path="x", source=Path("x")),))
    )
    assert binary_license([tree, choice]) == "MIT AND (MIT OR ISC)"
