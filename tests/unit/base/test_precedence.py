"""The order of versions."""

from itertools import pairwise

import pytest

from gomod2bazel.base.version import go_release, newest, precedence

# https://semver.org/#spec-item-11, and how golang.org/x/mod/semver takes what Go has of its own.
ORDER = (
    "v0.0.0-20200101000000-abcdefabcdef", "v0.1.0", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta",
    "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1", "v1.0.0", "v1.0.1-0.20200101000000-abcdefabcdef",
    "v1.0.1-0.patched.x0123456789ab", "v1.0.1", "v1.2", "v1.10.0", "v2.0.0+incompatible",
)  # fmt: skip


@pytest.mark.parametrize(("low", "high"), tuple(pairwise(ORDER)))
def test_order(low: str, high: str) -> None:
    assert precedence(low) < precedence(high)
    assert newest(low, high) == newest(high, low) == high


def test_numbers_of_any_length() -> None:
    assert precedence(f"v{'9' * 5000}.0.0") > precedence(f"v{'8' * 5000}.9.0") > precedence(f"v{'9' * 4999}.0.0")
    assert precedence(f"v1.0.0-{'9' * 5000}") < precedence("v1.0.0-a")


def test_build_metadata_has_no_part_in_the_order() -> None:
    assert precedence("v2.0.0") == precedence("v2.0.0+incompatible")
    assert newest("v2.0.0", "v2.0.0+incompatible") == "v2.0.0"


@pytest.mark.parametrize("text", ["", "v", "latest", "v1.2.3.4", "1.x", "v1.0.0-é"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        precedence(text)


@pytest.mark.parametrize(
    ("name", "version"),
    [("go1.26.8", "1.26.8"), ("go1.21", "1.21.0"), ("go1.22rc1", "1.22.0-rc.1"), ("go1.27.0-X:foo", "1.27.0")],
)
def test_go_releases(name: str, version: str) -> None:
    assert go_release(name) == version


def test_a_development_go_is_no_release() -> None:
    with pytest.raises(ValueError, match="not a Go release"):
        go_release("devel")
