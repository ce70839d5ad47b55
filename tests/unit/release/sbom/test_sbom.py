"""The files with SBOMs: names, and that equal releases give equal bytes."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from support.release_value import binary_of, module_of, permuted, release_of

from gomod2bazel.base.errors import UsageError
from gomod2bazel.release.contents import Release, ReleaseFile
from gomod2bazel.release.sbom.identity import PROJECT, time_text
from gomod2bazel.release.sbom.sbom import FORMS, sbom_files, sbom_names

MAIN = module_of("example.com/m@v1.0.0", expression="MIT")
NEAR = module_of("example.com/near@v0.1.0")


def small(**fields: str) -> Release:
    """Return a release of one binary; ``fields`` are those of `Binary`."""
    return release_of([binary_of("example.com/m/cmd/tool", [MAIN, NEAR], {}, **fields)], [MAIN, NEAR])


def large(count: int) -> Release:
    """Return a release of two binaries for each of two platforms, with ``count`` modules that import each other."""
    modules = [module_of(f"example.com/module{number}@v1.{number}.0") for number in range(count)]
    keys = [f"example.com/module{number}@v1.{number}.0" for number in range(count)]
    requires = {key: tuple(keys[at + 1 : at + 4]) for at, key in enumerate(keys)}
    binaries = [
        binary_of(f"example.com/module0/{name}", modules, requires, platform, folder=platform.replace("/", "_"))
        for name in ("a", "b")
        for platform in ("linux/amd64", "linux/arm64")
    ]
    return release_of(binaries, modules)


def names(files: tuple[ReleaseFile, ...]) -> list[str]:
    """Return the names of files."""
    return [file.name for file in files]


@pytest.mark.parametrize(("form", "suffix"), [("spdx", ".spdx.json"), ("cyclonedx", ".cdx.json")])
def test_one_for_each_binary_and_one_for_the_run(form: str, suffix: str) -> None:
    files = sbom_files(small(), form)
    assert names(files) == [f"tool{suffix}", f"sbom{suffix}"]
    assert [(file.kind, file.binary is None) for file in files] == [("sbom", False), ("sbom", True)]


def test_binaries_of_several_platforms_with_one_name() -> None:
    files = sbom_files(large(3), "spdx")
    assert names(files) == [
        "linux_amd64/a.spdx.json", "linux_amd64/b.spdx.json", "linux_arm64/a.spdx.json", "linux_arm64/b.spdx.json",
        "sbom.spdx.json",
    ]  # fmt: skip
    namespaces = {json.loads(bytes(file.content))["documentNamespace"] for file in files}
    assert len(namespaces) == len(files)


def test_a_header_has_the_sbom_of_its_library() -> None:
    library = binary_of("example.com/m/c", [MAIN], kind="c-shared", name="libc.so")
    header = binary_of("example.com/m/c", [MAIN], kind="header", name="libc.h")
    assert names(sbom_files(release_of([header, library], [MAIN]), "cyclonedx")) == [
        "libc.so.cdx.json",
        "sbom.cdx.json",
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(5))
def test_order_does_not_matter(form: str, seed: int) -> None:
    release = large(20)
    files, others = sbom_files(release, form), sbom_files(permuted(release, seed), form)
    assert [(file.name, file.content) for file in others] == [(file.name, file.content) for file in files]


@pytest.mark.parametrize("form", FORMS)
def test_identity_follows_the_content(form: str) -> None:
    field = {"spdx": "documentNamespace", "cyclonedx": "serialNumber"}[form]

    def identities(release: Release) -> list[str]:
        return [json.loads(bytes(file.content))[field] for file in sbom_files(release, form)]

    release = small()
    assert identities(release) == identities(small())
    (item,) = release.binaries
    other = replace(release, binaries=(replace(item, sha256="cd" * 32),))
    assert not set(identities(release)) & set(identities(other))
    assert not set(identities(release)) & set(identities(replace(release, created=1_700_000_000)))


@pytest.mark.parametrize("form", FORMS)
def test_hundreds_of_modules(form: str) -> None:
    *_, run = sbom_files(large(400), form)
    content = json.loads(bytes(run.content))
    assert len(content["packages" if form == "spdx" else "components"]) == 400 + 1 + 4


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ['to"ol', "größe", "..", "a\nb", "-rf", "<&>", "t\udcff", "x" * 255])
def test_hostile_names(form: str, name: str) -> None:
    files = sbom_files(small(name=name), form)
    assert files[0].name.startswith(name)
    for file in files:
        content = json.loads(bytes(file.content))
        assert json.dumps(content, ensure_ascii=False).encode(), "UTF-8 can hold it"


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_the_machine(form: str) -> None:
    near = replace(NEAR, replaced_by="/home/somebody/near", folder=Path("/home/somebody/cache/near"))
    release = replace(
        release_of([binary_of("example.com/m/cmd/tool", [MAIN, near])], [MAIN, near]),
        inputs=("/home/somebody/m",),
        flags=("-overlay=/home/somebody/overlay.json",),
    )
    assert not [file.name for file in sbom_files(release, form) if b"somebody" in bytes(file.content)]


@pytest.mark.parametrize(
    ("taken", "message"),
    [
        (["sbom"], "sbom.spdx.json: the SBOM of example.com/m/0 and the SBOM of the run"),
        (["sbom.spdx.json"], "sbom.spdx.json: the binary of example.com/m/0 and the SBOM of the run"),
        (["x", "x.spdx.json"], "x.spdx.json: the binary of example.com/m/1 and the SBOM of example.com/m/0"),
    ],
)
def test_names_that_two_files_would_have(taken: list[str], message: str) -> None:
    binaries = [binary_of(f"example.com/m/{at}", [MAIN], name=name).binary for at, name in enumerate(taken)]
    with pytest.raises(UsageError, match=message) as caught:
        sbom_names(binaries, "spdx")
    assert caught.value.hint.startswith("rename with -binary example.com/m/0=NAME")


def test_a_binary_called_sbom_in_the_folder_of_its_platform() -> None:
    assert sbom_names([binary_of("example.com/m/sbom", [MAIN], folder="linux_amd64").binary], "spdx") == (
        "linux_amd64/sbom.spdx.json", "sbom.spdx.json",
    )  # fmt: skip


def test_an_unknown_form() -> None:
    with pytest.raises(UsageError, match="-sbom 'swid' is unknown"):
        sbom_files(small(), "swid")


def test_times() -> None:
    assert time_text(1_700_000_000) == "2023-11-14T22:13:20Z"
    assert time_text(0) == "1970-01-01T00:00:00Z"
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH 1000000000000 is not a time"):
        time_text(10**12)


def test_the_project_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Homepage"] == PROJECT
