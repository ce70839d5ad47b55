"""An INPUT that sources do not give: the reason of each source, a hint for the cause, and the exit code."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.hostile_server import Answer, HostileServer, Recorder, serving
from support.world import DEP, World

from gomod2bazel.base.errors import MissingModuleError, NetworkError, TrustError, UsageError

MODULES = {"dep@v1.0.0": DEP % "v1.0.0", "dep@v1.1.0": DEP % "v1.1.0", "dep@v1.0.1": DEP % "v1.0.1"}
MISSING = "example.com/nothere@v1.0.0"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HostileServer]:
    """Serve no module."""
    with serving(tmp_path / "nothing") as served:
        yield served


def _error(world: World, text: str, goproxy: str) -> MissingModuleError:
    with pytest.raises(MissingModuleError) as caught:
        world.load(text, goproxy=goproxy, deadline=0.5)
    assert caught.value.exit_code == (6 if isinstance(caught.value, NetworkError) else 3)
    assert list(caught.value.modules) == [text if "@" in text else f"{text}@latest"]
    return caught.value


def _code(code: int) -> Answer:
    return lambda asked: asked.say(code, b"for a reason\n", "text/plain")


@pytest.mark.parametrize(
    ("answer", "exit_code", "words", "hint"),
    [
        (_code(401), 6, "401 Unauthorized: for a reason", ".netrc"),
        (_code(403), 6, "403 Forbidden: for a reason", ".netrc"),
        (_code(404), 3, "404 Not Found: for a reason", "add a source that has it"),
        (_code(410), 3, "410 Gone: for a reason", "add a source that has it"),
        (_code(418), 6, "418 I'm a", "does not answer as a module proxy"),
        (_code(429), 6, "429 Too Many Requests: for a reason", "limits how often"),
        (_code(500), 6, "500 Internal Server Error: for a reason", "an error of the server"),
        (_code(503), 6, "503 Service Unavailable: for a reason", "an error of the server"),
        (Recorder.stall, 6, "no answer from 127.0.0.1 within 0.5 s", "-deadline SECONDS"),
        (lambda asked: asked.wfile.write(b"nonsense\r\n\r\n"), 6, "cannot read from 127.0.0.1", "try again"),
    ],
)
def test_answers(answer: Answer, exit_code: int, words: str, hint: str, world: World, server: HostileServer) -> None:
    server.answers = {"": answer}
    error = _error(world, MISSING, server.url)
    assert error.exit_code == exit_code
    first, line = str(error).splitlines()
    assert first == f"{MISSING}: {'no source has this module' if exit_code == 3 else 'cannot be fetched'}"
    assert line.startswith(f"\t{server.url}/example.com/nothere/@v/v1.0.0.info: {words}")
    assert hint in error.hint
    # The relay answers for servers that do not.
    assert "502" not in str(error)
    assert "504" not in str(error)


def test_nobody_listens(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = _error(world, MISSING, f"http://127.0.0.1:{port}")
    assert f"v1.0.0.info: cannot reach 127.0.0.1:{port}: Connection refused" in str(error)
    assert "nothing listens there" in error.hint
    assert error.exit_code == 6


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_is_not_there(scheme: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def lookup(host: str, *rest: Any, **more: Any) -> Any:
        if host == "127.0.0.1":
            return known(host, *rest, **more)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    error = _error(world, MISSING, f"{scheme}://goproxy.invalid")
    assert "cannot reach goproxy.invalid:" in str(error)
    assert "DNS" in error.hint
    assert error.exit_code == 6


def test_a_web_page_in_place_of_an_answer(world: World, server: HostileServer) -> None:
    server.answers = {"": lambda asked: asked.say(200, b"<!DOCTYPE html><html>log in</html>", "text/html")}
    with pytest.raises(TrustError) as caught:
        world.load(MISSING, goproxy=server.url)
    assert "captive portal" in caught.value.hint


@pytest.mark.parametrize(
    ("goproxy", "lines", "hint", "exit_code"),
    [
        ("{folder}", ["file://{folder}: no such module"], "add a source", 3),
        ("/nowhere,{folder}", ["file:///nowhere: no such folder", "file://{folder}: no such module"], "/nowhere", 3),
        ("direct", ["direct: left out"], "'direct' was left out", 3),
        ("{folder},direct", ["file://{folder}: no such module", "direct: left out"], "'direct' was left out", 3),
        ("{folder},off", ["file://{folder}: no such module", "off: ends the list"], "add a source", 3),
        ("{folder},{url}/404", ["file://{folder}: no such module", "{url}/404/{file}: 404 Not Found"], "add a", 3),
        ("{url}/404,{url}/410", ["{url}/404/{file}: 404 Not Found", "{url}/410/{file}: 410 Gone"], "add a source", 3),
        ("{url}/404,{url}/401", ["{url}/404/{file}: 404", "{url}/401/{file}: 401"], ".netrc", 6),
        ("{url}/503,{url}/404", ["{url}/503/{file}: 503", "{url}/404: not asked"], "{url}/503|https://OTHER", 6),
        ("{url}/503|{url}/401", ["{url}/503/{file}: 503", "{url}/401/{file}: 401"], "of the server", 6),
        (
            "{url}/503|{url}/404,{folder}",
            ["{url}/503/{file}: 503", "{url}/404/{file}: 404", "file://{folder}: no such module"],
            "of the server",
            6,
        ),
        (
            "{url}/401,{folder}|{url}/404",
            ["{url}/401/{file}: 401", "file://{folder}: not asked", "{url}/404: not asked"],
            ".netrc",
            6,
        ),
    ],
)
def test_each_source_has_its_reason(
    goproxy: str, lines: list[str], hint: str, exit_code: int, world: World, server: HostileServer
) -> None:
    world.serve({"far@v1.0.0": DEP.replace("dep", "far")})
    server.answers = {"": lambda asked: asked.say(int(asked.path.split("/")[1]), b"no\n", "text/plain")}
    names = {"folder": f"{world.folder}/goproxy", "url": server.url, "file": "example.com/nothere/@v/v1.0.0.info"}
    error = _error(world, MISSING, goproxy.format(**names))
    got = str(error).splitlines()[1:]
    assert len(got) == len(lines)
    assert all(line.startswith(f"\t{begin.format(**names)}") for line, begin in zip(got, lines, strict=True))
    assert hint.format(**names) in error.hint
    assert error.exit_code == exit_code
    # A module cache is not what the user named.
    assert "/users/" not in str(error)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("example.com/dep@v1.0.9", "no source has this version", "write example.com/dep@v1.0.1"),
        ("example.com/dep@v1.9.0", "no source has this version", "write example.com/dep@v1.1.0"),
        ("example.com/dep@v9", "no source has this version", "write example.com/dep@v1.1.0"),
        ("example.com/dep@9.9.9", "no source has this version", "write example.com/dep@v1.1.0"),
        ("example.com/dep@v2.1.0", "no source has this version", "example.com/dep/v2@v2.1.0"),
        ("example.com/depp@v1.0.0", "no source has this module", "did you mean example.com/dep@v1.0.0?"),
        ("exampel.com/dep@v1.0.0", "no source has this module", "did you mean example.com/dep@v1.0.0?"),
        ("example.com/depp@v1.2.3", "no source has this module", "did you mean example.com/dep@v1.1.0?"),
        ("example.com/depp", "no source has this module", "did you mean example.com/dep?"),
        ("example.org/else.git@v1.0.0", "no source has this module", "did you mean example.org/else@v1.0.0?"),
        ("example.com/dep/v2@v2.0.0", "no source has this module", "did you mean example.com/dep@v1.1.0?"),
    ],
)
def test_names_near_to_it(text: str, what: str, hint: str, world: World) -> None:
    world.serve(MODULES)
    error = _error(world, text, f"{world.folder}/goproxy")
    assert str(error).startswith(f"{text if '@' in text else f'{text}@latest'}: {what}")
    assert hint in error.hint
    if "version" in what:
        assert str(error).splitlines()[-1] == "\tavailable versions: v1.0.0, v1.0.1, v1.1.0"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("example.com/dep@v1.0.9", "write example.com/dep@v1.0.1"),
        # Nobody can list the modules of a server.
        ("example.com/depp@v1.0.0", "add a source that has it"),
    ],
)
def test_names_near_to_it_on_a_server(text: str, hint: str, world: World, server: HostileServer) -> None:
    world.serve(MODULES)
    server.root = world.folder / "goproxy"
    assert _error(world, text, server.url).hint.startswith(hint)


def _without_list(folder: Path) -> None:
    (folder / "list").unlink()


def _without_zip(folder: Path) -> None:
    (folder / "v1.0.0.zip").unlink()


@pytest.mark.parametrize(
    ("text", "spoil", "line"),
    [
        ("example.com/dep", _without_list, "no list of versions; gomod2bazel index -destination"),
        ("example.com/dep@v1.0.0", _without_zip, "example.com/dep@v1.0.0 is incomplete: no .zip"),
        ("example.com/dep@v1.0.0", shutil.rmtree, "no such module"),
    ],
)
def test_folders_that_are_incomplete(text: str, spoil: Callable[[Path], None], line: str, world: World) -> None:
    world.serve(MODULES)
    spoil(world.folder / "goproxy/example.com/dep/@v")
    assert f"file://{world.folder}/goproxy: {line}" in str(_error(world, text, f"file://{world.folder}/goproxy"))


def test_a_password_is_not_shown(world: World, server: HostileServer) -> None:
    server.answers = {"": _code(403)}
    far = server.url.replace("http://", "http://me:s3cret@")
    with pytest.raises((MissingModuleError, UsageError)) as caught:
        world.load(MISSING, goproxy=f"{server.url},{far}")
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"
