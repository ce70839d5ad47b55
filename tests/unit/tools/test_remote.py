"""The parts of `tools/remote` that need no server: the relay to one, and what is counted."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from remote.machine import Machine
from support.driver import ROOT, Driver


@contextmanager
def _relay(server: Path, delay: float) -> Iterator[socket.socket]:
    command = [sys.executable, "-m", "remote.relay", str(server), str(delay)]
    with subprocess.Popen(command, cwd=ROOT / "tests", stdout=subprocess.PIPE, encoding="utf-8") as relay:
        try:
            assert relay.stdout
            with socket.create_connection(("127.0.0.1", int(relay.stdout.readline())), timeout=30) as client:
                yield client
        finally:
            relay.kill()


@pytest.mark.parametrize("delay", [0.0, 0.2])
def test_relay_passes_everything_on_and_waits(tmp_path: Path, delay: float) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        with _relay(tmp_path / "s", delay) as client:
            before = time.monotonic()
            client.sendall(b"asked")
            client.shutdown(socket.SHUT_WR)
            assert client.makefile("rb").read() == b"asked"
            assert time.monotonic() - before >= 2 * delay


def _echo(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.sendall(client.makefile("rb").read())


def test_relay_ends_connections_where_no_server_runs(tmp_path: Path) -> None:
    with _relay(tmp_path / "none", 0) as client:
        assert client.recv(1) == b""


def test_only_compile_and_link_actions_are_counted(tmp_path: Path) -> None:
    actions = [
        {"mnemonic": "GoCompile", "runner": "remote cache hit"},
        {"mnemonic": "GoCompile", "runner": "worker"},
        {"mnemonic": "GoLink", "runner": "remote cache hit"},
        {"mnemonic": "FileWrite", "runner": "linux-sandbox"},
    ]
    (tmp_path / "log.json").write_text("".join(json.dumps(action, indent=2) + "\n" for action in actions))
    machine = Machine(driver=Driver(environment={}), folder=tmp_path, address="")
    assert machine.actions() == {"remote cache hit": 2, "worker": 1}
