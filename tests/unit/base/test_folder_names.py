"""A folder's path is replaced only where it names that folder, not inside another path."""

from __future__ import annotations

import pytest

from gomod2bazel.base.folder_names import in_flag, in_message


@pytest.mark.parametrize(
    ("flag", "replaced"),
    [
        ("/app", "@"),
        ("/app/lib.a", "@/lib.a"),
        ("-I/app", "-I@"),
        ("-I/app/../x", "-I@/../x"),
        ("-isystem/app/x", "-isystem@/x"),
        ("-Wl,-rpath,/app/a:/app:/opt/app/b", "-Wl,-rpath,@/a:@:/opt/app/b"),
        ("-Wl,-L/app,/app", "-Wl,-L@,@"),
        ("--sysroot=/app/s", "--sysroot=@/s"),
        ('-DNAME="/app/x"', '-DNAME="@/x"'),
        ("-I/opt/app", "-I/opt/app"),
        ("-Iapp/app", "-Iapp/app"),
        ("-I/application", "-I/application"),
        ("-I/app.d/x", "-I/app.d/x"),
        ("-I/app-1", "-I/app-1"),
        ("-L/app:x", "-L/app:x"),
    ],
)
def test_in_flag(flag: str, replaced: str) -> None:
    assert in_flag(flag, "/app", "@") == replaced


@pytest.mark.parametrize(
    ("folder", "flag", "replaced"),
    [
        ("/", "-I//inc", "-I@/inc"),
        ("/", "-I/", "-I@"),
        ("/", "-I/usr", "-I/usr"),
        ("/usr", "-I/usr/usr", "-I@/usr"),
        ("/a.b", "-I/axb", "-I/axb"),
    ],
)
def test_in_flag_of_odd_folders(folder: str, flag: str, replaced: str) -> None:
    assert in_flag(flag, folder, "@") == replaced


@pytest.mark.parametrize(
    ("text", "name", "replaced"),
    [
        ("/app/x.go:1: no", "", "x.go:1: no"),
        ("see /opt/app/x.go and /app/y.go", "", "see /opt/app/x.go and y.go"),
        ("no Go files in /app", ".", "no Go files in ."),
        ("/app2/x: no, /app: no", "m", "/app2/x: no, m: no"),
        ("in /app.", "m", "in m."),
    ],
)
def test_in_message(text: str, name: str, replaced: str) -> None:
    assert in_message(text, "/app", name) == replaced


def test_the_root_is_part_of_every_path_and_stays() -> None:
    assert in_message("/a: no", "/", "m") == "/a: no"
