"""Errors: exit codes and texts."""

from __future__ import annotations

import pytest

from gomod2bazel.base import errors
from gomod2bazel.base.errors import (
    BuildError,
    Gomod2bazelError,
    MissingModuleError,
    NetworkError,
    UsageError,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Gomod2bazelError", 1),
        ("BuildError", 1),
        ("InstallError", 1),
        ("UsageError", 2),
        ("MissingModuleError", 3),
        ("NetworkError", 6),
        ("TrustError", 4),
        ("ToolError", 5),
        ("Interrupted", 130),
    ],
)
def test_exit_codes(name: str, code: int) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, Gomod2bazelError)
    assert kind("x").exit_code == code


def test_the_tree_is_whole() -> None:
    kinds = {"Gomod2bazelError"}
    for kind in Gomod2bazelError.__subclasses__():
        kinds |= {kind.__name__, *(narrower.__name__ for narrower in kind.__subclasses__())}
    assert set(errors.__all__) == kinds
    assert all(kind in (errors.__doc__ or "") for kind in kinds)


def test_which_error_comes_first() -> None:
    missing, network, build = MissingModuleError("a"), NetworkError("b"), BuildError("c")
    assert Gomod2bazelError.first_to_mend([build, missing, network]) is network
    assert Gomod2bazelError.first_to_mend([build, missing]) is missing
    assert Gomod2bazelError.first_to_mend([build, UsageError("d")]) is build


def test_says_where() -> None:
    assert str(MissingModuleError("no source has it", where="go.mod:3")) == "go.mod:3: no source has it"
    assert str(MissingModuleError("plain")) == "plain"
