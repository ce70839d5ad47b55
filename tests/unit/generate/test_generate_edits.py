"""A repository that people work on: what they write stays, and what they do to packages is followed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

TREE = """
-- go.mod --
module example.com/m

go 1.26
-- big/one.go --
package big

import _ "strings"

func One() {}
-- big/one_test.go --
package big

import _ "testing"
-- big/two.go --
package big

import _ "strconv"

func Two() {}
-- big/two_test.go --
package big

import (
	_ "os"
	_ "testing"
)
-- uses/uses.go --
package uses

import "example.com/m/big"

func Use() { big.One(); big.Two() }
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository with BUILD files that have been edited."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    owner.run()
    big = owner.root / "big/BUILD.bazel"
    text = big.read_text(encoding="utf-8")
    text = text.replace('    name = "big",\n', '    name = "hand_named",\n').replace(
        'embed = [":big"]', 'embed = [":hand_named"]'
    )
    text = text.replace("go_library(\n", "# About the library.\ngo_library(\n", 1)
    text = text.replace('"two.go",', '"two.go",  # about two')
    text = text.replace(
        '    visibility = ["//visibility:public"],\n',
        '    visibility = ["//visibility:public"],\n    deps = [\n        "@other//:unicode",  # keep\n    ],\n',
    )
    text = text.replace("go_test(\n", "# About the tests.\ngo_test(\n").replace(
        '"big_test",\n', '"big_test",\n    size = "small",\n'
    )
    big.write_text(text + '\ngenrule(name = "mine")  # mine\n', encoding="utf-8")
    return owner


def test_what_was_edited_stays_and_is_followed(owner: Owner) -> None:
    before = owner.files["big/BUILD.bazel"]
    owner.run()
    assert owner.files["big/BUILD.bazel"] == before
    assert 'deps = ["//big:hand_named"]' in owner.files["uses/BUILD.bazel"]
    owner.run("-check")


def test_a_package_is_split(owner: Owner) -> None:
    (owner.root / "small").mkdir()
    for name in ("two.go", "two_test.go"):
        text = (owner.root / "big" / name).read_text().replace("package big", "package small")
        (owner.root / "small" / name).write_text(text)
        (owner.root / "big" / name).unlink()
    uses = owner.root / "uses/uses.go"
    uses.write_text(
        'package uses\n\nimport (\n\t"example.com/m/big"\n\t"example.com/m/small"\n)\n\n'
        "func Use() { big.One(); small.Two() }\n"
    )
    owner.run()
    files = owner.files
    big = files["big/BUILD.bazel"]
    assert "two" not in big
    assert "strconv" not in big
    for kept in ("# About the library.\n", "# About the tests.\n", '"@other//:unicode",  # keep', 'size = "small"'):
        assert kept in big
    assert big.endswith('\ngenrule(name = "mine")  # mine\n')
    assert 'srcs = ["two.go"]' in files["small/BUILD.bazel"]
    assert 'name = "small_test"' in files["small/BUILD.bazel"]
    assert '"//big:hand_named",\n        "//small",\n' in files["uses/BUILD.bazel"]
    owner.run("-check")


def test_a_package_is_renamed_and_another_deleted(owner: Owner) -> None:
    before = owner.files["big/BUILD.bazel"]
    (owner.root / "big").rename(owner.root / "great")
    for file in (owner.root / "great").glob("*.go"):
        file.write_text(file.read_text().replace("package big", "package great"))
    for name in ("uses.go", "BUILD.bazel"):
        (owner.root / "uses" / name).unlink()
    owner.run()
    assert sorted(owner.files) == ["great/BUILD.bazel"]
    assert owner.files["great/BUILD.bazel"] == before.replace("example.com/m/big", "example.com/m/great")
    owner.run("-check")


def test_a_package_whose_sources_go_leaves_what_is_not_generated(owner: Owner) -> None:
    for file in (owner.root / "big").glob("*.go"):
        file.unlink()
    (owner.root / "uses/uses.go").unlink()
    owner.write("-- other/o.go --\npackage other\n")
    owner.run()
    files = owner.files
    assert sorted(files) == ["big/BUILD.bazel", "other/BUILD.bazel"]
    assert "go_" not in files["big/BUILD.bazel"]
    assert files["big/BUILD.bazel"].endswith('genrule(name = "mine")  # mine\n')
    owner.run("-check")
