"""The commands add and remove: go.mod, go.sum, lock and BUILD files change together, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, Gomod2bazelError, MissingModuleError, UsageError
from gomod2bazel.cli import run_command

OLD = "-- go.mod --\nmodule example.com/words\n\ngo 1.20\n-- sub/sub.go --\npackage sub\n\nconst Name = 1\n"
NEW = OLD.replace("= 1", "= 2")

TOOL = f"{NEW}-- cmd/say/say.go --\npackage main\n\nfunc main() {{}}\n"

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.24
-- m.go --
package m

import _ "example.com/words/sub"
-- deep/deep.go --
package deep
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a module that imports another, in a goproxy with some versions of it."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path / "versions", {"words@v1.0.0": OLD, "words@v0.2.0": OLD, "words@v1.2.0": TOOL})
    txtar.write(owner.root, TREE)
    return owner


def _run(owner: Owner, command: str, *words: str) -> None:
    assert run_command([command, f"-goproxy={owner.proxy.url}", "-C", str(owner.root), *words], owner.user.session) == 0


def _files(owner: Owner) -> dict[str, str]:
    """Return all files of the repository."""
    paths = (path for path in owner.root.rglob("*") if path.is_file())
    return {str(path.relative_to(owner.root)): path.read_text(encoding="utf-8") for path in paths}


def _version(owner: Owner) -> str:
    (module,) = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))["modules"]
    return str(module["version"])


def test_a_module_is_added_raised_lowered_and_removed(owner: Owner) -> None:
    _run(owner, "add", "example.com/words@v1.0.0")
    files = _files(owner)
    assert "require example.com/words v1.0.0\n" in files["go.mod"]
    assert "example.com/words v1.0.0 h1:" in files["go.sum"]
    assert '"@com_example_words//sub"' in files["BUILD.bazel"]
    assert _version(owner) == "v1.0.0"
    assert any("example.com/words v1.0.0" in line for line in owner.user.messages)
    # Where nothing is named, the newest; a package stands for its module, and any folder of the module will do.
    session = owner.user.session.in_folder(str(owner.root / "deep"))
    assert run_command(["add", f"-goproxy={owner.proxy.url}", "example.com/words/sub"], session) == 0
    assert _version(owner) == "v1.2.0"
    assert _files(owner)["BUILD.bazel"] == files["BUILD.bazel"]
    _run(owner, "add", "example.com/words@v1.0.0")
    assert _files(owner) == files
    (owner.root / "m.go").write_text("package m\n", encoding="utf-8")
    _run(owner, "remove", "example.com/words")
    files = _files(owner)
    assert "words" not in files["go.mod"] + files["go.sum"] + files["BUILD.bazel"] + files["go.lock.json"]


def test_the_page(owner: Owner) -> None:
    page = (Path(__file__).parents[4] / "docs/how-to/dependencies.md").read_text("utf-8")
    add, remove = (line.split() for line in re.findall(r"^    gomod2bazel ((?:add|remove) .*)$", page, re.M))
    _run(owner, *add)
    assert _version(owner) == "v0.2.0"
    (owner.root / "m.go").write_text("package m\n", encoding="utf-8")
    _run(owner, *remove)
    assert "example.com/words" not in _files(owner)["go.mod"]


@pytest.mark.parametrize(
    ("command", "word", "error", "message"),
    [
        ("add", "example.com/words@v9.0.0", MissingModuleError, "v9.0.0"),
        ("add", "example.com/nowhere@v1.0.0", MissingModuleError, "example.com/nowhere"),
        ("remove", "example.com/words", BuildError, "is still needed:\n# example.com/words\nexample.com/m\n"),
        ("remove", "example.com/words@v1.0.0", UsageError, "paths without versions"),
        ("remove", "-check", UsageError, "-check does not apply to remove"),
    ],
)
def test_a_failure_changes_nothing(
    owner: Owner, command: str, word: str, error: type[Gomod2bazelError], message: str
) -> None:
    _run(owner, "add", "example.com/words@v1.0.0")
    files = _files(owner)
    with pytest.raises(error, match=message.replace("\n", r"\n")):
        _run(owner, command, word)
    assert _files(owner) == files


def test_a_tool_line_comes_and_goes(owner: Owner) -> None:
    (owner.root / "m.go").write_text("package m\n", encoding="utf-8")
    before = _files(owner)["go.mod"]
    _run(owner, "add", "-tool", "example.com/words/cmd/say@v1.2.0")
    files = _files(owner)
    assert "tool example.com/words/cmd/say\n" in files["go.mod"]
    assert 'name = "tools.say",\n    binary = "@com_example_words//cmd/say",' in files["BUILD.bazel"]
    assert _version(owner) == "v1.2.0"
    _run(owner, "remove", "-tool", "example.com/words/cmd/say")
    assert _files(owner)["go.mod"] == before
    assert "tools.say" not in _files(owner)["BUILD.bazel"]


def test_what_nothing_imports(owner: Owner) -> None:
    (owner.root / "m.go").write_text("package m\n", encoding="utf-8")
    files = _files(owner)
    with pytest.raises(BuildError, match=r"no package imports example.com/words"):
        _run(owner, "add", "example.com/words@v1.0.0")
    assert _files(owner) == files


def test_what_generate_cannot_write(owner: Owner) -> None:
    (owner.root / "deep/BUILD.bazel").write_text("go_library(\n", encoding="utf-8")
    files = _files(owner)
    with pytest.raises(UsageError, match=r"deep/BUILD\.bazel"):
        _run(owner, "add", "example.com/words@v1.0.0")
    assert _files(owner) == files


def test_tests_that_do_not_load_keep_everything_back(owner: Owner) -> None:
    test = 'package deep\n\nimport _ "example.com/m/missing"\n'
    (owner.root / "deep/deep_test.go").write_text(test, encoding="utf-8")
    files = _files(owner)
    with pytest.raises(Gomod2bazelError, match="missing"):
        _run(owner, "add", "example.com/words@v1.0.0")
    assert _files(owner) == files


def test_there_must_be_a_module(owner: Owner) -> None:
    (owner.root / "go.mod").unlink()
    with pytest.raises(UsageError, match=r"no go.mod in .*tree or above"):
        _run(owner, "add", "example.com/words@v1.0.0")
    with pytest.raises(UsageError, match="no module given"):
        _run(owner, "add")
