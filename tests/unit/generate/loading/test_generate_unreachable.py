"""Packages in folders that are special for Bazel: those that it would not build are reported and not written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.generate.loading.unreachable import has_siblings

MODULE = "-- MODULE.bazel --\n-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- ok/ok.go --\npackage ok\n"
FLAG = "--experimental_sibling_repository_layout"


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository without a file yet."""
    return Owner(tmp_path, go)


def _write(owner: Owner, *folders: str, more: str = "") -> None:
    owner.write(MODULE + "".join(f"-- {folder}/x.go --\npackage x\n\nconst X = 1\n" for folder in folders) + more)


@pytest.mark.parametrize("folder", ["external", "external/deep/er", "bazel-thing", "bazel-out/x"])
def test_refused(folder: str, owner: Owner) -> None:
    user = f'-- user/u.go --\npackage user\n\nimport x "example.com/m/{folder}"\n\nconst Y = x.X\n'
    _write(owner, folder, more=user)
    with pytest.raises(BuildError) as raised:
        owner.run()
    assert f"example.com/m/{folder}: Bazel " in str(raised.value)
    assert f"example.com/m/user imports example.com/m/{folder}, which cannot be built" in str(raised.value)
    assert (FLAG in raised.value.hint) == folder.startswith("external")
    assert owner.files == {}
    with pytest.raises(BuildError, match="cannot be built"):
        owner.run("-keep-going")
    assert list(owner.files) == ["ok/BUILD.bazel"]


@pytest.mark.parametrize("folder", ["x/external", "internal/external", "externals", "x/bazel-out", "bazel", "bazelx"])
def test_names_that_only_look_so(folder: str, owner: Owner) -> None:
    _write(owner, folder)
    owner.run()
    assert sorted(owner.files) == sorted([f"{folder}/BUILD.bazel", "ok/BUILD.bazel"])
    assert not [line for line in owner.user.messages if "left out" in line]


def test_external_with_the_flag(owner: Owner) -> None:
    _write(owner, "external/p", more=f"-- .bazelrc --\ncommon {FLAG}\n")
    owner.run()
    assert "external/p/BUILD.bazel" in owner.files


def test_init_sets_the_flag(owner: Owner) -> None:
    _write(owner, "external/p")
    owner.run("-init")
    assert "external/p/BUILD.bazel" in owner.files
    assert f"common {FLAG}\n" in (owner.root / ".bazelrc").read_text(encoding="utf-8")
    owner.run("-check")


def test_ignored_by_directive(owner: Owner) -> None:
    _write(owner, "external/p", more="-- external/BUILD --\n# gomod2bazel:ignore\n")
    owner.run()
    assert sorted(owner.files) == ["external/BUILD", "ok/BUILD.bazel"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("-- .bazelignore --\nfar\n", ".bazelignore names far"),
        ("-- far/MODULE.bazel --\n", "far/MODULE.bazel makes its folder a separate Bazel workspace"),
        ("-- far/x/REPO.bazel --\n", "far/x/REPO.bazel makes its folder a separate Bazel workspace"),
        ("-- far/WORKSPACE --\n", "far/WORKSPACE makes its folder a separate Bazel workspace"),
    ],
)
def test_left_out(more: str, why: str, owner: Owner) -> None:
    _write(owner, "far/x", more=more)
    owner.run()
    assert list(owner.files) == ["ok/BUILD.bazel"]
    assert f"warning: skipping example.com/m/far/x: {why}" in owner.user.messages
    owner.user.messages.clear()
    user = '-- user/u_test.go --\npackage user\n\nimport _ "example.com/m/far/x"\n'
    _write(owner, "far/x", more=more + user)
    with pytest.raises(BuildError, match=r"m/user imports example\.com/m/far/x, which is skipped: "):
        owner.run()


@pytest.mark.parametrize("name", ["u.go", "u_test.go"])
def test_node_modules(name: str, owner: Owner) -> None:
    """What npm brings is passed over in silence, broken or not, until a package imports it."""
    more = '-- web/node_modules/bad/b.go --\npackage bad\n\nimport _ "example.com/gone"\n'
    _write(owner, "web/node_modules/x", more=more)
    owner.run()
    assert list(owner.files) == ["ok/BUILD.bazel"]
    assert not [line for line in owner.user.messages if "node_modules" in line]
    user = f'-- user/{name} --\npackage user\n\nimport _ "example.com/m/web/node_modules/x"\n'
    _write(owner, "web/node_modules/x", more=more + user)
    why = r"which is skipped: generate ignores web/node_modules"
    with pytest.raises(BuildError, match=rf"m/user imports example\.com/m/web/node_modules/x, {why}"):
        owner.run()
    with pytest.raises(BuildError, match="is skipped"):
        owner.run("-keep-going")
    assert list(owner.files) == ["ok/BUILD.bazel"]


