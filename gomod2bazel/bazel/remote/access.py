"""Tell Bazel of the servers that flags name, with their credentials, in files that nobody else can read.

Bazel writes its command line and what .bazelrc files have to a log that others can read. So credentials are in neither:
a credential helper prints them (https://github.com/EngFlow/credential-helper-spec).
"""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from gomod2bazel.base.disk.files import file_errors
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.message import Messenger, warning
from gomod2bazel.golang.proxy.urls import split_url
from gomod2bazel.options.groups.bazel import RemoteOptions

__all__ = ["cache_failure", "remote_access"]

_DEADLINE = 10.0
"""Seconds that a server has to answer before a build."""

_CACHE_HINT = "check -remote-cache and the credentials for it"
_EXECUTOR_HINT = "check -remote-executor and the credentials for it; without the flag, this machine compiles"

_WARNING = "WARNING: Remote Cache:"

_SPECIAL = re.compile(r"""([\s"'\\#])""")

_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@contextmanager
def remote_access(
    options: RemoteOptions, environment: Mapping[str, str], say: Messenger, deadline: float = _DEADLINE
) -> Iterator[tuple[str, ...]]:
    """Ask the servers for a sign of life, and yield the startup options with which Bazel uses them.

    A cache that does not answer is reported, and the build does without it.

    Args:
        options: The servers and credentials.
        environment: The user's environment variables.
        say: Prints one line for the user.
        deadline: Seconds that a server has to answer.

    Raises:
        ToolError: The executor does not answer.
    """
    cache, executor = options.remote_cache, options.remote_executor
    if not cache and not executor:
        yield ()
        return
    from gomod2bazel.bazel.remote.probe import (  # noqa: PLC0415 - start-up counts, and few builds have a server
        ServerError,
        ask,
        server_name,
    )

    if executor:
        try:
            ask(executor, options, deadline, environment)
        except ServerError as error:
            raise ToolError(f"the remote executor {server_name(executor)} {error}", hint=_EXECUTOR_HINT) from error
    if cache:
        try:
            ask(cache, options, deadline, environment)
        except ServerError as error:
            say(warning(f"the remote cache {server_name(cache)} {error}; building without it", hint=_CACHE_HINT))
            cache = ""
    if not cache and not executor:
        yield ()
        return
    with temporary_folder() as folder:
        url, headers = _without_password(cache, options.remote_headers)
        flags = _flags(options, url)
        if headers:
            helper = _helper(Path(folder), headers)
            flags += [f"--credential_helper={scope}{helper}" for scope in _scopes((cache, executor))]
        path = Path(folder, "remote.bazelrc")
        _write(path, "".join(f"build {_quoted(flag)}\n" for flag in flags), 0o600)
        yield (f"--bazelrc={path}",)


def cache_failure(messages: str) -> str:
    """Return what Bazel reports of a cache that failed during a build, by its first warning; empty for nothing.

    Args:
        messages: Bazel's.
    """
    warnings = [line.partition(_WARNING)[2] for line in messages.splitlines() if line.startswith(_WARNING)]
    return warnings[0].strip() if warnings else ""


def _flags(options: RemoteOptions, cache: str) -> list[str]:
    """Return the flags of Bazel that have no credentials."""
    flags = [f"--remote_cache={cache}"] if cache else []
    if options.remote_executor:
        # The driver names the strategies of its actions; this one wins over those.
        flags += [f"--remote_executor={options.remote_executor}", "--strategy_regexp=^(Compiling|Linking).Go=remote"]
    else:
        # What a cache does not return is compiled here.
        flags.append("--remote_retries=1")
    flags += [f"--credential_helper={helper}" for helper in options.credential_helpers]
    flags += [f"--{name}={file}" for name, file in options.tls_files.items()]
    return flags + (["--noremote_upload_local_results"] if options.remote_read_only else [])


def _without_password(url: str, headers: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Return a URL without user and password, and the headers with them."""
    parts = split_url(url, "-remote-cache")
    if not parts.username:
        return url, headers
    known = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return plain, {"Authorization": f"Basic {base64.b64encode(known.encode()).decode()}", **headers}


def _scopes(urls: Iterable[str]) -> list[str]:
    """Return what comes before the program of a credential helper, so that it is asked for these hosts alone."""
    hosts = {split_url(url, "the server").hostname or "" for url in urls if url}
    return sorted(f"{host}=" if _HOST.fullmatch(host) else "" for host in hosts)


def _helper(folder: Path, headers: Mapping[str, str]) -> Path:
    """Write a credential helper that prints headers, and return its file."""
    values, program = folder / "headers.json", folder / "headers"
    _write(values, json.dumps({"headers": {name: [value] for name, value in headers.items()}}), 0o600)
    _write(program, f"#!/bin/sh\nexec cat {shlex.quote(str(values))}\n", 0o700)
    return program


def _write(path: Path, text: str, mode: int) -> None:
    with file_errors("write", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def _quoted(word: str) -> str:
    """Return a word as a .bazelrc has it (src/main/cpp/util/strings.cc of Bazel, GetNextToken)."""
    return _SPECIAL.sub(r"\\\1", word)
