"""What is done to linked binaries: which are refused, which changed, and that equal ones have one debug file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.elf import linked
from support.prepared_modules import module, prepared
from support.user import User

from gomod2bazel.base.errors import BuildError, InstallError, ToolError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.finishing import check_finishing, finished
from gomod2bazel.commands.releasing.releasing import Placed, Releasing
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.release.distribution.gnu_build_id import build_id

BIN = Destination(destination="/usr/bin", prefix="/stage")

# An objcopy that keeps the whole file in both parts.
_OBJCOPY = """#!/bin/sh
while [ $# -gt 2 ]; do shift; done
cp "$1" "$2"
"""


def options(**values: object) -> Options:
    return with_values(Options(), {"gnu_build_id": True, **values})


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "objcopy").write_text(_OBJCOPY)
    (tmp_path / "bin" / "objcopy").chmod(0o755)
    user = User(tmp_path, SubprocessRunner()).session
    return replace(user, environment={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"})


def built(folder: Path, name: str, content: bytes, kind: str = "executable") -> Placed:
    (folder / name).write_bytes(content)
    binary = Binary(import_path=f"example.com/m/cmd/{name}", name=name, kind=kind, goos="linux")
    return BuiltBinary(binary=binary, source=folder / name), BIN


def releasing(chosen: Options, place: Destination = BIN) -> Releasing:
    entry: PreparedModule = prepared(module("example.com/m@v1.0.0"))
    part = ReleasePart(prepared=entry, binaries=(), destination=place, text="example.com/m@v1.0.0")
    return Releasing(options=chosen, parts=[part])


def test_what_cannot_be_done_is_refused_before_the_build(session: Session, tmp_path: Path) -> None:
    files = [Binary(import_path="m", name="a", goos=goos) for goos in ("linux", "windows", "darwin")]
    plain, split = releasing(options()), releasing(options(debug_files=str(tmp_path / "debug")))
    with pytest.raises(UsageError, match="-gnu-build-id: programs for darwin, windows are not ELF files"):
        check_finishing(session, plain, files)
    with pytest.raises(UsageError, match="-debug-files: programs for darwin"):
        check_finishing(session, split, files)
    empty = replace(session, environment={"PATH": str(tmp_path / "none")})
    check_finishing(empty, plain, files[:1])
    with pytest.raises(ToolError, match='"objcopy" not found'):
        check_finishing(empty, split, files[:1])


def test_the_folder_of_debug_files_is_checked(session: Session, tmp_path: Path) -> None:
    files = [Binary(import_path="m", name="a", goos="linux")]
    place = Destination(destination="/usr/bin", prefix=str(tmp_path))
    split = releasing(options(debug_files="/usr/lib/debug"), place)
    check_finishing(session, split, files)
    assert not (tmp_path / "usr").exists()
    (tmp_path / "usr" / "lib").mkdir(parents=True)
    (tmp_path / "usr" / "lib" / "debug").write_text("in the way")
    with pytest.raises(InstallError, match="a file is in the way"):
        check_finishing(session, split, files)


def test_linked_files_get_an_id_and_others_stay(session: Session, tmp_path: Path) -> None:
    header = built(tmp_path, "a.h", b"int a;", kind="header")
    files = [built(tmp_path, "a", linked(b"one")), header]
    (program, place), other = finished(session, releasing(options()), files, tmp_path / "new")
    assert place is BIN
    assert other == header
    content = program.source.read_bytes()
    identifier = bytes.fromhex(build_id(program.source))
    assert identifier != bytes(20)
    assert content.replace(identifier, bytes(20)) == linked(b"one")
    assert program.binary == files[0][0].binary


def test_equal_binaries_have_one_debug_file(session: Session, tmp_path: Path) -> None:
    contents = {"a": b"one", "b": b"one", "c": b"two"}
    files = [built(tmp_path, name, linked(code)) for name, code in contents.items()]
    made = finished(session, releasing(options(debug_files="/usr/lib/debug")), files, tmp_path / "new")
    names = [place.shown(item.binary.name, item.binary.folder) for item, place in made]
    assert names[:3] == ["/usr/bin/a", "/usr/bin/b", "/usr/bin/c"]
    assert len(names) == 5
    assert all(name.startswith("/usr/lib/debug/.build-id/") and name.endswith(".debug") for name in names[3:])
    assert [item.binary.kind for item, _ in made] == ["executable"] * 3 + ["debug"] * 2
    assert {place.prefix for _, place in made} == {"/stage"}


def test_a_file_without_room_for_an_id_is_an_error(session: Session, tmp_path: Path) -> None:
    files = [built(tmp_path, "a", b"\x7fELF\x02\x01\x01" + bytes(100))]
    with pytest.raises(BuildError, match="cmd/a: -gnu-build-id: it has no GNU build ID") as caught:
        finished(session, releasing(options()), files, tmp_path / "new")
    assert caught.value.hint == "omit -B from -ldflags, or -gnu-build-id"
