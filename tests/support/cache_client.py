"""The go command's side of gocacheprog: requests to a process of the driver, and its responses."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["CacheClient", "cache_client", "prog"]

ROOT = Path(__file__).resolve().parents[2]


def prog(*flags: str) -> list[str]:
    """Return the command line of gocacheprog of this checkout."""
    return ["env", f"PYTHONPATH={ROOT}", sys.executable, "-P", "-m", "gomod2bazel", "gocacheprog", *flags]


class CacheClient:
    """One conversation.

    Attributes:
        process: What answers.
        known: The commands that it supports.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._number = 0
        self.known = self._response()["KnownCommands"]

    def put(self, action: bytes, body: bytes, **changes: object) -> dict[str, Any]:
        """Put a body, and return the response; ``changes`` are fields of the request."""
        fields = {"OutputID": _text(hashlib.sha256(body).digest()), "BodySize": len(body), **changes}
        return self.ask("put", action, f'"{_text(body)}"' if body else "", **fields)

    def get(self, action: bytes) -> dict[str, Any]:
        """Get a body, and return the response."""
        return self.ask("get", action)

    def ask(self, command: str, action: bytes = b"", body: str = "", **fields: object) -> dict[str, Any]:
        """Send a request as the go command does, and return the response."""
        self.send(command, action, body, **fields)
        response: dict[str, Any] = self._response()
        assert response.pop("ID") == self._number
        return response

    def send(self, command: str, action: bytes = b"", body: str = "", **fields: object) -> None:
        """Send a request."""
        self._number += 1
        request = {"ID": self._number, "Command": command, **({"ActionID": _text(action)} if action else {}), **fields}
        self.write(json.dumps(request) + "\n\n" + (body + "\n" if body else ""))

    def write(self, text: str) -> None:
        """Send text as it is."""
        assert self.process.stdin
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def close(self) -> str:
        """Close the cache as the go command does, and return what was printed to standard error."""
        self.ask("close")
        out, err = self.process.communicate(timeout=30)
        assert (self.process.returncode, out) == (0, b"")
        return err.decode()

    def _response(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())


@contextmanager
def cache_client(*flags: str, before: tuple[str, ...] = (), **changes: str) -> Iterator[CacheClient]:
    """Start gocacheprog; ``changes`` are variables of its environment, ``before`` words before the command."""
    environment: Mapping[str, str] = {**os.environ, **changes}
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([*before, *prog(*flags)], env=environment, **pipes) as process:
        try:
            yield CacheClient(process)
        finally:
            process.kill()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
