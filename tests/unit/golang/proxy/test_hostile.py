"""Hostile inputs: each ends in an error that says what it is, and nothing is written but in the cache."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from support.hostile_server import Answer, Recorder, serving
from support.hostile_zip import ZIPS, with_link
from support.world import MAIN, MODULES, World

from gomod2bazel.base.errors import (
    BuildError,
    Gomod2bazelError,
    MissingModuleError,
    NetworkError,
    ToolError,
    TrustError,
    UsageError,
)
from gomod2bazel.golang.proxy.dirhash import hash_go_mod, hash_zip

_SAFE = "h1:" + "A" * 43 + "="


def _state(world: World) -> dict[str, bytes]:
    """Return every file that is not in the cache."""
    inside = ("cache", "users")
    files = (path for path in world.folder.rglob("*") if path.is_file() and not path.is_symlink())
    named = ((path.relative_to(world.folder), path) for path in files)
    return {str(name): path.read_bytes() for name, path in named if name.parts[0] not in inside}


def _refused(
    world: World, kind: type[Gomod2bazelError], words: str, text: str = "tree", **options: object
) -> Gomod2bazelError:
    """Lock, and see that it is refused, that the words say why, and that nothing was written."""
    before = _state(world)
    with pytest.raises(Gomod2bazelError) as caught:
        world.lock(text, **options)
    assert type(caught.value) is kind, str(caught.value)
    assert words in str(caught.value)
    assert caught.value.hint or kind is BuildError
    assert _state(world) == before
    assert not [path for path in world.folder.rglob("*escaped*") if path.name.startswith(("escaped", "..\\"))]
    return caught.value


def _vouch(world: World, zipped: bytes) -> str:
    """Return a go.sum that verifies a zip, where it has a sum: what the sum cannot stop, the zip's rules must."""
    file = world.folder / "cache" / "zip"
    file.write_bytes(zipped)
    try:
        found = hash_zip(file)
    except TrustError:
        found = _SAFE
    lines = (line for line in world.sums.splitlines() if not line.startswith("example.com/dep v1.0.0 "))
    return "".join(f"{line}\n" for line in [*lines, f"example.com/dep v1.0.0 {found}"])


