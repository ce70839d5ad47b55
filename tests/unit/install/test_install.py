"""Installing: all files or none, never half a file, and what is reported of each."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from gomod2bazel.base.errors import Gomod2bazelError, InstallError, UsageError
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary, install, plan
from gomod2bazel.install.record import Input, Record

Build = Callable[..., BuiltBinary]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Make a binary of given content, as Bazel leaves it: read-only."""
    folder = tmp_path / "bazel-out"
    folder.mkdir()

    def make(name: str, content: bytes = b"new", **metadata: Any) -> BuiltBinary:
        source = folder / f"{len(list(folder.iterdir()))}_{name}"
        source.write_bytes(content)
        source.chmod(0o555)
        metadata.setdefault("import_path", f"example.com/m/cmd/{name}")
        return BuiltBinary(binary=Binary(name=name, **metadata), source=source)

    return make


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


@contextmanager
def read_only_folder() -> Iterator[Path]:
    """Yield a folder with file ``tool`` that not even root may write to here; file ``source`` is next to it."""
    with tempfile.TemporaryDirectory() as name:
        root, folder = Path(name), Path(name) / "bin"
        root.chmod(0o755)
        folder.mkdir()
        (folder / "tool").write_bytes(b"old")
        (root / "source").write_bytes(b"new")
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_copied_and_recorded(tmp_path: Path, build: Build) -> None:
    metadata = {
        "import_path": "example.com/m/cmd/tool",
        "set": "target",
        "module": "example.com/m",
        "version": "v1.0.0",
        "goos": "linux",
        "goarch": "amd64",
        "inputs": (Input(module="example.com/m", version="v1.0.0", sum="h1:x", verified=True),),
        "license": "MIT",
    }
    content = b"\x7fELF" * 1000
    where = Destination(prefix=str(tmp_path / "stage"), destination="/usr/bin")
    with umask(0o022):
        (installed,) = install([build("tool", content, **metadata)], where)
    assert installed.real == tmp_path / "stage/usr/bin/tool"
    assert installed.real.read_bytes() == content
    assert installed.real.stat().st_mode & 0o7777 == 0o755
    assert installed.state == "new"
    digest = hashlib.sha256(content).hexdigest()
    expected = {"path": "/usr/bin/tool", "mode": 0o755, "size": 4000, "sha256": digest, **metadata}
    expected |= {"kind": "executable", "verified": True}
    assert {name: getattr(installed.record, name) for name in Record.__dataclass_fields__} == expected
    assert list(contents(tmp_path / "stage/usr/bin")) == ["tool"]


TREE = Input(module="example.com/m")
VERIFIED, OTHER = (
    Input(module="example.com/d", version="v1.0.0", sum="h1:x", verified=verified) for verified in (True, False)
)


@pytest.mark.parametrize(
    ("inputs", "verified"),
    [((TREE,), True), ((TREE, VERIFIED), True), ((VERIFIED, OTHER), False), ((TREE, OTHER), False), ((), False)],
)
def test_a_binary_is_verified_if_all_its_modules_are(
    tmp_path: Path, build: Build, inputs: tuple[Input, ...], verified: bool
) -> None:
    (installed,) = install([build("tool", inputs=inputs)], Destination(destination=str(tmp_path / "bin")))
    assert installed.record.verified is verified


@pytest.mark.parametrize("kind", ["c-archive", "c-shared", "plugin", "archive", "header"])
def test_what_nobody_runs_is_not_executable(tmp_path: Path, build: Build, kind: str) -> None:
    where = Destination(destination=str(tmp_path / "lib"))
    with umask(0o022):
        (installed,) = install([build("x", kind=kind)], where)
        (again,) = install([build("x", kind=kind)], where)
    assert installed.real.stat().st_mode & 0o7777 == installed.record.mode == 0o644
    assert installed.record.kind == kind
    assert again.state == "unchanged"


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o755), (0o077, 0o700), (0o000, 0o777), (0o027, 0o750)])
def test_the_mode_is_that_of_go_install(tmp_path: Path, build: Build, mask: int, mode: int) -> None:
    with umask(mask):
        (installed,) = install([build("tool")], Destination(destination=str(tmp_path / "bin")))
    assert installed.record.mode == installed.real.stat().st_mode & 0o7777 == mode


