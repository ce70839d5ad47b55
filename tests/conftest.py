"""Options, marks and fixtures of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.driver import Driver
from support.realgo import RealGo
from support.tools import with_bazel, with_go
from support.workspaces import Workspaces
from support.world import World

from gomod2bazel.base.errors import Gomod2bazelError

_MARKS = {"go": ("go",), "driver": ("go", "bazel"), "networked": ("network",)}
"""What a test needs that uses these fixtures, itself or through others."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-cases", action="store_true", help="write what the driver does into tests/cases")
    parser.addoption("--nightly", action="store_true", help="run the tests marked nightly too")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the fixtures that it uses; a test that runs Bazel also needs Go."""
    for fixture in getattr(item, "fixturenames", ()):
        for name in _MARKS.get(fixture, ()):
            item.add_marker(name)
    if item.get_closest_marker("bazel"):
        item.add_marker("go")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for the night."""
    if config.getoption("--nightly"):
        return
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("nightly")]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find Go and Bazel, or set them up, where a chosen test needs them."""
    if session.config.option.collectonly:
        return
    marks = {mark.name for item in session.items for mark in item.iter_markers()}
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    say = reporter.write_line if reporter else print
    try:
        if "go" in marks:
            os.environ.update(with_go(os.environ, say)[1])
        if "bazel" in marks:
            os.environ.update(with_bazel(os.environ, say)[1])
    except Gomod2bazelError as error:
        pytest.exit(f"{error}\nhint: {error.hint}", returncode=error.exit_code)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Make a driver whose caches and Bazel server last a session; those in GOMOD2BAZEL_TEST_CACHE stay for more."""
    named = os.environ.get("GOMOD2BAZEL_TEST_CACHE")
    cache = Path(named).absolute() if named else tmp_path_factory.mktemp("cache")
    cache.mkdir(parents=True, exist_ok=True)
    started = Driver.with_cache(cache)
    yield started
    (started.caches.root / "go-build").unlink(missing_ok=True)  # what it names is shared
    started.run("shutdown" if named else "clean", cwd=cache)


@pytest.fixture(scope="session")
def workspaces(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspaces]:
    """Return the folder for workspaces that do not need a Bazel server of their own."""
    made = Workspaces(folder=tmp_path_factory.mktemp("workspaces") / "mono")
    yield made
    made.end(driver)


@pytest.fixture(scope="session")
def networked(driver: Driver) -> Driver:
    """Return the driver with the sources and the module cache that the user's own go command has."""
    return driver.with_users_sources()


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> RealGo:
    """Return the real go command; its module cache lasts a session."""
    return RealGo.with_cache(tmp_path_factory.mktemp("go"))


@pytest.fixture
def world(tmp_path: Path, go: RealGo) -> World:
    """Return a user's machine without a module yet."""
    return World(tmp_path, go)
