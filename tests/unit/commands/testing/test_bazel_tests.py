"""The flags of go test as those of Bazel and of test programs."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.testing.bazel_tests import test_flags as flags_for_tests
from gomod2bazel.commands.testing.test import check_go_test_flags
from gomod2bazel.options.flags import parse


def _flags(*words: str) -> list[str]:
    options, _ = parse(words)
    return flags_for_tests(options.test)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ((), ["--test_arg=-test.timeout=600s", "--test_timeout=660", "--cache_test_results=auto"]),
        (("-run", "A/b c", "-skip=D"), ["--test_arg=-test.run=A/b c", "--test_arg=-test.skip=D"]),
        (("-short",), ["--test_arg=-test.short=true"]),
        (("-count", "1"), ["--test_arg=-test.count=1", "--cache_test_results=no"]),
        (("-shuffle", "on", "-parallel=3"), ["--test_arg=-test.shuffle=on", "--test_arg=-test.parallel=3"]),
        (("-timeout", "1m1.5s"), ["--test_arg=-test.timeout=61.5s", "--test_timeout=121"]),
        (("-timeout=0",), ["--test_arg=-test.timeout=0s"]),
    ],
)
def test_flags(words: tuple[str, ...], flags: list[str]) -> None:
    assert set(flags) <= set(_flags(*words))


def test_a_flag_that_is_not_given_is_not_passed_on() -> None:
    assert [flag for flag in _flags() if flag.startswith("--test_arg")] == ["--test_arg=-test.timeout=600s"]


@pytest.mark.parametrize("words", [("-timeout", "10"), ("-timeout", "1x"), ("-count", "0"), ("-shuffle", "yes")])
def test_wrong_values(words: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=f'invalid value "{words[1]}" for flag {words[0]}: parse error'):
        parse(words)


def test_other_flags_of_go_test_are_refused() -> None:
    with pytest.raises(UsageError, match="-bench, -fuzz of go test are not supported") as caught:
        check_go_test_flags(["-bench", ".", "-short", "-fuzz=F", "./..."])
    assert "gomod2bazel help test" in caught.value.hint
    check_go_test_flags(["-run", "A", "-v"])
