"""Choosing binaries by set and by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.given import options_of
from support.samples import binary, classified, lock, mains

from gomod2bazel.base.errors import BuildError, MissingModuleError, UsageError
from gomod2bazel.lock.choose import check_named, choose, left_out, missing, place_of, without_main
from gomod2bazel.lock.lock import Broken, Lock
from gomod2bazel.options.options import ChooseOptions

LOCK = lock(
    binary("m/a"),
    binary("m/examples/b", set="example"),
    binary("m/gen", set="maintenance"),
    broken={"m/broken": ("target", "a.go:1: oops"), "m/examples/worse": ("example", "b.go:1: no")},
)


def _options(sets: tuple[str, ...] = ("target",), *binaries: str, strict: bool = False) -> ChooseOptions:
    return ChooseOptions(sets=sets, binaries=dict.fromkeys(binaries, ""), strict=strict)


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (_options(), ["m/a"]),
        (_options(("example", "maintenance")), ["m/examples/b", "m/gen"]),
        (_options(("target",), "m/gen"), ["m/a", "m/gen"]),
        (_options(("target",), "m/a"), ["m/a"]),
    ],
)
def test_choose(options: ChooseOptions, chosen: list[str]) -> None:
    assert [one.import_path for one in choose(LOCK, options)] == chosen


@pytest.mark.parametrize(
    ("made", "hint"),
    [
        (
            LOCK,
            "choose -set target: m/a, m/broken; -set example: m/examples/b, m/examples/worse; -set maintenance: m/gen",
        ),
        (lock(unlisted={"m/_example/b": "example"}), "choose -set example: m/_example/b"),
        (
            lock(*(binary(f"m/{letter}") for letter in "abcdefghij")),
            "choose -set target: m/a, m/b, m/c, m/d, m/e, m/f, m/g, m/h and 2 more",
        ),
    ],
)
def test_nothing_chosen_says_what_there_is(made: Lock, hint: str) -> None:
    with pytest.raises(UsageError, match="no binaries in set integration") as caught:
        choose(made, _options(("integration",)))
    assert caught.value.hint == hint


def test_a_module_without_main_packages_names_other_ways() -> None:
    with pytest.raises(UsageError, match=r"\Anothing to build: the module has no main package") as caught:
        choose(lock(), _options())
    assert "-buildmode=archive" in caught.value.hint


def test_what_constraints_exclude_is_the_error() -> None:
    with pytest.raises(UsageError, match="needs -tags special"):
        choose(LOCK, _options(("integration",)), lambda: UsageError("main.go needs -tags special"))
    assert choose(LOCK, _options(), lambda: UsageError("not asked for")) != ()


def test_what_has_no_func_main_is_left_out_of_its_set_alone() -> None:
    made = lock(binary("m/a"), mainless={"m/plug": "target", "m/gen": "maintenance"})
    assert [one.import_path for one in choose(made, _options())] == ["m/a"]
    assert without_main(made, _options()) == ["m/plug"]
    with pytest.raises(BuildError, match=r"(?s)\A# m/gen\n.*function main is undeclared in the main package"):
        choose(made, _options(("maintenance",)))


def test_only_broken_ones_chosen_is_not_an_empty_choice() -> None:
    made = lock(broken={"m/broken": ("target", "oops")})
    assert choose(made, _options()) == ()
    assert missing(made, _options()) is not None


@pytest.mark.parametrize(
    ("options", "said", "unsaid"),
    [
        (_options(), ["a.go:1: oops", "m/broken"], ["b.go:1"]),
        (_options(("example",), "m/examples/worse"), ["b.go:1: no", "m/examples/worse"], ["a.go:1"]),
        (_options(("target", "example")), ["a.go:1: oops", "m/broken"], ["b.go:1"]),
        (_options(("target", "example"), "m/examples/worse"), ["a.go:1: oops", "b.go:1: no"], []),
        (_options(("target", "example"), strict=True), ["a.go:1: oops", "b.go:1: no"], []),
        (_options(("maintenance",), "m/broken"), ["a.go:1: oops"], ["b.go:1"]),
    ],
)
def test_missing(options: ChooseOptions, said: list[str], unsaid: list[str]) -> None:
    text = str(missing(LOCK, options))
    assert all(words in text for words in said)
    assert not any(words in text for words in unsaid)


def test_examples_that_came_along_are_left_out() -> None:
    assert "b.go:1: no" in str(left_out(LOCK, _options(("target", "example"))))
    assert left_out(LOCK, _options(("target",))) is None
    assert "b.go:1: no" in str(left_out(LOCK, _options(("example",))))
    assert left_out(LOCK, _options(("target", "example"), "m/examples/worse")) is None
    assert left_out(LOCK, _options(("target", "example"), strict=True)) is None


def test_examples_are_not_left_out_when_nothing_would_remain() -> None:
    made = lock(broken={"m/examples/worse": ("example", "b.go:1: no")})
    assert missing(made, _options(("target", "example"))) is not None


def test_modules_that_no_source_has_are_an_error_of_their_own() -> None:
    gone = {f"m/{name}": ("target", f"m.go:1: m/{name}@v1.0.0: module lookup disabled by GOPROXY=off") for name in "ab"}
    error = missing(lock(broken={"m/c": ("target", "c.go:1: oops"), **gone}), _options())
    assert isinstance(error, MissingModuleError)
    assert "m/a@v1.0.0" in str(error)
    assert "m/b@v1.0.0" in str(error)


def test_one_cause_is_told_once() -> None:
    made = lock(broken={"m/a": ("target", "dep.go:1: oops"), "m/b": ("target", "dep.go:1: oops")})
    assert str(missing(made, _options())).count("oops") == 1


def test_the_platform_is_named_where_there_are_several() -> None:
    several, one = (("linux", "amd64"), ("js", "wasm")), (("linux", "amd64"),)
    assert (place_of(LOCK, several), place_of(LOCK, one)) == (" for linux/amd64", "")
    assert "not built for linux/amd64: m/broken" in str(missing(LOCK, _options(), " for linux/amd64"))
    assert "not built: m/broken" in str(missing(LOCK, _options()))


def test_nothing_missing() -> None:
    assert missing(LOCK, _options(("maintenance",))) is None


def test_a_module_that_nothing_requires_is_added_for_what_is_named() -> None:
    broken = Broken(set="target", problems={"example.com/m/cmd": "its module is not required"}, unrequired=True)
    error = missing(_with(broken), ChooseOptions())
    assert isinstance(error, MissingModuleError)
    assert error.hint.startswith("-binary IMPORTPATH builds it anyway")
    assert isinstance(missing(_with(replace(broken, unrequired=False)), ChooseOptions()), BuildError)


def _with(broken: Broken) -> Lock:
    return replace(lock(), broken={"example.com/m/cmd": broken})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("e", "example.com/m/examples/e"),
        ("examples/e", "example.com/m/examples/e"),
        ("./examples/e", "example.com/m/examples/e"),
        ("example.com/m/exmaples/e", "example.com/m/examples/e"),
        ("example.com/m/cmd/broke", "example.com/m/cmd/broken"),
        ("broke", "example.com/m/cmd/broken"),
    ],
)
def test_a_binary_that_is_near(name: str, meant: str) -> None:
    known = mains(classified("example.com/m/examples/e"), classified("example.com/m/cmd/broken"))
    with pytest.raises(UsageError, match=f"no main package {name}$") as caught:
        check_named(options_of(binaries={name: ""}).choose, list(known.by_path), known, {})
    assert caught.value.hint.startswith(f"did you mean {meant}? main packages are ")
