"""Locks made with a baseline, by the real go command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from support import baseline as samples
from support import txtar
from support.lock_value import lock_value
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import Gomod2bazelError, TrustError, UsageError


@pytest.fixture
def user(tmp_path: Path, go: RealGo) -> User:
    samples.serve(tmp_path)
    return User.with_go(tmp_path, go)


def base(user: User, text: str, name: str = "base.mod") -> None:
    (user.session.cwd / name).write_text(text, encoding="utf-8")


def lock(user: User, name: str, *flags: str) -> dict[str, Any]:
    goproxy = samples.GOPROXY.format(user.session.cwd)
    return lock_value(user.run("lock", goproxy, "-baseline=base.mod", *flags, name))


def versions(found: dict[str, Any]) -> dict[str, str]:
    return {module["path"].removeprefix("example.com/"): module["version"] for module in found["modules"]}


def refused(user: User, name: str, *flags: str, kind: type[Gomod2bazelError] = TrustError) -> list[str]:
    with pytest.raises(kind) as error:
        lock(user, name, *flags)
    return str(error.value).splitlines()


@pytest.mark.parametrize("names", [("a", "b"), ("example.com/a@v1.0.0", "example.com/b@v1.0.0")])
def test_leaves_that_do_not_agree_are_built_with_the_same_versions(names: tuple[str, str], user: User) -> None:
    trees = {name: (user.session.cwd / name / "go.mod").read_bytes() for name in ("a", "b")}
    first, second = (versions(lock(user, name)) for name in names)
    assert (first["low"], first["other"]) == (second["low"], second["other"]) == ("v1.1.0", "v1.1.0")
    assert {name: (user.session.cwd / name / "go.mod").read_bytes() for name in trees} == trees


def test_everything_that_is_refused_is_told_with_its_chain(user: User) -> None:
    base(user, "module m\n\nrequire example.com/low v1.0.0\n\nrequire example.com/other v0.1.0\n")
    assert refused(user, "a") == [
        "base.mod:3: example.com/low@v1.0.0 is older than v1.1.0, which is required:",
        "\texample.com/a",
        "\t  example.com/left@v1.0.0",
        "\t    example.com/low@v1.1.0",
        "base.mod:5: example.com/other@v0.1.0 is older than v1.0.0, which is required:",
        "\texample.com/a",
        "\t  example.com/other@v1.0.0",
        "base.mod: example.com/left is not in the baseline, but is required:",
        "\texample.com/a",
        "\t  example.com/left@v1.0.0",
    ]


def test_force_lowers_and_says_so(user: User) -> None:
    base(user, samples.BASELINE.replace("low v1.1.0", "low v1.0.0").replace("other v1.1.0", "other v1.0.0"))
    assert versions(lock(user, "a", "-baseline-mode=force"))["low"] == "v1.0.0"
    note = "example.com/a > example.com/left@v1.0.0 > example.com/low@v1.1.0 requires v1.1.0"
    assert f"note: baseline: using example.com/low@v1.0.0, although {note}" in user.messages
    assert versions(lock(user, "example.com/b@v1.0.0", "-baseline-mode=force"))["other"] == "v1.0.0"


def test_force_does_not_add_and_extend_does_not_lower(user: User) -> None:
    base(user, "module m\n\nrequire example.com/low v1.0.0\n")
    assert "is not in the baseline" in refused(user, "a", "-baseline-mode=force")[0]
    assert "is older than" in refused(user, "a", "-baseline-mode=extend")[0]
    base(user, "module m\n\nrequire example.com/low v1.2.0\n")
    assert versions(lock(user, "a", "-baseline-mode=extend")) == {
        "a": "", "left": "v1.0.0", "low": "v1.2.0", "other": "v1.0.0"
    }  # fmt: skip
    said = "note: baseline: using example.com/left@v1.0.0, which is not in the baseline (example.com/a > "
    assert any(line.startswith(said) for line in user.messages)


def test_what_no_package_comes_from_is_neither_too_low_nor_missing(user: User) -> None:
    base(user, samples.BASELINE.replace("other v1.1.0", "other v1.0.0"))
    text = (user.session.cwd / "b" / "go.mod").read_text("utf-8")
    shutil.rmtree(user.session.cwd / "b" / "cmd" / "newer")
    assert "other v1.1.0" in text
    assert "other" not in versions(lock(user, "b"))


def test_what_no_binary_needs_is_not_looked_at(user: User) -> None:
    base(user, "module m\n\nrequire example.com/low v1.1.0\n\nrequire example.com/left v1.0.0\n")
    (other,) = (user.session.cwd / "a" / "cmd" / "other").glob("main.go")
    text = other.read_text("utf-8").replace("package main", "package other").replace("func main", "func F")
    other.write_text(text, "utf-8")
    assert set(versions(lock(user, "a"))) == {"a", "left", "low"}


def test_a_replacement_of_the_tree_yields_only_to_force(user: User) -> None:
    go_mod = user.session.cwd / "a" / "go.mod"
    go_mod.write_text(go_mod.read_text("utf-8") + "\nreplace example.com/low => example.com/low v1.2.0\n", "utf-8")
    wrong = "a/go.mod: example.com/low is replaced by example.com/low@v1.2.0; the baseline has v1.1.0"
    assert refused(user, "a") == [wrong]
    assert versions(lock(user, "a", "-baseline-mode=force"))["low"] == "v1.1.0"


def test_a_fork_in_the_baseline(user: User) -> None:
    base(user, samples.BASELINE + "\nreplace example.com/low v1.1.0 => example.com/low v1.2.0\n")
    module = next(one for one in lock(user, "a")["modules"] if one["path"] == "example.com/low")
    assert (module["version"], module["replaced_by"]) == ("v1.1.0", "example.com/low@v1.2.0")


def test_a_sum_that_nothing_lists_or_that_is_wrong(user: User) -> None:
    (user.session.cwd / "a" / "go.sum").write_text("", "utf-8")
    assert versions(lock(user, "a"))["low"] == "v1.1.0"
    (user.session.cwd / "base.sum").write_text("", "utf-8")
    assert "missing go.sum entry" in "".join(refused(user, "a"))
    bad = "example.com/low v1.1.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    (user.session.cwd / "base.sum").write_text(bad, "utf-8")
    assert "checksum mismatch" in "".join(refused(user, "a"))


def test_a_raised_go_line_is_told(user: User) -> None:
    go_mod = user.session.cwd / "a" / "go.mod"
    go_mod.write_text(go_mod.read_text("utf-8").replace("go 1.22", "go 1.21"), "utf-8")
    lock(user, "a")
    assert "note: baseline: using go 1.22 for example.com/a, as its dependencies require" in user.messages


def test_a_version_built_as_main_module(user: User) -> None:
    found = lock(user, "example.com/a@v1.0.0", "-main-module")
    assert (versions(found)["other"], found["binaries"][0]["buildinfo"][1]) == (
        "v1.1.0",
        "mod\texample.com/a\t(devel)\t",
    )


def test_a_vendor_folder_is_not_looked_at(user: User) -> None:
    vendor = user.session.cwd / "a" / "vendor"
    vendor.mkdir()
    lines = (f"# example.com/{name}\n## explicit; go 1.22\n" for name in ("left v1.0.0", "low v1.1.0", "other v1.0.0"))
    (vendor / "modules.txt").write_text("".join(lines), "utf-8")
    assert versions(lock(user, "a"))["other"] == "v1.1.0"


def patch(user: User, text: str, module: str = "example.com/low@v1.1.0", name: str = "0001-say.patch") -> None:
    folder = user.session.cwd / "base.patches" / module
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["a", "example.com/b@v1.0.0"])
def test_the_lock_tells_what_was_patched(name: str, user: User) -> None:
    plain = next(one for one in lock(user, name)["modules"] if one["path"] == "example.com/low")
    patch(user, samples.PATCH)
    found = next(one for one in lock(user, name)["modules"] if one["path"] == "example.com/low")
    assert (found["upstream_sum"], found["zip_sha256"]) == (plain["sum"], plain["zip_sha256"])
    assert found["sum"] != plain["sum"]
    assert found["verified"]
    assert [one["name"] for one in found["patches"]] == ["0001-say.patch"]
    assert set(found["patched"]) == {"low.go", "inner/inner.go"}
    assert found["replaced_by"].startswith("example.com/low@v1.1.1-0.patched.x")
    # The same elsewhere: nothing of this machine is in the version.
    first = found["replaced_by"]
    shutil.rmtree(user.session.caches.patched)
    shutil.rmtree(user.session.caches.modules)
    found = next(one for one in lock(user, name)["modules"] if one["path"] == "example.com/low")
    assert found["replaced_by"] == first


def test_patches_apply_in_the_order_of_their_names(user: User) -> None:
    patch(user, '--- a/low.go\n+++ b/low.go\n@@ -3 +3 @@\n-const N = "two"\n+const N = "three"\n', name="2.patch")
    patch(user, '--- a/low.go\n+++ b/low.go\n@@ -3 +3 @@\n-const N = "low v1.1.0"\n+const N = "two"\n', name="1.patch")
    found = next(one for one in lock(user, "a")["modules"] if one["path"] == "example.com/low")
    assert '+const N = "three"' in found["patched"]["low.go"]


def test_a_patch_that_does_not_apply(user: User) -> None:
    patch(user, samples.PATCH.replace("inner v1.1.0", "inner v9"))
    where = "base.patches/example.com/low@v1.1.0/0001-say.patch:9"
    assert refused(user, "a", kind=UsageError) == [
        f"{where}: inner/inner.go: the hunk '@@ -3,2 +3,2 @@' does not apply"
    ]


def test_a_patch_that_leads_out_writes_nothing(user: User) -> None:
    patch(user, "--- /dev/null\n+++ b/../../../../evil\n@@ -0,0 +1 @@\n+x\n")
    assert "is outside the module" in refused(user, "a", kind=UsageError)[0]
    assert not list(user.session.cwd.rglob("evil"))


def test_a_patch_may_change_what_is_required(user: User) -> None:
    text = "--- a/go.mod\n+++ b/go.mod\n@@ -3 +3,3 @@\n go 1.22\n+\n+require example.com/other v1.2.0\n"
    patch(user, text)
    wrong = refused(user, "a")
    assert wrong[0] == "base.mod:9: example.com/other@v1.1.0 is older than v1.2.0, which is required:"
    assert wrong[-1].strip() == "example.com/other@v1.2.0"


def test_baselines_that_say_what_they_cannot(user: User) -> None:
    base(
        user,
        "module m\n\nrequire example.com/low v1.1.0\n\nrequire example.com/low v1.2.0\n\n"
        "exclude example.com/low v1.0.0\n\nreplace example.com/left => ../left\n",
    )
    patch(user, samples.PATCH)
    patch(user, samples.PATCH, module="example.com/gone@v1.0.0")
    assert refused(user, "a", kind=UsageError) == [
        "base.mod: exclude lines are not allowed in a baseline, which lists one version of each module",
        "base.mod:5: example.com/low is listed twice, as v1.1.0 and as v1.2.0",
        "base.mod: example.com/left => ../left: a baseline cannot replace a module by a folder; name "
        "a version, or patch the module",
        "base.patches/example.com/gone@v1.0.0/0001-say.patch: patches example.com/gone v1.0.0, "
        "but the baseline does not have it",
        "base.patches/example.com/low@v1.1.0/0001-say.patch: patches example.com/low v1.1.0, "
        "but the baseline has v1.2.0",
    ]
    base(user, "module m\n\nrequire example.com/low latest\nrequier x\n")
    found = refused(user, "a", kind=UsageError)
    assert [line.split(": ")[0] for line in found] == ["base.mod:3", "base.mod:4"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["-baseline=none.mod"], "none.mod: no such file"),
        (["-baseline=base.sum"], "base.sum: the name of a baseline must end in .mod"),
        (["-modfile=base.mod"], "-modfile and -baseline cannot be used together: both select module versions"),
        (["-mod=vendor"], "-mod and -baseline cannot be used together: both select module versions"),
    ],
)
def test_flags_that_do_not_go_together(flags: list[str], said: str, user: User) -> None:
    assert refused(user, "a", *flags, kind=UsageError) == [said]


def test_a_workspace_has_versions_of_its_own(user: User) -> None:
    (user.session.cwd / "go.work").write_text("go 1.22\n\nuse ./a\n", "utf-8")
    assert refused(user, "a", kind=UsageError)[0].startswith("-baseline cannot be used with the workspace ")


def test_a_module_path_alone_means_the_baselines_version(user: User) -> None:
    base(user, samples.BASELINE + "\nrequire example.com/b v1.0.0\n")
    assert versions(lock(user, "example.com/b"))["b"] == "v1.0.0"
    listed = user.run("list", samples.GOPROXY.format(user.session.cwd), "-json", "-baseline=base.mod", "example.com/b")
    assert json.loads(listed)["version"] == "v1.0.0"


BARE = """-- go.mod --
module example.com/bare
-- cmd/check/main.go --
package main

func main() {}
-- cmd/other/main.go --
package main

import "example.com/other"

func main() { println(other.N) }
"""


def test_what_go_mod_does_not_require_has_the_baselines_version(user: User) -> None:
    txtar.proxy(user.session.cwd, {**samples.MODULES, "bare@v1.0.0": BARE})
    base(user, "module m\n\nrequire example.com/other v1.1.0\n")
    found = lock(user, "example.com/bare@v1.0.0")
    assert [binary["import_path"] for binary in found["binaries"]] == [
        f"example.com/bare/cmd/{n}" for n in ("check", "other")
    ]
    assert versions(found)["other"] == "v1.1.0"
    base(user, "module m\n\nrequire example.com/low v1.1.0\n")
    assert "example.com/other is not in the baseline" in refused(user, "example.com/bare@v1.0.0")[0]
    assert versions(lock(user, "example.com/bare@v1.0.0", "-baseline-mode=extend"))["other"] == "v1.2.0"
    txtar.write(user.session.cwd / "tree", BARE)
    base(user, "module m\n\nrequire example.com/other v1.1.0\n")
    assert [binary["name"] for binary in lock(user, "tree")["binaries"]] == ["check"]
