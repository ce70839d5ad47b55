"""Archives: which there are, their names, and their bytes."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from gomod2bazel.base.errors import FlagValueError, UsageError
from gomod2bazel.install.install import Binary
from gomod2bazel.options.groups.release import ARCHIVE_NAME, read_archive_name, read_archives
from gomod2bazel.release.archives import Archive, Member, document_names, plan_archives, write_archive


def binary(
    name: str, goos: str = "linux", module: str = "example.com/tools/v2", version: str = "v2.3.0", goarch: str = "amd64"
) -> Binary:
    """Return a binary of one module."""
    return Binary(
        import_path=f"{module}/cmd/{name}",
        name=name,
        folder=f"{goos}_{goarch}",
        module=module,
        version=version,
        goos=goos,
        goarch=goarch,
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (ARCHIVE_NAME, ["tools_2.3.0_linux_amd64.tar.gz", "tools_2.3.0_windows_amd64.zip"]),
        (
            "{binary}-{os}-{arch}",
            ["a-linux-amd64.tar.gz", "a-windows-amd64.zip", "b-linux-amd64.tar.gz", "b-windows-amd64.zip"],
        ),
    ],
)
def test_an_archive_a_platform_or_a_binary(template: str, expected: list[str]) -> None:
    binaries = [binary("a"), binary("b"), binary("a.exe", "windows"), binary("b.exe", "windows")]
    formats = {"": "tar.gz", "windows": "zip"}
    archives = plan_archives(reversed(binaries), formats, template, "devel")
    assert [archive.name for archive in archives] == expected
    assert sum(len(archive.binaries) for archive in archives) == len(binaries)


def test_a_platform_without_a_format_has_no_archive() -> None:
    archives = plan_archives([binary("a"), binary("a.exe", "windows")], {"windows": "zip"}, ARCHIVE_NAME, "devel")
    assert [archive.name for archive in archives] == ["tools_2.3.0_windows_amd64.zip"]


def test_a_tree_has_the_version_that_it_is_given() -> None:
    tree = binary("a", version="")
    assert plan_archives([tree], {"": "zip"}, ARCHIVE_NAME, "v1.0.0")[0].name == "tools_1.0.0_linux_amd64.zip"


def test_modules_whose_archives_share_a_name_are_refused() -> None:
    binaries = [binary("a"), binary("b", module="example.org/tools/v2")]
    with pytest.raises(UsageError, match=r"tools_2.3.0_linux_amd64.zip: example.com/.* and example.org") as error:
        plan_archives(binaries, {"": "zip"}, ARCHIVE_NAME, "devel")
    assert "-archive-name" in error.value.hint


def test_of_several_values_the_last_counts() -> None:
    assert read_archives(read_archives({}, "zip"), "tar.gz,windows=zip") == {"": "tar.gz", "windows": "zip"}


@pytest.mark.parametrize("text", ["rar", "", "windows=", "=zip", "tar.gz,", "win dows=zip", "../x=zip"])
def test_other_formats_are_refused(text: str) -> None:
    with pytest.raises(FlagValueError):
        read_archives({}, text)


@pytest.mark.parametrize(
    "text",
    ["", "a/{name}", "../{name}", ".{name}", "{nam}", "{name", "{name!r}", "{name:>9}", "{name.module}", "{}", "a\n"],
)
def test_other_templates_are_refused(text: str) -> None:
    with pytest.raises(FlagValueError) as error:
        read_archive_name("", text)
    assert "{version}" in error.value.hint


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_equal_members_make_equal_bytes(form: str, tmp_path: Path) -> None:
    archive = Archive(name=f"x.{form}", folder="x", form=form, binaries=())
    members = []
    for number, name in enumerate(["tool", "README.md", "sub/other"]):
        source = tmp_path / str(number)
        source.write_text(name * 1000, encoding="utf-8")
        members.append(Member(name=name, source=source, is_executable=name != "README.md"))
    first, second = tmp_path / "elsewhere" / "first", tmp_path / "second"
    first.parent.mkdir()
    write_archive(archive, members, 1_700_000_000, first)
    for member in members:
        os.utime(member.source, (1, 1))
        member.source.chmod(0o600)
    write_archive(archive, members[::-1], 1_700_000_000, second)
    assert first.read_bytes() == second.read_bytes()
    write_archive(archive, members, 1_700_000_002, second)
    assert first.read_bytes() != second.read_bytes(), "the time is in it"


def test_a_tar_has_modes_and_no_owner(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"\0" * 3_000_000)
    archive = Archive(name="x.tar.gz", folder="x", form="tar.gz", binaries=())
    members = [Member(name="tool", source=source, is_executable=True), Member(name="Ünïcode", source=source)]
    write_archive(archive, members, 0, tmp_path / "out")
    with tarfile.open(tmp_path / "out") as tar:
        found = {entry.name: (oct(entry.mode), entry.uid, entry.uname, entry.mtime, entry.size) for entry in tar}
    assert found == {"x/tool": ("0o755", 0, "", 0, 3_000_000), "x/Ünïcode": ("0o644", 0, "", 0, 3_000_000)}


@pytest.mark.parametrize("created", [0, 253402300799])
def test_a_zip_has_modes_and_a_time_that_it_can_hold(created: int, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"text")
    archive = Archive(name="x.zip", folder="x", form="zip", binaries=())
    write_archive(archive, [Member(name="tool", source=source, is_executable=True)], created, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out") as read:
        assert read.testzip() is None
        (entry,) = read.infolist()
    assert (entry.filename, oct(entry.external_attr >> 16)) == ("x/tool", "0o100755")
    assert entry.date_time[0] in (1980, 2107)


def test_documents_are_plain_files_of_the_root(tmp_path: Path) -> None:
    for name in ("README.md", "readme", "CHANGES", "CHANGELOG.md", "main.go", "README.md.go", "AUTHORS"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    (tmp_path / "HISTORY").symlink_to("/etc/passwd")
    (tmp_path / "README.rst").mkdir()
    with (tmp_path / "CHANGELOG").open("wb") as huge:
        huge.truncate(1 << 30)
    assert list(document_names(tmp_path)) == ["AUTHORS", "CHANGELOG.md", "CHANGES", "README.md", "readme"]
