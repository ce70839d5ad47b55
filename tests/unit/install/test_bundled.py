"""Modules as distributions name them: Debian source packages and versions, bundled Provides of RPM."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise

import pytest

from gomod2bazel.install.bundled import debian_name, debian_version, rpm_provides, rpm_version, static_built_using
from gomod2bazel.install.record import Input, Record, Run

RUN = Run(go_version="go1.26.0")

VERSIONS = {
    # Go, Debian, RPM; each kind of version in the order in which they were made.
    "v0.0.0-20200102030405-abcdefabcdef": ("0.0~git20200102.abcdefa", "0^20200102gitabcdefa"),
    "v0.1.0": ("0.1.0", "0.1.0"),
    "v1.2.3-alpha": ("1.2.3~alpha", "1.2.3~alpha"),
    "v1.2.3-rc.1": ("1.2.3~rc.1", "1.2.3~rc.1"),
    "v1.2.3-rc.1.0.20200102030405-abcdefabcdef": ("1.2.3~rc.1+git20200102.abcdefa", "1.2.3~rc.1^20200102gitabcdefa"),
    "v1.2.3": ("1.2.3", "1.2.3"),
    "v1.2.4-0.20200102030405-abcdefabcdef": ("1.2.3+git20200102.abcdefa", "1.2.3^20200102gitabcdefa"),
    "v1.2.4": ("1.2.4", "1.2.4"),
    "v2.0.0-20200102030405-abcdefabcdef": ("2.0.0~git20200102.abcdefa", "2.0.0~20200102gitabcdefa"),
    "v2.0.0+incompatible": ("2.0.0", "2.0.0"),
    "v2.0.1-0.20200102030405-abcdefabcdef+incompatible": ("2.0.0+git20200102.abcdefa", "2.0.0^20200102gitabcdefa"),
    "v3.0.0-a-b.7": ("3.0.0~a.b.7", "3.0.0~a.b.7"),
    "v3.0.0": ("3.0.0", "3.0.0"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_versions(version: str) -> None:
    assert (debian_version(version), rpm_version(version)) == VERSIONS[version]
    assert "-" not in debian_version(version) + rpm_version(version)


@pytest.mark.skipif(not shutil.which("dpkg"), reason="no dpkg")
def test_debian_versions_are_in_the_order_of_the_go_versions() -> None:
    versions = [debian for debian, _ in VERSIONS.values()]
    for earlier, later in pairwise(versions):
        assert subprocess.run(["dpkg", "--compare-versions", earlier, "lt", later], check=False).returncode == 0, later


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("github.com/Foo/Bar_baz", "golang-github-foo-bar-baz"),
        ("github.com/foo/bar/v4", "golang-github-foo-bar"),
        ("github.com/foo/bar/sub/module/v2", "golang-github-foo-bar"),
        ("golang.org/x/text", "golang-golang-x-text"),
        ("google.golang.org/genproto/googleapis/rpc", "golang-google-genproto"),
        ("gopkg.in/yaml.v3", "golang-gopkg-yaml.v3"),
        ("filippo.io/edwards25519", "golang-filippo-edwards25519"),
        ("k8s.io/api", "golang-k8s-api"),
        ("gitlab.com/group/sub~group/m", "golang-gitlab-group-subgroup-m"),
        ("example.com/m", "golang-example-m"),
        ("git.example.com/m", "golang-git.example-m"),
        ("go.yaml.in/yaml/v3", "golang-go.yaml-yaml"),
        ("example.com", "golang-example"),
    ],
)
def test_names_of_debian_source_packages(module: str, name: str) -> None:
    assert debian_name(module) == name


def _binary(name: str, module: str, *inputs: Input) -> Record:
    return Record(path=f"/usr/bin/{name}", module=module, inputs=inputs)


MAIN = Input(module="example.com/m", version="v1.0.0")
TEXT = Input(module="golang.org/x/text", version="v0.14.0")
OLDER = Input(module="golang.org/x/text", version="v0.9.0")
TREE = Input(module="example.com/tree")
RECORDS = [
    _binary("a", "example.com/m", MAIN, TEXT),
    _binary("b", "example.com/m", MAIN, TEXT),
    _binary("c", "example.com/tree", TREE, OLDER, MAIN),
]


def test_static_built_using_has_all_other_modules_once_and_the_toolchain() -> None:
    assert static_built_using(RECORDS, RUN).decode() == (
        "gomod2bazel:Static-Built-Using=golang-1.26 (= 1.26.0), golang-example-m (= 1.0.0), "
        "golang-golang-x-text (= 0.14.0), golang-golang-x-text (= 0.9.0)\n"
    )
    assert static_built_using(RECORDS[::-1], RUN) == static_built_using(RECORDS, RUN)


def test_the_toolchain_is_named_for_a_module_without_dependencies_too() -> None:
    line = static_built_using([_binary("a", "example.com/m", MAIN)], Run(go_version="go1.27rc1"))
    assert line == b"gomod2bazel:Static-Built-Using=golang-1.27 (= 1.27~rc1)\n"


def test_a_run_without_binaries_has_an_empty_variable_and_no_provides() -> None:
    archive = Record(path="/srv/m.zip", module="example.com/m")
    assert static_built_using([archive], RUN) == b"gomod2bazel:Static-Built-Using=\n"
    assert rpm_provides([archive]) == b""


def test_rpm_provides_are_lines_of_a_spec_file() -> None:
    assert rpm_provides(RECORDS).decode() == (
        "Provides: bundled(golang(example.com/m)) = 1.0.0\n"
        "Provides: bundled(golang(golang.org/x/text)) = 0.14.0\n"
        "Provides: bundled(golang(golang.org/x/text)) = 0.9.0\n"
    )
