"""Modules of the network are checked with the checksum database that the go command would ask; others are not.

The network is a proxy on loopback, for a source http://far.invalid; it does not let anyone reach sum.golang.org.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.hostile_server import HostileServer, Recorder, serving
from support.lock_value import lock_value
from support.world import DEP, MAIN, MODULES, World

from gomod2bazel.base.errors import Gomod2bazelError, NetworkError, TrustError
from gomod2bazel.lock.lock import Lock

FAR = "http://far.invalid"
WITHOUT_SUMS = {"dep@v1.0.0": DEP % "v1.0.0", "m@v1.0.0": f"{MAIN}-- go.sum --\n"}
M, D = "example.com/m@v1.0.0", "example.com/dep@v1.0.0"


def _through_proxy(request: Recorder) -> None:
    request.path = request.path.removeprefix(FAR)
    request.serve()


@pytest.fixture
def network(world: World) -> Iterator[HostileServer]:
    """Serve the goproxy of the world as http://far.invalid; GOSUMDB is what the go command has by default."""
    folder = world.folder / "goproxy"
    with serving(folder, {"": _through_proxy}) as server:
        server.tunnel = lambda request: request.say(403, b"no way\n", "text/plain")
        environment = {name: value for name, value in world.go.environment.items() if name != "GOSUMDB"}
        environment |= {"HTTP_PROXY": server.url, "HTTPS_PROXY": server.url}
        world.go = replace(world.go, environment=environment)
        yield server


def _verified(lock: Lock) -> dict[str, bool]:
    return {f"{m['path']}@{m['version']}": m["verified"] for m in lock_value(lock.to_json())["modules"]}


def _lookups(server: HostileServer) -> list[str]:
    return [path for path in server.requests if "sumdb" in path or "sum.golang.org" in path]


def _hinted(error: Gomod2bazelError) -> bool:
    return all(name in error.hint for name in ("GONOSUMDB", "-sumfile", "GOSUMDB=off"))


