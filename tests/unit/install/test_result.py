"""Result files: what each format holds, that it reads back, and how it is written."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.documents import checked

from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.install import result
from gomod2bazel.install.record import Input, Record, Run
from gomod2bazel.install.result_formats import FILE_LISTS, FORMATS, encode

RUN = Run(tool_version="1.2.3", go_version="go1.26.0", input="example.com/m@v1.0.0")
OWN = Input(module="example.com/m", version="v1.0.0", sum="h1:own", verified=True)
DEPENDENCY = Input(module="example.com/d", version="v0.1.0", sum="h1:dependency", verified=False)
TOOL = Record(
    path="/usr/bin/tool",
    import_path="example.com/m/cmd/tool",
    kind="executable",
    set="target",
    module="example.com/m",
    version="v1.0.0",
    goos="linux",
    goarch="amd64",
    mode=0o755,
    size=5_000_000_000,
    sha256="ab" * 32,
    inputs=(OWN, DEPENDENCY),
    license="MIT",
)
AUX = Record(path="/usr/bin/aux", import_path="example.com/m/internal/aux", set="maintenance", size=0)


def test_lines_are_sorted_and_unique() -> None:
    assert encode("lines", [TOOL, AUX, TOOL], RUN) == b"/usr/bin/aux\n/usr/bin/tool\n"


def test_no_file_is_an_empty_list() -> None:
    assert encode("lines", [], RUN) == encode("rpm", [], RUN) == b""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/usr/bin/tool", '"/usr/bin/tool"'),
        ("/opt/my tools/tool", '"/opt/my tools/tool"'),
        ("/opt/100%/%{name}", '"/opt/100%%/%%{name}"'),
        ('/opt/"quoted"', r'"/opt/\"quoted\""'),
        ("/opt/back\\slash", r'"/opt/back\\slash"'),
        ("/opt/glob*[a]?{b}", '"/opt/glob*[a]?{b}"'),
        ("/opt/größe", '"/opt/größe"'),
    ],
)
def test_rpm_lines_are_quoted_as_rpm_reads_them(tmp_path: Path, path: str, line: str) -> None:
    result.write(tmp_path / "r", "rpm", [Record(path=path)], RUN)
    assert (tmp_path / "r").read_text(encoding="utf-8") == f"{line}\n"
    assert result.parse(tmp_path / "r", "rpm").binaries == (Record(path=path),)


def test_rpm_lists_say_what_documents_are(tmp_path: Path) -> None:
    records = [
        Record(path="/usr/bin/tool", kind="executable"),
        Record(path="/usr/share/man/man1/tool.1", kind="man-page"),
        Record(path="/opt/my tools/man/man1/tool.1", kind="man-page"),
        Record(path="/usr/share/doc/tool/LICENSE", kind="license"),
        Record(path="/usr/share/doc/tool/100%.md", kind="doc"),
        Record(path="/usr/share/licenses/tool/NOTICES.txt", kind="notices"),
        Record(path="/usr/share/licenses/tool/m@v1.0.0/LICENSE", kind="license-text"),
    ]
    result.write(tmp_path / "r", "rpm", records, RUN)
    assert (tmp_path / "r").read_text(encoding="utf-8").splitlines() == [
        '"/opt/my tools/man/man1/tool.1"',
        '"/usr/bin/tool"',
        '%doc "/usr/share/doc/tool/100%%.md"',
        '%license "/usr/share/doc/tool/LICENSE"',
        '%license "/usr/share/licenses/tool/NOTICES.txt"',
        '%license "/usr/share/licenses/tool/m@v1.0.0/LICENSE"',
        "/usr/share/man/man1/tool.1*",
    ]
    back = result.parse(tmp_path / "r", "rpm").binaries
    assert [record.path for record in back] == sorted(record.path for record in records)


def test_json_says_everything_under_the_names_of_the_schema() -> None:
    value = checked("result", encode("json", [TOOL, AUX], RUN).decode())
    assert {key: value[key] for key in value if key != "binaries"} == {
        "schema_version": 1,
        "tool_version": "1.2.3",
        "go_version": "go1.26.0",
        "input": "example.com/m@v1.0.0",
    }
    assert [binary["path"] for binary in value["binaries"]] == ["/usr/bin/aux", "/usr/bin/tool"]
    assert value["binaries"][1] == {
        "path": "/usr/bin/tool",
        "import_path": "example.com/m/cmd/tool",
        "kind": "executable",
        "set": "target",
        "module": "example.com/m",
        "version": "v1.0.0",
        "goos": "linux",
        "goarch": "amd64",
        "mode": 493,
        "size": 5_000_000_000,
        "sha256": "ab" * 32,
        "inputs": [
            {"module": "example.com/m", "version": "v1.0.0", "sum": "h1:own", "verified": True},
            {"module": "example.com/d", "version": "v0.1.0", "sum": "h1:dependency", "verified": False},
        ],
        "verified": False,
        "license": "MIT",
    }
    assert set(value["binaries"][0]) == set(value["binaries"][1])


def test_proto_and_json_are_one_schema() -> None:
    from google.protobuf import json_format  # noqa: PLC0415 - as heavy here as it is in the driver

    from gomod2bazel.base.protos.result_pb2 import Binary as BinaryMessage  # noqa: PLC0415
    from gomod2bazel.base.protos.result_pb2 import Result as Message  # noqa: PLC0415

    message = Message.FromString(encode("proto", [TOOL, AUX], RUN))
    assert message == json_format.Parse(encode("json", [TOOL, AUX], RUN), Message())
    assert message.binaries[1].size == 5_000_000_000
    assert {field.name for field in BinaryMessage.DESCRIPTOR.fields} == set(Record.__dataclass_fields__)


@pytest.mark.parametrize("form", FILE_LISTS)
def test_what_is_written_reads_back(tmp_path: Path, form: str) -> None:
    result.write(tmp_path / "r", form, [TOOL, AUX], RUN)
    back = result.parse(tmp_path / "r", form)
    if form in ("json", "proto"):
        assert (back.run, back.binaries) == (RUN, (AUX, TOOL))
    else:
        assert [record.path for record in back.binaries] == ["/usr/bin/aux", "/usr/bin/tool"]


@pytest.mark.parametrize("form", FORMATS)
def test_equal_runs_give_equal_bytes(form: str) -> None:
    assert encode(form, [TOOL, AUX], RUN) == encode(form, [AUX, TOOL], RUN)


@pytest.mark.parametrize(
    ("form", "path", "message"),
    [
        ("lines", "/a\nb", "line break"),
        ("lines", "/a\udcff", "not UTF-8"),
        ("rpm", "/a\nb", "control characters"),
        ("rpm", "/a\tb", "control characters"),
        ("rpm", "out/tool", "absolute"),
        ("rpm", "/a\udcff", "not UTF-8"),
        ("json", "/a\udcff", "not UTF-8"),
        ("proto", "/a\udcff", "not UTF-8"),
    ],
)
def test_paths_that_a_format_cannot_hold_are_refused(tmp_path: Path, form: str, path: str, message: str) -> None:
    target = tmp_path / "r"
    with pytest.raises(UsageError, match=message) as caught:
        result.check(target, form, ["/fine", path])
    assert caught.value.hint
    with pytest.raises(UsageError, match=message):
        result.write(target, form, [TOOL, Record(path=path)], RUN)
    # What names modules alone has no paths.
    result.check(target, "deb-built-using", ["/fine", path])
    assert list(tmp_path.iterdir()) == []


def test_all_unfit_paths_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        result.check(tmp_path / "r", "rpm", ["one", "/two", "three"])
    assert "'one'" in str(caught.value)
    assert "'three'" in str(caught.value)
    assert "two" not in str(caught.value)


def test_json_holds_a_line_break(tmp_path: Path) -> None:
    result.write(tmp_path / "r", "json", [Record(path="/a\nb")], RUN)
    assert result.parse(tmp_path / "r", "json").binaries[0].path == "/a\nb"


def test_what_names_modules_alone_does_not_read_back(tmp_path: Path) -> None:
    result.write(tmp_path / "r", "rpm-provides", [TOOL], RUN)
    assert (tmp_path / "r").read_bytes() == b"Provides: bundled(golang(example.com/d)) = 0.1.0\n"
    with pytest.raises(UsageError, match="'rpm-provides' is unknown") as caught:
        result.parse(tmp_path / "r", "rpm-provides")
    assert caught.value.hint == "use one of lines, json, rpm, proto"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    for attempt in (
        lambda: result.check(tmp_path / "r", "xml", []),
        lambda: result.write(tmp_path / "r", "xml", [], RUN),
        lambda: result.parse(Path(__file__), "xml"),
    ):
        with pytest.raises(UsageError, match="'xml' is unknown") as caught:
            attempt()
        assert "lines, json, rpm, proto" in caught.value.hint


def test_the_folder_is_created_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "new/folder/r"
    result.check(target, "lines", ["/a"])
    assert list(tmp_path.iterdir()) == []
    result.write(target, "lines", [AUX], RUN)
    assert [path.name for path in target.parent.iterdir()] == ["r"]


def test_an_older_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "r"
    target.write_text("old and long\n" * 100)
    with target.open() as reader:
        result.write(target, "lines", [AUX], RUN)
        assert reader.read() == "old and long\n" * 100
    assert target.read_text() == "/usr/bin/aux\n"


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "r"
    target.write_text("old\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InstallError, match=f"cannot write the result file {target}: No space left"):
        result.write(target, "lines", [AUX], RUN)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"r": "old\n"}


def test_a_symlink_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "r").symlink_to("real")
    result.write(tmp_path / "r", "lines", [AUX], RUN)
    assert (tmp_path / "r").is_symlink()
    assert (tmp_path / "real").read_text() == "/usr/bin/aux\n"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=result.write, args=(pipe, "lines", [AUX], RUN), daemon=True)
    writer.start()
    assert subprocess.run(["cat", pipe], capture_output=True, check=True, timeout=30).stdout == b"/usr/bin/aux\n"
    writer.join(timeout=30)
    assert pipe.is_fifo()


@pytest.mark.parametrize(("target", "message"), [("folder", "folder"), ("file/r", "file"), ("file/below/r", "file")])
def test_where_no_file_can_be_is_an_error_before_and_after(tmp_path: Path, target: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(InstallError, match=f"cannot write the result file .*{message}") as before:
        result.check(tmp_path / target, "lines", ["/a"])
    with pytest.raises(InstallError, match=f"cannot write the result file .*{target}") as after:
        result.write(tmp_path / target, "lines", [AUX], RUN)
    assert "-result-file" in before.value.hint == after.value.hint


@pytest.mark.parametrize(
    ("form", "data", "where", "message"),
    [
        ("lines", b"/a\n\n/b\n", ":2", "empty line"),
        ("lines", b"/a\n/b", ":2", "truncated"),
        ("lines", b"/a\n/\xff\n", ":2", "not UTF-8"),
        ("rpm", b'"/a"\n/b\n', ":2", "not of the form"),
        ("rpm", b'"/a%b"\n', ":1", "not of the form"),
        ("rpm", b'"/a"b"\n', ":1", "not of the form"),
        ("json", b'{\n"schema_version": 1,\n}\n', ":3", "not JSON"),
        ("json", b'{"schema_version": 2}\n', "", "schema_version is 2, not 1"),
        ("json", b"[]\n", "", "schema_version is None"),
        ("json", b'{"schema_version": 1, "input": 3}\n', "", "result.input: 3 is not of type str"),
        ("json", b'{"schema_version": 1, "binaries": {}}\n', "", "result.binaries: not a list"),
        ("json", b'{"schema_version": 1, "binaries": [7]}\n', "", r"binaries\[0\]: not an object"),
        ("json", b'{"schema_version": 1, "binaries": [{"path": "/a", "size": "5"}]}\n', "", r"binaries\[0\].size: '5'"),
        ("json", b'{"schema_version": 1, "binaries": [{}]}\n', "", r"binaries\[0\]: path is missing"),
        (
            "json",
            b'{"schema_version": 1, "binaries": [{"path": "/a", "inputs": [{"module": "m", "verified": 1}]}]}\n',
            "",
            r"binaries\[0\].inputs\[0\].verified: 1 is not of type bool",
        ),
        ("proto", b"\xff\xff\xff", "", "not a gomod2bazel.Result"),
        ("proto", b"", "", "schema_version is 0"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(
    tmp_path: Path, form: str, data: bytes, where: str, message: str
) -> None:
    target = tmp_path / "r"
    target.write_bytes(data)
    with pytest.raises(UsageError, match=message) as caught:
        result.parse(target, form)
    assert caught.value.where == f"{target}{where}"


def test_fields_of_later_versions_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "r").write_text('{"schema_version": 1, "more": 1, "binaries": [{"path": "/a", "more": 2}]}\n')
    assert result.parse(tmp_path / "r", "json").binaries == (Record(path="/a"),)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read") as caught:
        result.parse(tmp_path / "r", "lines")
    assert caught.value.where == str(tmp_path / "r")


def test_only_the_proto_format_loads_protobuf(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gomod2bazel.install import record, result\n"
        "for form in ('lines', 'rpm', 'json'):\n"
        "    result.write(Path(sys.argv[1]), form, [record.Record(path='/a')], record.Run())\n"
        "assert not [name for name in sys.modules if name.startswith('google')]"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "r"], check=True, timeout=60)
