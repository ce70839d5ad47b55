"""The four forms of INPUT, and the module that stands in for go install."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.fake_programs import FakeRunner, completed

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, TrustError, UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.load.input.inputs import (
    Fetched,
    ModuleInput,
    TreeInput,
    check_directives,
    fetch,
    load_directory,
    read_input,
    resolve,
)


def _put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "path", "query"),
    [
        ("example.com/m", "example.com/m", "latest"),
        ("example.com/m@v1.2.3", "example.com/m", "v1.2.3"),
        ("example.com/m@latest", "example.com/m", "latest"),
        ("example.com/m@<v1.3", "example.com/m", "<v1.3"),
        ("github.com/A/b/v2@v2", "github.com/A/b/v2", "v2"),
        ("there@v1.0.0", "there", "v1.0.0"),
    ],
)
def test_module(text: str, path: str, query: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there@v1.0.0").mkdir()
    assert read_input(text, tmp_path) == ModuleInput(path=path, query=query, source="")


@pytest.mark.parametrize(
    "text", ["tree", "tree/go.mod", "./tree", "tree/", "./at@v1.0.0", "{}/tree/go.mod", "link", "link/go.mod"]
)
def test_tree(text: str, tmp_path: Path) -> None:
    _put(tmp_path / "tree" / "go.mod", "module example.com/m\n")
    (tmp_path / "link").symlink_to("tree")
    (tmp_path / "at@v1.0.0").symlink_to("tree")
    name = text.format(tmp_path).removesuffix("/go.mod").rstrip("/")
    assert read_input(text.format(tmp_path), tmp_path) == TreeInput(root=tmp_path / name)


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
    expected = ModuleInput(path=path, query=version, source=root.as_uri())
    assert read_input(f"a b/proxy/{file}", tmp_path) == expected
    assert read_input(f"../proxy/{file}", root) == expected
    (tmp_path / "link").symlink_to(root)
    assert read_input(f"link/{file}", tmp_path) == expected


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


def _go(**answers: Any) -> tuple[GoCommand, FakeRunner]:
    runner = FakeRunner({words.replace("_", " "): completed(json.dumps(value)) for words, value in answers.items()})
    return GoCommand(path=Path("/go"), environment={}, runner=runner), runner


def test_an_exact_version_asks_nobody(tmp_path: Path) -> None:
    go, runner = _go()
    assert resolve(ModuleInput(path="m", query="v1.0.0", source=""), go, tmp_path) == Version("m", "v1.0.0")
    assert runner.calls == []


def test_a_query_is_the_go_commands(tmp_path: Path) -> None:
    go, runner = _go(list={"Path": "m", "Version": "v1.5.0"})
    assert resolve(ModuleInput(path="m", query="<v2", source=""), go, tmp_path) == Version("m", "v1.5.0")
    assert runner.calls[0][-1] == "m@<v2"
    go, _ = _go(list={"Path": "m", "Error": {"Err": "no matching versions for query"}})
    with pytest.raises(MissingModuleError, match="m@v9: no matching versions"):
        resolve(ModuleInput(path="m", query="v9", source=""), go, tmp_path)


def test_fetch(tmp_path: Path) -> None:
    directives = {"Require": [{"Path": "a"}, {"Path": "b"}], "Go": "1.21"}
    go, _ = _go(mod_download={"Dir": "/d", "Sum": "h1:x=", "GoMod": "/m"}, mod_edit=directives)
    fetched = fetch(Version("m", "v1.0.0"), go, tmp_path)
    assert (fetched.dir, fetched.sum, fetched.requires) == (Path("/d"), "h1:x=", frozenset({"a", "b"}))


@pytest.mark.parametrize(
    ("said", "kind"), [("404 Not Found", MissingModuleError), ("verifying m@v1.0.0: checksum mismatch", TrustError)]
)
def test_fetch_fails(said: str, kind: type[Gomod2bazelError], tmp_path: Path) -> None:
    go, _ = _go(mod_download={"Path": "m", "Error": said})
    with pytest.raises(kind, match=said):
        fetch(Version("m", "v1.0.0"), go, tmp_path)


def _fetched(**directives: Any) -> Fetched:
    return Fetched(version=Version("example.com/m", "v1.0.0"), dir=Path("/d"), sum="h1:x=", directives=directives)


@pytest.mark.parametrize(
    ("directives", "words"),
    [
        ({"Replace": [{}]}, "has replace directives"),
        ({"Exclude": [{}]}, "has exclude directives"),
        ({"Replace": [{}], "Exclude": [{}]}, "has replace and exclude directives"),
    ],
)
def test_directives_that_would_not_count(directives: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        check_directives(_fetched(**directives))
    assert "-main-module" in caught.value.hint
    check_directives(_fetched(Require=[{}], Retract=[{}], Replace=None, Exclude=[]))


@pytest.mark.parametrize(("line", "default"), [("1.23.4", "go1.23"), ("1.9", "go1.9"), (None, "go1.20")])
def test_load_directory(line: str | None, default: str, tmp_path: Path) -> None:
    fetched = _fetched(**({"Go": line} if line else {}))
    load_directory(tmp_path, fetched, gosum.parse("b v1 h1:y=\na v1 h1:x=\n", "go.sum"), "1.26.8")
    lines = (tmp_path / "go.mod").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["go 1.26.8", "require example.com/m v1.0.0", f"godebug default={default}"]
    assert (tmp_path / "go.sum").read_text(encoding="utf-8") == "a v1 h1:x=\nb v1 h1:y=\n"
