"""Prefix and destination: which path is written, which is shown, and what points from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.install.destination import Destination


@pytest.mark.parametrize(
    ("prefix", "destination", "shown", "real"),
    [
        ("", "/usr/bin", "/usr/bin/tool", "/usr/bin/tool"),
        ("", "out", "out/tool", "out/tool"),
        ("", "../out", "../out/tool", "../out/tool"),
        ("", ".", "tool", "tool"),
        ("", "/", "/tool", "/tool"),
        ("/stage", "/usr/bin", "/usr/bin/tool", "/stage/usr/bin/tool"),
        ("/stage", "/usr//./bin/", "/usr/bin/tool", "/stage/usr/bin/tool"),
        ("/stage", "//usr/bin", "/usr/bin/tool", "/stage/usr/bin/tool"),
        ("/stage", "bin", "bin/tool", "/stage/bin/tool"),
        ("stage/../here", "/usr/bin", "/usr/bin/tool", "stage/../here/usr/bin/tool"),
        ("/", "/usr/bin", "/usr/bin/tool", "/usr/bin/tool"),
    ],
)
def test_paths_shown_carry_no_prefix(prefix: str, destination: str, shown: str, real: str) -> None:
    where = Destination(prefix=prefix, destination=destination)
    assert where.shown("tool") == shown
    assert where.real("tool") == Path(real)


def test_a_folder_for_each_platform_lies_below_the_destination() -> None:
    where = Destination(prefix="/stage", destination="/usr/bin")
    assert where.shown("tool", "linux_arm64") == "/usr/bin/linux_arm64/tool"
    assert where.real("tool", "linux_arm64") == Path("/stage/usr/bin/linux_arm64/tool")


@pytest.mark.parametrize(
    ("prefix", "destination", "message"),
    [
        ("/stage", "/usr/../../../x", r"'\.\.' could leave the prefix /stage"),
        ("/stage", "..", r"'\.\.' could leave"),
        ("/stage", "/usr/../bin", r"'\.\.' could leave"),
        ("", "", "-destination is empty"),
        ("", "/usr\0/bin", "NUL"),
        ("/sta\0ge", "/usr/bin", "NUL"),
    ],
)
def test_a_destination_that_could_leave_the_prefix_is_a_usage_error(
    prefix: str, destination: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        Destination(prefix=prefix, destination=destination)
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_dots_in_a_name_are_no_parent(tmp_path: Path) -> None:
    where = Destination(prefix=str(tmp_path), destination="/usr/..bin/...")
    with where.open_folder():
        pass
    assert (tmp_path / "usr/..bin/...").is_dir()


def test_missing_folders_are_created_less_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        with Destination(prefix=str(tmp_path / "a/b"), destination="/usr/bin").open_folder("linux_amd64"):
            pass
    finally:
        os.umask(old)
    for folder in ("a", "a/b", "a/b/usr", "a/b/usr/bin", "a/b/usr/bin/linux_amd64"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o750


def write_into(where: Destination, folder: str = "") -> None:
    with where.open_folder(folder) as here:
        os.close(os.open("tool", os.O_CREAT | os.O_WRONLY, dir_fd=here))


@pytest.mark.parametrize(
    ("links", "lands"),
    [
        ({"bin": "usr/bin"}, "usr/bin"),
        ({"bin": "./usr/../usr/bin"}, "usr/bin"),
        ({"bin": "sbin", "sbin": "usr"}, "usr"),
        ({"bin": "usr/bin", "usr/bin": "../opt"}, "opt"),
        ({"bin": "not/there/yet"}, "not/there/yet"),
    ],
)
def test_symlinks_that_stay_inside_the_prefix_are_followed(tmp_path: Path, links: dict[str, str], lands: str) -> None:
    (tmp_path / "usr").mkdir()
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    write_into(Destination(prefix=str(tmp_path), destination="/bin"))
    assert (tmp_path / lands / "tool").is_file()


@pytest.mark.parametrize(
    ("link", "target", "destination"),
    [
        ("usr", "../outside", "/usr/bin"),
        ("usr", "a/../../outside", "/usr/bin"),
        ("usr/bin", "../../outside", "/usr/bin"),
        ("usr", "/", "/usr/bin"),
        ("usr", "OUTSIDE", "/usr"),  # absolute: it means the real root, not the staging root
        ("usr", "usr", "/usr/bin"),  # leads to itself
    ],
)
def test_symlinks_that_leave_the_prefix_are_refused(tmp_path: Path, link: str, target: str, destination: str) -> None:
    outside, stage = tmp_path / "outside", tmp_path / "stage"
    outside.mkdir()
    (stage / "a").mkdir(parents=True)
    (stage / link).parent.mkdir(exist_ok=True)
    (stage / link).symlink_to(target.replace("OUTSIDE", str(outside)))
    where = Destination(prefix=str(stage), destination=destination)
    for attempt in (where.check, lambda: write_into(where)):
        with pytest.raises(InstallError, match=f"/{link}: ") as caught:
            attempt()
        assert str(stage) in caught.value.hint
    assert list(outside.iterdir()) == []


def test_without_a_prefix_symlinked_folders_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    where = Destination(destination=str(tmp_path / "link/bin"))
    assert where.check() is False
    write_into(where)
    assert where.check() is True
    assert (tmp_path / "real/bin/tool").is_file()


def test_a_symlink_below_the_destination_may_not_leave_it(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/linux_amd64").symlink_to("../elsewhere")
    for where in (
        Destination(destination=str(tmp_path / "bin")),
        Destination(prefix=str(tmp_path), destination="/bin"),
    ):
        with pytest.raises(InstallError, match="/bin/linux_amd64: this symlink points out of it"):
            write_into(where, "linux_amd64")
        with pytest.raises(InstallError, match="/bin/linux_amd64: this symlink points out of it"):
            where.check("linux_amd64")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_swapped_for_a_symlink_while_open_changes_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    with Destination(prefix=str(tmp_path / "stage"), destination="/usr/bin").open_folder() as here:
        (tmp_path / "stage/usr").rename(tmp_path / "stage/moved")
        (tmp_path / "stage/usr").symlink_to(outside)
        os.close(os.open("tool", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    assert (tmp_path / "stage/moved/bin/tool").is_file()
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("prefixed", [True, False])
def test_a_file_in_the_way_is_named(tmp_path: Path, prefixed: bool) -> None:
    (tmp_path / "usr").write_text("a file")
    if prefixed:
        where = Destination(prefix=str(tmp_path), destination="/usr/bin")
    else:
        where = Destination(destination=f"{tmp_path}/usr/bin")
    for attempt in (where.check, lambda: write_into(where)):
        with pytest.raises(InstallError, match="/usr") as caught:
            attempt()
        assert caught.value.hint


def test_checking_creates_nothing(tmp_path: Path) -> None:
    assert Destination(prefix=str(tmp_path / "stage"), destination="/usr/bin").check("linux_amd64") is False
    assert Destination(prefix=str(tmp_path), destination="/usr/bin").check("linux_amd64") is False
    assert list(tmp_path.iterdir()) == []


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "up").symlink_to("..")
    before = sorted(Path("/proc/self/fd").iterdir())
    write_into(Destination(prefix=str(tmp_path), destination="/usr/bin"), "linux_amd64")
    with pytest.raises(InstallError):
        write_into(Destination(prefix=str(tmp_path), destination="/up"))
    assert sorted(Path("/proc/self/fd").iterdir()) == before
