"""What verify says of binaries that are not the go command's; Bazel's part is played by the go command itself."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.cli import run_command
from gomod2bazel.commands.building.request import Request
from gomod2bazel.commands.verify.compare import file_difference, first_difference
from gomod2bazel.golang.command.gocommand import GoCommand

TREE = """
-- go.mod --
module example.com/m

go 1.22
-- a/main.go --
package main

func main() { println("a") }
-- b/main.go --
package main

func main() { println(text()) }
-- b/one.go --
//go:build !two

package main

func text() string { return "one" }
-- b/two.go --
//go:build two

package main

//go:noinline
func text() string {
	defer println("at the end")
	return "two"
}
"""

PLAIN = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return txtar.write(tmp_path / "tree", TREE)


def _go(go: RealGo, tree: Path, out: Path, *flags: str) -> Path:
    done = go.run("build", *PLAIN, *flags, "-o", str(out), "./b", cwd=tree)
    assert done.code == 0, done.err
    return out


def _instead(go: RealGo, tree: Path, *flags: str) -> Callable[[Session, Sequence[Request], object], None]:
    """Return a build that has the go command make the binaries, with other flags."""

    def build(_session: Session, requests: Sequence[Request], _record: object) -> None:
        (options,) = (request.options for request in requests)
        into = Path(options.install.destination)
        done = go.run("build", *PLAIN, *flags, "-o", f"{into}/", "./...", cwd=tree)
        assert done.code == 0, done.err
        platform = {"goos": "linux", "goarch": go.run("env", "GOARCH", cwd=tree).out.strip()}
        binaries = [
            {
                "path": str(path),
                "import_path": f"example.com/m/{path.name}",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                **platform,
            }
            for path in sorted(into.iterdir())
        ]
        Path(options.install.result_file).write_text(json.dumps({"schema_version": 1, "binaries": binaries}) + "\n")

    return build


def test_tells_what_differs(tree: Path, go: RealGo, monkeypatch: pytest.MonkeyPatch) -> None:
    user = User.with_go(tree.parent, go)
    monkeypatch.setattr("gomod2bazel.commands.verify.built.build", _instead(go, tree))
    assert run_command(["verify", "tree"], user.session) == 0
    words = [line.split()[:2] for line in "".join(user.out).splitlines()]
    assert words == [["equal", "example.com/m/a"], ["equal", "example.com/m/b"]]
    user.out.clear()
    assert run_command(["verify", "-json", "-tags=two", "tree"], user.session) == 1
    value = checked("verify", "".join(user.out))
    assert [file["equal"] for file in value["files"]] == [False, False]
    first = value["files"][0]
    assert first["difference"]["kind"] == "module information"
    assert "go build has 'build\\t-tags=two'" in first["difference"]["text"]
    assert first["ours"] != first["theirs"] != ""
    assert not list(tree.glob("*/b"))


def test_an_overlay_is_relative_to_the_users_folder(tree: Path, go: RealGo, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.parent / "new.go").write_text('package main\n\nfunc main() { println("new") }\n')
    for file, above in ((tree.parent / "o.json", ""), (tree / "whole.json", f"{tree.parent}/")):
        file.write_text(json.dumps({"Replace": {f"{above}tree/a/main.go": f"{above}new.go"}}))
    user = User.with_go(tree.parent, go)
    monkeypatch.setattr("gomod2bazel.commands.verify.built.build", _instead(go, tree, "-overlay=whole.json"))
    assert run_command(["verify", "-overlay", "o.json", "tree"], user.session) == 0, user.out
    monkeypatch.setattr("gomod2bazel.commands.verify.built.build", _instead(go, tree))
    user.out.clear()
    assert run_command(["verify", "-overlay", "o.json", "tree"], user.session) == 1
    assert "different  example.com/m/a" in "".join(user.out)


def test_the_go_command_refuses(tree: Path, go: RealGo, monkeypatch: pytest.MonkeyPatch) -> None:
    user = User.with_go(tree.parent, go)
    monkeypatch.setattr("gomod2bazel.commands.verify.built.build", _instead(go, tree))
    (tree / "a" / "main.go").write_text("package main\n\nfunc main() { undefined() }\n")
    shutil.copytree(tree, tree.parent / "other")
    monkeypatch.setattr(
        "gomod2bazel.commands.verify.built.build", _instead(go, txtar.write(tree.parent / "sound", TREE))
    )
    assert run_command(["verify", "tree"], user.session) == 1
    assert "undefined: undefined" in "".join(user.out)


def test_sections_and_symbols(tree: Path, go: RealGo, tmp_path: Path) -> None:
    command = GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())
    one = _go(go, tree, tmp_path / "one")
    assert first_difference(command, one, _go(go, tree, tmp_path / "same")) is None
    # Only the module information tells that -tags were given, so a copy of the file that they choose is what differs.
    shutil.copyfile(tree / "b" / "two.go", tree / "b" / "one.go")
    (tree / "b" / "one.go").write_text((tree / "b" / "one.go").read_text().replace("go:build two", "go:build !two"))
    for flags, words in (
        ((), "section .text: symbol main."),
        (("-ldflags=-buildid= -s",), "section .text: symbol main."),
    ):
        before = _go(go, txtar.write(tmp_path / "before", TREE), tmp_path / "1", *flags)
        after = _go(go, tree, tmp_path / "2", *flags)
        found = first_difference(command, after, before)
        assert found is not None
        assert found.kind == "symbol"
        assert found.text.startswith(words)
    stripped = first_difference(command, before, one)
    assert stripped is not None
    assert stripped.kind == "section"


def test_text_and_archives(go: RealGo, tmp_path: Path) -> None:
    command = GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())

    def differ(ours: bytes, theirs: bytes) -> str:
        (tmp_path / "ours").write_bytes(ours)
        (tmp_path / "theirs").write_bytes(theirs)
        found = first_difference(command, tmp_path / "ours", tmp_path / "theirs")
        return f"{found.kind}: {found.text}" if found else ""

    def member(name: str, content: bytes) -> bytes:
        return f"{name:<16}{'0':<12}{'0':<6}{'0':<6}{'644':<8}{len(content):<10}`\n".encode() + content

    head = b"!<arch>\n"
    assert differ(b"a\nb\nc\n", b"a\nB\nc\n") == 'bytes: line 2: "b", "B" in go\'s'
    assert differ(b"\0abc", b"\0abcd") == "bytes: byte 0x4; 4 bytes, 5 in go's"
    two = head + member("a.o", b"one\0") + member("b.o", b"two\0")
    other = head + member("a.o", b"one\0") + member("b.o", b"too\0")
    assert differ(two, other) == "section: section member b.o: byte 0x1: 77 6f 00, 6f 6f 00 in go's"
    assert differ(two, head + member("a.o", b"one\0")) == "section: section member b.o, which go's has not"


def _mach_o(signature: bytes) -> bytes:
    """Return a Mach-O file that has a segment for its code signature alone (mach-o/loader.h)."""
    end = 32 + 72 + 16
    commands = struct.pack(
        "<II16sQQQQIIII", 0x19, 72, b"__LINKEDIT", 0, len(signature), end, len(signature), 1, 1, 0, 0
    )
    commands += struct.pack("<IIII", 0x1D, 16, end, len(signature))
    header = struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 2, 2, len(commands), 0, 0)
    return header + commands + signature


def _portable(certificates: bytes, rest: bytes = b"rest") -> bytes:
    """Return a PE file without sections and with a certificate table (Microsoft, "PE Format")."""
    start = 0x40 + 4 + 20 + 240 + len(rest)
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20B)
    struct.pack_into("<I", optional, 64, len(certificates))
    struct.pack_into("<I", optional, 108, 16)
    struct.pack_into("<II", optional, 112 + 32, start, len(certificates))
    coff = struct.pack("<HHIIIHH", 0x8664, 0, 0, 0, 0, len(optional), 2)
    return b"MZ" + bytes(58) + struct.pack("<I", 0x40) + b"PE\0\0" + coff + optional + rest + certificates


def test_signatures(go: RealGo, tmp_path: Path) -> None:
    command = GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())

    def kind(ours: bytes, theirs: bytes) -> str:
        (tmp_path / "ours").write_bytes(ours)
        (tmp_path / "theirs").write_bytes(theirs)
        return file_difference(command, tmp_path / "ours", tmp_path / "theirs").kind

    assert kind(_mach_o(b"one"), _mach_o(b"another")) == "signature"
    assert kind(_portable(b"one"), _portable(b"another")) == "signature"
    assert kind(_portable(b"one"), _portable(b"one", b"more")) == "bytes"
    # Headers that promise more than there is.
    for whole in (_mach_o(b"one"), _portable(b"one")):
        for size in range(16, len(whole), 24):
            assert kind(whole[:size], whole) in ("signature", "bytes")
