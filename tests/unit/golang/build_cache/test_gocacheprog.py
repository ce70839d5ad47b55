"""gocacheprog as the go command uses it: a process that reads requests and answers them."""

from __future__ import annotations

import base64
import hashlib
import os
import pty
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.cache_client import ROOT, cache_client, prog
from support.full_disk import with_full_disk

ACTION, BODY = b"a" * 32, b"what was compiled"


def output(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_what_is_put_is_found_by_the_next_process(tmp_path: Path) -> None:
    before = time.time()
    with cache_client("-disk-cache", str(tmp_path)) as client:
        assert client.known == ["get", "put", "close"]
        assert client.get(ACTION) == {"Miss": True}
        path = Path(client.put(ACTION, BODY)["DiskPath"])
        assert path.read_bytes() == BODY
        assert client.close() == ""
    with cache_client("--disk-cache", str(tmp_path)) as client:
        found = client.get(ACTION)
        stored = time.mktime(time.strptime(found.pop("Time")[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        assert int(before) <= stored <= time.time()
        assert found == {"OutputID": output(BODY), "Size": len(BODY), "DiskPath": str(path)}
        assert client.get(b"b" * 32) == {"Miss": True}
        assert client.close() == ""


@pytest.mark.parametrize("size", [0, 1, 2, 3, (1 << 18) * 3 // 4 - 1, (1 << 18) * 3 // 4, 3_000_001])
def test_bodies_of_any_size(tmp_path: Path, size: int) -> None:
    body = os.urandom(size)
    with cache_client("-disk-cache", str(tmp_path)) as client:
        assert Path(client.put(ACTION, body)["DiskPath"]).read_bytes() == body
        assert client.get(ACTION)["Size"] == size
        assert client.close() == ""


def test_the_default_is_in_the_cache_folder(tmp_path: Path) -> None:
    with cache_client(XDG_CACHE_HOME=str(tmp_path)) as client:
        path = Path(client.put(ACTION, BODY)["DiskPath"])
        assert client.close() == ""
    assert path.is_relative_to(tmp_path / "gomod2bazel" / "disk" / "cas")


def test_a_body_that_is_not_the_output_is_refused_and_the_next_request_served(tmp_path: Path) -> None:
    with cache_client("-disk-cache", str(tmp_path)) as client:
        assert client.put(ACTION, BODY, OutputID=output(b"other"))["Err"].startswith("the body is not what")
        assert client.put(ACTION, b"x" * 999_999, OutputID=output(b"other"))["Err"].startswith("the body is not what")
        assert client.ask("get2", ACTION) == {"Err": "unknown command 'get2'"}
        assert client.get(ACTION) == {"Miss": True}
        assert client.close() == ""
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no request\n", "a line that is not a request: b'no request"),
        ("[1]\n", "a line that is not a request"),
        ('{"ID":1,"Command":"put","BodySize":-1}\n', "a line that is not a request"),
        ('{"ID":1,"Command":"put","ActionID":"YQ==","OutputID":"YQ==","BodySize":4}\n\n"YWJjZA=="', ""),
        ('{"ID":1,"Command":"put","ActionID":"YQ==","OutputID":"YQ==","BodySize":4}\n\n"????????"\n', "not base64"),
        ('{"ID":1,"Command":"put","ActionID":"YQ==","OutputID":"YQ==","BodySize":9}\n\n"YWJj"\n', "cut off|not base64"),
        ('{"ID":1,"Command":"put","ActionID":"YQ==","OutputID":"YQ==","BodySize":9}\n\nYWJjZA\n', "cut off"),
        ("x" * 100_000, "a line that is not a request"),
    ],
)
def test_what_is_not_the_protocol_ends_it(tmp_path: Path, text: str, message: str) -> None:
    with cache_client("-disk-cache", str(tmp_path)) as client:
        client.write(text)
        _, err = client.process.communicate(timeout=30)
        if message:
            assert client.process.returncode == 1
            assert any(part in err.decode() for part in message.split("|")), err
        assert b"Traceback" not in err
    assert files(tmp_path) == []


def test_the_go_command_may_end_without_closing(tmp_path: Path) -> None:
    with cache_client("-disk-cache", str(tmp_path)) as client:
        client.put(ACTION, BODY)
        out, err = client.process.communicate(timeout=30)
        assert (client.process.returncode, out, err) == (0, b"", b"")


def test_ctrl_c_is_for_the_go_command(tmp_path: Path) -> None:
    with cache_client("-disk-cache", str(tmp_path)) as client:
        client.process.send_signal(signal.SIGINT)
        client.put(ACTION, BODY)
        assert client.close() == ""


def test_many_processes_with_one_folder(tmp_path: Path) -> None:
    bodies = [bytes([number]) * 100_000 for number in range(20)]

    def work(number: int) -> None:
        with cache_client("-disk-cache", str(tmp_path)) as client:
            for body in bodies[number:] + bodies[:number]:
                found = client.get(body[:32])
                path = found.get("DiskPath") or client.put(body[:32], body)["DiskPath"]
                assert Path(path).read_bytes() == body
            assert client.close() == ""

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(files(tmp_path)) == 2 * len(bodies)


def test_memory_does_not_grow_with_bodies(tmp_path: Path) -> None:
    with cache_client("-disk-cache", str(tmp_path)) as client:
        client.put(ACTION, b"x")
        before = resident(client.process.pid)
        client.put(ACTION, os.urandom(64 << 20))
        assert resident(client.process.pid) - before < 8 << 20
        client.close()


def resident(process: int) -> int:
    """Return the most memory that a process had, in bytes."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    before = with_full_disk(disk)
    with cache_client("-disk-cache", str(disk), before=before) as client:
        assert client.put(ACTION, os.urandom(999_999)) == {"Err": "No space left on device"}
        assert client.put(ACTION, os.urandom(999_999)) == {"Err": "No space left on device"}
        assert "DiskPath" in client.put(ACTION, b"little")
        assert client.close() == (
            f"gomod2bazel: warning: cannot write the disk cache {disk}: No space left on device; "
            "what is compiled now is not kept\n"
            "hint: free some disk space, or set XDG_CACHE_HOME to a folder on another disk\n"
        )


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with cache_client("-disk-cache", str(tmp_path / "file")) as client:
        assert client.get(ACTION) == {"Miss": True}
        assert "Err" in client.put(ACTION, BODY)
        err = client.close()
    assert err.count("cannot read the disk cache") == err.count("cannot write the disk cache") == 1


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("-disk-cache", "relative"), "the go command starts gocacheprog in any folder"),
        (("-disk-cache", "/x/\udcff"), "the go command cannot read the name of the folder"),
        (("-remote-cache", "grpc://host:1"), "-remote-cache is not an http or https URL"),
        (("-remote-cache", "http://user:secret@host:port"), "-remote-cache is not a URL"),
        (("-remote-header", "secret"), "is not a header"),
        (("-remote-header", "A=b\nC: d"), "is not a header"),
        (("-race",), "-race is not a flag of gocacheprog"),
        (("word",), "gocacheprog takes no arguments: word"),
    ],
)
def test_a_wrong_command_line(tmp_path: Path, flags: tuple[str, ...], message: str) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(prog(*flags), input=b"", capture_output=True, env=environment, check=False)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert b"secret@" not in done.stderr


def test_a_user_who_starts_it_is_told_how_it_is_used() -> None:
    terminal, other = pty.openpty()
    try:
        done = subprocess.run(prog(), stdin=other, capture_output=True, check=False)
    finally:
        os.close(terminal)
        os.close(other)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "gomod2bazel: error: gocacheprog is started by the go command\n"
        'hint: export GOCACHEPROG="gomod2bazel gocacheprog"\n'
    )


def test_little_is_imported(tmp_path: Path) -> None:
    words = [sys.executable, "-P", "-X", "importtime", "-m", "gomod2bazel", "gocacheprog"]
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(words, input=b"", capture_output=True, env=environment, check=False)
    names = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "gomod2bazel.golang.build_cache.responder" in names
    heavy = {"gomod2bazel.cli", "gomod2bazel.options.flags", "http.client", "urllib.request", "google.protobuf", "ssl"}
    assert names & heavy == set()
