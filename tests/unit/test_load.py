"""Loading modules: what is asked of the go command, and what comes of the trees and sources that users have."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from provision_fakes import FakeRunner, completed
from support import txtar
from support.realgo import RealGo

from gomod2bazel.choose import missing
from gomod2bazel.errors import BuildError, MissingModuleError, ToolError, TrustError, UsageError
from gomod2bazel.gosum import GoSum
from gomod2bazel.load import Loaded, Loader, check_trust
from gomod2bazel.lock import Lock
from gomod2bazel.makelock import make_lock
from gomod2bazel.options import BuildOptions
from gomod2bazel.paths import Caches
from gomod2bazel.process import SubprocessRunner
from gomod2bazel.version import Version

ROOT = Path(__file__).resolve().parents[2]

DEP = """
-- go.mod --
module example.com/dep

go 1.20
-- dep.go --
package dep

const Version = "%s"
"""

MAIN = """
-- go.mod --
module example.com/m

go 1.21

require example.com/dep v1.0.0
-- main.go --
package main

import "example.com/dep"

func main() { println(dep.Version) }
"""

MODULES = {"dep@v1.0.0": DEP % "v1.0.0", "dep@v1.1.0": DEP % "v1.1.0", "dep@v1.2.0-rc.1": DEP % "rc", "m@v1.0.0": MAIN}


class World:
    """A user's machine: a goproxy, a folder to work in, caches, and the real go command."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.go = go
        self.sums = ""
        self.caches = Caches(root=folder / "cache")
        self.caches.root.mkdir()
        # What the go command computes of the standard library is the same for every test.
        (self.caches.root / "go-build").symlink_to(go.environment["GOCACHE"])

    def serve(self, modules: dict[str, str]) -> None:
        """Put modules into the goproxy."""
        self.sums = txtar.proxy(self.folder, modules).go_sum

    def tree(self, text: str, *, sums: bool = True) -> Path:
        """Write a module tree, with a go.sum for all that the goproxy has."""
        root = txtar.write(self.folder / "tree", text)
        if sums:
            (root / "go.sum").write_text(self.sums, encoding="utf-8")
        return root

    def load(self, text: str, platform: tuple[str, str] | None = None, **options: Any) -> Loaded:
        """Load INPUT ``text``, as the driver does, and refuse what cannot be trusted."""
        environment = {**self.go.environment, "GOMODCACHE": str(self.folder / "users"), "GOFLAGS": "-modcacherw"}
        loader = Loader(
            go=self.go.path,
            environment=environment,
            runner=SubprocessRunner(),
            caches=self.caches,
            say=self.said.append,
        )
        goproxy = options.pop("goproxy", f"file://{self.folder}/goproxy")
        loaded = loader.load(BuildOptions(input=text, goproxy=goproxy, **options), platform, self.folder)
        check_trust(loaded)
        return loaded

    def lock(self, text: str) -> Lock:
        """Load INPUT ``text`` and lock it; what keeps its binaries from being built is raised."""
        loaded, options = self.load(text), BuildOptions()
        made = make_lock(loaded, options)
        error = missing(made, options)
        if error:
            raise error
        return made


@pytest.fixture
def world(tmp_path: Path, go: RealGo) -> World:
    return World(tmp_path, go)


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
    assert len(world.said) == 1
    assert "-sumfile" in world.said[0]


