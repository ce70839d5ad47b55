"""The flags that the go command gets, so that they mean what the user's mean to us."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.commands.verify.reference import go_flags, named_matters

ALWAYS = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["."], []),
        (["-tags", "a,b", "-set", "all", "."], ["-tags=a,b"]),
        (["--race", "-keep-going", "-p", "3", "-v", "example.com/m@v1.0.0"], ["-race"]),
        (["-ldflags=-s -w"], ["-ldflags=-buildid= -s -w"]),
        (["-ldflags", "all=-buildid=own"], ["-ldflags=all=-buildid= -buildid=own"]),
        (["-ldflags="], ["-ldflags=-buildid="]),
        (["-ldflags=-buildid="], ["-ldflags=-buildid="]),
        (["-gcflags", "-N", "-gcflags=all=-l"], ["-gcflags=-N", "-gcflags=all=-l"]),
        (["-buildvcs", "."], ["-buildvcs"]),
        (["-modfile", "other.mod"], ["-modfile=/here/other.mod"]),
        (["-modfile=/there/other.mod"], ["-modfile=/there/other.mod"]),
        (["-pgo", "off"], ["-pgo=off"]),
        (["-deadline=60", "-allow-host", "example.com", "-visible=d", "."], []),
        (["-trimpath", "-json", "-C", "sub", "-binary", "a=b"], []),
    ],
)
def test_flags(words: list[str], flags: list[str]) -> None:
    assert go_flags(words, Path("/here")) == (*ALWAYS, *flags)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["-hardening"], []),
        (["-hardening", "-ldflags=-s"], ["-ldflags=-buildid= -bindnow -s"]),
        (
            ["-ldflags=all=-s", "-hardening", "-buildmode", "c-shared"],
            ["-ldflags=all=-buildid= -bindnow -s", "-buildmode=c-shared"],
        ),
    ],
)
def test_hardening_is_flags_of_the_go_command(words: list[str], flags: list[str]) -> None:
    always = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid= -bindnow", "-buildmode=pie")
    assert go_flags(words, Path("/here")) == (*always, *flags)
    assert go_flags([*words, "-hardening=false"], Path("/here"))[:3] == ALWAYS


@pytest.mark.parametrize(
    ("flag", "matters"),
    [
        ("-gcflags=-N", True),
        ("-asmflags=", True),
        ("-gcflags=all=-N", False),
        ("-cover", True),
        ("-coverpkg=all", True),
        ("-ldflags=-s", False),
        ("-tags=cover", False),
    ],
)
def test_flags_for_what_is_named(flag: str, matters: bool) -> None:
    assert named_matters([flag]) is matters
