"""A module cache never changes under a run: what a folder source changed goes into a new cache."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gomod2bazel.base.disk.cache_lock import caches_in_use
from gomod2bazel.base.disk.retired import remove_retired
from gomod2bazel.base.version import Version
from gomod2bazel.golang.proxy.module_cache import ModuleCache, open_module_cache
from gomod2bazel.golang.proxy.sources import Sources

MODULE, OTHER = Version("example.com/Mod", "v1.0.0"), Version("example.com/Mod", "v1.1.0")


class Machine:
    """Two folder sources, a network source that nobody asks, and the caches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first, self.second = folder / "first", folder / "second"
        self.modules = folder / "cache" / "modules"
        self.remote = ""

    def open(self) -> ModuleCache:
        """Open the cache, as a run does that begins."""
        goproxy = f"file://{self.first},file://{self.second}{self.remote}"
        return open_module_cache(self.modules, Sources.parse(goproxy))

    def fill(self, cache: ModuleCache, module: Version, content: str) -> None:
        """Put a module into a cache as the go command does."""
        _put(cache.folder / "cache" / "download", module, content)
        unpacked = cache.folder / "example.com" / f"!mod@{module.version}"
        unpacked.mkdir(parents=True)
        (unpacked / "main.go").write_text(content)
        unpacked.chmod(0o555)

    def run(self, content: str, *modules: Version) -> ModuleCache:
        """Do what a run does that takes ``modules`` from the second source."""
        for module in modules:
            _put(self.second, module, content)
        cache = self.open()
        for module in modules:
            self.fill(cache, module, content)
        cache.note([*modules, Version("main.module")])
        return cache


def _put(root: Path, module: Version, content: str, age: float = 60.0) -> None:
    base = root / "example.com" / "!mod" / "@v"
    base.mkdir(parents=True, exist_ok=True)
    for suffix in (".mod", ".zip", ".info"):
        path = base / f"{module.version}{suffix}"
        path.write_text(content)
        modified = time.time_ns() - int(age * 1e9)
        os.utime(path, ns=(modified, modified))


def _zip(cache: ModuleCache, module: Version) -> Path:
    return cache.folder / "cache" / "download" / "example.com" / "!mod" / "@v" / f"{module.version}.zip"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_same_cache_serves_while_nothing_changes(machine: Machine) -> None:
    cache = machine.run("a", MODULE)
    assert machine.open().folder == cache.folder


def test_a_changed_module_leaves_the_cache_and_its_users_alone(machine: Machine) -> None:
    cache = machine.run("a", MODULE, OTHER)
    before = sorted(cache.folder.rglob("*"))
    _put(machine.second, MODULE, "b")
    new = machine.open()
    assert new.folder != cache.folder
    assert sorted(cache.folder.rglob("*")) == before
    assert not _zip(new, MODULE).exists()
    assert _zip(new, OTHER).read_text() == "a", "what did not change is there already"
    assert machine.open().folder == new.folder


def test_lists_that_the_go_command_writes_in_place_are_not_shared(machine: Machine) -> None:
    cache = machine.run("a", MODULE, OTHER)
    listed = _zip(cache, MODULE).with_name("list")
    listed.touch()
    _put(machine.second, MODULE, "b")
    assert not (machine.open().folder / listed.relative_to(cache.folder)).exists()


@pytest.mark.parametrize("file", ["v1.0.0.zip", "v1.0.0.mod"])
def test_the_same_content_with_another_time_is_no_change(machine: Machine, file: str) -> None:
    cache = machine.run("a", MODULE)
    os.utime(machine.second / "example.com/!mod/@v" / file, ns=(1, 1))
    assert machine.open().folder == cache.folder


def test_another_process_that_fills_a_source_changes_nothing(machine: Machine) -> None:
    """The module came from the network; then `go install` of something else puts it into the user's module cache."""
    machine.remote = ",https://example.com"
    cache = machine.open()
    machine.fill(cache, MODULE, "a")
    cache.note([MODULE])
    _put(machine.first, MODULE, "a")
    assert machine.open().folder == cache.folder
    assert machine.open().folder == cache.folder


def test_a_source_that_got_other_content_while_a_run_was_on_is_noticed(machine: Machine) -> None:
    cache = machine.open()
    machine.fill(cache, MODULE, "a")
    _put(machine.first, MODULE, "b", age=-1)
    cache.note([MODULE])
    assert machine.open().folder != cache.folder


def test_a_source_before_the_others_that_got_other_content_counts(machine: Machine) -> None:
    cache = machine.run("a", MODULE)
    _put(machine.first, MODULE, "b")
    assert machine.open().folder != cache.folder


@pytest.mark.parametrize("remote", ["", ",https://example.com"])
def test_a_module_that_no_source_has_any_more_is_not_served(machine: Machine, remote: str) -> None:
    machine.remote = remote
    cache = machine.run("a", MODULE)
    for file in (machine.second / "example.com/!mod/@v").iterdir():
        file.unlink()
    # A network source has it still: published versions are immutable.
    assert (machine.open().folder == cache.folder) == bool(remote)


def test_replaced_caches_are_removed_when_no_run_is_left(machine: Machine) -> None:
    cache = machine.run("a", MODULE)
    _put(machine.second, MODULE, "b")
    new = machine.open()
    root = machine.modules.parent
    with caches_in_use(root, lambda _: None):
        remove_retired(machine.modules, root)
        assert cache.folder.exists()
    remove_retired(machine.modules, root)
    assert not cache.folder.exists()
    assert new.folder.exists()
    assert not [*(machine.modules / ".retired").iterdir()]


@pytest.mark.parametrize("content", ["", "{", "no json", "[]", '{"generation": "x", "states": {}}', '{"states": []}'])
def test_a_damaged_record_begins_a_new_cache(machine: Machine, content: str) -> None:
    cache = machine.run("a", MODULE)
    cache.record.write_text(content)
    new = machine.open()
    assert new.folder != cache.folder
    remove_retired(machine.modules, machine.modules.parent)
    assert not cache.folder.exists()
    assert new.folder.exists()
