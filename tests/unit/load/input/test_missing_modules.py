"""Everything that is missing, in one message: which modules, through what they are required, who was asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.user import User
from support.world import MODULES, World

from gomod2bazel.base.errors import MissingModuleError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.gocommand import reported_missing


def _module(name: str, requires: str, imports: str, go: str) -> str:
    required = "".join(f"require example.com/{one} v1.0.0\n" for one in requires)
    imported = "".join(f'import _ "example.com/{one}"\n' for one in imports)
    main = name == "m"
    package = f"package {'main' if main else name}\n{imported}{'func main() {}' if main else ''}"
    return f"-- go.mod --\nmodule example.com/{name}\n\ngo {go}\n\n{required}-- a.go --\n{package}\n"


def _serve(world: World, go: str) -> str:
    """Serve m, which needs b and e; b needs c, and c needs d. Return the tree's text."""
    rows = [("d", "", ""), ("e", "", ""), ("c", "d", "d"), ("b", "cd", "c"), ("m", "bcde", "be")]
    modules = {f"{name}@v1.0.0": _module(name, requires, imports, go) for name, requires, imports in rows}
    world.serve(modules)
    return modules["m@v1.0.0"]


@pytest.mark.parametrize("form", ["tree", "example.com/m@v1.0.0"])
@pytest.mark.parametrize(
    ("line", "removed", "missing", "doubtful"),
    [
        ("1.21", ["d.mod", "e.mod"], "de", ""),
        ("1.16", ["d.mod", "e.mod", "b.mod"], "bde", ""),
        ("1.21", ["d.zip", "e.zip"], "de", ""),
        ("1.21", ["c.zip", "d.zip"], "cd", "d"),
        ("1.21", ["c.zip", "d.mod"], "cd", "d"),
        ("1.16", ["b.mod", "b.zip", "c.zip", "d.zip", "e.zip"], "be", ""),
    ],
)
def test_all_at_once(form: str, line: str, removed: Sequence[str], missing: str, doubtful: str, world: World) -> None:
    text = _serve(world, line)
    for name in removed:
        module, _, suffix = name.partition(".")
        (world.folder / f"goproxy/example.com/{module}/@v/v1.0.0.{suffix}").unlink()
    if form == "tree":
        world.tree(text)
    with pytest.raises(MissingModuleError) as caught:
        world.lock(form)
    lines = str(caught.value).splitlines()
    top = "example.com/m" if form == "tree" else form
    for name in missing:
        at = next(i for i, line in enumerate(lines) if line.startswith(f"example.com/{name}@v1.0.0"))
        assert ("could not be read" in lines[at]) == (name in doubtful)
        assert f"no source has its {'go.mod' if f'{name}.mod' in removed else 'zip'}" in lines[at]
        assert lines[at + 1] == f"\t{top}"
        assert lines[at + 2].endswith(f"example.com/{name}@v1.0.0")
        chain = caught.value.chains[f"example.com/{name}@v1.0.0"]
        assert (chain[0], chain[-1]) == (top, f"example.com/{name}@v1.0.0")
        assert [line.strip() for line in lines[at + 1 : at + 1 + len(chain)]] == list(chain)
    assert len([line for line in lines if line.startswith("example.com/")]) == len(missing)
    assert f"\nsources asked: file://{world.folder}/goproxy\n" in f"{caught.value}\n"
    assert "gomod2bazel fetch" in caught.value.hint
    # What stood in for them is not kept.
    with pytest.raises(MissingModuleError):
        world.lock(form)


def test_a_lock_is_whole_or_not_made(tmp_path: Path, go: RealGo) -> None:
    txtar.proxy(tmp_path, MODULES)
    (tmp_path / "goproxy/example.com/dep/@v/v1.0.0.zip").unlink()
    user = User.with_go(tmp_path, go)
    command = ("lock", "-goproxy", f"file://{tmp_path}/goproxy", "-result-file", "lock", "example.com/m@v1.0.0")
    with pytest.raises(MissingModuleError, match=r"example\.com/dep@v1\.0\.0: no source has its zip"):
        user.run(*command)
    assert not (tmp_path / "lock").exists()
    user.run(*command[:1], "-keep-going", *command[1:])
    assert '"binaries":[\nnull]' in (tmp_path / "lock").read_text(encoding="utf-8")


def test_said_missing() -> None:
    text = """go: example.com/m@v1.0.0 requires
\texample.com/d@v1.0.0: reading file:///x/d/@v/v1.0.0.mod: no such file or directory
tree/a.go:3:8: example.com/E@v1.0.0-rc.1: Get "https://x/@v/v1.0.0-rc.1.zip": no answer from x within 30 s
example.com/f@v1.0.0: reading https://x/f.mod: 404 Not Found
\tserver response: not here
example.com/g@v1.0.0: checksum mismatch
"""
    assert reported_missing(text) == {
        Version("example.com/d", "v1.0.0"): "reading file:///x/d/@v/v1.0.0.mod: no such file or directory",
        Version("example.com/E", "v1.0.0-rc.1"): 'Get "https://x/@v/v1.0.0-rc.1.zip": no answer from x within 30 s',
        Version("example.com/f", "v1.0.0"): "reading https://x/f.mod: 404 Not Found\n\tserver response: not here",
    }
