"""What images report about themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.oci_release import binary, release, released

from gomod2bazel.release.oci.annotations import annotations_of, repository_of
from gomod2bazel.release.oci.executable import Executable

OCI = "org.opencontainers.image."


@pytest.mark.parametrize(
    ("module", "address"),
    [
        ("github.com/mikefarah/yq/v4", "https://github.com/mikefarah/yq"),
        ("github.com/aws/aws-sdk-go-v2/service/s3", "https://github.com/aws/aws-sdk-go-v2"),
        ("bitbucket.org/a/b", "https://bitbucket.org/a/b"),
        ("codeberg.org/a/b/v2", "https://codeberg.org/a/b"),
        ("gitlab.com/a/b/v2", "https://gitlab.com/a/b"),
        ("gitlab.com/group/sub/project", ""),
        ("golang.org/x/tools/gopls", "https://go.googlesource.com/tools"),
        ("filippo.io/age", ""),
        ("github.com/a", ""),
        ("example.com/hello", ""),
    ],
)
def test_repositories(module: str, address: str) -> None:
    assert repository_of(module) == address


def test_of_a_version(tmp_path: Path) -> None:
    item = released(binary(module="github.com/a/age", version="v1.2.0"), tmp_path)
    assert annotations_of(release([item]), item, Executable(version="v9.9.9")) == {
        f"{OCI}created": "2023-11-14T22:13:20Z",
        f"{OCI}title": "age",
        f"{OCI}version": "v1.2.0",
        f"{OCI}source": "https://github.com/a/age",
        f"{OCI}licenses": "BSD-3-Clause",
        "com.github.gomod2bazel.module": "github.com/a/age@v1.2.0",
    }


@pytest.mark.parametrize(
    ("version", "settings", "revision"),
    [
        ("v0.0.0-20240101000000-abcdef123456", {}, "abcdef123456"),
        ("v2.0.1-0.20240101000000-abcdef123456+incompatible", {}, "abcdef123456"),
        ("v1.2.0-rc.1", {}, None),
        ("", {"vcs.revision": "0123", "vcs.modified": "false"}, "0123"),
        ("", {"vcs.revision": "0123", "vcs.modified": "true"}, None),
        ("", {}, None),
    ],
)
def test_revisions(version: str, settings: dict[str, str], revision: str | None, tmp_path: Path) -> None:
    item = released(binary(version=version), tmp_path)
    annotations = annotations_of(release([item]), item, Executable(settings=settings))
    assert annotations.get(f"{OCI}revision") == revision


def test_of_a_tree(tmp_path: Path) -> None:
    """Version control tells the version of a tree, if -buildvcs records it."""
    item = released(binary(version=""), tmp_path)
    stamped = annotations_of(release([item]), item, Executable(version="v1.3.0"))
    assert (stamped[f"{OCI}version"], stamped["com.github.gomod2bazel.module"]) == ("v1.3.0", "filippo.io/age")
    assert f"{OCI}version" not in annotations_of(release([item]), item, Executable())
    named = replace(release([item]), tree_version="v2.0.0")
    assert annotations_of(named, item, Executable(version="v1.3.0"))[f"{OCI}version"] == "v2.0.0"


@pytest.mark.parametrize(
    ("module", "dependency", "standard", "expression"),
    [
        ("MIT", "Apache-2.0", "BSD-3-Clause", "Apache-2.0 AND BSD-3-Clause AND MIT"),
        ("BSD-3-Clause", "BSD-3-Clause", "BSD-3-Clause", "BSD-3-Clause"),
        ("MIT AND ISC", "MIT", "BSD-3-Clause", "BSD-3-Clause AND ISC AND MIT"),
        ("MIT OR Apache-2.0", "MIT", "BSD-3-Clause", "BSD-3-Clause AND MIT AND (MIT OR Apache-2.0)"),
        ("MIT", "", "BSD-3-Clause", None),
        ("MIT", "MIT", "", None),
    ],
)
def test_licenses(module: str, dependency: str, standard: str, expression: str | None, tmp_path: Path) -> None:
    """All that is linked counts; if one licence is not known, none is claimed."""
    item = released(binary(), tmp_path)
    known = release([item], {"filippo.io/age": module, "golang.org/x/sys": dependency, "std": standard})
    assert annotations_of(known, item, Executable()).get(f"{OCI}licenses") == expression
