"""generate -platform with several: what is selected, what is compatible with some alone, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26

require example.com/dep-x v1.0.0
-- lib/a.go --
package lib

import "strings"

var A = strings.ToUpper("a")
-- lib/b_windows.go --
package lib

import (
	_ "os"

	_ "example.com/dep-x/sub"
)
-- lib/b_linux.go --
package lib

import _ "example.com/m/unix"
-- lib/c_linux_arm64.go --
package lib
-- lib/only_windows_test.go --
package lib

import _ "testing"
-- unix/u.go --
//go:build unix

package unix
-- unix/asm_amd64.s --
-- nowhere/n.go --
//go:build nowhere

package nowhere
-- cmd/hi/main.go --
package main

import _ "example.com/m/lib"

func main() {}
"""

PLATFORMS = "-platform=windows/amd64,linux/arm64,linux/amd64"


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository for several platforms."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def _lock(owner: Owner) -> dict[str, object]:
    return lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))


def test_what_differs_is_selected(owner: Owner) -> None:
    owner.run(PLATFORMS)
    files = owner.files
    assert (
        files["lib/BUILD.bazel"].partition("\n\n")[2]
        == """\
go_library(
    name = "lib",
    srcs = ["a.go"] + select({
        "@go_sdk//config:linux_amd64": ["b_linux.go"],
        "@go_sdk//config:linux_arm64": [
            "b_linux.go",
            "c_linux_arm64.go",
        ],
        "@go_sdk//config:windows_amd64": ["b_windows.go"],
    }),
    importpath = "example.com/m/lib",
    visibility = ["//visibility:public"],
    deps = select({
        "@go_sdk//config:linux_amd64": ["//unix"],
        "@go_sdk//config:linux_arm64": ["//unix"],
        "@go_sdk//config:windows_amd64": ["@com_example_dep_x//sub"],
    }),
)

go_test(
    name = "lib_test",
    srcs = ["only_windows_test.go"],
    embed = [":lib"],
    target_compatible_with = select({
        "@go_sdk//config:windows_amd64": [],
        "//conditions:default": ["@gomod2bazel//rules:incompatible"],
    }),
)
"""
    )
    unix = files["unix/BUILD.bazel"]
    assert 'srcs = ["u.go"] + select({\n        "@go_sdk//config:linux_amd64": ["asm_amd64.s"],\n' in unix
    assert '        "@go_sdk//config:linux_arm64": [],\n        "//conditions:default": [],\n    }),\n' in unix
    assert "nowhere/BUILD.bazel" not in files
    hi = files["cmd/hi/BUILD.bazel"]
    assert 'out = select({\n        "@go_sdk//config:linux_amd64": "hi",\n' in hi
    assert '"@go_sdk//config:windows_amd64": "hi.exe",\n' in hi
    assert list(_lock(owner)["configurations"]) == ["linux_amd64", "linux_arm64", "windows_amd64"]  # type: ignore[call-overload]
    assert '"com_example_dep_x",' in (owner.root / "MODULE.bazel").read_text(encoding="utf-8")


def test_platforms_stay_until_others_are_named(owner: Owner) -> None:
    owner.run(PLATFORMS)
    made = owner.files
    owner.run(PLATFORMS)
    owner.run("-check")
    assert owner.run("-check", PLATFORMS) == ""
    (owner.root / "lib/c_linux_arm64.go").unlink()
    owner.run()
    arm64 = '        "@go_sdk//config:linux_arm64": ['
    before = arm64 + '\n            "b_linux.go",\n            "c_linux_arm64.go",\n        ],\n'
    assert before in made["lib/BUILD.bazel"]
    assert owner.files["lib/BUILD.bazel"] == made["lib/BUILD.bazel"].replace(before, arm64 + '"b_linux.go"],\n')
    owner.run("-platform=linux/amd64")
    text = owner.files["lib/BUILD.bazel"]
    assert '    srcs = [\n        "a.go",\n        "b_linux.go",\n    ],\n' in text
    assert "select" not in text.partition("go_test(")[0]
    assert _lock(owner)["configurations"] == {}
    owner.run("-check")


def test_a_package_that_fails_on_one_platform_is_written_for_none(owner: Owner) -> None:
    (owner.root / "lib/b_windows.go").write_text("package lib\n\nimport (\n")
    with pytest.raises(BuildError, match=r"lib/b_windows\.go:3"):
        owner.run(PLATFORMS, "-keep-going")
    assert "unix/BUILD.bazel" in owner.files
    assert "lib/BUILD.bazel" not in owner.files


def test_what_imports_a_package_of_one_platform_is_of_that_platform(owner: Owner) -> None:
    main = owner.root / "cmd/hi/main.go"
    main.write_text('package main\n\nimport _ "example.com/m/unix"\n\nfunc main() {}\n')
    (owner.root / "lib/x_test.go").write_text('package lib\n\nimport _ "example.com/m/unix"\n')
    (owner.root / "lib/only_windows_test.go").unlink()
    owner.run(PLATFORMS)
    for path in ("cmd/hi/BUILD.bazel", "lib/BUILD.bazel"):
        assert '    target_compatible_with = select({\n        "@go_sdk//config:linux_amd64": [],' in owner.files[path]
        assert '"@go_sdk//config:windows_amd64": [],\n        "//conditions' not in owner.files[path]
    before = owner.files
    main.write_text(main.read_text().replace("m/unix", "m/nowhere"))
    with pytest.raises(BuildError, match="nowhere: build constraints exclude all Go files"):
        owner.run(PLATFORMS)
    assert owner.files == before
    main.write_text('package main\n\nimport _ "example.com/m/unix"\n\nfunc main() {}\n')
    with pytest.raises(BuildError, match="unix: build constraints exclude all Go files"):
        owner.run("-platform=windows/amd64")
    main.write_text("package main\n\nfunc main() {}\n")
    with pytest.raises(BuildError, match=r"tests of example\.com/m/lib: package example\.com/m/lib"):
        owner.run("-platform=windows/amd64")
