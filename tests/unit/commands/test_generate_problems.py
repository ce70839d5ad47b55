"""The command generate where something is wrong: nothing of the user's is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import TREE, Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, InstallError, MissingModuleError, UsageError
from gomod2bazel.cli import run_command


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository without a file yet."""
    return Owner(tmp_path, go)


def test_bad_input_loses_nothing(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "cmd/hi/BUILD.bazel").write_text('print "x"\n')
    (owner.root / "windows/BUILD.bazel").write_text("\n\nx = 0755\n")
    with pytest.raises(UsageError) as caught:
        owner.run()
    lines = caught.value.what.splitlines()
    assert lines[0].startswith("cmd/hi/BUILD.bazel:1: not Starlark: ")
    assert lines[1].startswith("windows/BUILD.bazel:3: not Starlark: ")
    assert sorted(owner.files) == ["cmd/hi/BUILD.bazel", "internal/deep/data/BUILD", "windows/BUILD.bazel"]


def test_links_that_lead_out_are_not_followed(owner: Owner, tmp_path: Path) -> None:
    owner.write(TREE)
    outside = tmp_path / "outside"
    outside.write_text("# Somebody else's.\n")
    (owner.root / "cmd/hi/BUILD.bazel").symlink_to(outside)
    with pytest.raises(UsageError, match=r"cmd/hi/BUILD\.bazel: is a symbolic link out of the repository"):
        owner.run()
    (owner.root / "cmd/hi/BUILD.bazel").unlink()
    (owner.root / "go.lock.json").symlink_to(tmp_path / "lock")
    with pytest.raises(InstallError, match=r"go\.lock\.json is a link out of the repository"):
        owner.run()
    assert outside.read_text() == "# Somebody else's.\n"
    assert not (tmp_path / "lock").exists()


def test_what_does_not_load(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "cmd/hi/main.go").write_text("package main\n\nimport (\n")
    with pytest.raises(BuildError, match=r"cmd/hi/main.go:3:"):
        owner.run()
    assert sorted(owner.files) == ["internal/deep/data/BUILD"]
    with pytest.raises(BuildError):
        owner.run("-keep-going")
    assert "BUILD.bazel" in owner.files
    assert "cmd/hi/BUILD.bazel" not in owner.files


def test_missing_modules(owner: Owner) -> None:
    owner.write(TREE)
    with pytest.raises(MissingModuleError, match=r"example.com/dep-x@v1.0.0"):
        run_command(["generate", f"-goproxy=file://{owner.root}", str(owner.root)], owner.user.session)
    assert sorted(owner.files) == ["internal/deep/data/BUILD"]


def test_wrong_command_lines(owner: Owner) -> None:
    owner.write("-- x.txt --\n")
    with pytest.raises(UsageError, match=r"no go\.mod in"):
        owner.run()
    with pytest.raises(UsageError, match="-set, -o do not apply to generate"):
        owner.run("-set=all", "-o=x")
    with pytest.raises(UsageError, match="one DIR expected, got 2"):
        owner.run("a", "b")
    with pytest.raises(UsageError, match="one platform"):
        owner.run("-rules=rules_go", "-platform=linux/amd64,linux/arm64")
    with pytest.raises(UsageError, match="-check is a flag of generate"):
        run_command(["list", "-check", str(owner.root)], owner.user.session)