def test_what_no_go_sum_names_is_not_called_verified(world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": MAIN + "-- go.sum --\n"})
    loaded = world.load("example.com/m@v1.0.0")
    assert (_mains(loaded), loaded.verified) == (["example.com/m"], frozenset())


def test_a_sumfile_vouches_for_the_module_itself(world: World) -> None:
    world.serve(MODULES)
    (world.folder / "sums").write_text(world.sums, encoding="utf-8")
    loaded = world.load("example.com/m@v1.0.0", sumfile="sums")
    assert loaded.verified == {"example.com/m@v1.0.0", "example.com/dep@v1.0.0"}
    assert world.said == []


def test_a_wrong_sumfile_refuses_it(world: World) -> None:
    world.serve(MODULES)
    wrong = re.sub(r"(example.com/m v1.0.0) h1:\S+", rf"\1 h1:{'A' * 43}=", world.sums)
    (world.folder / "sums").write_text(wrong, encoding="utf-8")
    with pytest.raises(TrustError, match=r"example.com/m@v1.0.0"):
        world.load("example.com/m@v1.0.0", sumfile="sums")


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


def test_a_tree_outside_of_the_workspace(world: World) -> None:
    world.tree(MAIN, sums=False)
    txtar.write(world.folder / "local", DEP % "local")
    (world.folder / "go.work").write_text("go 1.21\n\nuse ./local\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is not a module of the workspace") as caught:
        world.load("tree", goproxy="off")
    assert "GOWORK=off" in caught.value.hint


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


def _with(text: str, line: str) -> str:
    return text.replace("-- main.go --", f"{line}\n-- main.go --")


def _missing_sum(world: World) -> None:
    world.tree(MAIN, sums=False)


def _wrong_sum(world: World) -> None:
    world.sums = re.sub(r"(example.com/dep v1.0.0) h1:\S+", rf"\1 h1:{'A' * 43}=", world.sums)
    world.tree(MAIN)


def _missing_module(world: World) -> None:
    world.sums += world.sums.replace("example.com/dep v1.0.0", "example.com/dep v1.9.0")
    world.tree(MAIN.replace("example.com/dep v1.0.0", "example.com/dep v1.9.0"))


def _missing_zip(world: World) -> None:
    world.tree(MAIN)
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").unlink()


def _corrupt_zip(world: World) -> None:
    world.tree(MAIN)
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").write_bytes(b"no zip")


def _hostile_zip(world: World) -> None:
    world.tree(MAIN)
    with zipfile.ZipFile(world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip", "a") as archive:
        archive.writestr("example.com/dep@v1.0.0/../../../../escaped.go", "package dep\n")


def _newer_go(world: World) -> None:
    world.tree(MAIN.replace("go 1.21", "go 1.99"))


def _broken_go_mod(world: World) -> None:
    world.tree(MAIN.replace("require", "requires"))


@pytest.mark.parametrize(
    ("prepare", "kind", "code", "words"),
    [
        (_missing_sum, TrustError, 4, "missing go.sum entry"),
        (_wrong_sum, TrustError, 4, "checksum mismatch"),
        (_missing_module, MissingModuleError, 3, "example.com/dep@v1.9.0"),
        (_missing_zip, MissingModuleError, 3, "v1.0.0.zip: no such file"),
        (_corrupt_zip, TrustError, 4, "example.com/dep: zip: not a valid zip file"),
        (_hostile_zip, TrustError, 4, "example.com/dep@v1.0.0"),
        (_newer_go, ToolError, 5, "requires go >= 1.99"),
        (_broken_go_mod, BuildError, 1, "go.mod:5: unknown directive: requires"),
    ],
)
def test_what_stops_a_tree(
    prepare: Callable[[World], None], kind: type[Exception], code: int, words: str, world: World
) -> None:
    world.serve(MODULES)
    prepare(world)
    with pytest.raises(kind, match=re.escape(words)) as caught:
        world.lock("tree")
    assert getattr(caught.value, "exit_code", None) == code
    assert not list(world.folder.rglob("escaped.go"))


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("example.com/none@v1.0.0", MissingModuleError, "example.com/none@v1.0.0"),
        ("example.com/none", MissingModuleError, "example.com/none"),
        ("example.com/dep@v7.0.0", MissingModuleError, "v7.0.0"),
        ("example.com/dep@v9", MissingModuleError, "v9"),
        ("example.com/replaced@v1.0.0", UsageError, "holds replace directives"),
        ("example.com/new@v1.0.0", ToolError, "requires go >= 1.99"),
        ("example.com/lacks@v1.0.0", MissingModuleError, "no required module provides package example.com/dep"),
    ],
)
def test_what_stops_a_version(text: str, kind: type[Exception], words: str, world: World) -> None:
    named = {
        name: MAIN.replace("example.com/m\n", f"example.com/{name}\n") for name in ("replaced", "lacks", "sumless")
    }
    world.serve(
        {
            **MODULES,
            "replaced@v1.0.0": _with(named["replaced"], "replace example.com/dep => ./fork"),
            "new@v1.0.0": "-- go.mod --\nmodule example.com/new\n\ngo 1.99\n-- a.go --\npackage main\n",
            "lacks@v1.0.0": named["lacks"].replace("\nrequire example.com/dep v1.0.0\n", ""),
        }
    )
    with pytest.raises(kind, match=re.escape(words)) as caught:
        world.load(text)
    assert getattr(caught.value, "hint", "")


def test_replace_directives_hold_in_a_main_module(world: World) -> None:
    replaced = _with(MAIN, "replace example.com/dep => example.com/dep v1.1.0")
    sums = "".join(f"-- go.sum --\n{txtar.proxy(world.folder / 'first', MODULES).go_sum}")
    world.serve({**MODULES, "m@v1.0.0": replaced + sums})
    loaded = world.load("example.com/m@v1.0.0", main_module=True)
    dep = next(p for p in loaded.packages if p.import_path == "example.com/dep")
    assert (loaded.module, dep.home.version) == (Version("example.com/m"), "v1.1.0")