@pytest.mark.parametrize("name", ZIPS)
def test_zips(name: str, world: World) -> None:
    make, words = ZIPS[name]
    world.serve(MODULES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library does not like what it packs
        zipped = make()
    world.tree(MAIN)
    (world.folder / "tree/go.sum").write_text(_vouch(world, zipped), encoding="utf-8")
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").write_bytes(zipped)
    assert _refused(world, TrustError, words).exit_code == 4


def test_a_symlink_in_a_zip_is_a_plain_file(world: World) -> None:
    """The go command unpacks it as a file that holds the name; nothing is followed."""
    world.serve(MODULES)
    world.tree(MAIN)
    (world.folder / "tree/go.sum").write_text(_vouch(world, with_link()), encoding="utf-8")
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").write_bytes(with_link())
    world.lock("tree")
    (unpacked,) = world.folder.rglob("example.com/dep@v1.0.0/link.txt")
    assert not unpacked.is_symlink()
    assert unpacked.read_text(encoding="utf-8") == "/etc/passwd"


def _go_mod(text: str) -> Callable[[World], None]:
    """Serve another go.mod for dep, for which go.sum vouches."""

    def serve(world: World) -> None:
        (world.folder / "goproxy/example.com/dep/@v/v1.0.0.mod").write_text(text, encoding="utf-8")
        lines = (line for line in world.sums.splitlines() if not line.startswith("example.com/dep v1.0.0/go.mod "))
        sums = [*lines, f"example.com/dep v1.0.0/go.mod {hash_go_mod(text.encode())}"]
        (world.folder / "tree/go.sum").write_text("".join(f"{line}\n" for line in sums), encoding="utf-8")

    return serve


def _sums(change: Callable[[str], str]) -> Callable[[World], None]:
    def write(world: World) -> None:
        (world.folder / "tree/go.sum").write_text(change(world.sums), encoding="utf-8")

    return write


def _without(part: str) -> Callable[[World], None]:
    return _sums(lambda text: "".join(f"{line}\n" for line in text.splitlines() if part not in line))


def _tampered_go_mod(world: World) -> None:
    with (world.folder / "goproxy/example.com/dep/@v/v1.0.0.mod").open("a", encoding="utf-8") as file:
        file.write("require example.com/evil v1.0.0\n")


def _tampered_zip(world: World) -> None:
    zipped = world.folder / "goproxy/example.com/dep/@v"
    (zipped / "v1.0.0.zip").write_bytes((zipped / "v1.1.0.zip").read_bytes().replace(b"@v1.1.0", b"@v1.0.0"))


def _main_go_mod(change: Callable[[str], str]) -> Callable[[World], None]:
    def write(world: World) -> None:
        file = world.folder / "tree/go.mod"
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("prepare", "kind", "words"),
    [
        (_go_mod("module example.com/other\n"), TrustError, "declares its path as: example.com/other"),
        (_go_mod("module example.com/dep\nrequire (\n"), TrustError, "example.com/dep@v1.0.0: parsing go.mod"),
        (_go_mod("\0\1\2"), TrustError, "example.com/dep@v1.0.0: parsing go.mod"),
        (_go_mod("module example.com/dep\ngo 1.999\n"), ToolError, "requires go >= 1.999"),
        (_tampered_go_mod, TrustError, "example.com/dep@v1.0.0/go.mod: checksum mismatch"),
        (_tampered_zip, TrustError, "example.com/dep@v1.0.0: checksum mismatch"),
        (_without("dep v1.0.0 "), TrustError, "missing go.sum entry"),
        (_without("dep v1.0.0/go.mod"), TrustError, "missing go.sum entry for go.mod file"),
        (_sums(lambda text: f"example.com/dep v1.0.0\n{text}"), TrustError, "malformed go.sum"),
        (_sums(lambda text: f"{text}\0\1 garbage\n"), TrustError, "malformed go.sum"),
        (_sums(lambda text: text.replace("h1:", "h2:")), TrustError, "missing go.sum entry"),
        (_main_go_mod(lambda text: text + "require example.com/dep v1.1.0 v1.2.0\n"), BuildError, "go.mod:6"),
        (_main_go_mod(lambda text: text + "replace example.com/dep => ../../out v1\n"), BuildError, "go.mod:6"),
        (_main_go_mod(lambda text: text.replace("example.com/m", "../m")), BuildError, "../m"),
    ],
)
def test_go_mods_and_sums(
    prepare: Callable[[World], None], kind: type[Gomod2bazelError], words: str, world: World
) -> None:
    world.serve(MODULES)
    world.tree(MAIN)
    prepare(world)
    _refused(world, kind, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("example.com/m v1.0.0 h1:x extra\n", "sums:1: malformed go.sum: 4 fields"),
        ("\0\n", "sums:1: malformed go.sum: 1 field"),
        (f"example.com/m v1.0.0 {_SAFE}\n", "example.com/m@v1.0.0: checksum mismatch"),
        (f"example.com/m v1.0.0/go.mod {_SAFE}\n", "example.com/m@v1.0.0/go.mod: checksum mismatch"),
    ],
)
def test_sumfiles(text: str, words: str, world: World) -> None:
    world.serve(MODULES)
    (world.folder / "sums").write_text(text, encoding="utf-8")
    _refused(world, TrustError, words, "example.com/m@v1.0.0", sumfile="sums")


@pytest.mark.parametrize("line", ["dep v1.0.0", "dep v1.0.0/go.mod"])
def test_a_tree_that_the_baseline_contradicts(line: str, world: World) -> None:
    world.serve(MODULES)
    world.tree(MAIN)
    (world.folder / "sums").write_text(f"example.com/{line} {_SAFE}\n", encoding="utf-8")
    error = _refused(world, TrustError, f"example.com/{line.replace(' ', '@').partition('/')[0]}", sumfile="sums")
    assert "checksum mismatch" in error.what
    assert error.where == f"{world.folder}/sums:1"
    (world.folder / "sums").write_text(world.sums, encoding="utf-8")
    world.lock("tree", sumfile="sums")


def test_two_go_mods(world: World) -> None:
    world.serve(MODULES)
    with (world.folder / "goproxy/example.com/m/@v/v1.0.0.mod").open("a", encoding="utf-8") as file:
        file.write("// another\n")
    _refused(world, TrustError, "example.com/m@v1.0.0: the go.mod in the zip differs", "example.com/m@v1.0.0")


def _endless(asked: Recorder) -> None:
    asked.send_response(200)
    asked.end_headers()
    while not asked.server.released.is_set():
        asked.wfile.write(b"// more\n" * 8192)


def _bombs(asked: Recorder) -> None:
    """Answer with little that unpacks to much, though it was asked for plain."""
    import gzip  # noqa: PLC0415

    asked.say(200, gzip.compress(b"// more\n" * (1 << 20)), **{"Content-Encoding": "gzip"})


def _hangs_up(asked: Recorder) -> None:
    asked.close_connection = True


def _short(asked: Recorder) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "100000")
    asked.end_headers()
    asked.wfile.write(b"PK")


