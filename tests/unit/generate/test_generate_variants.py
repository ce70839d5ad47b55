"""generate -variant: one more configuration for each platform, and what BUILD files then select."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import UsageError

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26
-- lib/a.go --
package lib
-- lib/big.go --
//go:build big

package lib

import _ "unsafe"
-- cmd/hi/main.go --
package main

import _ "example.com/m/lib"

func main() {}
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository, with cgo on for all platforms."""
    owner = Owner(tmp_path, go)
    environment = {**owner.user.session.environment, "CGO_ENABLED": "1"}
    owner.user.session = replace(owner.user.session, environment=environment)
    owner.write(TREE)
    return owner


def configurations(owner: Owner) -> list[str]:
    lock = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))
    return list(lock.get("configurations", {}))


def test_variants_are_locked_and_selected(owner: Owner) -> None:
    owner.run("-platform=linux/amd64", "-variant=race", "-variant=tags=big")
    assert sorted(configurations(owner)) == ["linux_amd64", "linux_amd64_race", "linux_amd64_tags=big"]
    lib, hi = owner.files["lib/BUILD.bazel"], owner.files["cmd/hi/BUILD.bazel"]
    assert 'srcs = ["a.go"] + select({\n        "@go_sdk//config:linux_amd64": [],\n' in lib
    assert '        "@go_sdk//config:linux_amd64_race": [],\n' in lib
    assert '        "@go_sdk//config:linux_amd64_tags=big": ["big.go"],\n' in lib
    assert "select" not in hi, "what the linker adds for the race detector, the lock has"
    packages = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))["standard"]["packages"]
    assert "runtime/race" in [package["import_path"] for package in packages]


def test_they_stay_until_others_are_named(owner: Owner) -> None:
    owner.run("-platform=linux/arm64,linux/amd64", "-variant=tags=big", "-variant=pure")
    made, lock = owner.files, (owner.root / "go.lock.json").read_text(encoding="utf-8")
    (owner.root / "lib/big.go").write_text("//go:build big\n\npackage lib // changed\n")
    owner.run()
    assert (owner.root / "go.lock.json").read_text(encoding="utf-8") == lock
    assert owner.files["cmd/hi/BUILD.bazel"] == made["cmd/hi/BUILD.bazel"]
    assert '"@go_sdk//config:linux_arm64_tags=big": ["big.go"]' in owner.files["lib/BUILD.bazel"]
    assert owner.run("-check") == ""
    owner.run("-platform=linux/amd64")
    assert configurations(owner) == []
    assert "select" not in owner.files["lib/BUILD.bazel"]


def test_variants_of_the_own_platform(owner: Owner) -> None:
    owner.run("-variant=tags=big")
    plain, big = sorted(configurations(owner))
    assert big == f"{plain}_tags=big"
    assert owner.run("-check") == ""


def test_refused_variants(owner: Owner) -> None:
    with pytest.raises(UsageError, match=r"-variant race: .*-race"):
        owner.run("-platform=linux/386", "-variant=race")
    with pytest.raises(UsageError, match="-rules rules_go: generate writes the files of one platform only"):
        owner.run("-variant=race", "-rules=rules_go")
    assert owner.files == {}
