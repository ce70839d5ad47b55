"""What is read, and what must hold of all that is not refused."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from support.elf import linked
from support.hostile_zip import plain_zip
from support.oci_release import binary, released

from gomod2bazel.base.errors import MissingModuleError, UsageError
from gomod2bazel.base.version import escape, unescape
from gomod2bazel.commands.verify.binary.facts import BinaryFacts, RecordedModule
from gomod2bazel.commands.verify.binary.harmless import refused_argument
from gomod2bazel.commands.verify.binary.recipe import Given, recipe_of
from gomod2bazel.commands.verify.compare import Difference
from gomod2bazel.golang.command.gocommand import error_of, reported_missing
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.dirhash import hash_zip
from gomod2bazel.golang.proxy.relay import Relay
from gomod2bazel.golang.proxy.sources import Sources, redacted
from gomod2bazel.install.record import Input, Record, Run
from gomod2bazel.install.result_formats import FILE_LISTS, decode, encode
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.options.flags import parse
from gomod2bazel.options.module_input import ModuleInput
from gomod2bazel.options.quoting import split
from gomod2bazel.release.distribution.gnu_build_id import ElfError, build_id, write_build_id
from gomod2bazel.release.licenses.policy_file import read_policy
from gomod2bazel.release.licenses.texts.detection import detect, with_version
from gomod2bazel.release.licenses.texts.expression import canonical
from gomod2bazel.release.licenses.texts.text_words import decoded
from gomod2bazel.release.oci.base import base_of
from gomod2bazel.release.oci.blobs import CONFIG, LAYER, MANIFEST, compact_json
from gomod2bazel.release.oci.image import Contents, make_image
from gomod2bazel.release.oci.layer import write_layer
from gomod2bazel.release.oci.platform import Platform

__all__ = ["TARGETS", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A boundary.

    Attributes:
        seeds: good inputs.
        read: reads one; it may raise a Gomod2bazelError and nothing else.
    """

    seeds: Sequence[bytes]
    read: Callable[[bytes], None]


def _text(data: bytes) -> str:
    """Return bytes as arguments and environment variables come (PEP 383)."""
    return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def _go_sum(data: bytes) -> None:
    read = gosum.parse(data.decode(errors="surrogateescape"), "go.sum")
    again = gosum.parse(read.text(), "go.sum")
    assert {key: set(value) for key, value in again.sums.items()} == {k: set(v) for k, v in read.sums.items()}


