"""What runs protoc: the request, the command line of each plugin, and the files that are put in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.proto import protocgen

# Writes a file for each .proto file but empty.proto, below the folder that a plugin's --NAME_out names.
PROTOC = """#!/bin/sh
for word; do
  case "$word" in
    --descriptor_set_in=*) ;;
    --*_out=*) out="${word#--*_out=}" ;;
    --go_opt=fail) echo "a.proto:1:1: syntax error" >&2; exit 1 ;;
    empty.proto|--*) ;;
    *.proto) mkdir -p "$out/p"; echo "package p" > "$out/p/$(basename "$word" .proto).pb.go" ;;
  esac
done
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a protoc; commands run there."""
    protoc = tmp_path / "protoc"
    protoc.write_text(PROTOC)
    protoc.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, *lines: str) -> int:
    params = folder / "params"
    params.write_text("".join(f"{line}\n" for line in ("protoc=./protoc", "descriptors=d1", "descriptors=d2", *lines)))
    return protocgen.main(str(params))


def test_each_plugin_has_options_of_its_own_and_those_of_all(folder: Path) -> None:
    lines = ["option=Mx/b.proto=example.org/x", "proto=dir/a.proto"]
    lines += ["plugin=bin/protoc-gen-go", "option=paths=import", "out=a.pb.go"]
    lines += ["plugin=bin/protoc-gen-go-grpc.exe", "out=none_grpc.pb.go"]
    request = protocgen.read_request(["protoc=./protoc", "descriptors=d1", "descriptors=d2", *lines])
    first, second = (protocgen.command(request, step, "OUT") for step in request.steps)
    assert first == [
        "./protoc",
        f"--plugin=protoc-gen-go={folder}/bin/protoc-gen-go",
        "--go_out=OUT",
        "--go_opt=paths=import",
        "--go_opt=Mx/b.proto=example.org/x",
        "--descriptor_set_in=d1:d2",
        "dir/a.proto",
    ]
    assert second[1:3] == [f"--plugin=protoc-gen-go-grpc={folder}/bin/protoc-gen-go-grpc.exe", "--go-grpc_out=OUT"]
    assert "--go-grpc_opt=paths=import" not in second
    assert run(folder, *lines) == 0
    assert (folder / "a.pb.go").read_text().startswith("package p")
    assert (folder / "none_grpc.pb.go").read_text().startswith("//go:build ignore\n")


def test_a_strict_plugin_writes_every_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["proto=a.proto", "proto=empty.proto", "plugin=protoc-gen-go", "out=a.pb.go", "out=empty.pb.go"]
    assert run(folder, *lines) == 0
    assert run(folder, *lines, "strict=1") == 1
    assert capsys.readouterr().err == "protoc-gen-go wrote no file empty.pb.go\n"


def test_what_protoc_says_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "proto=a.proto", "plugin=protoc-gen-go", "option=fail", "out=a.pb.go") == 1
    assert capsys.readouterr().err == "a.proto:1:1: syntax error\n"


def test_two_files_of_one_name_are_refused() -> None:
    step = protocgen.Step(plugin="bin/protoc-gen-go", outs=["p/a.pb.go"])
    with pytest.raises(protocgen.GenerateError, match=r"wrote two files a\.pb\.go; check option go_package"):
        protocgen.sources_of(step, ["/t/x/a.pb.go", "/t/y/a.pb.go"])


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown line 'out=a'"):
        protocgen.read_request(["out=a"])
