"""Servers that flags name: asked first, and given to Bazel without credentials where others could read them."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.cache_server import CacheServer, cache_server

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.bazel.remote.access import cache_failure, remote_access
from gomod2bazel.options.groups.bazel import RemoteOptions

CREDENTIAL = 's3cret\'s "token" #1'
SETTINGS = b"\0\0\0\x04\0\0\0\0\0"


@pytest.fixture
def server() -> Iterator[CacheServer]:
    with cache_server() as running:
        yield running


@contextmanager
def answering(
    answer: bytes | None, family: int = socket.AF_INET, address: tuple[str, int] | str = ("127.0.0.1", 0)
) -> Iterator[int]:
    """Answer one connection with some bytes, or accept it and say nothing; yields the port."""
    with socket.socket(family) as listening:
        listening.bind(address)
        listening.listen()
        ended = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with closing(connection):
                if answer is None:
                    ended.wait(10)
                else:
                    connection.recv(100)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield 0 if family == socket.AF_UNIX else listening.getsockname()[1]
        ended.set()
        thread.join()


class Given:
    """The options that Bazel was given, and the messages to the user."""

    def __init__(self, options: RemoteOptions, deadline: float = 2.0) -> None:
        self.messages: list[str] = []
        self.lines: list[str] = []
        self.headers: dict[str, list[str]] = {}
        self.modes: list[str] = []
        with remote_access(options, {}, lambda message: self.messages.append(str(message)), deadline) as startup:
            self.startup = startup
            if startup:
                file = Path(startup[0].removeprefix("--bazelrc="))
                self.lines = file.read_text("utf-8").splitlines()
                self.modes = [
                    oct(path.stat().st_mode & 0o777) for path in (file.parent, *sorted(file.parent.iterdir()))
                ]
                helper = file.parent / "headers"
                if helper.exists():
                    done = subprocess.run([helper, "get"], input="{}", capture_output=True, text=True, check=True)
                    self.headers = json.loads(done.stdout)["headers"]
        assert not startup or not file.exists()


def test_without_a_server() -> None:
    assert Given(RemoteOptions()).startup == ()


def test_headers_come_from_a_helper(server: CacheServer) -> None:
    server.authorization = f"Bearer {CREDENTIAL}"
    given = Given(RemoteOptions(remote_cache=server.url, remote_headers={"Authorization": f"Bearer {CREDENTIAL}"}))
    assert given.messages == []
    assert given.headers == {"Authorization": [f"Bearer {CREDENTIAL}"]}
    assert CREDENTIAL not in "\n".join(given.lines)
    assert given.lines[0] == f"build --remote_cache={server.url}"
    assert any(line.startswith("build --credential_helper=127.0.0.1=/") for line in given.lines)
    assert given.modes == ["0o700", "0o700", "0o600", "0o600"]


def test_a_password_in_the_url(server: CacheServer) -> None:
    server.authorization = "Basic dXNlcjpwQHNz"
    given = Given(RemoteOptions(remote_cache=server.url.replace("//", "//user:p%40ss@")))
    assert given.messages == []
    assert given.headers == {"Authorization": ["Basic dXNlcjpwQHNz"]}
    assert given.lines[0] == f"build --remote_cache={server.url}"


def test_other_flags(server: CacheServer) -> None:
    options = RemoteOptions(
        remote_cache=server.url,
        remote_read_only=True,
        credential_helpers=("*.example.com=/a b/help", "/x#y"),
        tls_certificate="/ca.pem",
    )
    assert Given(options).lines[1:] == [
        "build --remote_retries=1",
        r"build --credential_helper=*.example.com=/a\ b/help",
        r"build --credential_helper=/x\#y",
        "build --tls_certificate=/ca.pem",
        "build --noremote_upload_local_results",
    ]


@pytest.mark.parametrize(
    ("fault", "why"),
    [("hang", "did not answer within 0.2 s"), ("unable", "answered 503 Service Unavailable")],
)
def test_a_cache_that_fails_is_left_out(fault: str, why: str, server: CacheServer) -> None:
    server.fault = fault
    given = Given(RemoteOptions(remote_cache=server.url.replace("//", f"//user:{'pw'}@")), 0.2)
    host = server.url.split("/")[2]
    assert given.messages == [
        f"warning: the remote cache {host} {why}; building without it\n"
        "hint: check -remote-cache and the credentials for it"
    ]
    assert given.startup == ()


def test_credentials_that_are_missing(server: CacheServer) -> None:
    server.authorization = "Bearer x"
    assert "answered 401 Unauthorized; building without it" in Given(RemoteOptions(remote_cache=server.url)).messages[0]
    # A helper is Bazel's to ask.
    assert Given(RemoteOptions(remote_cache=server.url, credential_helpers=("/bin/true",))).messages == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak gRPC"),
        (b"", "does not speak gRPC"),
        (None, "did not answer within 0.2 s"),
    ],
)
def test_a_server_without_grpc(answer: bytes | None, why: str) -> None:
    with answering(answer) as port:
        given = Given(RemoteOptions(remote_cache=f"grpc://127.0.0.1:{port}"), 0.2)
    assert given.messages[0].startswith(
        f"warning: the remote cache 127.0.0.1:{port} {why}; building without it\nhint: "
    )


def test_grpc() -> None:
    with answering(SETTINGS) as port:
        given = Given(RemoteOptions(remote_cache=f"grpc://127.0.0.1:{port}"))
    assert (given.messages, given.lines[0]) == ([], f"build --remote_cache=grpc://127.0.0.1:{port}")


def test_a_unix_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with answering(SETTINGS, socket.AF_UNIX, path):
        given = Given(RemoteOptions(remote_cache=f"unix:{path}"))
    assert (given.messages, given.lines[0]) == ([], f"build --remote_cache=unix:{path}")
    gone = Given(RemoteOptions(remote_cache=f"unix:{path}x")).messages[0]
    assert gone.startswith(
        f"warning: the remote cache {path}x cannot be reached: No such file or directory; building without"
    )


def test_nothing_encrypts() -> None:
    with answering(SETTINGS) as port:
        messages = Given(RemoteOptions(remote_cache=f"grpcs://127.0.0.1:{port}")).messages
    assert messages[0].startswith(f"warning: the remote cache 127.0.0.1:{port} cannot be reached: ")


def test_an_executor() -> None:
    with answering(SETTINGS) as port:
        given = Given(RemoteOptions(remote_executor=f"grpc://127.0.0.1:{port}"))
    assert given.lines == [
        f"build --remote_executor=grpc://127.0.0.1:{port}",
        "build --strategy_regexp=^(Compiling|Linking).Go=remote",
    ]


def test_an_executor_that_does_not_answer() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ToolError, match=f"the remote executor 127.0.0.1:{port} cannot be reached: ") as caught:
            Given(RemoteOptions(remote_executor=f"grpc://127.0.0.1:{port}"))
    assert caught.value.hint.startswith("check -remote-executor")


def test_certificates_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no PEM", "utf-8")
    options = RemoteOptions(remote_cache="https://127.0.0.1:1", tls_certificate=str(tmp_path / "key"))
    with pytest.raises(UsageError, match="-tls-certificate: "):
        Given(options)


def test_the_value_prints_no_secret() -> None:
    options = RemoteOptions(remote_cache=f"http://u:{CREDENTIAL}@h", remote_headers={"A": CREDENTIAL})
    assert "s3cret" not in repr(options)


def test_what_bazel_reports() -> None:
    lines = "WARNING: other\nWARNING: Remote Cache: 403 Forbidden\nWARNING: Remote Cache: gone"
    assert (cache_failure(lines), cache_failure("WARNING: other")) == ("403 Forbidden", "")
