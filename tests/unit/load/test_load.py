"""Loading modules with the real go command: the trees, versions and sources that users have."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.world import DEP, MAIN, MODULES, World

from gomod2bazel.base.version import Version
from gomod2bazel.load.load import Loaded

ROOT = Path(__file__).resolve().parents[3]


def _modules(loaded: Loaded) -> set[str]:
    return {str(Version(p.module.path, p.module.version)) for p in loaded.packages if p.module}


def _mains(loaded: Loaded) -> list[str]:
    return [p.import_path for p in loaded.packages if p.named and p.name == "main"]


def test_unpacked_tree(world: World) -> None:
    world.serve(MODULES)
    root = world.tree(MAIN)
    for text in ("tree", "tree/go.mod", str(root)):
        loaded = world.load(text)
        assert (loaded.module, loaded.root) == (Version("example.com/m"), root)
        assert _modules(loaded) == {"example.com/m", "example.com/dep@v1.0.0"}
        assert loaded.verified == {"example.com/dep@v1.0.0"}
    dep = next(p for p in loaded.packages if p.import_path == "example.com/dep")
    assert Path(dep.dir).is_relative_to(world.caches.modules), "never the user's own module cache"
    assert (root / "go.sum").read_text(encoding="utf-8") == world.sums, "the tree is not touched"


def test_path_at_version(world: World) -> None:
    world.serve(MODULES)
    loaded = world.load("example.com/m@v1.0.0")
    assert (loaded.module, loaded.root) == (Version("example.com/m", "v1.0.0"), None)
    assert _modules(loaded) == {"example.com/m@v1.0.0", "example.com/dep@v1.0.0"}
    assert _mains(loaded) == ["example.com/m"]
    assert loaded.verified == {"example.com/dep@v1.0.0"}, "the go.sum inside its zip vouches for what it needs"
    assert len(world.messages) == 1
    assert "-sumfile" in world.messages[0]


def test_what_no_go_sum_names_is_not_called_verified(world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": MAIN + "-- go.sum --\n"})
    loaded = world.load("example.com/m@v1.0.0")
    assert (_mains(loaded), loaded.verified) == (["example.com/m"], frozenset())


def test_a_sumfile_vouches_for_the_module_itself(world: World) -> None:
    world.serve(MODULES)
    (world.folder / "sums").write_text(world.sums, encoding="utf-8")
    loaded = world.load("example.com/m@v1.0.0", sumfile="sums")
    assert loaded.verified == {"example.com/m@v1.0.0", "example.com/dep@v1.0.0"}
    assert world.messages == []


@pytest.mark.parametrize(
    ("query", "version"),
    [
        ("", "v1.1.0"),
        ("@latest", "v1.1.0"),
        ("@v1", "v1.1.0"),
        ("@v1.0", "v1.0.0"),
        ("@<v1.1.0", "v1.0.0"),
        ("@>v1.1.0", "v1.2.0-rc.1"),
        ("@v1.2.0-rc.1", "v1.2.0-rc.1"),
    ],
)
def test_version_queries(query: str, version: str, world: World) -> None:
    world.serve(MODULES)
    assert world.load(f"example.com/dep{query}").module == Version("example.com/dep", version)


def test_a_newer_version_is_seen_in_the_next_run(world: World) -> None:
    world.serve({"dep@v1.0.0": DEP % "v1.0.0"})
    assert world.load("example.com/dep").module.version == "v1.0.0"
    world.serve({"dep@v1.3.0": DEP % "v1.3.0"})
    assert world.load("example.com/dep").module.version == "v1.3.0"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve the goproxy over HTTP and return its address."""
    handler = partial(_Quiet, directory=str(tmp_path / "goproxy"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""


def test_a_query_asks_the_sources_and_not_what_was_once_used(world: World, served: str) -> None:
    world.serve(MODULES)
    users = str(world.folder / "users")
    done = world.go.run("mod", "download", "example.com/dep@v1.0.0", cwd=world.folder, GOPROXY=served, GOMODCACHE=users)
    assert done.code == 0, done.err
    loaded = world.load("example.com/dep", goproxy=served, offline=True)
    assert loaded.module.version == "v1.1.0", "the module cache has v1.0.0 alone; loopback is no network"
    assert world.load("example.com/dep@v1.0.0", goproxy="http://127.0.0.1:1").module.version == "v1.0.0"


def test_file_in_a_goproxy(world: World) -> None:
    world.serve(MODULES)
    loaded = world.load("goproxy/example.com/m/@v/v1.0.0.mod", goproxy="off")
    assert loaded.module == Version("example.com/m", "v1.0.0")
    assert loaded.sources.startswith(f"file://{world.folder}/goproxy,")


def test_the_bundled_goproxy(world: World) -> None:
    loaded = world.load("example.com/hello", goproxy=f"file://{ROOT}/examples/goproxy", offline=True)
    assert loaded.module == Version("example.com/hello", "v1.1.0")
    assert "example.com/words@v0.2.0" in _modules(loaded)


def test_no_version_list_is_needed_for_an_exact_version(world: World) -> None:
    world.serve(MODULES)
    for path in (world.folder / "goproxy").rglob("list"):
        path.unlink()
    assert world.load("example.com/m@v1.0.0").module.version == "v1.0.0"


def test_vendor_directory(world: World) -> None:
    vendored = MAIN + (
        "-- vendor/modules.txt --\n# example.com/dep v1.0.0\n## explicit; go 1.20\nexample.com/dep\n"
        "-- vendor/example.com/dep/dep.go --\npackage dep\n\nconst Version = 1\n"
    )
    root = world.tree(vendored, sums=False)
    dep = next(p for p in world.load("tree", goproxy="off").packages if p.import_path == "example.com/dep")
    assert dep.dir == str(root / "vendor/example.com/dep")
    assert dep.module is not None
    assert (dep.module.version, dep.module.dir) == ("v1.0.0", "")


def test_replaced_by_a_folder(world: World) -> None:
    text = MAIN.replace("-- main.go --", "\nreplace example.com/dep => ./fork\n-- main.go --")
    root = world.tree(text, sums=False)
    txtar.write(root / "fork", DEP % "fork")
    dep = next(p for p in world.load("tree", goproxy="off").packages if p.import_path == "example.com/dep")
    assert (dep.dir, dep.home.path, dep.home.version) == (str(root / "fork"), "./fork", "")


def test_workspace(world: World) -> None:
    root = world.tree(MAIN, sums=False)
    txtar.write(world.folder / "local", DEP % "local")
    (world.folder / "go.work").write_text("go 1.21\n\nuse (\n\t./tree\n\t./local\n)\n", encoding="utf-8")
    loaded = world.load("tree", goproxy="off")
    assert (loaded.module, _mains(loaded)) == (Version("example.com/m"), ["example.com/m"])
    assert {p.dir for p in loaded.packages if p.module} == {str(root), str(world.folder / "local")}


def test_tags_and_platform(world: World) -> None:
    world.serve({})
    text = "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- a.go --\npackage main\n\nfunc main() {}\n"
    text += "-- b_windows.go --\npackage main\n-- c.go --\n//go:build special\n\npackage main\n"
    world.tree(text)

    def files(loaded: Loaded) -> tuple[str, ...]:
        return next(p.files["GoFiles"] for p in loaded.packages if p.named)

    assert files(world.load("tree", ("linux", "amd64"))) == ("a.go",)
    loaded = world.load("tree", ("windows", "arm64"), tags=("special",))
    assert files(loaded) == ("a.go", "b_windows.go", "c.go")
    made = loaded.configuration
    assert (made.goos, made.goarch, made.arch, made.tags) == ("windows", "arm64", "GOARM64=v8.0", ("special",))
    assert re.fullmatch(r"go1\.\d+(\.\d+)?", made.go)


def test_replace_directives_hold_in_a_main_module(world: World) -> None:
    line = "replace example.com/dep => example.com/dep v1.1.0"
    replaced = MAIN.replace("-- main.go --", f"{line}\n-- main.go --")
    sums = f"-- go.sum --\n{txtar.proxy(world.folder / 'first', MODULES).go_sum}"
    world.serve({**MODULES, "m@v1.0.0": replaced + sums})
    loaded = world.load("example.com/m@v1.0.0", main_module=True)
    dep = next(p for p in loaded.packages if p.import_path == "example.com/dep")
    assert (loaded.module, dep.home.version) == (Version("example.com/m"), "v1.1.0")


def test_broken_packages_are_listed_with_their_errors(world: World) -> None:
    world.serve({})
    world.tree(
        "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- a.go --\npackage main\n\nimport (\n-- b/b.go --\npackage b\n"
    )
    loaded = world.load("tree")
    broken = {p.import_path: p.errors for p in loaded.packages if p.errors}
    assert set(broken) == {"example.com/m"}
    assert "a.go:3" in broken["example.com/m"][0][0]


def test_binaries_of_a_nested_module_are_not_this_ones(world: World) -> None:
    nested = "-- go.mod --\nmodule example.com/m/nested\n\ngo 1.21\n-- n.go --\npackage nested\n"
    nested += "-- cmd/x/x.go --\npackage main\n\nfunc main() {}\n"
    outer = MAIN.replace("example.com/dep", "example.com/m/nested").replace("dep.Version", "nested.X")
    nested = nested.replace("package nested\n", "package nested\n\nconst X = 1\n")
    world.serve({"nested@v1.0.0": nested, "m@v1.0.0": outer})
    locked = world.lock("example.com/m@v1.0.0")
    assert [binary.import_path for binary in locked.binaries] == ["example.com/m"]
