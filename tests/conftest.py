"""Options and fixtures of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.driver import Driver
from support.realgo import RealGo
from support.world import World


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-cases", action="store_true", help="write what the driver does into tests/cases")


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Make a driver whose caches and Bazel server last a session; those in GOMOD2BAZEL_TEST_CACHE stay for more."""
    named = os.environ.get("GOMOD2BAZEL_TEST_CACHE")
    cache = Path(named).absolute() if named else tmp_path_factory.mktemp("cache")
    cache.mkdir(parents=True, exist_ok=True)
    started = Driver.with_cache(cache)
    yield started
    started.run("shutdown" if named else "clean", cwd=cache)


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> RealGo:
    """Return the real go command; its caches last a session."""
    return RealGo.with_cache(tmp_path_factory.mktemp("go"))


@pytest.fixture
def world(tmp_path: Path, go: RealGo) -> World:
    """Return a user's machine without a module yet."""
    return World(tmp_path, go)
