"""Sources over HTTP: deadlines, what may be asked, and what the next source is for."""

from __future__ import annotations

import base64
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.hostile_server import Answer, Recorder, certificate, serving
from support.world import MODULES, World

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, NetworkError, TrustError
from gomod2bazel.golang.proxy.relay import Relay
from gomod2bazel.golang.proxy.relay_server import Traffic


def _load(world: World, goproxy: str, **options: object) -> float:
    """Load the module, and return the seconds it took; what loads is the real thing."""
    began = time.monotonic()
    lock = world.lock("example.com/m@v1.0.0", goproxy=goproxy, deadline=0.5, **options)
    assert [binary.import_path for binary in lock.binaries] == ["example.com/m"]
    return time.monotonic() - began


def test_it_fetches_what_goes_plain(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.serve(MODULES)
    sizes = []
    with serving(world.folder / "goproxy") as server, monkeypatch.context() as patched:
        patched.setattr(Traffic, "add", lambda _traffic, size: sizes.append(size))
        _load(world, server.url, offline=True)
    assert "/example.com/dep/@v/v1.0.0.zip" in server.requests
    assert sum(sizes) >= (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").stat().st_size


@pytest.mark.parametrize(("separator", "reached"), [("|", True), (",", False)])
def test_a_source_that_never_answers(separator: str, reached: bool, world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder, {"": Recorder.stall}) as server:
        goproxy = f"{server.url}{separator}file://{world.folder}/goproxy"
        if reached:
            assert _load(world, goproxy) < 10
            # It was asked once at a time, and given up then: not once for every file.
            assert len(server.requests) < 4
        else:
            with pytest.raises(NetworkError, match=r"no answer from 127\.0\.0\.1 within 0\.5 s") as caught:
                _load(world, goproxy)
            assert f"{server.url}/example.com/m/@v/" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "separator", "reached"),
    [(404, ",", True), (410, ",", True), (500, ",", False), (403, ",", False), (500, "|", True), (403, "|", True)],
)
def test_which_answers_lead_to_the_next_source(code: int, separator: str, reached: bool, world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder, {"": lambda asked: asked.say(code, b"for a reason\n", "text/plain")}) as server:
        goproxy = f"{server.url}{separator}file://{world.folder}/goproxy"
        if reached:
            _load(world, goproxy)
        else:
            with pytest.raises(NetworkError, match=rf"{code} .*: for a reason"):
                _load(world, goproxy)


def _half(asked: Recorder) -> None:
    """Stall in the middle of a body."""
    asked.send_response(200)
    asked.send_header("Content-Length", "1000")
    asked.end_headers()
    asked.wfile.write(b"half of it")
    asked.stall()


def _sends_to(url: str) -> Answer:
    return lambda asked: asked.say(302, b"", Location=url)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (_half, NetworkError, "unexpected EOF"),
        (_sends_to("http://192.0.2.1/x"), TrustError, "127.0.0.1 redirects to 192.0.2.1, and -offline forbids"),
        (_sends_to("https://other.invalid/x"), TrustError, "redirects to other.invalid, and -offline forbids"),
        (_sends_to("http://127.0.0.1:9/x"), TrustError, "127.0.0.1 is not a configured source"),
        (_sends_to("file:///etc/passwd"), TrustError, "redirects to file:, which is not a source"),
    ],
)
def test_what_it_does_not_follow(answer: Answer, kind: type[Gomod2bazelError], words: str, world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder / "goproxy", {"dep/@v/v1.0.0.zip": answer}) as server:
        with pytest.raises(kind, match=re.escape(words)) as caught:
            _load(world, server.url, offline=True)
        assert caught.value.hint


def test_what_it_follows(world: World) -> None:
    world.serve(MODULES)
    with (
        serving(world.folder / "goproxy") as other,
        serving(world.folder / "goproxy") as server,
    ):
        content = (world.folder / "goproxy/example.com/m/@v/v1.0.0.zip").read_bytes()
        server.answers = {
            "m/@v/v1.0.0.zip": _sends_to(f"{server.url}/copy"),
            "dep/@v/v1.0.0.zip": _sends_to(f"{other.url}/example.com/dep/@v/v1.0.0.zip"),
            "/copy": lambda asked: asked.say(200, content),
        }
        _load(world, server.url, allowed_hosts=("127.0.0.1",))
    assert other.requests == ["/example.com/dep/@v/v1.0.0.zip"]