def test_a_changed_source_is_verified_anew(world: World) -> None:
    world.serve(MODULES)
    world.tree(MAIN)
    world.load("tree")
    with zipfile.ZipFile(world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip", "a") as archive:
        archive.writestr("example.com/dep@v1.0.0/more.go", "package dep\n")
    with pytest.raises(TrustError, match="checksum mismatch"):
        world.load("tree")


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


@pytest.mark.parametrize(
    "goproxy", ["https://proxy.invalid", "file:///x,http://192.0.2.1/x", "https://localhost.invalid"]
)
def test_offline_asks_no_network(goproxy: str, tmp_path: Path) -> None:
    runner = FakeRunner({"go env": completed(json.dumps({"GOPROXY": "off", "GOMODCACHE": "/m"}))})
    loader = Loader(go=Path("/go"), environment={}, runner=runner, caches=Caches(root=tmp_path), say=print)
    options = BuildOptions(input="example.com/m@v1.0.0", goproxy=goproxy, offline=True)
    with pytest.raises(UsageError, match=r"-offline: .* would need the network"):
        loader.load(options, None, tmp_path)
    assert all("env" in call for call in runner.calls)


SETTINGS = {
    "GOPROXY": "https://proxy.invalid,direct",
    "GOMODCACHE": "/users/mod",
    "GOSUMDB": "sum.golang.org",
    "GOVERSION": "go1.26.8 X:something",
    "GOOS": "linux",
    "GOARCH": "arm",
    "GOARM": "7",
    "CGO_ENABLED": "1",
    "GOENV": "/none",
}


@pytest.mark.parametrize(
    ("environment", "offline", "sumdb"),
    [
        ({}, False, "off"),
        ({"GOSUMDB": "sum.golang.org"}, False, "sum.golang.org"),
        ({"GOSUMDB": "sum.golang.org"}, True, "off"),
    ],
)
def test_what_the_go_command_is_told(environment: dict[str, str], offline: bool, sumdb: str, tmp_path: Path) -> None:
    package = {"ImportPath": "example.com/m", "Name": "main", "GoFiles": ["a.go"], "Module": {"Path": "example.com/m"}}
    (tmp_path / "go.mod").write_text("module example.com/m\n", encoding="utf-8")
    runner = FakeRunner(
        {
            "go env": completed(json.dumps(SETTINGS)),
            "go list -deps": completed(json.dumps(package)),
            "go list -m": completed(json.dumps({"Path": "example.com/m", "Main": True, "Dir": str(tmp_path)})),
        }
    )
    users = {"GOPRIVATE": "*", "GOFLAGS": "-mod=mod", "GONOSUMCHECK": "1", **environment}
    loader = Loader(go=Path("/go"), environment=users, runner=runner, caches=Caches(root=tmp_path / "c"), say=print)
    goproxy = "file:///p" if offline else ""
    options = BuildOptions(input=".", tags=("a", "b"), mod="vendor", goproxy=goproxy, offline=offline)
    loaded = loader.load(options, ("linux", "arm"), tmp_path)
    told = runner.environment_of("list -deps")
    assert "direct" not in told["GOPROXY"]
    assert told["GOPROXY"].startswith("file:///p," if offline else "file:///users/mod/cache/download,https://")
    assert (told["GOSUMDB"], told["GOFLAGS"], told["GOVCS"], told["GOTOOLCHAIN"]) == (sumdb, "", "*:off", "local")
    assert (told["GOOS"], told["GOARCH"], told["GONOPROXY"]) == ("linux", "arm", "none")
    assert Path(told["GOMODCACHE"]).is_relative_to(tmp_path / "c")
    asked = next(call for call in runner.calls if "-deps" in call)
    assert {"-tags=a,b", "-mod=vendor"} <= set(asked)
    made = loaded.configuration
    assert (made.go, made.arch, made.cgo, made.tags) == ("go1.26.8", "GOARM=7", True, ("a", "b"))


def test_a_sumfile_that_is_not_there(world: World) -> None:
    world.serve(MODULES)
    with pytest.raises(UsageError, match="-sumfile nothing: no such file"):
        world.load("example.com/m@v1.0.0", sumfile="nothing")


def test_no_sums_vouch_for_nothing() -> None:
    assert GoSum().confirm_zip("m", "v1.0.0", "h1:x=") is False
