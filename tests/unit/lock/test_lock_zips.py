"""The lock of a monorepo holds the SHA-256 of each module's zip."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support.lock_value import lock_value

from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.proxy.module_cache import zip_sums
from gomod2bazel.lock.lock import Lock, LockedModule

_CONFIGURATION = Configuration(
    go="go1.26.0", goos="linux", goarch="amd64", arch="", cgo=False, tags=(), experiment="", buildmode="default"
)


def _module(path: str, version: str, replaced_by: str = "") -> LockedModule:
    return LockedModule(
        path=path,
        version=version,
        sum="",
        go_mod_sum="",
        verified=True,
        replaced_by=replaced_by,
        lang="go1.22",
        packages=(),
    )


def _lock(*modules: LockedModule) -> Lock:
    return Lock(configuration=_CONFIGURATION, modules=modules, standard=(), binaries=())


def _put(cache: Path, name: str, data: bytes) -> str:
    file = cache / "cache" / "download" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("module", "file"),
    [
        (_module("example.com/m", "v1.0.0"), "example.com/m/@v/v1.0.0.zip"),
        (_module("example.com/Big", "v1.0.0-RC1"), "example.com/!big/@v/v1.0.0-!r!c1.zip"),
        (_module("example.com/m", "v1.0.0", "example.com/fork@v2.0.0"), "example.com/fork/@v/v2.0.0.zip"),
        (_module("example.com/m", "v2.0.0+incompatible"), "example.com/m/@v/v2.0.0+incompatible.zip"),
    ],
)
def test_sum_of_the_zip_that_is_used(module: LockedModule, file: str, tmp_path: Path) -> None:
    wanted = _put(tmp_path, file, b"zip")
    lock = _lock(module)
    locked = lock.with_zips(zip_sums(tmp_path, [m.source for m in lock.modules]))
    assert lock_value(locked.to_json())["modules"][0]["zip_sha256"] == wanted


@pytest.mark.parametrize(
    "module",
    [
        _module("example.com/m", ""),
        _module("example.com/m", "v1.0.0", "../fork"),
        _module("example.com/m", "v1.0.1"),
    ],
    ids=["unpacked tree", "replaced by a folder", "not in the cache"],
)
def test_no_sum_without_a_zip(module: LockedModule, tmp_path: Path) -> None:
    _put(tmp_path, "example.com/m/@v/v1.0.0.zip", b"zip")
    _put(tmp_path, "../fork/@v/v1.0.0.zip", b"zip")
    assert zip_sums(tmp_path, [module.source]) == {}
    assert _lock(module).with_zips({}).modules[0].zip_sha256 == ""
