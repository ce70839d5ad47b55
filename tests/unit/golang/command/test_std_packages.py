"""`-std` of lock: packages of the standard library that a monorepo's own code and its tests need."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT
from support.lock_value import lock_value
from support.realgo import RealGo
from support.samples import package
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.std_packages import standard_packages, standard_patterns
from gomod2bazel.options.flags import parse

LISTED = (
    package("internal/cpu", Standard=True, DepOnly=True),
    package("net", Standard=True, Imports=["internal/cpu"]),
    package("net/http", Standard=True, Imports=["net"]),
    package("net/broken", Standard=True, Error={"Err": "no Go files"}),
    package("os", Standard=True, DepOnly=True),
)


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ((), []),
        (("net",), ["internal/cpu", "net", "net/http"]),
        (("net/...",), ["internal/cpu", "net", "net/http"]),
        (("std",), ["internal/cpu", "net", "net/http"]),
    ],
)
def test_what_was_listed_for_the_flag_and_its_imports(patterns: tuple[str, ...], found: list[str]) -> None:
    assert sorted(standard_packages(patterns, LISTED)) == found


@pytest.mark.parametrize("pattern", ["net/broken", "nothing", "nothing/...", "ne", "net/ht", "net/http/x"])
def test_a_pattern_that_gives_nothing_is_an_error(pattern: str) -> None:
    with pytest.raises(UsageError, match=r"-std \S+: no such package") as raised:
        standard_packages(("net", pattern), LISTED)
    assert raised.value.what.startswith(f"-std {pattern}:")


def test_tests_need_more_than_package_testing() -> None:
    assert "testing/internal/testdeps" in standard_patterns(("testing",))
    assert standard_patterns(("os",)) == ("os",)


def test_the_rules_name_the_same_packages() -> None:
    text = (ROOT / "rules/private/config/test_packages.bzl").read_text(encoding="utf-8")
    named = {path for line in re.findall(r"^[A-Z_]+ = (\[.*\])$", text, re.MULTILINE) for path in json.loads(line)}
    assert named == set(standard_patterns(("testing",)))


@pytest.mark.parametrize("text", ["", "../x", "/net", "github.com/x/y", "-mod=mod", "net,,os", "a..b"])
def test_what_cannot_be_of_the_standard_library_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a pattern of the standard library"):
        parse([f"-std={text}"])


def test_a_lock_of_a_tree(tmp_path: Path, go: RealGo) -> None:
    txtar.write(
        tmp_path / "tree",
        "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- main.go --\npackage main\n\nfunc main() {}\n",
    )
    user = User.with_go(tmp_path, go)
    path = tmp_path / "lock.json"

    def locked(*flags: str) -> set[str]:
        user.run("lock", *flags, f"-result-file={path}", str(tmp_path / "tree"))
        lock = lock_value(path.read_text(encoding="utf-8"))
        assert [one["import_path"] for one in lock["binaries"]] == ["example.com/m"]
        return {one["import_path"] for one in lock["standard"]["packages"]}

    plain, more = locked(), locked("-std", "testing,container/ring")
    assert more > plain
    assert {"container/ring", "os", "reflect", "runtime", "testing", "testing/internal/testdeps"} <= more
    assert not {"testing", "container/ring"} & plain
