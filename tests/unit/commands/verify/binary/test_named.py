"""Which values of -binary are files, and which flags are refused with them."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.verify.binary.named import check_recorded, files_named


def test_without_input_all_are_files() -> None:
    assert files_named({"age": "", "a": "b", "/usr/bin/x": ""}, has_input=False) == ("age", "a=b", "/usr/bin/x")
    assert files_named({}, has_input=False) == ()


def test_with_input_a_file_begins_like_a_path() -> None:
    assert files_named({"example.com/m/cmd/a": "b", "hello": ""}, has_input=True) == ()
    assert files_named({"./hello": "", "../x": "", "/y": ""}, has_input=True) == ("./hello", "../x", "/y")
    with pytest.raises(UsageError, match=r"-binary ./a is a file, and -binary b an import path"):
        files_named({"./a": "", "b": ""}, has_input=True)


def test_flags_that_a_binary_records() -> None:
    check_recorded(["-binary", "x", "-ldflags=-s", "-offline", "-goproxy", "file:///p", "-json"])
    with pytest.raises(UsageError, match="-tags, -race do not apply to verify -binary FILE"):
        check_recorded(["-tags", "x", "-binary", "y", "-race"])
