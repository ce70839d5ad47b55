"""The forms of INPUT."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.options.module_input import ModuleInput, TreeInput


def _put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "path", "version"),
    [
        ("example.com/m", "example.com/m", ""),
        ("example.com/m@v1.2.3", "example.com/m", "v1.2.3"),
        ("example.com/m@latest", "example.com/m", "latest"),
        ("example.com/m@<v1.3", "example.com/m", "<v1.3"),
        ("github.com/A/b/v2@v2", "github.com/A/b/v2", "v2"),
        ("there.is@v1.0.0", "there.is", "v1.0.0"),
    ],
)
def test_module(text: str, path: str, version: str, tmp_path: Path) -> None:
    (tmp_path / "there.is").mkdir()
    (tmp_path / "there.is@v1.0.0").mkdir()
    assert read_input(text, tmp_path) == ModuleInput(text=text, path=path, version=version, is_written=True)


@pytest.mark.parametrize(
    "text", ["tree", "tree/go.mod", "./tree", "tree/", "./at@v1.0.0", "{}/tree/go.mod", "link", "link/go.mod"]
)
def test_tree(text: str, tmp_path: Path) -> None:
    _put(tmp_path / "tree" / "go.mod", "module example.com/m\n")
    (tmp_path / "link").symlink_to("tree")
    (tmp_path / "at@v1.0.0").symlink_to("tree")
    name = text.format(tmp_path).removesuffix("/go.mod").rstrip("/")
    assert read_input(text.format(tmp_path), tmp_path) == TreeInput(text=text.format(tmp_path), root=tmp_path / name)


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("tree/cmd/x", "cmd/x"),
        ("./tree/cmd/x", "cmd/x"),
        ("./tree/cmd/x/", "cmd/x"),
        ("{}/tree/cmd/x", "cmd/x"),
        ("tree/cmd/x/main.go", "cmd/x"),
        ("./tree/cmd/x/x_test.go", "cmd/x"),
        ("tree/main.go", "."),
        ("tree/cmd/...", "cmd/..."),
        ("./tree/...", ""),
        ("tree/nested/../cmd/x", "cmd/x"),
        ("link/cmd/x", "cmd/x"),
    ],
)
def test_package_of_a_tree(text: str, package: str, tmp_path: Path) -> None:
    for name in ("main.go", "cmd/x/main.go", "cmd/x/x_test.go", "nested/go.mod"):
        _put(tmp_path / "tree" / name)
    _put(tmp_path / "tree/go.mod", "module example.com/m\n")
    (tmp_path / "link").symlink_to("tree")
    root = tmp_path / ("link" if text.startswith("link") else "tree")
    assert read_input(text.format(tmp_path), tmp_path) == TreeInput(
        text=text.format(tmp_path), root=root, package=package
    )


def test_the_nearest_go_mod_counts(tmp_path: Path) -> None:
    _put(tmp_path / "go.mod", "module example.com/m\n")
    _put(tmp_path / "nested/go.mod", "module example.com/m/nested\n")
    _put(tmp_path / "nested/cmd/x/main.go")
    assert read_input("./nested/cmd/x", tmp_path) == TreeInput(
        text="./nested/cmd/x", root=tmp_path / "nested", package="cmd/x"
    )
    inside = tmp_path / "nested/cmd"
    assert read_input(".", inside) == TreeInput(text=".", root=tmp_path / "nested", package="cmd")
    assert read_input("./...", inside) == TreeInput(text="./...", root=tmp_path / "nested", package="cmd/...")
    assert read_input("../...", inside) == TreeInput(text="../...", root=tmp_path / "nested")
    assert read_input("./...", tmp_path) == TreeInput(text="./...", root=tmp_path)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("cmd/server/main.go", "no such file or folder", "example.com/m/cmd/x@v1.2.3"),
        ("none/main.go", "no such file or folder", "example.com/m/cmd/x@v1.2.3"),
        ("serve", "no such file or folder", "example.com/m/cmd/x@v1.2.3"),
        ("main.go", "no such file or folder", "example.com/m/cmd/x@v1.2.3"),
        ("cmd@v1.0.0", "no such file or folder", "example.com/m/cmd/x@v1.2.3"),
        ("./cmd@v1.0.0", "no such file or folder", "omit @v1.0.0"),
        ("./cmd/srever", "no such file or folder", "did you mean ./cmd/server?"),
        ("cmd/srever", "no such file or folder", "did you mean ./cmd/server?"),
        ("cmf", "no such file or folder", "did you mean ./cmd?"),
        ("./cmd/.../x", "no such file or folder", "only a final /... is supported"),
        ("./c...", "no such file or folder", "only a final /... is supported"),
        ("cmd/server", "no go.mod in", "name a folder of a module"),
        ("example.com/m/.../x@v1", "only a final /... is supported", "cmd/...@v1.2.3"),
    ],
)
def test_what_is_meant_is_shown(text: str, what: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "cmd/server").mkdir(parents=True)
    with pytest.raises(UsageError, match=what) as caught:
        read_input(text, tmp_path)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("file", "content", "path", "version"),
    [
        ("example.com/m/@v/v1.0.0.mod", "module example.com/m\n", "example.com/m", "v1.0.0"),
        ("github.com/!a!b/c/v2/@v/v2.0.0-!r!c1.mod", "module github.com/AB/c/v2", "github.com/AB/c/v2", "v2.0.0-RC1"),
        ("example.com/m/@v/v1.0.0.mod", '// module x\nmodule "example.com/m" // why\n', "example.com/m", "v1.0.0"),
        ("example.com/m/@v/v1.0.0.mod", "", "example.com/m", "v1.0.0"),
        ("m/@v/v1.0.0.mod", "module m\n", "m", "v1.0.0"),
    ],
)
def test_file_in_a_goproxy(file: str, content: str, path: str, version: str, tmp_path: Path) -> None:
    root = tmp_path / "a b" / "proxy"
    _put(root / file, content)
    (tmp_path / "link").symlink_to(root)
    for text, cwd in ((f"a b/proxy/{file}", tmp_path), (f"../proxy/{file}", root), (f"link/{file}", tmp_path)):
        assert read_input(text, cwd) == ModuleInput(text=text, path=path, version=version, source=root.as_uri())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("empty", "no go.mod in"),
        ("empty/go.mod", "no go.mod in"),
        ("./nothing", "no such file or folder"),
        ("/nothing/there", "no such file or folder"),
        ("../x", "no such file or folder"),
        ("-flag", "malformed module path"),
        ("example.com/../m", "malformed module path"),
        ("example.com/m@", "is not a version"),
        ("example.com/m@-x", "is not a version"),
        ("example.com/m@v1 v2", "is not a version"),
        ("loose/v1.0.0.mod", "is not in a goproxy hierarchy"),
        ("proxy/example.com/m/@v/.mod", "is not in a goproxy hierarchy"),
        ("proxy/example.com/m/@v/v9.mod", "no such file"),
        ("proxy/example.com/m/@v/v1.0.0.mod", "go.mod declares module example.com/other"),
        ("proxy/example.com/m/@v/V1.mod", "is not an escaped module path"),
    ],
)
def test_none_of_the_four(text: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _put(tmp_path / "loose" / "v1.0.0.mod", "module example.com/m\n")
    _put(tmp_path / "proxy/example.com/m/@v/v1.0.0.mod", "module example.com/other\n")
    _put(tmp_path / "proxy/example.com/m/@v/V1.mod", "module example.com/m\n")
    with pytest.raises(UsageError) as caught:
        read_input(text, tmp_path)
    assert what in caught.value.what
    assert caught.value.hint
