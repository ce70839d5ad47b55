"""The way to a remote cache: threads that ask it for what the disk cache lacks, and send what is new."""

from __future__ import annotations

import io
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gomod2bazel.golang.build_cache.action_result import Entry, decode, encode
from gomod2bazel.golang.build_cache.disk_cache import DiskCache, WrongBodyError
from gomod2bazel.golang.build_cache.notes import Notes
from gomod2bazel.golang.build_cache.remote_cache import RefusedError, RemoteCache, RemoteError

__all__ = ["Stored", "Uplink"]

Stored = tuple[Entry, Path]
"""An entry, and the file of its body."""

_ASKING, _SENDING = 8, 4
"""Threads of each kind."""

_WAITING = 4096
"""What may wait to be sent; more is not sent, so that a slow server delays no build."""

_PATIENCE = 60.0
"""Seconds that what still waits may take when the go command is done."""

_LARGEST = 1 << 32
"""Bytes of a body that is accepted from a server."""


class Uplink:
    """Fetches and sends in the background. The first request that fails ends it; the disk cache alone is used then.

    Args:
        disk: Where everything that is fetched goes, and what is sent comes from.
        remote: The server's cache.
        notes: Prints what goes wrong.
        read_only: Whether nothing is sent.
    """

    def __init__(self, disk: DiskCache, remote: RemoteCache, notes: Notes, *, read_only: bool) -> None:
        self._disk = disk
        self._remote = remote
        self._notes = notes
        self._ended = False
        self._sends = not read_only
        self._requests: queue.Queue[tuple[str, Callable[[Stored | None], None]]] = queue.Queue()
        self._uploads: queue.Queue[tuple[str, Entry, Path]] = queue.Queue(_WAITING)
        self._threads: dict[str, int] = {"ask": 0, "send": 0}
        self._hurry = False

    def fetch(self, key: str, answer: Callable[[Stored | None], None]) -> None:
        """Ask for an entry, and store it with its body in the disk cache.

        Args:
            key: The entry's key.
            answer: Takes what the server has; called by another thread, or at once.
        """
        if self._ended:
            answer(None)
            return
        self._requests.put((key, answer))
        self._start("ask", _ASKING, self._ask)

    def send(self, key: str, entry: Entry, body: Path) -> None:
        """Send an entry and its body, which the disk cache has."""
        if self._ended or not self._sends:
            return
        try:
            self._uploads.put_nowait((key, entry, body))
        except queue.Full:
            self._notes.once("full", f"the remote cache {self._remote.name} is slow; some results are not sent to it")
            return
        self._start("send", _SENDING, self._send)

    def hurry(self) -> None:
        """Let `finish` wait no longer."""
        self._hurry = True

    def finish(self) -> None:
        """Wait until everything was sent, but not long."""
        end = time.monotonic() + _PATIENCE
        while self._uploads.unfinished_tasks and not self._ended and not self._hurry:
            if time.monotonic() > end:
                left = self._uploads.unfinished_tasks
                self._notes.once(
                    "left", f"the remote cache {self._remote.name} is slow; {left} results were not sent to it"
                )
                return
            time.sleep(0.01)

    def _start(self, kind: str, most: int, work: Callable[[], None]) -> None:
        if self._threads[kind] < most:
            self._threads[kind] += 1
            threading.Thread(target=work, daemon=True, name=f"{kind} {self._threads[kind]}").start()

    def _ask(self) -> None:
        while True:
            key, answer = self._requests.get()
            stored = None
            try:
                stored = None if self._ended else self._fetch(key)
            except Exception as error:  # noqa: BLE001 - the go command waits for an answer
                self._end(RemoteError(f"cannot be used: {error!r}"))
            # Nobody listens where the go command has ended.
            with suppress(BrokenPipeError):
                answer(stored)

    def _fetch(self, key: str) -> Stored | None:
        name = self._remote.name
        try:
            data = self._remote.action_result(key)
            return self._store(key, decode(data)) if data is not None else None
        except RemoteError as error:
            self._end(error)
        except ValueError as error:
            self._notes.once("entry", f"the remote cache {name} has a wrong entry ({error}); it is not used")
        except WrongBodyError as error:
            self._notes.once("body", f"the remote cache {name} sent a wrong body ({error}); it is not used")
        except OSError as error:
            self._notes.disk("write", self._disk.root, error)
        return None

    def _store(self, key: str, entry: Entry) -> Stored | None:
        """Store what an entry from the server names."""
        if entry.output.size > _LARGEST:
            raise ValueError(f"a body of {entry.output.size} bytes")
        body = self._disk.body(entry.output)
        if body is None:
            with self._remote.body(entry.output) as chunks:
                if chunks is None:
                    return None
                body = self._disk.store_body(entry.output, chunks)
        self._disk.store_entry(key, entry)
        return entry, body

    def _send(self) -> None:
        while True:
            key, entry, body = self._uploads.get()
            try:
                if self._sends and not self._ended:
                    # A server may refuse an entry whose body it does not have.
                    with body.open("rb") as file:
                        self._remote.store("cas", entry.output.hash, file)
                    self._remote.store("ac", key, io.BytesIO(encode(entry)))
            except RefusedError as error:
                self._sends = False
                self._notes.once("refused", f"the remote cache {self._remote.name} {error}; nothing is sent to it")
            except RemoteError as error:
                self._end(error)
            except OSError as error:
                self._notes.disk("read", self._disk.root, error)
            finally:
                self._uploads.task_done()

    def _end(self, error: RemoteError) -> None:
        self._ended = True
        self._notes.once("ended", f"the remote cache {self._remote.name} {error}; the disk cache alone is used")
