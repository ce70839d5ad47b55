"""JSON from other programs: what is not of its form is told with who wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from gomod2bazel.base.errors import ToolError, TrustError
from gomod2bazel.base.json_input import read_json, read_object, read_objects, shape_errors


def test_objects() -> None:
    assert list(read_objects('{"a": 1}\n{"b": {"c": 2}}{"d": []}  \n', "go")) == [{"a": 1}, {"b": {"c": 2}}, {"d": []}]
    assert list(read_objects(" \n", "go")) == []


@pytest.mark.parametrize("text", ["null", "[1]", '"x"', "warning: {}", "{", '{"a": 1} more', "[" * 100_000])
def test_other_than_objects(text: str) -> None:
    with pytest.raises(ToolError, match=r"go list: output is not (a )?JSON"):
        list(read_objects(text, "go list"))
    with pytest.raises(ToolError, match=r"go list: output is not (a )?JSON"):
        read_object(text, "go list")


def test_only_the_beginning_is_shown() -> None:
    with pytest.raises(TrustError) as caught:
        read_json("x" * 1000, "it", TrustError, "hint")
    assert len(caught.value.what) < 200


def test_shape() -> None:
    answer: dict[str, Any] = {"Path": "x", "Error": "text"}
    with (
        pytest.raises(ToolError, match="go: output does not have the documented form: no 'Version'"),
        shape_errors("go"),
    ):
        _ = answer["Version"]
    with pytest.raises(ToolError, match="documented"), shape_errors("go"):
        _ = answer["Error"]["Err"]
