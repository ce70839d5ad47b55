"""Hierarchies that hold little, and the settings that say which modules are private."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from support.hostile_server import Answer, Recorder, serving
from support.lock_value import lock_value
from support.world import MODULES, World

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, NetworkError, TrustError
from gomod2bazel.golang.proxy.prefix_patterns import matches_prefix
from gomod2bazel.lock.lock import Lock


def _setting(world: World, **variables: str) -> None:
    world.go = replace(world.go, environment={**world.go.environment, **variables})


def _verified(lock: Lock) -> dict[str, bool]:
    return {module["path"]: module["verified"] for module in lock_value(lock.to_json())["modules"]}


def test_without_lists_an_exact_version_is_there(world: World) -> None:
    world.serve(MODULES)
    for name in ("m/@v/list", "dep/@v/list", "dep/@v/v1.0.0.info"):
        (world.folder / "goproxy/example.com" / name).unlink()
    assert world.lock("example.com/m@v1.0.0").binaries
    assert world.lock(f"{world.folder}/goproxy/example.com/m/@v/v1.0.0.mod", goproxy="off").binaries
    with pytest.raises(MissingModuleError, match="no list of versions"):
        world.lock("example.com/m")


def test_a_list_may_name_what_is_not_there(world: World) -> None:
    world.serve(MODULES)
    with (world.folder / "goproxy/example.com/m/@v/list").open("a", encoding="utf-8") as file:
        file.write("v1.9.0 2026-01-01T00:00:00Z\n\nnot a version\nv1.0.0\n")
    assert world.lock("example.com/m@v1.0.0").binaries
    with pytest.raises(MissingModuleError, match=r"example\.com/m@latest: no source has this version"):
        world.lock("example.com/m")


@pytest.mark.parametrize("name", ["GOPRIVATE", "GONOPROXY"])
def test_private_modules_come_from_the_sources_too(name: str, world: World) -> None:
    world.serve(MODULES)
    _setting(world, **{name: "example.com/*"})
    assert world.lock("example.com/m@v1.0.0").binaries


def test_the_database_is_not_asked_for_private_modules(world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder) as database:
        _setting(world, GOSUMDB=f"sum.golang.org {database.url}", GOPRIVATE="example.com")
        lock = world.lock("example.com/m@v1.0.0")
    assert database.requests == []
    assert _verified(lock) == {"example.com/m": False, "example.com/dep": True}


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Recorder.stall, NetworkError, "no answer from 127.0.0.1 within 0.5 s"),
        (lambda asked: asked.say(503, b"busy\n", "text/plain"), NetworkError, "503 Service Unavailable"),
        (lambda asked: asked.say(404, b"no such module\n", "text/plain"), TrustError, "404 Not Found"),
        (lambda asked: asked.say(200, b"not signed\n"), TrustError, "example.com/m@v1.0.0"),
        (lambda asked: asked.say(302, b"", Location="http://192.0.2.1/"), TrustError, "is not a configured source"),
    ],
)
def test_a_database_that_vouches_for_nothing(
    answer: Answer, kind: type[Gomod2bazelError], words: str, world: World
) -> None:
    world.serve(MODULES)
    began = time.monotonic()
    with serving(world.folder, {"": answer}) as database:
        _setting(world, GOSUMDB=f"sum.golang.org {database.url}")
        with pytest.raises(Gomod2bazelError, match=re.escape(words)) as caught:
            world.lock("example.com/m@v1.0.0", deadline=0.5)
    assert type(caught.value) is kind
    assert any("/lookup/example.com/m@v1.0.0" in path for path in database.requests)
    assert time.monotonic() - began < 30


def test_offline_asks_the_database_only_where_a_source_holds_it(world: World) -> None:
    world.serve(MODULES)
    _setting(world, GOSUMDB="sum.golang.org")
    assert _verified(world.lock("example.com/m@v1.0.0", offline=True)) == {
        "example.com/m": False,
        "example.com/dep": True,
    }
    held = world.folder / "goproxy/sumdb/sum.golang.org/supported"
    held.parent.mkdir(parents=True)
    held.touch()
    with pytest.raises(TrustError, match=r"lookup/example\.com/m@v1\.0\.0"):
        world.lock("example.com/m@v1.0.0", offline=True)


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        ("*", "example.com/m", True),
        ("example.com", "example.com/m/v2", True),
        ("example.com/m/", "example.com/m/v2", True),
        ("example.com/*/v2", "example.com/m/v2", True),
        ("example.com/m/v2", "example.com/m", False),
        ("*.example.com", "git.example.com/m", True),
        ("*.example.com", "example.com/m", False),
        ("a.com,example.com/[^m]", "example.com/m", False),
        ("a.com,example.com/[^n]", "example.com/m", True),
        ("", "example.com/m", False),
        (",", "example.com/m", False),
        ("none", "example.com/m", False),
    ],
)
def test_patterns(patterns: str, path: str, expected: bool) -> None:
    assert matches_prefix(patterns, path) == expected
