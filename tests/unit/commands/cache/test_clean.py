"""The command clean: everything, or what was not used for a while, or what is too much; and what it would remove."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.documents import checked
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.cli import run_command
from gomod2bazel.commands.cache import housekeeping
from gomod2bazel.golang.proxy.module_cache import open_module_cache
from gomod2bazel.golang.proxy.sources import Sources

DAY = 24 * 60 * 60
BASE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return a user whose caches have something old and something new of each kind."""
    user = User(tmp_path, SubprocessRunner())
    stopped: list[bool] = []
    monkeypatch.setattr(housekeeping, "shutdown", lambda *_: stopped.append(True))
    root = user.session.caches.root
    for name, age in {
        "runs/old.json": 40, "runs/new.json": 1,
        "overlays/old": 40, "overlays/new": 1,
        f"bazel/{BASE}/command.log": 40, "bazel/cache/repos": 40,
        f"bazel/{BASE[::-1]}/command.log": 1,
        "modules/aa/old.zip": 40, "modules/aa-2/old.zip": 40, "modules/aa.json": 40, "modules/aa.lock": 40,
        "modules/bb/old.zip": 40, "modules/bb.json": 40, "modules/bb.lock": 1,
        "modules/aab/old.zip": 40, "modules/aab.lock": 1,
        "disk/ac/aa/aa": 40, "disk/cas/aa/aa": 40, "disk/cas/bb/bb": 1,
        "tools/go/go": 40, "workspace/MODULE.bazel": 40,
    }.items():  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 2048)
        os.utime(path, (time.time() - age * DAY,) * 2)
    for folder in (root / "bazel").iterdir():
        os.utime(folder, (0, 0))
    return user


def removed(user: User, *flags: str) -> list[str]:
    """Run clean, and return the files that are no longer there."""
    root = user.session.caches.root
    files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    user.run("clean", *flags)
    return sorted(name for name in files if not (root / name).exists())


OLD = [
    f"bazel/{BASE}/command.log", "disk/ac/aa/aa", "disk/cas/aa/aa", "modules/aa-2/old.zip", "modules/aa.json",
    "modules/aa.lock", "modules/aa/old.zip", "overlays/old", "runs/old.json",
]  # fmt: skip


def test_what_is_old(user: User) -> None:
    assert removed(user, "-older-than", "30d") == OLD
    root = user.session.caches.root
    assert f"removed {root}/modules/aa (2.0 KiB)" in user.messages
    assert f"removed 2 files of {root}/disk (4.0 KiB, 2.0 KiB left)" in user.messages
    assert removed(user, "-older-than", "30d") == []


def test_what_is_too_much(user: User) -> None:
    assert removed(user, "-larger-than=3K") == ["disk/ac/aa/aa", "disk/cas/aa/aa"]
    assert removed(user, "-larger-than", "0") == ["disk/cas/bb/bb"]


@pytest.mark.parametrize("dry", [True, False])
def test_a_document(user: User, dry: bool) -> None:
    root = user.session.caches.root
    value = checked("clean", user.run("clean", "-json", "-older-than", "30d", *(["-n"] if dry else [])))
    assert value["dry_run"] is dry
    assert {"path": f"{root}/modules/aa", "size": 2048} in value["removed"]
    assert value["disk_cache"] == {"path": f"{root}/disk", "files": 2, "size": 4096, "left": 2048}
    assert (root / "overlays" / "old").exists() is dry
    again = checked("clean", user.run("clean", "-json"))
    assert again["disk_cache"] is None and f"{root}/runs" in [item["path"] for item in again["removed"]]


def test_another_disk_cache(user: User, tmp_path: Path) -> None:
    (user.session.caches.root / "disk").rename(tmp_path / "other")
    assert removed(user, "-disk-cache", "other", "-older-than", "30d") == []
    assert user.messages == [f"removed 2 files of {tmp_path}/other (4.0 KiB, 2.0 KiB left)"]
    with pytest.raises(UsageError, match="needs a limit"):
        user.run("clean", "-disk-cache", "other")


def test_everything(user: User) -> None:
    root = user.session.caches.root
    user.run("clean")
    assert {path.name for path in root.iterdir() if path.is_dir()} == {"tools", "scratch"}
    assert f"removed {root}/overlays (4.0 KiB)" in user.messages


@pytest.mark.parametrize("flags", [(), ("-older-than=1w",), ("-larger-than=1",)])
def test_what_would_be_removed(user: User, flags: tuple[str, ...]) -> None:
    assert removed(user, "-n", *flags) == []
    printed = [line.removeprefix("would ") for line in user.messages]
    user.messages.clear()
    assert removed(user, *flags) != []
    assert [line.replace("removed ", "remove ", 1) for line in user.messages] == printed


def test_runs_mark_the_module_caches_that_they_use(tmp_path: Path) -> None:
    sources = Sources.parse("file:///nowhere")
    cache = open_module_cache(tmp_path, sources)
    lock = cache.record.with_suffix(".lock")
    os.utime(lock, (0, 0))
    open_module_cache(tmp_path, sources)
    assert time.time() - lock.stat().st_mtime < 60


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["-older-than", "30"], "invalid value|'30' is not an age"),
        (["-older-than", "x"], "'x' is not an age"),
        (["-larger-than", "10GB"], "'10GB' is not a size"),
        (["-larger-than", "-1"], "'-1' is not a size"),
        (["all"], "clean takes no arguments: all"),
    ],
)
def test_usage(user: User, flags: list[str], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        run_command(["clean", *flags], user.session)


def test_other_commands_do_not_take_the_flags(user: User) -> None:
    with pytest.raises(UsageError, match="-older-than is a flag of clean"):
        run_command(["build", "-older-than", "1d", "a"], user.session)


@pytest.mark.parametrize("command", [["shutdown"], ["clean", "-n"], ["version"], ["help"], ["build", "-h"]])
def test_no_package_is_needed(tmp_path: Path, command: list[str]) -> None:
    """tools/gomod2bazel runs these without installing any; -S hides those that are installed."""
    root = Path(__file__).parents[4]
    program = f"import sys; sys.path.insert(0, {str(root)!r}); from gomod2bazel.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, *command],
        env={"XDG_CACHE_HOME": str(tmp_path), "PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Python module" not in done.stderr
    assert done.returncode in (0, 2, 5)