def _behind(world: World, proxy: str, **more: str) -> None:
    """Put the machine behind a proxy."""
    environment = {**world.go.environment, "HTTPS_PROXY": proxy, "no_proxy": "example.org", **more}
    world.go = replace(world.go, environment=environment)


def _tells_nothing(asked: Recorder) -> None:
    asked.wfile.write(b"HTTP/1.1 200 go on\r\n\r\n")
    asked.stall()


@pytest.mark.parametrize("tunnel", [Recorder.stall, _tells_nothing])
@pytest.mark.parametrize("reached", [True, False])
def test_https_that_never_answers(tunnel: Answer, reached: bool, world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder) as server:
        server.tunnel = tunnel
        _behind(world, server.url)
        if reached:
            assert _load(world, f"https://goproxy.invalid|file://{world.folder}/goproxy") < 10
        else:
            with pytest.raises(NetworkError, match=r"no answer from goproxy\.invalid within 0\.5 s"):
                _load(world, f"https://goproxy.invalid/path,file://{world.folder}/goproxy")
    assert set(server.requests) == {"CONNECT goproxy.invalid:443"}
    assert len(server.requests) < 4


def test_https_passes_unread_with_the_credentials_of_netrc(world: World) -> None:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    world.serve(MODULES)
    trusted, context = certificate(world.folder, "DNS:src.invalid")
    given: set[str | None] = set()

    def answer(asked: Recorder) -> None:
        asked.wfile.write(b"HTTP/1.1 200 go on\r\n\r\n")
        with context.wrap_socket(asked.connection, server_side=True) as private:
            asked.rfile, asked.wfile = private.makefile("rb"), private.makefile("wb")
            asked.handle_one_request()
            given.add(asked.headers.get("Authorization"))

    (world.folder / "netrc").write_text("machine src.invalid login me password s3cret\n", encoding="utf-8")
    with serving(world.folder / "goproxy") as server:
        server.tunnel = answer
        named = {"SSL_CERT_FILE": str(trusted), "NETRC": str(world.folder / "netrc")}
        _behind(world, server.url.replace("http://", "http://user:word@"), **named)
        _load(world, "https://src.invalid")
        with pytest.raises(MissingModuleError) as caught:
            world.lock("example.com/none@v1.0.0", goproxy="https://src.invalid")
    assert given == {"Basic " + base64.b64encode(b"me:s3cret").decode()}
    assert "404" in str(caught.value)
    assert "s3cret" not in f"{caught.value}{caught.value.hint}{world.messages}"


def test_a_password_in_a_source_is_not_shown(world: World) -> None:
    with serving(world.folder) as server:
        server.tunnel = _tells_nothing
        _behind(world, server.url)
        for goproxy, options in (
            ("https://me:s3cret@src.invalid", {}),
            ("https://me:s3cret@src.invalid/x", {"offline": True}),
        ):
            with pytest.raises(Gomod2bazelError) as caught:
                world.lock("example.com/m@v1.0.0", goproxy=goproxy, deadline=0.3, **options)
            assert "src.invalid" in str(caught.value)
            assert "s3cret" not in f"{caught.value}{caught.value.hint}{world.messages}"


def test_a_stranger_is_not_served(tmp_path: Path) -> None:
    import urllib.error  # noqa: PLC0415
    import urllib.request  # noqa: PLC0415

    with serving(tmp_path) as server:
        relay = Relay.to([server.url], {})
        with relay.serving({"GOPROXY": server.url}) as given:
            address = re.sub("relay:[^@]*@", "relay:guessed@", given["HTTP_PROXY"])
            handler = urllib.request.ProxyHandler({"http": address})
            alias = given["GOPROXY"]
            with pytest.raises(urllib.error.HTTPError, match="407"):
                urllib.request.build_opener(handler).open(f"{alias}/x", timeout=5)
        assert server.requests == []


def test_messages_name_the_source_as_it_was_given() -> None:
    relay = Relay.to(["http://127.0.0.1:80/p", "https://a.invalid"], {})
    with relay.serving({"GOPROXY": "http://127.0.0.1/p,https://a.invalid|http://[::1]:81"}) as given:
        assert re.fullmatch(r"http://\S+\.invalid:80/p,https://a\.invalid\|http://\S+\.invalid:81", given["GOPROXY"])
        assert relay.plain(given["GOPROXY"]) == "http://127.0.0.1:80/p,https://a.invalid|http://::1:81"
    relay.silence("a.invalid", 443)
    assert "no answer from a.invalid" in relay.plain('Get "https://a.invalid/m/@v/list": EOF')
