"""Calling the go command, and what its messages mean."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_programs import Answer, FakeRunner, completed

from gomod2bazel.base.errors import (
    BuildError,
    FileError,
    MissingModuleError,
    NetworkError,
    ToolError,
    TrustError,
    UsageError,
)
from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.golang.command.gocommand import GoCommand, error_of, missing_among
from gomod2bazel.golang.proxy.relay import Relay


def _go(answers: dict[str, Answer]) -> GoCommand:
    return GoCommand(path=Path("/sdk/go"), environment={"A": "1"}, runner=FakeRunner(answers))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("example.com/m@v1.0.0: reading https://x/m.zip: 404 Not Found", MissingModuleError),
        ("example.com/m@v1.0.0: reading file:///x/m.info: no such file or directory", MissingModuleError),
        ("module lookup disabled by GOPROXY=off", MissingModuleError),
        ("no required module provides package example.com/x; to add it:", BuildError),
        (
            "cannot find module providing package example.com/x: import lookup disabled by -mod=vendor",
            BuildError,
        ),
        ('no matching versions for query "v9"', MissingModuleError),
        ("example.com/m@v1.0.0: reading https://x/m.info: 401 Unauthorized", NetworkError),
        ("refusing to pass credentials to insecure URL: http://me:xxxxx@x/m.info", UsageError),
        ('Get "https://x/": dial tcp: lookup x: no such host', NetworkError),
        ("verifying example.com/m@v1.0.0: checksum mismatch", TrustError),
        ("missing go.sum entry for module providing package example.com/m", TrustError),
        ("missing go.sum entry for go.mod file; to add it:", TrustError),
        ("malformed go.sum:\ngo.sum:1: wrong number of fields 2", TrustError),
        ("zip: not a valid zip file", TrustError),
        ('unzip /x.zip: malformed file path "../x"', TrustError),
        ("go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)", ToolError),
        ("example.com/m@v1.0.0 requires go >= 1.99", ToolError),
        ("unzip /c/m.zip: write /c/m@v1/a.go: no space left on device", FileError),
        ("verifying example.com/m@v1.0.0: read /c/m.zip: input/output error", FileError),
        ("open /c/go.mod: permission denied", FileError),
        ("a.go:3:1: expected declaration", BuildError),
        ("import cycle not allowed", BuildError),
    ],
)
def test_error_of(message: str, kind: type[Exception]) -> None:
    error = error_of(message, where="go.mod:1")
    assert type(error) is kind
    assert (error.what, error.where) == (message, "go.mod:1")
    assert error.hint or kind is BuildError


@pytest.mark.parametrize(
    "message",
    [
        "example.com/m@v1.0.0: reading https://x/m.info: 401 Unauthorized",
        "refusing to pass credentials to insecure URL: http://me:xxxxx@x/m.info",
    ],
)
def test_a_source_that_asks_for_a_password_gets_it_from_netrc(message: str) -> None:
    assert ".netrc" in error_of(message).hint


def test_error_of_leaves_the_go_commands_progress_out() -> None:
    message = "go: downloading example.com/m v1.0.0\ngo: example.com/m@v1.0.0: not found: module\n\tmore\n"
    assert error_of(message).what == "example.com/m@v1.0.0: not found: module\n\tmore"


def test_json_returns_what_was_printed() -> None:
    go = _go({"go list -m": completed('{"Path": "a"}{"Path": "b"}')})
    assert go.json("list", "-m", "-json", "all") == [{"Path": "a"}, {"Path": "b"}]


def test_json_keeps_an_error_that_names_its_module() -> None:
    go = _go({"go mod": completed('{"Path": "a", "Error": "not found"}', code=1)})
    assert go.json("mod", "download") == [{"Path": "a", "Error": "not found"}]


def test_json_raises_what_it_says_elsewhere() -> None:
    go = _go({"go mod": completed(err="verifying x: checksum mismatch\n", code=1)})
    with pytest.raises(TrustError, match=r"^verifying x: checksum mismatch$"):
        go.json("mod", "download")
    go = _go({"go mod": completed(code=1)})
    with pytest.raises(BuildError, match="exit status 1"):
        go.json("mod", "download")


def test_settings() -> None:
    go = _go({"go env -json GOOS": completed(json.dumps({"GOOS": "linux"}))})
    assert go.settings(["GOOS"]) == {"GOOS": "linux"}
    go = _go({"go env": completed(err="go: unknown directive", code=2)})
    with pytest.raises(ToolError, match="unknown directive") as caught:
        go.settings()
    assert "doctor" in caught.value.hint


def test_with_environment() -> None:
    go = _go({}).with_environment(A="2", B="3")
    assert (dict(go.environment), go.path) == ({"A": "2", "B": "3"}, Path("/sdk/go"))


def test_an_error_knows_what_its_message_names() -> None:
    missing = error_of("go: a.com/a@v1.0.0: reading file:///p/a: no such file or directory")
    assert isinstance(missing, MissingModuleError)
    assert missing.modules == {"a.com/a@v1.0.0": "reading file:///p/a: no such file or directory"}
    old = error_of("go: go.mod requires go >= 1.99.1 (running go 1.26; GOTOOLCHAIN=local)")
    assert isinstance(old, ToolError)
    assert old.needs_go == ("1.99.1",)
    listed, unlisted = error_of("verifying a.com/a@v1.0.0: checksum mismatch"), error_of("missing go.sum entry for a")
    assert [isinstance(error, TrustError) and error.lacks_sum for error in (listed, unlisted)] == [False, True]


def test_what_several_errors_miss_is_put_together() -> None:
    errors = [
        MissingModuleError("a").of_modules({"a.com/a@v1.0.0": "gone"}),
        BuildError("b"),
        MissingModuleError("c").of_modules({"a.com/a@v1.0.0": "again", "a.com/c@v1.0.0": "gone"}),
    ]
    assert missing_among(errors) == {"a.com/a@v1.0.0": "gone", "a.com/c@v1.0.0": "gone"}


def test_what_it_does_is_shown() -> None:
    shown: list[Event] = []
    replace(_go({"mod": completed()}), show=shown.append).run("mod", "download")
    assert shown == [Event(stage=Stage.LOAD, text="go mod")]
    assert shown[0].newer is None


def test_how_much_it_fetched_is_shown() -> None:
    shown: list[Event] = []
    relay = Relay.to(["https://proxy.example"], {})
    relay.traffic.add(500)
    replace(_go({"list": completed()}), show=shown.append, relay=relay).run("list", "-m")
    now = shown[0].newer
    assert now
    assert now() == Event(stage=Stage.LOAD, text="go list")
    relay.traffic.add(2048)
    assert now() == Event(stage=Stage.FETCH, done=2048, unit=BYTES, text="go list")