def _result(form: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        found = decode(form, data, "result")
        try:
            written = encode(form, found.binaries, found.run)
        except UsageError:
            return  # it holds a path that this format cannot
        again = decode(form, written, "result")
        assert {one.path for one in again.binaries} == {one.path for one in found.binaries}

    return read


def _sources(data: bytes) -> None:
    sources = Sources.parse(_text(data))
    assert Sources.parse(sources.goproxy).goproxy == sources.goproxy
    shown = sources.shown
    for _, entry in sources.entries:
        assert redacted(entry) in shown if len(sources.entries) < 99 else shown
        assert urlsplit(redacted(entry)).password in (None, "", "xxxxx")
    sources.folders()
    relay = Relay.to(sources.remote, {})
    assert relay.plain("no sources here") == "no sources here"


def _escaped(data: bytes) -> None:
    text = _text(data)
    assert escape(unescape(text)) == text


def _input(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        found = read_input(_text(data), Path(name))
    if isinstance(found, ModuleInput):
        assert ".." not in PurePosixPath(found.path).parts
        assert not found.path.startswith(("-", "/", "."))
        assert not found.query.startswith("-")
        assert found.query.split() == [found.query]


def _hierarchy(data: bytes) -> None:
    """Read the .mod file of a hierarchy, wherever it stands: the first line is its path, the rest its content."""
    line, _, content = data.partition(b"\n")
    # Making deeper folders is what would fail first.
    parts = [part[:100] for part in _text(line).split("/") if part not in ("", ".", "..")][:200]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "root", *parts)
        try:
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        except OSError:
            return
        found = read_input(str(path), Path(name))
        if isinstance(found, ModuleInput):
            # A .mod file's root is a folder above it; a name of no such file is a module path.
            assert Path(urlsplit(found.source).path).name in path.resolve().as_uri()


def _zip(data: bytes) -> None:
    assert hash_zip(io.BytesIO(data)).startswith("h1:")


def _flags(data: bytes) -> None:
    words = split(_text(data))
    parse(words)


def _messages(data: bytes) -> None:
    text = _text(data)
    error_of(text)
    for module in reported_missing(text):
        assert module.path
        assert module.version.startswith("v")
    relay = Relay.to(["https://a.invalid"], {})
    relay.silence("a.invalid", 443)
    relay.plain(text)
    MissingModuleError(text)


def _base_image(data: bytes) -> None:
    """Read index, manifest and configuration of a base image, a line each; @NAME is the descriptor of another."""
    index, manifest, config = [*data.split(b"\n", 2), b"", b""][:3]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "base")
        (folder / "blobs/sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        layer = _blob(folder, LAYER, b"")
        manifest = manifest.replace(b"@LAYER", layer).replace(b"@CONFIG", _blob(folder, CONFIG, config))
        (folder / "index.json").write_bytes(index.replace(b"@MANIFEST", _blob(folder, MANIFEST, manifest)))
        base = base_of(str(folder)).image(Platform("linux", "amd64"), Path(name, "scratch"))
        item = released(binary(), Path(name), b"")
        contents = Contents(
            binary=item,
            layer=write_layer(item, 0, Path(name, "scratch")),
            platform=Platform("linux", "amd64"),
            created=0,
            annotations={},
        )
        made = make_image(contents, base)
        assert len(made.layers) == len(base.layers) + 1


def _blob(folder: Path, media_type: str, content: bytes) -> bytes:
    digest = hashlib.sha256(content).hexdigest()
    (folder / "blobs/sha256" / digest).write_bytes(content)
    return compact_json({"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)})


def _elf(data: bytes) -> None:
    """Read and write the build ID of a linked file; all else stays."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "source"), Path(name, "target")
        source.write_bytes(data)
        try:
            written = write_build_id(source, target)
        except ElfError as error:
            raise UsageError(str(error)) from error
        assert build_id(target) == written
        assert len(target.read_bytes()) == len(data)


_RECORD = Record(
    path="/usr/bin/m", import_path="example.com/m", kind="executable", set="target", module="example.com/m",
    version="v1.0.0", goos="linux", goarch="amd64", mode=0o755, size=3, sha256="ab" * 32,
    inputs=(Input(module="example.com/m", version="v1.0.0", sum="h1:" + "A" * 43 + "=", verified=True),),
)  # fmt: skip
_RUN = Run(tool_version="1", go_version="go1.26.8", input="example.com/m@v1.0.0")
_SUMS = f"example.com/m v1.0.0 h1:{'A' * 43}=\nexample.com/m v1.0.0/go.mod h1:{'B' * 43}=\n".encode()
_SAID = b"""go: example.com/m@v1.0.0 requires
\texample.com/d@v1.0.0: reading https://a.invalid/d/@v/v1.0.0.mod: 404 Not Found
\tserver response: not here
a.go:3:8: example.com/e@v1.0.0: Get "https://a.invalid/e/@v/v1.0.0.zip": EOF
verifying example.com/m@v1.0.0: checksum mismatch
"""

_BASE_IMAGE = b"""{"manifests":[@MANIFEST]}
{"config":@CONFIG,"layers":[@LAYER]}
{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:00"]},"history":[{"created_by":"x"}],\
"config":{"Env":["A=b"],"Labels":{"a":"b"},"User":"1","Cmd":null,"Volumes":{"/x":{}},"x":"\\ud800"}}"""

#: Each boundary by its name.
_SETTINGS = b"""go1.26.8
example.com/m/cmd/x
example.com/m v1.2.3 h1:sum
-trimpath=true
-tags=a,b
-gcflags=all=-N -l
-ldflags=-s -X 'main.v=a b'
CGO_ENABLED=0
GOOS=linux
GOARCH=amd64
"""


def _settings(data: bytes) -> None:
    """Read what a binary says of its build; nothing of it may become a file name, a program or another variable."""
    version, path, module, *lines = *data.decode(errors="replace").splitlines(), "", "", ""
    words = (*module.split(" "), "", "")
    facts = BinaryFacts(
        name="x",
        path=Path("x"),
        go_version=version,
        import_path=path,
        main=RecordedModule(path=words[0], version=words[1], sum=words[2]),
        settings={key: value for key, _, value in (line.partition("=") for line in lines)},
        format="ELF",
    )
    recipe = recipe_of(facts, Given())
    if isinstance(recipe, Difference):
        return
    assert recipe.module and ".." not in recipe.module.path.split("/") and ".." not in path.split("/")
    assert not {"overlay", "modfile", "pkgdir", "toolexec", "destination"} & set(recipe.values)
    assert not {"PATH", "HOME", "GOFLAGS", "GOPROXY", "CC"} & set(recipe.environment)
    for name, key in (("ldflags", "-ldflags"), ("gcflags", "-gcflags"), ("asmflags", "-asmflags")):
        assert not any(refused_argument(key, text) for text in recipe.values.get(name, ()))


def _license(data: bytes) -> None:
    expression = with_version(detect(decoded(data)).expression, frozenset())
    assert not expression or canonical(expression) == expression


def _license_policy(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "policy.toml")
        path.write_bytes(data)
        policy = read_policy(path, "policy.toml")
    assert all(canonical(answer.expression) == answer.expression for answer in policy.answers)


_LICENSES = Path(__file__).parents[1] / "unit/release/licenses/copies"
_POLICY = b"""allow = ["MIT", "BSD-*"]
deny = ["AGPL-*"]
[[module]]
path = "example.com/*"
expression = "mit or (isc and GPL-2.0-only WITH Classpath-exception-2.0)"
reason = "read"
"""

TARGETS: dict[str, Target] = {
    "go.sum": Target([_SUMS, b""], _go_sum),
    **{f"result-{form}": Target([encode(form, [_RECORD, _RECORD], _RUN)], _result(form)) for form in FILE_LISTS},
    "elf": Target([linked(b"code")], _elf),
    "goproxy": Target(
        [b"https://a.invalid,direct", b"file:///a%20b|http://[::1]:80/p,off", b"https://me:secret@h.invalid:8/x"],
        _sources,
    ),
    "escape": Target([b"github.com/!azure/x", b"v1.0.0-!r!c1"], _escaped),
    "input": Target([b"example.com/m@v1.0.0", b"example.com/m@<v1.3", b"./tree/go.mod", b"a/@v/v1.0.0.mod"], _input),
    "hierarchy": Target(
        [b"example.com/m/@v/v1.0.0.mod\nmodule example.com/m\n", b'h.com/!a/@v/v2.0.0.mod\n// c\nmodule "h.com/A"\n'],
        _hierarchy,
    ),
    "zip": Target([plain_zip()], _zip),
    "flags": Target([b"-set target,-example -ldflags='-X a=b c' -p 3 -allow-host a.b:1 -deadline 3 x@v1"], _flags),
    "messages": Target([_SAID], _messages),
    "license": Target([path.read_bytes() for path in sorted(_LICENSES.glob("[BIMUy]*.txt"))], _license),
    "license-policy": Target([_POLICY, b"allow = []"], _license_policy),
    "base-image": Target([_BASE_IMAGE], _base_image),
    "build-settings": Target([_SETTINGS], _settings),
}
