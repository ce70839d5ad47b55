"""generate, where main packages have no func main: plugins, and what nothing can link."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26
-- cmd/hi/main.go --
package main

func main() {}
-- cmd/plug/plug.go --
package main

var Plug = 1
-- half/half.go --
package main

func init() {}
-- half/main_windows.go --
package main

func main() {}
"""

HOST = 'package host\n\nimport "plugin"\n\nvar Open = plugin.Open\n'
TAGS = """    tags = [
        "gomod2bazel",
        "manual",  # no func main: it cannot be linked
        "target",
    ],
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository with programs, and with what is none."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    owner.user.session.environment["CGO_ENABLED"] = "1"  # type: ignore[index]
    return owner


def _write(owner: Owner, path: str, text: str) -> None:
    (owner.root / path).parent.mkdir(exist_ok=True)
    (owner.root / path).write_text(text, encoding="utf-8")


def test_what_nothing_can_link_is_manual_until_it_has_a_main(owner: Owner) -> None:
    owner.run()
    files = owner.files
    assert TAGS in files["cmd/plug/BUILD.bazel"]
    assert TAGS.splitlines()[2] in files["half/BUILD.bazel"]
    assert "manual" not in files["cmd/hi/BUILD.bazel"]
    assert owner.run("-check") == ""
    _write(owner, "cmd/plug/main.go", "package main\n\nfunc main() {}\n")
    owner.run()
    assert '"manual"' not in owner.files["cmd/plug/BUILD.bazel"]
    (owner.root / "cmd/plug/main.go").unlink()
    owner.run()
    assert owner.files == files


def test_plugins_where_the_repository_loads_them(owner: Owner) -> None:
    owner.run()
    _write(owner, "host/host.go", HOST)
    owner.run()
    made = owner.files["cmd/plug/BUILD.bazel"]
    assert '    linkmode = "plugin",\n' in made
    assert "deps" not in made.partition("go_binary(\n")[2]
    assert "manual" not in made
    assert "linkmode" not in owner.files["cmd/hi/BUILD.bazel"]
    # Without cgo there are no plugins.
    owner.user.session.environment["CGO_ENABLED"] = "0"  # type: ignore[index]
    (owner.root / "cmd/plug/BUILD.bazel").unlink()
    owner.run()
    assert TAGS in owner.files["cmd/plug/BUILD.bazel"]


def test_a_test_that_loads_plugins_is_enough(owner: Owner) -> None:
    _write(owner, "cmd/plug/plug_test.go", 'package main_test\n\nimport (\n\t_ "plugin"\n\t_ "testing"\n)\n')
    owner.run()
    assert '    linkmode = "plugin",\n' in owner.files["cmd/plug/BUILD.bazel"]


def test_what_a_user_links_otherwise_is_not_manual(owner: Owner) -> None:
    owner.run()
    file = owner.root / "cmd/plug/BUILD.bazel"
    text = file.read_text(encoding="utf-8").replace(TAGS, '    linkmode = "c-shared",\n    tags = ["no-remote"],\n')
    file.write_text(text, encoding="utf-8")
    owner.run()
    made = owner.files["cmd/plug/BUILD.bazel"]
    assert "manual" not in made
    assert '    linkmode = "c-shared",\n' in made


def test_a_users_tag_stays(owner: Owner) -> None:
    owner.run()
    file = owner.root / "cmd/plug/BUILD.bazel"
    file.write_text(
        file.read_text(encoding="utf-8").replace("  # no func main: it cannot be linked", ""), encoding="utf-8"
    )
    _write(owner, "cmd/plug/main.go", "package main\n\nfunc main() {}\n")
    owner.run()
    assert '"manual"' in owner.files["cmd/plug/BUILD.bazel"]


def test_a_platform_with_a_main_is_the_one_that_is_linked_for(owner: Owner) -> None:
    owner.run("-platform=linux/amd64,windows/amd64")
    half = owner.files["half/BUILD.bazel"]
    _, _, binary = half.partition("go_binary(\n")
    assert '"@go_sdk//config:windows_amd64": [],\n' in binary
    assert "linux_amd64" not in binary
    assert "manual" not in half
    assert TAGS in owner.files["cmd/plug/BUILD.bazel"]


def test_plugins_are_for_the_platforms_that_have_them(owner: Owner) -> None:
    _write(owner, "host/host.go", HOST)
    owner.run("-platform=linux/amd64,windows/amd64")
    plug = owner.files["cmd/plug/BUILD.bazel"].partition("go_binary(\n")[2]
    assert '    linkmode = "plugin",\n' in plug
    assert "windows_amd64" not in plug
    assert "manual" not in plug


def test_rules_go(owner: Owner) -> None:
    _write(owner, "host/host.go", HOST)
    owner.run("-rules=rules_go")
    assert '    linkmode = "plugin",\n' in owner.files["cmd/plug/BUILD.bazel"]
