"""A small client of the Language Server Protocol: JSON-RPC with headers, over the streams of a server's process."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["LanguageServer"]


class LanguageServer:
    """A server for one folder; as a context it ends with the block.

    Attributes:
        diagnostics: the last messages about each file, by its path.
        log: what the server wrote to its window.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: dict[int, queue.Queue[Mapping[str, Any]]] = {}
        self._changed = threading.Condition()
        self._last = 0
        self.diagnostics: dict[str, list[str]] = {}
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def __enter__(self) -> LanguageServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.request("shutdown", None)
        self._send({"method": "exit"})
        self._process.wait(timeout=30)
        self._reader.join(timeout=30)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream
            stream.close()

    def open(self, path: Path, text: str | None = None) -> None:
        """Open a file, with a text that is not saved where one is given."""
        content = path.read_text(encoding="utf-8") if text is None else text
        document = {"uri": path.as_uri(), "languageId": "go", "version": 1, "text": content}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def locations(self, method: str, path: Path, word: str) -> list[str]:
        """Return FILE:LINE of the answers to a request about the first ``word`` in a file."""
        before = path.read_text(encoding="utf-8").partition(word)[0]
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        parameters = {
            "textDocument": {"uri": path.as_uri()},
            "position": position,
            "context": {"includeDeclaration": False},
        }
        answers = self.request(f"textDocument/{method}", parameters) or []
        return sorted(f"{_path(item['uri'])}:{item['range']['start']['line'] + 1}" for item in answers)

    def wait_for_diagnostics(self, path: Path, text: str, timeout: float = 60) -> list[str]:
        """Return the messages about a file as soon as one has ``text``; with an empty text, when there are none."""
        end = time.monotonic() + timeout

        def arrived() -> bool:
            messages = self.diagnostics.get(str(path))
            return messages is not None and (any(text in m for m in messages) if text else not messages)

        with self._changed:
            while not arrived() and time.monotonic() < end:
                self._changed.wait(end - time.monotonic())
            return self.diagnostics.get(str(path), [])

    def request(self, method: str, parameters: object, timeout: float = 120) -> Any:
        """Return the result of a request."""
        self._last += 1
        number = self._last
        self._answers[number] = queue.Queue()
        self._send({"id": number, "method": method, "params": parameters})
        answer = self._answers[number].get(timeout=timeout)
        assert "error" not in answer, f"{method}: {answer['error']}\n{self.log}"
        return answer["result"]

    def _send(self, message: Mapping[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            if not header.lower().startswith(b"content-length:"):
                continue
            stream.readline()
            self._take(json.loads(stream.read(int(header.split(b":")[1]))))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._answers[message["id"]].put(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            parameters = message["params"]
            with self._changed:
                self.diagnostics[_path(parameters["uri"])] = [item["message"] for item in parameters["diagnostics"]]
                self._changed.notify_all()
        elif "id" in message:
            # Such as workspace/configuration: it has none.
            items = message.get("params", {}).get("items", [])
            self._send({"id": message["id"], "result": [None] * len(items) if items else None})
        elif message["method"] in ("window/logMessage", "window/showMessage"):
            self.log.append(message["params"]["message"])


def _path(uri: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415

    return unquote(uri.removeprefix("file://"))
