"""-hardening and -gnu-build-id stand for flags of the go command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.link_presets import BUILD_ID, with_first, with_presets
from gomod2bazel.options.options import CompileOptions
from gomod2bazel.release.distribution.gnu_build_id import PLACEHOLDER

HARDENED = CompileOptions(hardening=True)


def test_without_presets_nothing_changes() -> None:
    plain = CompileOptions(ldflags=("-s",))
    assert with_presets(plain) is plain


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        ((), ("-bindnow",)),
        (("-s -w",), ("-bindnow", "-bindnow -s -w")),
        (
            ("all=-s", "example.com/m/...= -X 'm.v=1 2'"),
            ("-bindnow", "all=-bindnow -s", "example.com/m/...=-bindnow -X 'm.v=1 2'"),
        ),
        # The last value that matches a package is all that counts: an empty one resets, but not the preset.
        (("-s", ""), ("-bindnow", "-bindnow -s", "-bindnow")),
        (("-bindnow=false",), ("-bindnow", "-bindnow -bindnow=false")),
    ],
)
def test_hardening_is_pie_and_bindnow_in_each_value(given: tuple[str, ...], expanded: tuple[str, ...]) -> None:
    options = with_presets(replace(HARDENED, ldflags=given))
    assert (options.buildmode, options.ldflags) == ("pie", expanded)
    # A line of -inputs begins with the options of the command line.
    assert with_presets(options) == options


@pytest.mark.parametrize("mode", ["pie", "c-shared", "plugin"])
def test_hardening_keeps_modes_that_are_position_independent(mode: str) -> None:
    assert with_presets(replace(HARDENED, buildmode=mode)).buildmode == mode


@pytest.mark.parametrize("mode", ["exe", "archive", "c-archive", "shared"])
def test_hardening_refuses_other_modes(mode: str) -> None:
    with pytest.raises(UsageError, match=f"-hardening does not apply to -buildmode={mode}") as caught:
        with_presets(replace(HARDENED, buildmode=mode))
    assert caught.value.hint == "omit -hardening, or use -buildmode=pie"


def test_gccgo_has_other_flags() -> None:
    with pytest.raises(UsageError, match="-hardening does not apply to -compiler gccgo"):
        with_presets(replace(HARDENED, compiler="gccgo"))


def test_the_linker_makes_room_for_a_build_id() -> None:
    first = " ".join(BUILD_ID)
    assert first == f"-compressdwarf=false -B={PLACEHOLDER}"
    options = with_presets(CompileOptions(gnu_build_id=True, ldflags=("-B 0x1234",)))
    assert (options.buildmode, options.ldflags) == ("default", (first, f"{first} -B 0x1234"))
    both = with_presets(CompileOptions(gnu_build_id=True, hardening=True))
    assert both.ldflags == (f"-bindnow {first}",)
    with pytest.raises(UsageError, match="-gnu-build-id does not apply to -buildmode=archive"):
        with_presets(CompileOptions(gnu_build_id=True, buildmode="archive"))


def test_values_that_begin_so_are_left_alone() -> None:
    assert with_first("all=-buildid= -s", ["-buildid="]) == "all=-buildid= -s"
    assert with_first("-buildid=own", ["-buildid="]) == "-buildid= -buildid=own"
