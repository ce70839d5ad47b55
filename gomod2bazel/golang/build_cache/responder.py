"""Answers the requests of the go command from a disk cache, and from a remote one where that has more."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.golang.build_cache.action_result import Entry, entry_key
from gomod2bazel.golang.build_cache.disk_cache import DiskCache, WrongBodyError
from gomod2bazel.golang.build_cache.notes import Notes
from gomod2bazel.golang.build_cache.protocol import Connection, Request

if TYPE_CHECKING:
    from gomod2bazel.golang.build_cache.uplink import Uplink

__all__ = ["Responder"]


class Responder:
    """One conversation with the go command.

    Args:
        connection: To the go command.
        disk: The cache on this machine.
        uplink: The way to a remote cache; None without one.
        notes: Prints what goes wrong.
    """

    def __init__(self, connection: Connection, disk: DiskCache, uplink: Uplink | None, notes: Notes) -> None:
        self._connection = connection
        self._disk = disk
        self._uplink = uplink
        self._notes = notes

    def serve(self) -> None:
        """Answer requests until the go command closes the cache, or ends without that.

        Raises:
            BrokenPipeError: The go command has ended.
            ProtocolError: What arrives is not its protocol.
        """
        for request in self._connection.requests():
            if request.command == "get":
                self._get(request)
            elif request.command == "put":
                self._put(request)
            elif request.command == "close":
                if self._uplink:
                    self._uplink.finish()
                self._disk.remove_abandoned()
                self._connection.closed(request)
                return
            else:
                self._connection.failed(request, f"unknown command {request.command!r}")

    def _get(self, request: Request) -> None:
        key = entry_key(request.action)

        def answer(stored: tuple[Entry, Path] | None) -> None:
            if stored is None:
                self._connection.miss(request)
            else:
                self._connection.hit(request, stored[0], str(stored[1]))

        stored = self._on_disk(key)
        if stored is None and self._uplink:
            self._uplink.fetch(key, answer)
        else:
            answer(stored)

    def _on_disk(self, key: str) -> tuple[Entry, Path] | None:
        try:
            return self._disk.find(key)
        except OSError as error:
            self._notes.disk("read", self._disk.root, error)
            return None

    def _put(self, request: Request) -> None:
        key, entry = entry_key(request.action), Entry(request.output, time.time_ns())
        body = self._connection.body(request.output.size)
        try:
            path = self._disk.store_body(entry.output, body)
            self._disk.store_entry(key, entry)
        except WrongBodyError as error:
            self._connection.failed(request, f"the body is not what the request says: {error}")
        except OSError as error:
            self._notes.disk("write", self._disk.root, error)
            self._connection.failed(request, error.strerror or str(error))
        else:
            self._connection.stored(request, str(path))
            if self._uplink:
                self._uplink.send(key, entry, path)
        finally:
            # The next request comes after the body, also after one that could not be stored.
            deque(body, maxlen=0)
