"""What executables report about themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.oci_release import elf

from gomod2bazel.base.errors import FileError
from gomod2bazel.release.oci.executable import Executable, read_executable
from gomod2bazel.release.oci.platform import Platform, platform_of

LINES = "path\texample.com/m\nmod\texample.com/m\t{version}\th1:x\nbuild\tGOARM=6\nbuild\tvcs.revision=abc\n"


@pytest.mark.parametrize(("wide", "order"), [(True, "<"), (True, ">"), (False, "<"), (False, ">")])
def test_loader(wide: bool, order: str, tmp_path: Path) -> None:
    file = tmp_path / "program"
    file.write_bytes(elf(interpreter="/lib64/ld-linux-x86-64.so.2", wide=wide, order=order))
    assert read_executable(file).interpreter == "/lib64/ld-linux-x86-64.so.2"
    file.write_bytes(elf(wide=wide, order=order))
    assert read_executable(file).interpreter == ""


def test_build_information(tmp_path: Path) -> None:
    file = tmp_path / "program"
    file.write_bytes(elf(LINES.format(version="v1.2.3")))
    found = read_executable(file)
    assert found.version == "v1.2.3"
    assert found.settings == {"GOARM": "6", "vcs.revision": "abc"}
    file.write_bytes(elf(LINES.format(version="(devel)")))
    assert read_executable(file).version == ""


def test_long_build_information(tmp_path: Path) -> None:
    """The length of the module lines has several bytes from 128 on."""
    file = tmp_path / "program"
    lines = "".join(f"dep\texample.com/d{number}\tv1.0.0\th1:y\n" for number in range(2000))
    file.write_bytes(elf(f"{lines}build\tGOARM=7,softfloat\n"))
    assert read_executable(file).settings == {"GOARM": "7,softfloat"}


def test_bytes_of_other_kinds_report_nothing(tmp_path: Path) -> None:
    file = tmp_path / "program"
    whole = elf(LINES.format(version="v1.2.3"), interpreter="/lib/ld.so")
    for content in (b"", b"#!/bin/sh\n", b"\x7fELF", b"\xff Go buildinf:", b"\xff Go buildinf:\x08\x02" + b"\xff" * 60):
        file.write_bytes(content)
        assert read_executable(file) == Executable(), content
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        read_executable(file)


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot read .*missing"):
        read_executable(tmp_path / "missing")


@pytest.mark.parametrize(
    ("goarch", "settings", "platform"),
    [
        ("amd64", {"GOAMD64": "v3"}, "linux/amd64"),
        ("arm64", {"GOARM64": "v8.2"}, "linux/arm64"),
        ("arm", {"GOARM": "5"}, "linux/arm/v5"),
        ("arm", {"GOARM": "6,hardfloat"}, "linux/arm/v6"),
        ("arm", {"GOARM": "7"}, "linux/arm/v7"),
        ("arm", {}, "linux/arm"),
        ("386", {"GO386": "sse2"}, "linux/386"),
    ],
)
def test_platforms(goarch: str, settings: dict[str, str], platform: str) -> None:
    assert str(platform_of("linux", goarch, Executable(settings=settings))) == platform


def test_what_runs_where() -> None:
    arm6, arm7 = Platform("linux", "arm", "v6"), Platform("linux", "arm", "v7")
    assert arm7.runs(arm6)
    assert not arm6.runs(arm7)
    assert not arm7.runs(Platform("linux", "arm64"))
    assert Platform("linux", "arm64").runs(
        Platform.from_document({"os": "linux", "architecture": "arm64", "variant": "v8"})
    )
    assert not Platform("linux", "amd64").runs(Platform("linux", "amd64", "v3"))
