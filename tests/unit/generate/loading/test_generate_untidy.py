"""A repository of several modules, of which one has a go.mod that is not tidy."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, TrustError

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//good:go.lock.json")
go_modules.from_file(group = 2, lock = "//untidy:go.lock.json")
go_modules.from_file(group = 3, lock = "//zebra:go.lock.json")
-- good/go.mod --
module example.com/good

go 1.26
-- good/good.go --
package good
-- untidy/go.mod --
module example.com/untidy

go 1.26

require (
	example.com/high v1.0.0
	example.com/low v1.0.0
)

replace (
	example.com/high => ./high
	example.com/low => ./low
)
-- untidy/high/go.mod --
module example.com/high

go 1.26

require example.com/low v1.1.0
-- untidy/high/high.go --
package high
-- untidy/low/go.mod --
module example.com/low

go 1.26
-- untidy/untidy.go --
package untidy

import _ "example.com/high"
-- untidy/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "untidy",
    srcs = ["gone.go"],
    importpath = "example.com/untidy",
)
-- zebra/go.mod --
module example.com/zebra

go 1.26
-- zebra/zebra.go --
package zebra
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of the repository."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def test_the_others_are_written(owner: Owner) -> None:
    with pytest.raises(BuildError, match=r"skipping the module in untidy: .*updates to go\.mod needed") as caught:
        owner.run()
    assert caught.value.exit_code == 1
    files = owner.files
    assert 'name = "good"' in files["good/BUILD.bazel"]
    assert 'name = "zebra"' in files["zebra/BUILD.bazel"]
    assert 'srcs = ["gone.go"]' in files["untidy/BUILD.bazel"], "nothing is known of it"
    assert (owner.root / "zebra/go.lock.json").is_file()
    with pytest.raises(BuildError):
        owner.run("-check")
    (owner.root / "untidy/go.mod").write_text("module example.com/untidy\n\ngo 1.26\n")
    (owner.root / "untidy/untidy.go").write_text("package untidy\n")
    owner.run()
    assert 'srcs = ["untidy.go"]' in owner.files["untidy/BUILD.bazel"]


def test_the_only_module_writes_nothing(owner: Owner) -> None:
    with pytest.raises(BuildError, match=r"updates to go\.mod needed"):
        owner.run("untidy")
    assert list(owner.files) == ["untidy/BUILD.bazel"]


def test_a_module_without_a_sum(owner: Owner) -> None:
    (owner.root / "untidy/go.mod").write_text(
        "module example.com/untidy\n\ngo 1.26\n\nrequire example.com/dep-x v1.0.0\n"
    )
    (owner.root / "untidy/untidy.go").write_text('package untidy\n\nimport _ "example.com/dep-x/sub"\n')
    with pytest.raises((BuildError, TrustError), match=r"missing go\.sum entry"):
        owner.run()
    assert 'name = "good"' in owner.files["good/BUILD.bazel"]