@pytest.mark.parametrize("name", ["a:b.go", "a\tb.go", "a\\b.go", "a\x7f.go", "a\udcfe.go", "x_t:t_test.go"])
def test_files_that_no_label_can_name(name: str, owner: Owner) -> None:
    package = '-- user/u.go --\npackage user\n\nimport x "example.com/m/odd"\n\nconst Y = x.X\n'
    _write(owner, "odd", more=package)
    (owner.root / "odd" / name).write_text("package x\n", encoding="utf-8")
    with pytest.raises(BuildError) as raised:
        owner.run()
    assert f"example.com/m/odd: no Bazel label can hold the name of its file {name!r}" in str(raised.value)
    assert "m/user imports example.com/m/odd, which cannot be built" in str(raised.value)
    assert "rename or move the folder or file" in raised.value.hint
    with pytest.raises(BuildError, match="no Bazel label"):
        owner.run("-keep-going")
    assert list(owner.files) == ["ok/BUILD.bazel"]


def test_odd_headers_elsewhere_in_the_module(owner: Owner) -> None:
    """What may be included, and is not, keeps no package out."""
    header = '-- far/x.h --\n#ifdef NEVER\n#include "a:b.h"\n#endif\n'
    _write(owner, more=f'-- asm/a.go --\npackage asm\n-- asm/a.s --\n#include "../far/x.h"\n{header}')
    (owner.root / "far/a:b.h").write_text("", encoding="utf-8")
    owner.run()
    assert '"far/x.h"' in owner.files["BUILD.bazel"]
    assert "a:b" not in "".join(owner.files.values())


@pytest.mark.parametrize("name", ["a b.go", "a;b'$.go", "жλ漢.go", "a@=b{}.go", "x+~!#%^&()|<>.go"])
def test_files_that_labels_can_name(name: str, owner: Owner) -> None:
    _write(owner, "odd")
    (owner.root / "odd" / name).write_text("package x\n", encoding="utf-8")
    owner.run()
    assert name in owner.files["odd/BUILD.bazel"]


def test_no_name_for_a_build_file(owner: Owner) -> None:
    _write(owner, "a", "a/BUILD", "a/BUILD.bazel")
    with pytest.raises(UsageError, match=r"^a: the folders BUILD and BUILD\.bazel in it leave no name"):
        owner.run()


@pytest.mark.parametrize("name", ["MODULE.bazel", "REPO.bazel", ".bazelrc"])
def test_a_folder_in_the_place_of_a_file_at_the_root(name: str, owner: Owner) -> None:
    owner.write(MODULE.replace("-- MODULE.bazel --\n", "") + f"-- {name}/x.go --\npackage x\n")
    with pytest.raises(UsageError, match=f"^{name} is a folder: Bazel reads a file of that name at the root"):
        owner.run("-init")
    assert owner.files == {}


def test_a_folder_called_as_a_build_file(owner: Owner) -> None:
    _write(owner, "a", "a/BUILD.bazel")
    owner.run()
    assert sorted(owner.files) == ["a/BUILD", "a/BUILD.bazel/BUILD.bazel", "ok/BUILD.bazel"]
    # A rule of the file's name would be in its way.
    assert 'name = "BUILD.bazel_go"' in owner.files["a/BUILD.bazel/BUILD.bazel"]


def test_a_folder_with_a_long_name(owner: Owner) -> None:
    """Bazel makes files with longer names of what its targets are called."""
    long = "c" * 240
    owner.write(
        f"{MODULE}-- {long}/a.go --\npackage long\n-- cmd/{long}/main.go --\npackage main\n\nfunc main() {{}}\n"
    )
    owner.run()
    for path in (long, f"cmd/{long}"):
        text = owner.files[f"{path}/BUILD.bazel"]
        assert all(len(name) < 130 for name in re.findall(r' name = "(.+)"', text))
        assert "out = " not in text


def test_a_folder_called_as_its_source(owner: Owner) -> None:
    _write(owner, "x.go")
    owner.run()
    assert 'name = "x.go_go"' in owner.files["x.go/BUILD.bazel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        (f"build {FLAG}\n", True),
        (f"common --x {FLAG}=true # why\n", True),
        (f"# build {FLAG}\n", False),
        (f"build:ci {FLAG}\n", False),
        (f"build {FLAG}=false\n", False),
        (f"build {FLAG}\nbuild --noexperimental_sibling_repository_layout\n", False),
        ("import %workspace%/more.bazelrc\n", True),
        ("try-import %workspace%/none.bazelrc\ntry-import %workspace%/.bazelrc\n", False),
    ],
)
def test_the_flag_in_bazelrc(text: str, expected: bool, tmp_path: Path) -> None:
    (tmp_path / ".bazelrc").write_text(text, encoding="utf-8")
    (tmp_path / "more.bazelrc").write_text(f"build {FLAG}\n", encoding="utf-8")
    assert has_siblings(tmp_path) == expected
