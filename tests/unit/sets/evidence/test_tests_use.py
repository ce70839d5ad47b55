"""Hints of tests that build, run or read a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of


def _test_file(body: str) -> str:
    return f"package x\n\nfunc TestX(t *testing.T) {{\n\t{body}\n}}\n"


@pytest.mark.parametrize(
    ("file", "body", "kinds"),
    [
        ("lib/lib_test.go", 'exec.Command("go", "run", "../cmd/wire")', {"tests:run-it"}),
        ("lib/lib_test.go", 'exec.Command("go", "build", "-o", x, "example.com/m/cmd/wire")', {"tests:run-it"}),
        ("lib/lib_test.go", 'sh("go build ./cmd/wire")', {"tests:run-it"}),
        ("lib/lib_test.go", 'exec.Command("go", "run", "../cmd/wire/main.go")', {"tests:run-it"}),
        ("lib/lib_test.go", 'exec.Command("go", []string{"run", "../cmd/wire/other.go"}...)', {"tests:run-it"}),
        ("cmd/wire/wire_test.go", 'exec.Command("go", "build", ".")', {"tests:run-from-own"}),
        ("e2e/e2e_test.go", 'exec.Command("go", "build", "../cmd/wire")', {"tests:run-from-integration"}),
        ("internal/testutil/build.go", 'exec.Command("go", "build", "./cmd/wire")', {"tests:run-it"}),
        ("lib/lib_test.go", 'exec.Command("wire", "-x")', {"tests:name-it"}),
        ("lib/lib_test.go", 'exec.Command(filepath.Join(d, "bin/wire"))', {"tests:name-it"}),
        # Nothing runs, another module's, a word that is not a path, code that is not a test.
        ("lib/lib_test.go", 'open("../cmd/wire")', set()),
        ("lib/lib_test.go", 'exec.Command("go", "run", "example.com/m2/cmd/wire")', {"tests:name-it"}),
        ("lib/lib_test.go", 'exec.Command("go", "/")', set()),
        ("lib/lib_test.go", 'exec.Command("go"); print("wire")', set()),
        ("lib/lib.go", 'exec.Command("go", "run", "../cmd/wire")', set()),
        ("cmd/wire/wire_test.go", 'exec.Command("go", "/")', set()),
    ],
)
def test_uses(file: str, body: str, kinds: set[str], tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": MAIN, "cmd/wire/other.go": "package main\n", file: _test_file(body)}
    assert kinds_of(tmp_path, files, "cmd/wire", "tests") - {"tests:beside"} == kinds


def test_position(tmp_path: Path) -> None:
    body = 'exec.Command("go",\n"run", "../wire")'
    found = hints_of(tmp_path, {"wire/main.go": MAIN, "lib/lib_test.go": _test_file(body)}, "wire")
    assert found["tests:run-it"].position == "lib/lib_test.go:5"


@pytest.mark.parametrize(
    ("test", "directory", "kinds"),
    [
        ('read("testdata")', "lib/testdata/x", {"tests:own-testdata"}),
        ('read("testdata/x")', "lib/testdata/x", {"tests:own-testdata", "tests:read-it"}),
        ('read("other")', "lib/testdata/x", {"tests:no-reader"}),
        ('read("testdata")', "lib/testdata", {"tests:own-testdata", "tests:read-it", "place:right-in-testdata"}),
        ('exec.Command("go", "run", "./testdata/x")', "lib/testdata/x", {"tests:own-testdata", "tests:run-it"}),
    ],
)
def test_testdata(test: str, directory: str, kinds: set[str], tmp_path: Path) -> None:
    files = {f"{directory}/main.go": MAIN, "lib/lib_test.go": _test_file(test)}
    assert kinds_of(tmp_path, files, directory, "tests", "place") - {"place:testdata"} == kinds


def test_one_word_is_no_path(tmp_path: Path) -> None:
    files = {"lib/kit/main.go": MAIN, "lib/lib_test.go": _test_file('exec.Command("go", "kit")')}
    assert kinds_of(tmp_path, files, "lib/kit", "tests") == set()


def test_long_strings_are_data(tmp_path: Path) -> None:
    body = f'exec.Command("go run ../wire {"x" * 300}")'
    assert kinds_of(tmp_path, {"wire/main.go": MAIN, "lib/lib_test.go": _test_file(body)}, "wire", "tests") == set()