def test_each_platform_gets_its_folder(tmp_path: Path, build: Build) -> None:
    items = [build("tool", folder="linux_amd64"), build("tool.exe", b"pe", folder="windows_amd64")]
    installed = install(items, Destination(destination=str(tmp_path / "bin")))
    assert [one.record.path for one in installed] == [
        f"{tmp_path}/bin/linux_amd64/tool",
        f"{tmp_path}/bin/windows_amd64/tool.exe",
    ]
    assert contents(tmp_path / "bin/windows_amd64") == {"tool.exe": b"pe"}


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_an_equal_file_is_left_alone_and_still_listed(tmp_path: Path, build: Build, mask: int) -> None:
    where = Destination(destination=str(tmp_path / "bin"))
    same, other = build("same", b"1" * 3_000_000), build("other", b"2")
    with umask(mask):
        first = install([same, other], where)
        os.utime(tmp_path / "bin/same", ns=(1, 1))
        second = install([same, build("other", b"3")], where)
    assert [one.unchanged for one in second] == [True, False]
    assert second[0].record == first[0].record
    assert (tmp_path / "bin/same").stat().st_mtime_ns == 1
    assert (tmp_path / "bin/other").read_bytes() == b"3"


@pytest.mark.parametrize("difference", ["content", "mode", "length"])
def test_a_file_that_differs_is_replaced(tmp_path: Path, build: Build, difference: str) -> None:
    where = Destination(destination=str(tmp_path / "bin"))
    (old,) = install([build("tool", b"1" * 2_000_000)], where)
    if difference == "mode":
        old.real.chmod(0o600)
    elif difference == "content":
        old.real.write_bytes(b"1" * 1_999_999 + b"2")
    else:
        old.real.write_bytes(b"1" * 2_000_001)
    (new,) = install([build("tool", b"1" * 2_000_000)], where)
    assert new.state == "changed"
    assert new.record == old.record
    assert new.real.read_bytes() == b"1" * 2_000_000
    assert new.real.stat().st_mode & 0o777 == new.record.mode


def test_a_running_program_can_be_replaced(tmp_path: Path, build: Build) -> None:
    (old,) = install([build("tool", b"old")], Destination(destination=str(tmp_path / "bin")))
    with old.real.open("rb") as running:
        install([build("tool", b"new")], Destination(destination=str(tmp_path / "bin")))
        assert running.read() == b"old"


@pytest.mark.parametrize("target", ["../precious", "../folder", "nowhere"])
def test_a_symlink_at_the_path_is_replaced_not_followed(tmp_path: Path, build: Build, target: str) -> None:
    for folder in ("bin", "folder"):
        (tmp_path / folder).mkdir()
    (tmp_path / "precious").write_bytes(b"new")  # the very content to install
    (tmp_path / "bin/tool").symlink_to(target)
    install([build("tool", b"new")], Destination(destination=str(tmp_path / "bin")))
    assert (tmp_path / "precious").read_bytes() == b"new"
    assert not (tmp_path / "bin/tool").is_symlink()
    assert (tmp_path / "bin/tool").read_bytes() == b"new"


def test_clashing_names_are_one_error_before_the_build(tmp_path: Path) -> None:
    binaries = [
        Binary(import_path="example.com/m/cmd/tool", name="tool"),
        Binary(import_path="example.com/m/internal/tool", name="tool"),
        Binary(import_path="example.com/m/a/x", name="x"),
        Binary(import_path="example.com/m/b/x", name="x"),
        Binary(import_path="example.com/m/cmd/fine", name="fine"),
    ]
    with pytest.raises(UsageError) as caught:
        plan(binaries, Destination(destination=str(tmp_path / "bin")))
    assert "tool: example.com/m/cmd/tool and example.com/m/internal/tool" in str(caught.value)
    assert "x: example.com/m/a/x and example.com/m/b/x" in str(caught.value)
    assert "fine" not in str(caught.value)
    assert "-binary example.com/m/internal/tool=NAME" in caught.value.hint
    assert not (tmp_path / "bin").exists()


def test_one_name_on_two_platforms_is_no_clash(tmp_path: Path) -> None:
    binaries = [Binary(import_path="example.com/m", name="m", folder=f) for f in ("linux_arm64", "linux_amd64")]
    assert plan(binaries, Destination(prefix=str(tmp_path), destination="/bin")) == (
        "/bin/linux_amd64/m",
        "/bin/linux_arm64/m",
    )


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "../a", "a\0b", "a\nb", "a\n", "\x1b[2J"])
def test_names_that_are_no_file_names_are_refused(tmp_path: Path, build: Build, name: str) -> None:
    where = Destination(destination=str(tmp_path / "bin"))
    binary = Binary(import_path="example.com/m/cmd/tool", name=name)
    with pytest.raises(UsageError, match=r"example\.com/m/cmd/tool: .* is not a file name"):
        plan([binary], where)
    with pytest.raises(UsageError, match="is not a file name"):
        install([BuiltBinary(binary=binary, source=build("tool").source)], where)
    assert not (tmp_path / "bin").exists()


