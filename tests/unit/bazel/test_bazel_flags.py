"""Bazel's command line."""

from __future__ import annotations

from typing import Any

import pytest
from support.samples import configuration

from gomod2bazel.bazel.flags import BuildSettings, build_flags, disk_cache_flags, isolation_flags, joint_flags
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.options.groups.bazel import RemoteOptions
from gomod2bazel.options.options import BazelOptions

CONFIG = "--@gomod2bazel//rules/config:"
PLAIN = configuration()
CGO = configuration(cgo=True)
SETTINGS = {
    "CC": "gcc",
    "CXX": "g++",
    "FC": "gfortran",
    "CGO_CFLAGS": "-O2 -g",
    "CGO_LDFLAGS": "-O2 -g",
    "PKG_CONFIG": "",
}


def _flags(made: Configuration = PLAIN, environment: dict[str, str] | None = None, **settings: str) -> list[str]:
    return build_flags(made, {**SETTINGS, **settings}, environment or {}, BazelOptions())


def _suffix(flags: list[str]) -> str:
    return next(flag for flag in flags if flag.startswith("--platform_suffix="))


def test_configuration() -> None:
    flags = _flags(configuration(tags=("a", "b"), experiment="x"))
    for name, value in [
        ("goos", "linux"),
        ("goarch", "amd64"),
        ("arch", "GOAMD64=v1"),
        ("cgo", "false"),
        ("experiment", "x"),
        ("tags", "a"),
        ("tags", "b"),
    ]:
        assert f"{CONFIG}{name}={value}" in flags
    assert _suffix(flags).startswith("--platform_suffix=linux_amd64_")


@pytest.mark.parametrize(
    "flag",
    [
        "--sandbox_default_allow_network=false",
        "--repository_disable_download",
        "--incompatible_strict_action_env",
        "--nostamp",
    ],
)
def test_always_hermetic(flag: str) -> None:
    assert flag in _flags()
    assert flag in _flags(CGO)


def test_a_build_without_cgo_knows_no_compiler() -> None:
    flags = _flags(environment={"PATH": "/x", "PKG_CONFIG_PATH": "/y"}, CGO_CFLAGS="-O3")
    assert not [flag for flag in flags if "gcc" in flag or "PATH" in flag or "O3" in flag]


def test_cgo() -> None:
    flags = _flags(CGO, {"PATH": ".:/x:bin", "PKG_CONFIG_PATH": "/y", "SECRET": "s"}, CGO_LDFLAGS="-O2 -g -lm")
    for value in ("cc=gcc", "cxx=g++", "fc=gfortran", "environment=PATH=/x", "environment=PKG_CONFIG_PATH=/y"):
        assert CONFIG + value in flags
    assert f"{CONFIG}environment=CGO_LDFLAGS=-O2 -g -lm" in flags
    assert not [flag for flag in flags if "CGO_CFLAGS" in flag or "SECRET" in flag], "defaults and the rest stay out"


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"tags": ("a",)}, True),
        ({"go": "go1.26.6"}, False),
        ({"goarch": "arm64"}, False),
        ({"arch": "GOAMD64=v3"}, False),
        ({"cgo": True}, False),
        ({"experiment": "x"}, False),
        ({"buildmode": "pie"}, False),
    ],
)
def test_output_folders(fields: dict[str, Any], same: bool) -> None:
    assert (_suffix(_flags(configuration(**fields))) == _suffix(_flags())) is same


@pytest.mark.parametrize(("goos", "same"), [("linux", True), ("darwin", False)])
def test_libraries_for_c_share_what_is_compiled_in_the_same_way(goos: str, same: bool) -> None:
    made = {mode: _suffix(_flags(configuration(goos=goos, buildmode=mode))) for mode in ("c-archive", "c-shared")}
    assert (made["c-archive"] == made["c-shared"]) is same


def test_several_configurations_at_once() -> None:
    host = BuildSettings.of(configuration(cgo=True, tags=("a",)), SETTINGS, {"PATH": "/x"})
    other = BuildSettings.of(configuration(goarch="arm64", tags=("a",)), SETTINGS, {"PATH": "/x"})
    assert joint_flags([host, other]) == [f"{CONFIG}environment=PATH=/x", f"{CONFIG}tags=a"]
    assert host.single == {
        "goos": "linux",
        "goarch": "amd64",
        "arch": "GOAMD64=v1",
        "cgo": "true",
        "experiment": host.single["experiment"],
        "buildmode": "default",
        "cc": "gcc",
        "cxx": "g++",
        "fc": "gfortran",
    }
    assert _suffix(host.flags) == f"--platform_suffix={host.output_folder}" == _suffix(_flags(CGO))


def test_configurations_that_differ_in_what_they_share_are_built_apart() -> None:
    tagged = [BuildSettings.of(configuration(goarch=arch, tags=(arch,)), SETTINGS, {}) for arch in ("amd64", "arm64")]
    assert joint_flags(tagged) is None
    paths = [BuildSettings.of(CGO, SETTINGS, {"PATH": path}) for path in ("/x", "/y")]
    assert joint_flags(paths) is None


@pytest.mark.parametrize(
    ("options", "flag"),
    [
        (BazelOptions(jobs=3), "--jobs=3"),
        (BazelOptions(remote=RemoteOptions(remote_cache="grpc://c")), "--jobs=64"),
        (BazelOptions(jobs=3, remote=RemoteOptions(remote_executor="grpc://e")), "--jobs=3"),
        (BazelOptions(rebuild=True), "--noremote_accept_cached"),
    ],
)
def test_options(options: BazelOptions, flag: str) -> None:
    assert flag in build_flags(PLAIN, SETTINGS, {}, options)
    assert flag.partition("=")[0] not in [f.partition("=")[0] for f in _flags()]


@pytest.mark.parametrize(
    ("version", "read", "namespaces", "hardened", "mounted"),
    [
        ("7.7.1", ["/usr/local/go", "/home/u/src"], True, True, []),
        ("8.0.0", ["/usr/local/go"], True, True, []),
        ("7.7.1", ["/usr/local/go"], False, False, []),
        ("9.0.0", ["/usr/local/go"], True, False, []),
        ("7.7.1", ["/tmp/m", "/tmp/m/inner", "/usr"], True, False, ["/tmp/m"]),  # noqa: S108
    ],
)
def test_isolation(version: str, read: list[str], namespaces: bool, hardened: bool, mounted: list[str]) -> None:
    flags = isolation_flags(version, read, "/home/u/.cache", namespaces=namespaces)
    assert "--worker_sandboxing" in flags
    assert ("--experimental_worker_sandbox_hardening" in flags) == hardened
    assert [flag for flag in flags if "mount" in flag] == [f"--sandbox_add_mount_pair={folder}" for folder in mounted]


def test_disk_cache() -> None:
    assert disk_cache_flags("7.7.1", "") == []
    assert disk_cache_flags("7.1.0", "/disk") == ["--disk_cache=/disk"]
    assert disk_cache_flags("8.0.0", "/disk") == [
        "--disk_cache=/disk",
        "--experimental_disk_cache_gc_max_size=20G",
        "--experimental_disk_cache_gc_max_age=30d",
    ]
