"""Binaries that share a file name: refused with flags that work, named by their paths, or left out."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.lock.clashes import Named, settle_clashes


def _named(path: str, name: str = "", *, suffix: str = "") -> Named:
    fixed = bool(name)
    return Named(import_path=path, name=name or path.rpartition("/")[2] + suffix, suffix=suffix, fixed=fixed)


def _names(*chosen: Named) -> dict[str, str]:
    return dict(settle_clashes([chosen], "qualify").names)


def test_without_a_clash_nothing_changes() -> None:
    for how in ("error", "qualify", "skip"):
        settled = settle_clashes([[_named("m/a"), _named("m/b")], [_named("m/a")]], how)
        assert (settled.names, settled.left_out, settled.note()) == ({}, {}, "")


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("e.x/m/a/x/testdata", "e.x/m/b/y/testdata", "e.x/m/tool"), ("x-testdata", "y-testdata")),
        (("e.x/m/a/b/t", "e.x/m/c/b/t", "e.x/m/d/t"), ("a-b-t", "c-b-t", "d-t")),
        # The shorter path is the end of the longer one.
        (("m/b/t", "m/a/b/t"), ("m-b-t", "a-b-t")),
        (("e.x/tool", "e.x/tool/tool"), ("e.x-tool", "tool-tool")),
        # What is joined with a hyphen may look like a path of another.
        (("m/x/a-b/t", "m/x/a/b/t"), ("a-b-t", "b-t")),
        # A qualified name that another binary has already.
        (("m/a/t", "m/b/t", "m/a-t"), ("m-a-t", "b-t")),
    ],
)
def test_the_shortest_end_of_a_path_that_no_other_has(paths: tuple[str, ...], names: tuple[str, ...]) -> None:
    chosen = [_named(path) for path in paths]
    assert _names(*chosen) == dict(zip(paths, names, strict=False))
    assert _names(*reversed(chosen)) == dict(zip(paths, names, strict=False))


def test_a_major_version_is_no_part_of_a_name() -> None:
    first, second = (Named(import_path=path, name="t") for path in ("m/a/t/v2", "m/b/t"))
    assert _names(first, second) == {"m/a/t/v2": "a-t", "m/b/t": "b-t"}


def test_names_of_the_user_stay() -> None:
    assert _names(_named("m/a/t"), _named("m/other", "t")) == {"m/a/t": "a-t"}
    assert _names(_named("m/a/t"), _named("m/b/t"), _named("m/other", "a-t")) == {"m/a/t": "m-a-t", "m/b/t": "b-t"}
    # Two of them are for install.plan to refuse.
    assert _names(_named("m/a", "t"), _named("m/b", "t")) == {}
    settled = settle_clashes([[_named("m/a/t"), _named("m/other", "t")]], "skip")
    assert settled.left_out == {"m/a/t": "t"}


def test_a_name_is_the_same_on_all_platforms() -> None:
    linux = [_named("m/a/t"), _named("m/b/t"), _named("m/only")]
    windows = [_named("m/a/t", suffix=".exe"), _named("m/a-t", suffix=".exe")]
    settled = settle_clashes([linux, windows], "qualify")
    assert settled.names == {"m/a/t": "m-a-t", "m/b/t": "b-t"}
    assert settle_clashes([linux, windows], "skip").left_out == {"m/a/t": "t", "m/b/t": "t"}
    # Never built together, they may share a name.
    assert settle_clashes([[_named("m/a/t")], [_named("m/b/t", suffix=".exe")]], "error").names == {}


def test_what_cannot_be_told_apart_is_refused() -> None:
    with pytest.raises(UsageError, match="no unique file name can be made from these import paths") as caught:
        settle_clashes([[_named("t"), _named("m/t")]], "qualify")
    assert caught.value.hint == "rename with -binary t=NAME"


def test_the_error_names_flags_that_work() -> None:
    with pytest.raises(UsageError) as caught:
        settle_clashes([[_named(path) for path in ("m/a/t", "m/b/t", "m/x")]], "error")
    assert caught.value.what == "chosen binaries share a file name:\n\tt: m/a/t and m/b/t"
    hint = "add -on-clash=qualify, which names them a-t, b-t, or -on-clash=skip, which skips them; or rename with"
    assert caught.value.hint == f"{hint} -binary m/b/t=NAME"


def test_what_is_left_out_is_told() -> None:
    note = settle_clashes([[_named("m/a/t"), _named("m/b/t"), _named("m/x")]], "skip").note()
    assert note.splitlines()[1:] == ["\tt: m/a/t and m/b/t"]