@pytest.mark.parametrize(
    ("kind", "said"), [("folder", "already exists and is a directory"), ("pipe", "a .*pipe.* is in the way")]
)
def test_what_is_no_file_is_not_replaced(tmp_path: Path, build: Build, kind: str, said: str) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/fine").write_bytes(b"old")
    (tmp_path / "bin/tool").mkdir() if kind == "folder" else os.mkfifo(tmp_path / "bin/tool")
    where = Destination(destination=str(tmp_path / "bin"))
    items = [build("fine"), build("tool")]
    for attempt in (lambda: plan([i.binary for i in items], where), lambda: install(items, where)):
        with pytest.raises(InstallError, match=f"{tmp_path}/bin/tool: {said}"):
            attempt()
    assert sorted(p.name for p in (tmp_path / "bin").iterdir()) == ["fine", "tool"]
    assert (tmp_path / "bin/fine").read_bytes() == b"old"


def test_a_read_only_folder_is_refused_and_left_as_it_was() -> None:
    with read_only_folder() as folder:
        names = ("tool", "another")
        binaries = [Binary(import_path=f"example.com/m/cmd/{name}", name=name) for name in names]
        items = [BuiltBinary(binary=binary, source=folder.parent / "source") for binary in binaries]
        where = Destination(destination=str(folder))
        for attempt in (lambda: plan([i.binary for i in items], where), lambda: install(items, where)):
            with pytest.raises(InstallError, match=str(folder)) as caught:
                attempt()
            assert "-destination" in caught.value.hint
        with pytest.raises(InstallError, match=str(folder)):
            plan([items[0].binary], Destination(destination=str(folder / "below")))
        assert contents(folder) == {"tool": b"old"}


def test_a_full_disk_leaves_the_old_files(tmp_path: Path, build: Build) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/small").write_bytes(b"old small")
    (tmp_path / "bin/large").write_bytes(b"old large")
    items = [build("small", b"1"), build("large", b"2" * 100_000)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))  # fails as a full disk does, in the middle of the file
    try:
        with pytest.raises(InstallError, match=f"cannot write {tmp_path}/bin/large: "):
            install(items, Destination(destination=str(tmp_path / "bin")))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path / "bin") == {"small": b"old small", "large": b"old large"}


def test_a_binary_that_is_not_there_leaves_the_old_files(tmp_path: Path, build: Build) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/one").write_bytes(b"old")
    gone = build("two")
    gone.source.unlink()
    with pytest.raises(InstallError, match=f"cannot read {gone.source}"):
        install([build("one"), gone], Destination(destination=str(tmp_path / "bin")))
    assert contents(tmp_path / "bin") == {"one": b"old"}


def ctrl_c_at_line(number: int) -> Callable[[FrameType, str, Any], Any]:
    """Return a trace function that sends SIGINT before the line of the installer that is run as the ``number``-th."""
    seen = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.endswith(("/install.py", "/destination.py")):
            return None
        if event == "line":
            seen += 1
            if seen == number:
                signal.raise_signal(signal.SIGINT)
        return trace

    return trace


# A file opened in the very line that is interrupted is closed by the collector, which warns of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_at_any_line_leaves_whole_files_and_nothing_else(tmp_path: Path, build: Build) -> None:
    old, new = {"a": b"old a", "b": b"old b"}, {"a": b"new a", "b": b"new b"}
    items = [build(name, content) for name, content in new.items()]
    outcomes = []
    for number in range(1, 2000):
        folder = tmp_path / f"bin{number}"
        folder.mkdir()
        for name, content in old.items():
            (folder / name).write_bytes(content)
        before = sys.gettrace()
        sys.settrace(ctrl_c_at_line(number))
        try:
            with umask(0o022):
                install(items, Destination(destination=str(folder)))
        except KeyboardInterrupt:
            interrupted = True
        else:
            interrupted = False
        finally:
            sys.settrace(before)
        assert contents(folder) in (old, new), f"line {number}"
        outcomes.append(contents(folder))
        if not interrupted:
            break
    assert outcomes[0] == old
    assert outcomes[-1] == new
    assert len(outcomes) > 100
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_errors_have_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Gomod2bazelError) as caught:
        plan([Binary(import_path="example.com/m", name="m")], Destination(destination=str(tmp_path / "file")))
    assert caught.value.hint


def test_hundreds_of_folders_need_few_open_files(tmp_path: Path, build: Build) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = [build("LICENSE", folder=f"m{number}/deep/er") for number in range(300)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        installed = install(many, Destination(destination=str(tmp_path / "licenses")))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(installed) == 300
    assert (tmp_path / "licenses/m299/deep/er/LICENSE").read_bytes() == b"new"
