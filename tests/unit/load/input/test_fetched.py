"""A module version that was fetched, and the module that is in for go install."""

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
from gomod2bazel.load.input.fetched import Fetched, fetch, resolve
from gomod2bazel.options.module_input import parse_module


def _go(**answers: Any) -> tuple[GoCommand, FakeRunner]:
    runner = FakeRunner({words.replace("_", " "): completed(json.dumps(value)) for words, value in answers.items()})
    return GoCommand(path=Path("/go"), environment={}, runner=runner), runner


def test_an_exact_version_asks_nobody(tmp_path: Path) -> None:
    go, runner = _go()
    assert resolve(parse_module("a.b/m@v1.0.0"), go, tmp_path) == Version("a.b/m", "v1.0.0")
    assert runner.calls == []


def test_a_query_is_the_go_commands(tmp_path: Path) -> None:
    go, runner = _go(list={"Path": "m", "Version": "v1.5.0"})
    assert resolve(parse_module("a.b/m@<v2"), go, tmp_path) == Version("a.b/m", "v1.5.0")
    assert runner.calls[0][-1] == "a.b/m@<v2"
    go, _ = _go(list={"Path": "m", "Error": {"Err": "no matching versions for query"}})
    with pytest.raises(MissingModuleError, match=r"a\.b/m@v9: no matching versions"):
        resolve(parse_module("a.b/m@v9"), go, tmp_path)


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
        _fetched(**directives).check_directives()
    assert "-main-module" in caught.value.hint
    _fetched(Require=[{}], Retract=[{}], Replace=None, Exclude=[]).check_directives()


@pytest.mark.parametrize(("line", "default"), [("1.23.4", "go1.23"), ("1.9", "go1.9"), (None, "go1.20")])
def test_load_directory(line: str | None, default: str, tmp_path: Path) -> None:
    fetched = _fetched(**({"Go": line} if line else {}))
    fetched.write_load_directory(tmp_path, gosum.parse("b v1 h1:y=\na v1 h1:x=\n", "go.sum"), "1.26.8")
    lines = (tmp_path / "go.mod").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["go 1.26.8", "require example.com/m v1.0.0", f"godebug default={default}"]
    assert (tmp_path / "go.sum").read_text(encoding="utf-8") == "a v1 h1:x=\nb v1 h1:y=\n"
