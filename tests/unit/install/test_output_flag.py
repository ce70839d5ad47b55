"""Where -o puts what is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.given import options_of

from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary
from gomod2bazel.install.output_flag import Output, narrowed, spare_sources
from gomod2bazel.options.options import InstallOptions


def _of(**options: Any) -> tuple[str, str]:
    made = Output.of(InstallOptions(**options))
    return made.destination, made.name


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (".", "")),
        ({"destination": "/usr/bin"}, ("/usr/bin", "")),
        ({"output_file": "x"}, (".", "x")),
        ({"output_file": "sub/x.so"}, ("./sub", "x.so")),
        ({"output_file": "sub/"}, ("./sub/", "")),
        ({"output_file": "/lib/x.a"}, ("/lib", "x.a")),
        ({"output_file": "x", "destination": "/usr/lib"}, ("/usr/lib", "x")),
        ({"output_file": "/lib/x", "destination": "/usr/bin"}, ("/lib", "x")),
        ({"output_file": ".."}, ("./..", "")),
    ],
)
def test_destination_and_name(
    options: dict[str, str], expected: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _of(**options) == expected


def test_a_folder_that_is_there_needs_no_slash(tmp_path: Path) -> None:
    (tmp_path / "stage" / "usr" / "bin").mkdir(parents=True)
    assert _of(output_file=str(tmp_path)) == (str(tmp_path), "")
    assert _of(output_file="/usr/bin", prefix=f"{tmp_path}/stage") == ("/usr/bin", "")
    assert _of(output_file="/usr/bin", prefix=f"{tmp_path}/other") == ("/usr", "bin"), "below the prefix it is none"


def test_dev_null_is_built_and_not_written() -> None:
    made = Output.of(InstallOptions(output_file="/dev/null", destination="/usr/bin"))
    assert (made.written, made.destination, made.name) == (False, "/usr/bin", "")
    made.check(["m/a", "m/b"], {})


def test_two_binaries_do_not_fit_into_one_file() -> None:
    output = Output.of(InstallOptions(output_file="/nowhere/x"))
    output.check(["m/a"], {})
    with pytest.raises(UsageError, match="cannot write multiple packages to non-directory /nowhere/x") as caught:
        output.check(["m/a", "m/b"], {})
    assert "-binary m/a" in caught.value.hint


def test_one_file_has_one_name() -> None:
    output = Output.of(InstallOptions(output_file="x"))
    with pytest.raises(UsageError, match="-o x and -binary both name the file of y"):
        output.check(["m/a"], {"m/a": "y"})


@pytest.mark.parametrize(("content", "refused"), [(b"package main\n", True), (b"", False), (b"\x7fELF\x02", False)])
def test_a_source_is_not_overwritten(content: bytes, refused: bool, tmp_path: Path) -> None:
    (tmp_path / "main.go").write_bytes(content)
    output = Output.of(InstallOptions(output_file="main.go", destination="/", prefix=str(tmp_path)))
    if refused:
        with pytest.raises(InstallError, match=r'"main\.go" already exists and is not an object file'):
            output.check(["m/a"], {})
    else:
        output.check(["m/a"], {})


@pytest.mark.parametrize(
    ("options", "sets"),
    [
        ({"binaries": {"m/a": ""}}, ("target",)),
        ({"binaries": {"m/a": ""}, "output_file": "dir/"}, ("target",)),
        ({"binaries": {"m/a": ""}, "output_file": "x"}, ()),
        ({"binaries": {"m/a": ""}, "buildmode": "c-shared"}, ()),
        ({"binaries": {"m/a": ""}, "buildmode": "archive"}, ()),
        ({"buildmode": "c-shared"}, ("target",)),
    ],
)
def test_where_one_is_built_the_named_one_is_it(options: dict[str, Any], sets: tuple[str, ...]) -> None:
    given = options_of(**options)
    mode = given.module.load.compile.buildmode
    assert narrowed(given.choose, mode, Output.of(given.install)).sets == sets


@pytest.mark.parametrize(
    ("name", "content", "kind", "spared"),
    [
        ("m.go", b"package main\n", "executable", True),
        ("m", b"#!/bin/sh\n", "executable", True),
        ("m", b"\x7fELF\x02", "executable", False),
        ("m", b"", "executable", False),
        ("m.h", b"/* Code generated */\n", "header", False),
    ],
)
def test_a_source_is_not_written_over(tmp_path: Path, name: str, content: bytes, kind: str, spared: bool) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / name).write_bytes(content)
    file = Binary(import_path="example.com/m", name=name, kind=kind)
    inside = Destination(destination=str(tmp_path / "tree"))
    if spared:
        with pytest.raises(InstallError, match="already exists and is not an object file"):
            spare_sources([file], inside, [tmp_path / "tree"])
    else:
        spare_sources([file], inside, [tmp_path / "tree"])
    # Elsewhere a binary may take the place of a script.
    spare_sources([file], inside, [tmp_path / "other"])


@pytest.mark.parametrize(
    ("others", "spared"),
    [((), False), (("sub/",), False), (("main.go",), True), (("SHA256SUMS.old",), True)],
)
def test_a_release_file_replaces_an_older_one_where_no_file_is_a_source(
    tmp_path: Path, others: tuple[str, ...], spared: bool
) -> None:
    folder = tmp_path / "tree/dist"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_text("sum", encoding="utf-8")
    for name in others:
        (folder / name).mkdir() if name.endswith("/") else (folder / name).write_text("text", encoding="utf-8")
    (folder / "old").write_bytes(b"\x7fELF of a binary that was renamed")
    files = [
        Binary(import_path="", name="SHA256SUMS", kind="checksums"),
        Binary(import_path="example.com/t", name="tool"),
    ]
    where = Destination(destination=str(folder))
    if spared:
        with pytest.raises(InstallError, match='SHA256SUMS" already exists and is not an object file'):
            spare_sources(files, where, [tmp_path / "tree"])
    else:
        spare_sources(files, where, [tmp_path / "tree"])
