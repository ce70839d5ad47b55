"""Flags for remote servers: what they need, and that no record or error has their secrets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.given import options_of
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.arguments import with_absolute_files
from gomod2bazel.options.flags import parse
from gomod2bazel.options.options import recorded

CACHE = "-remote-cache=grpc://h:1"


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user with a certificate and a program."""
    (tmp_path / "file.pem").write_text("", "utf-8")
    program = tmp_path / "help"
    program.write_text("", "utf-8")
    program.chmod(0o755)
    return User(tmp_path, FakeRunner())


@pytest.mark.parametrize(
    ("flag", "what"),
    [
        ("-remote-cache=h:1", "-remote-cache: not a URL of grpc, grpcs, http, https, unix"),
        ("-remote-cache=ftp://u:secret@h", "-remote-cache: not a URL of"),
        ("-remote-cache=http:/secret", "-remote-cache: not a URL of"),
        ("-remote-cache=http://h/secret x", "-remote-cache: not a URL of"),
        ("-remote-cache=unix:relative", "-remote-cache: not a URL of"),
        ("-remote-cache=", "-remote-cache: not a URL of"),
        ("-remote-executor=http://h", "-remote-executor: not a URL of grpc, grpcs, unix"),
        ("-remote-header=secret", "-remote-header: 'secret' is not a header"),
        ("-remote-header=A B=secret", "-remote-header: 'A B' is not a header"),
    ],
)
def test_wrong_values(flag: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse([flag, "x"])
    assert str(caught.value).startswith(what)
    assert "secret" not in str(caught.value).replace("'secret' is not", "")


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["-credential-helper=help"], "-credential-helper needs -remote-cache or -remote-executor"),
        (["-tls-certificate=file.pem"], "-tls-certificate needs -remote-cache"),
        ([CACHE, "-tls-client-key=file.pem"], "-tls-client-key needs -tls-client-certificate"),
        ([CACHE, "-tls-certificate=none.pem"], "none.pem: no such file"),
        ([CACHE, "-credential-helper=*.h=./none"], "-credential-helper ./none: no such program"),
        ([CACHE, "-credential-helper=./file.pem"], "-credential-helper ./file.pem: no such program"),
    ],
)
def test_what_is_missing(flags: list[str], what: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        with_absolute_files(parse(flags)[0], user.session)
    assert what in str(caught.value)


def test_files_are_absolute(user: User) -> None:
    flags = [CACHE, "-credential-helper=*.h=./help", "-tls-certificate=file.pem"]
    remote = with_absolute_files(parse(flags)[0], user.session).bazel.remote
    assert remote.credential_helpers == (f"*.h={user.session.cwd}/help",)
    assert remote.tls_certificate == f"{user.session.cwd}/file.pem"


def test_records_know_nothing_of_servers() -> None:
    options, _ = parse(["-remote-cache=http://u:secret@h", "-remote-header=A=secret", "-tags=a"])
    assert recorded(options) == recorded(options_of(tags=("a",)))
    assert "secret" not in json.dumps(recorded(options), default=str)


@pytest.mark.parametrize("command", ["list", "lock", "query", "fetch"])
def test_other_commands_refuse_them(command: str, user: User) -> None:
    with pytest.raises(UsageError, match="-remote-cache is a flag of build, prebuild, gocacheprog, verify and test"):
        user.run(command, CACHE, "x")