def _drips(asked: Recorder) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "1000")
    asked.end_headers()
    asked.wfile.write(b"P")
    asked.server.released.wait(60)


def _says(code: int, body: bytes, **headers: str) -> Answer:
    return lambda asked: asked.say(code, body, **headers)


def _sends(url: str) -> Answer:
    return lambda asked: asked.say(302, b"", Location=url)


_VERSION, _LATEST = "example.com/m@v1.0.0", "example.com/m"


@pytest.mark.parametrize(
    ("path", "answer", "text", "kind", "words"),
    [
        ("dep/@v/v1.0.0.zip", Recorder.stall, _VERSION, NetworkError, "no answer from 127.0.0.1 within"),
        ("dep/@v/v1.0.0.zip", _short, _VERSION, NetworkError, "unexpected EOF"),
        ("dep/@v/v1.0.0.zip", _drips, _VERSION, NetworkError, "unexpected EOF"),
        ("dep/@v/v1.0.0.zip", _hangs_up, _VERSION, NetworkError, "cannot read from 127.0.0.1"),
        ("dep/@v/v1.0.0.zip", _says(200, b"<html>"), _VERSION, TrustError, "not a valid zip file"),
        ("dep/@v/v1.0.0.zip", _says(500, b"no"), _VERSION, NetworkError, "500 Internal Server Error"),
        ("dep/@v/v1.0.0.zip", _says(429, b"no"), _VERSION, NetworkError, "429 Too Many Requests"),
        ("dep/@v/v1.0.0.zip", _sends("file:///etc/passwd"), _VERSION, TrustError, "which is not a source"),
        ("dep/@v/v1.0.0.zip", _sends("http://[::1/x"), _VERSION, TrustError, "which is not a source"),
        ("dep/@v/v1.0.0.zip", _sends("http://a:99999/x"), _VERSION, TrustError, "which is not a source"),
        ("dep/@v/v1.0.0.zip", _sends("http://192.0.2.1/"), _VERSION, TrustError, ("192.0.2.1 is not a configured "
            "source")),
        ("dep/@v/v1.0.0.zip", _sends("v1.0.0.zip"), _VERSION, NetworkError, "stopped after 10 redirects"),
        ("m/@v/v1.0.0.mod", _endless, _VERSION, NetworkError, "unexpected EOF"),
        ("m/@v/v1.0.0.info", _endless, _VERSION, NetworkError, "unexpected EOF"),
        ("m/@v/v1.0.0.info", _bombs, _VERSION, TrustError, "invalid response from proxy"),
        ("m/@v/v1.0.0.info", _says(200, b"not json"), _VERSION, TrustError, "invalid response from proxy"),
        ("m/@v/v1.0.0.info", _says(200, b'{"Version": "v1.9.0"}'), _VERSION, TrustError, "info for version v1.9.0"),
        ("m/@v/list", _endless, _LATEST, NetworkError, "unexpected EOF"),
        ("m/@v/list", _says(200, b"\0\1 garbage\n../../x\n"), _LATEST, MissingModuleError, "example.com/m"),
        ("m/@v/list", _says(200, b"v1.0.0\nv9.0.0/../../x\n"), "example.com/m@v9", MissingModuleError, "v9"),
        ("m/@v/list", Recorder.stall, _LATEST, NetworkError, "no answer from 127.0.0.1 within"),
    ],
)  # fmt: skip
def test_sources(path: str, answer: Answer, text: str, kind: type[Gomod2bazelError], words: str, world: World) -> None:
    world.serve(MODULES)
    with serving(world.folder / "goproxy", {path: answer}) as server:
        error = _refused(world, kind, words, text, goproxy=server.url, deadline=0.5)
    assert "127.0.0.1" in str(error) or kind is TrustError or "example.com/m" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "../m@v1.0.0",
        "-x@v1.0.0",
        "example.com/../m@v1.0.0",
        "example.com/m@-x",
        "example.com/m\n@v1.0.0",
        "a b@v1.0.0",
        "\0",
    ],
)
def test_inputs(text: str, world: World) -> None:
    world.serve(MODULES)
    _refused(world, UsageError, "", text)


def test_a_go_mod_elsewhere_in_a_hierarchy(world: World) -> None:
    world.serve(MODULES)
    aside = world.folder / "goproxy/example.com/dep/@v/v1.0.0.mod"
    moved = world.folder / "other/example.com/m/@v/v1.0.0.mod"
    moved.parent.mkdir(parents=True)
    moved.write_bytes(aside.read_bytes())
    _refused(world, UsageError, "but the file is not at that path", str(Path("other/example.com/m/@v/v1.0.0.mod")))