def test_a_module_of_the_network_is_checked(world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    with pytest.raises(NetworkError, match=r"example\.com/m@v1\.0\.0: verifying go\.mod") as caught:
        world.lock(M, goproxy=FAR)
    assert "verifying go.mod" in str(caught.value)
    assert _hinted(caught.value)
    assert f"{FAR}/sumdb/sum.golang.org/supported" in network.requests, "as the go command, the source is asked first"
    assert "CONNECT sum.golang.org:443" in network.requests


@pytest.mark.parametrize("name", ["GOPRIVATE", "GONOSUMDB"])
def test_private_modules_are_not_checked(name: str, world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    world.go = replace(world.go, environment={**world.go.environment, name: "example.com"})
    assert _verified(world.lock(M, goproxy=FAR)) == {M: False, D: True}
    assert _lookups(network) == []
    assert [str(line) for line in world.messages if "not verified" in str(line)]


@pytest.mark.parametrize("options", [{"sumfile": "sums"}, {"sumfile": "sums", "goproxy": "file:///nowhere,{far}"}])
def test_a_sumfile_needs_no_database(options: dict[str, Any], world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    (world.folder / "sums").write_text(world.sums)
    goproxy = options.get("goproxy", "{far}").format(far=FAR)
    assert _verified(world.lock(M, sumfile="sums", goproxy=goproxy)) == {M: True, D: True}
    assert _lookups(network) == []


@pytest.mark.parametrize("goproxy", ["{folder}", "{folder},{far}", "off,{folder}", "{folder},off,{far}"])
def test_a_module_of_a_folder_is_not_checked(goproxy: str, world: World, network: HostileServer) -> None:
    world.serve(WITHOUT_SUMS)
    given = goproxy.format(folder=f"file://{world.folder}/goproxy", far=FAR)
    text = M if not goproxy.startswith("off") else f"{world.folder}/goproxy/example.com/m/@v/v1.0.0.mod"
    assert _verified(world.lock(text, goproxy=given)) == {M: False, D: False}
    assert _lookups(network) == []
    (warning,) = (str(line) for line in world.messages if "not verified" in str(line))
    assert f"{D}, {M}: not verified" in warning


def test_one_module_of_a_folder_and_another_of_the_network(world: World, network: HostileServer) -> None:
    world.serve(WITHOUT_SUMS)
    here = world.folder / "here"
    (here / "example.com").mkdir(parents=True)
    (world.folder / "goproxy/example.com/m").rename(here / "example.com/m")
    with pytest.raises(NetworkError, match=r"example\.com/dep@v1\.0\.0: verifying go\.mod") as caught:
        world.lock(M, goproxy=f"file://{here},{FAR}")
    assert M not in str(caught.value), "that one is in the folder"
    assert _hinted(caught.value)


def test_the_network_comes_first(world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    with pytest.raises(NetworkError, match="verifying"):
        world.lock(M, goproxy=f"{FAR},file://{world.folder}/goproxy")


def test_loopback_and_offline_are_not_the_network(world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    with serving(world.folder / "goproxy") as near:
        assert _verified(world.lock(M, goproxy=near.url)) == {M: False, D: True}
        assert _verified(world.lock(M, goproxy=near.url, offline=True)) == {M: False, D: True}
        assert _lookups(near) == []
    assert network.requests == []


def test_a_database_that_is_switched_off(world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    world.go = replace(world.go, environment={**world.go.environment, "GOSUMDB": "off"})
    assert _verified(world.lock(M, goproxy=FAR)) == {M: False, D: True}
    assert _lookups(network) == []


def test_trees_are_checked_with_their_go_sum(world: World, network: HostileServer) -> None:
    world.serve(MODULES)
    root = world.tree(MAIN)
    assert _verified(world.lock(str(root), goproxy=FAR, require_verified=True))[D]
    assert _lookups(network) == []


@pytest.mark.parametrize("main", [False, True])
def test_all_that_nothing_verifies_is_refused_at_once(world: World, main: bool) -> None:
    world.serve(MODULES if main else WITHOUT_SUMS)
    with pytest.raises(TrustError) as caught:
        world.lock(M, require_verified=True, main_module=main)
    assert caught.value.exit_code == 4
    assert caught.value.what.splitlines()[1:] == ([M] if main else [D, M])
    (world.folder / "sums").write_text(world.sums)
    world.lock(M, require_verified=True, main_module=main, sumfile="sums")


def test_a_warning_names_a_few(world: World) -> None:
    many = [f"example.com/d{number}" for number in range(9)]
    modules = {
        f"d{n}@v1.0.0": f"-- go.mod --\nmodule {path}\n\ngo 1.21\n-- d.go --\npackage d\n"
        for n, path in enumerate(many)
    }
    requires = "".join(f"require {path} v1.0.0\n" for path in many)
    imports = "".join(f'import _ "{path}"\n' for path in many)
    files = [
        f"-- go.mod --\nmodule example.com/m\n\ngo 1.21\n\n{requires}",
        f"-- go.sum --\n-- m.go --\npackage main\n{imports}func main() {{}}\n",
    ]
    world.serve({**modules, "m@v1.0.0": "".join(files)})
    world.lock(M)
    (warning,) = (str(line) for line in world.messages if "not verified" in str(line))
    assert warning.startswith("warning: example.com/d0@v1.0.0, ")
    assert "example.com/d4@v1.0.0 and 5 more modules: not verified" in warning


@pytest.mark.network
def test_the_real_database(world: World) -> None:
    """sum.golang.org, where the user's own go command reaches it."""
    module = "rsc.io/sampler@v1.3.0"
    environment = {name: value for name, value in os.environ.items() if name not in ("GOSUMDB", "GOFLAGS")}
    environment |= {"GOMODCACHE": str(world.folder / "own"), "GOPATH": str(world.folder / "gopath")}
    go = str(world.go.path)
    words = [go, "mod", "download", "-modcacherw", module]
    if subprocess.run(
        words, env=environment, cwd=world.folder, capture_output=True, timeout=120, check=False
    ).returncode:
        pytest.skip("the go command cannot verify a module here")
    names = ("GOPROXY", "GONOSUMDB", "GOSUMDB")
    asked = [go, "env", *names]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=60, check=True)
    goproxy, without, database = done.stdout.splitlines()
    if without or database == "off":
        pytest.skip("the user has another checksum database, or none")
    world.go = replace(world.go, environment=environment)
    for sources in (goproxy, f"file:///nowhere,{goproxy}"):
        loaded = world.load(module, goproxy=sources, require_verified=True, all_sets=True)
        assert module in loaded.verified
    assert list(world.caches.modules.rglob("lookup/rsc.io/sampler@v1.3.0"))
