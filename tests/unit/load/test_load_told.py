"""What the go command is told, with one that only pretends to be it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner, completed
from support.given import options_of
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.load.input.input_module import Opener
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.load import load
from gomod2bazel.options.module_input import TreeInput, parse_module
from gomod2bazel.options.options import ChooseOptions

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
        ({}, False, "sum.golang.org"),
        ({}, True, "off"),
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
    users = {"GOPRIVATE": "*", "GOCACHEPROG": "prog", "GOFLAGS": "-mod=mod", "GONOSUMCHECK": "1", **environment}
    opener = Opener(session=User(tmp_path, runner, environment=users).session, go=Path("/go"))
    goproxy = "file:///p" if offline else ""
    options = options_of(
        input=TreeInput(text=".", root=tmp_path), tags=("a", "b"), mod="vendor", goproxy=goproxy, offline=offline
    ).module
    opened = opener.open(options, ("linux", "arm"))
    loaded = load(
        OpenedInput(
            session=opener.session,
            options=options,
            choose=ChooseOptions(sets=()),
            opened=opened,
            mains=MainPackages(module="example.com/m"),
        )
    )
    told = runner.environment_of("list -deps")
    assert "direct" not in told["GOPROXY"]
    assert told["GOPROXY"].startswith("file:///p," if offline else "file:///users/mod/cache/download,https://")
    assert (told["GOSUMDB"], told["GOFLAGS"], told["GOVCS"], told["GOTOOLCHAIN"]) == (sumdb, "", "*:off", "local")
    assert (told["GOOS"], told["GOARCH"], told["GONOPROXY"]) == ("linux", "arm", "none")
    assert told["GOCACHEPROG"] == ""
    assert Path(told["GOMODCACHE"]).is_relative_to(tmp_path / "cache")
    asked = next(call for call in runner.calls if "-deps" in call)
    assert {"-tags=a,b", "-mod=vendor"} <= set(asked)
    made = loaded.configuration
    assert (made.go, made.arch, made.cgo, made.tags) == ("go1.26.8", "GOARM=7", True, ("a", "b"))


@pytest.mark.parametrize(
    "goproxy", ["https://proxy.invalid", "file:///x,http://192.0.2.1/x", "https://localhost.invalid"]
)
def test_offline_asks_no_network(goproxy: str, tmp_path: Path) -> None:
    runner = FakeRunner({"go env": completed(json.dumps({"GOPROXY": "off", "GOMODCACHE": "/m"}))})
    opener = Opener(session=User(tmp_path, runner).session, go=Path("/go"))
    options = options_of(input=parse_module("example.com/m@v1.0.0"), goproxy=goproxy, offline=True).module
    with pytest.raises(UsageError, match=r"-offline: the network is needed for"):
        opener.open(options, None)
    assert all("env" in call for call in runner.calls)
