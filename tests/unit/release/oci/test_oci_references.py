"""Which images there are, and their references."""

from __future__ import annotations

import re

import pytest
from support.oci_release import binary

from gomod2bazel.base.errors import UsageError
from gomod2bazel.release.oci.references import images_of, reference_of

LAYOUT = re.compile(r"[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*")
"""The grammar of references in layouts, which skopeo checks."""

REGISTRY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*:\w[\w.-]{0,127}", re.ASCII)
"""That of names and tags in registries."""


@pytest.mark.parametrize(
    ("name", "version", "reference"),
    [
        ("age", "v1.2.0", "age:v1.2.0"),
        ("age", "", "age:latest"),
        ("age", "v0.0.0-20240101000000-abcdef123456", "age:v0.0.0-20240101000000-abcdef123456"),
        ("age", "v2.0.0+incompatible", "age:v2.0.0_incompatible"),
        ("Age-KeyGen", "v1.2.0", "age-keygen:v1.2.0"),
        ("a__b", "v1.2.0", "a-b:v1.2.0"),
        ("_a.b~c-", "v1.2.0", "a.b-c:v1.2.0"),
        ("a---b", "v1.2.0", "a-b:v1.2.0"),
        ("a--b", "v1.2.0", "a--b:v1.2.0"),
        ("größe", "v1.2.0", "gr-e:v1.2.0"),
    ],
)
def test_references(name: str, version: str, reference: str) -> None:
    assert reference_of(binary(name, version=version)) == reference
    assert LAYOUT.fullmatch(reference)
    assert REGISTRY.fullmatch(reference)


def test_images_have_platforms() -> None:
    names = ["linux/arm64", "linux/amd64", "darwin/arm64"]
    binaries = [binary("age", platform) for platform in names] + [binary("age-keygen")]
    images = images_of([*binaries, binary("libage.a", kind="c-archive")])
    assert {reference: [b.goarch for b in members] for reference, members in images.items()} == {
        "age:v1.2.0": ["amd64", "arm64"],
        "age-keygen:v1.2.0": ["amd64"],
    }
    assert list(images) == sorted(images)


def test_a_tree_has_the_version_that_is_given() -> None:
    tree = binary("age", version="")
    assert reference_of(tree, "v1.3.0") == "age:v1.3.0"
    assert reference_of(tree, "devel") == "age:latest"
    assert reference_of(binary("age"), "v1.3.0") == "age:v1.2.0"


def test_without_executables_for_linux() -> None:
    assert images_of([binary("age", "darwin/arm64"), binary("libage.a", kind="c-archive")]) == {}


def test_different_programs_of_one_reference() -> None:
    with pytest.raises(UsageError, match=r"different programs would be the image age:v1.2.0") as raised:
        images_of([binary("age"), binary("Age")])
    assert "filippo.io/age/cmd/Age (Age)\n    filippo.io/age/cmd/age (age)" in raised.value.what


def test_a_platform_twice() -> None:
    with pytest.raises(UsageError, match=r"the image age:v1.2.0 would have linux/amd64 twice"):
        images_of([binary("age"), binary("age")])


def test_a_name_without_letters() -> None:
    with pytest.raises(UsageError, match="has no letter or digit"):
        images_of([binary("…")])


@pytest.mark.parametrize("name", ["\udcffx", "a\nb"])
def test_a_name_that_no_configuration_can_have(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be in an image: it is not printable UTF-8"):
        images_of([binary(name)])
