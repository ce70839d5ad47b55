"""A remote cache behind the disk cache: two machines share it, and none of its faults is one of the build."""

from __future__ import annotations

import base64
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cache_client import CacheClient, cache_client
from support.cache_server import CacheServer, cache_server

from gomod2bazel.golang.build_cache.action_result import Digest, Entry, encode, entry_key

ACTION, BODY = b"a" * 32, os.urandom(300_000)


@pytest.fixture
def server() -> Iterator[CacheServer]:
    with cache_server() as running:
        yield running


def flags(server: CacheServer, disk: Path, *more: str) -> tuple[str, ...]:
    return ("-disk-cache", str(disk), "-remote-cache", server.url, *more)


def fill(server: CacheServer, tmp_path: Path) -> None:
    with cache_client(*flags(server, tmp_path / "first")) as client:
        client.put(ACTION, BODY)
        assert client.close() == ""


def from_scratch(client: CacheClient) -> None:
    """Go on as the go command does when it has not found something."""
    assert client.get(ACTION) == {"Miss": True}
    assert Path(client.put(ACTION, BODY)["DiskPath"]).read_bytes() == BODY
    assert client.get(ACTION)["Size"] == len(BODY)


def test_a_second_machine_finds_what_the_first_one_stored(server: CacheServer, tmp_path: Path) -> None:
    fill(server, tmp_path)
    assert [method for method, _ in server.requests] == ["PUT", "PUT"]
    assert server.requests[0][1].startswith("/cache/cas/")
    with cache_client(*flags(server, tmp_path / "second")) as client:
        found = client.get(ACTION)
        assert Path(found["DiskPath"]).read_bytes() == BODY
        assert Path(found["DiskPath"]).is_relative_to(tmp_path / "second")
        assert client.get(b"b" * 32) == {"Miss": True}
        # What is on the disk is not asked for again.
        asked = len(server.requests)
        assert client.get(ACTION) == found
        assert client.close() == ""
    assert len(server.requests) == asked
    assert [method for method, _ in server.requests[2:]] == ["GET", "GET", "GET"]


def test_connections_are_used_again(server: CacheServer, tmp_path: Path) -> None:
    seen = []
    accept = server.get_request
    server.get_request = lambda: seen.append(1) or accept()  # type: ignore[method-assign, func-returns-value]
    with cache_client(*flags(server, tmp_path / "first")) as client:
        for number in range(100):
            client.put(bytes([number]) * 32, bytes([number]))
        client.close()
    with cache_client(*flags(server, tmp_path / "second")) as client:
        for number in range(100):
            assert client.get(bytes([number]) * 32)["Size"] == 1
        client.close()
    assert len(server.requests) == 400
    assert len(seen) <= 4 + 8


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("changed", "sent a wrong body (its sha256 is "),
        ("cut", "sent a wrong body (150000 instead of 300000 bytes)"),
        ("garbled", "has a wrong entry ("),
        ("endless", "sent an action result that is too large; the disk cache alone is used"),
        ("unable", "answered 503 Service Unavailable; the disk cache alone is used"),
        ("hang", "did not answer within 0.5 s; the disk cache alone is used"),
    ],
)
def test_a_server_that_fails(server: CacheServer, tmp_path: Path, fault: str, message: str) -> None:
    fill(server, tmp_path)
    server.fault = fault
    before = time.monotonic()
    with cache_client(*flags(server, tmp_path / "second", "-deadline", "0.5")) as client:
        from_scratch(client)
        assert client.get(b"b" * 32) == {"Miss": True}
        err = client.close()
    assert time.monotonic() - before < 30
    assert err.startswith(f"gomod2bazel: warning: the remote cache 127.0.0.1:{server.server_address[1]} {message}"), err
    assert err.count("\n") == 1, err


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with cache_client("-disk-cache", str(tmp_path), "-remote-cache", url) as client:
            from_scratch(client)
            err = client.close()
    assert err == (
        f"gomod2bazel: warning: the remote cache {url.removeprefix('http://')} cannot be reached: Connection refused; "
        "the disk cache alone is used\n"
    )


def test_a_server_that_goes_away(server: CacheServer, tmp_path: Path) -> None:
    fill(server, tmp_path)
    with cache_client(*flags(server, tmp_path / "second", "-deadline", "0.5")) as client:
        assert client.get(ACTION)["Size"] == len(BODY)
        server.fault = "hang"
        for number in range(20):
            assert client.get(bytes([number]) * 32) == {"Miss": True}
        client.put(b"b" * 32, BODY)
        assert client.close().count("the disk cache alone is used") == 1


def test_a_server_that_only_lets_read(server: CacheServer, tmp_path: Path) -> None:
    fill(server, tmp_path)
    server.fault = "refuse"
    with cache_client(*flags(server, tmp_path / "second")) as client:
        assert client.get(ACTION)["Size"] == len(BODY)
        for number in range(20):
            client.put(bytes([number]) * 32, BODY)
        assert "answered 403 Forbidden; nothing is sent to it\n" in (err := client.close())
    assert err.count("\n") == 1


def test_a_server_that_is_only_read(server: CacheServer, tmp_path: Path) -> None:
    with cache_client(*flags(server, tmp_path / "disk", "-remote-read-only")) as client:
        from_scratch(client)
        assert client.close() == ""
    assert (server.stored, [method for method, _ in server.requests]) == ({}, ["GET"])


def test_an_entry_without_its_body(server: CacheServer, tmp_path: Path) -> None:
    fill(server, tmp_path)
    server.stored = {name: data for name, data in server.stored.items() if name.startswith("ac/")}
    with cache_client(*flags(server, tmp_path / "second")) as client:
        from_scratch(client)
        assert client.close() == ""
    assert len(server.stored) == 2


def test_an_entry_that_promises_too_much(server: CacheServer, tmp_path: Path) -> None:
    entry = Entry(Digest("ab" * 32, 1 << 50), 0)
    server.stored[f"ac/{entry_key(ACTION)}"] = encode(entry)
    with cache_client(*flags(server, tmp_path)) as client:
        from_scratch(client)
        assert f"has a wrong entry (a body of {1 << 50} bytes); it is not used" in client.close()


@pytest.mark.parametrize("way", ["url", "netrc", "header"])
def test_credentials(server: CacheServer, tmp_path: Path, way: str) -> None:
    server.authorization = f"Basic {base64.b64encode(b'me:pass word').decode()}"
    netrc = tmp_path / "netrc"
    netrc.write_text('machine 127.0.0.1 login me password "pass word"\n' if way == "netrc" else "", encoding="utf-8")
    netrc.chmod(0o600)
    url = server.url.replace("//", "//me:pass%20word@") if way == "url" else server.url
    more = ("-remote-header", f"Authorization={server.authorization}") if way == "header" else ()
    words = ("-disk-cache", str(tmp_path / "disk"), "-remote-cache", url, *more)
    with cache_client(*words, NETRC=str(netrc)) as client:
        from_scratch(client)
        assert client.close() == ""
    assert len(server.stored) == 2


def test_without_credentials_the_disk_cache_is_used(server: CacheServer, tmp_path: Path) -> None:
    server.authorization = "Basic x"
    url = server.url.replace("//", "//me:secret@")
    with cache_client("-disk-cache", str(tmp_path), "-remote-cache", url) as client:
        from_scratch(client)
        err = client.close()
    assert "answered 401 Unauthorized; the disk cache alone is used" in err
    assert "secret" not in err
