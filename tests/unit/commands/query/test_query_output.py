"""Bazel's answers to queries as values, and how they are printed."""

from __future__ import annotations

import io

import pytest
from google.protobuf.proto import serialize_length_prefixed
from support.documents import checked

from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.protos import query_pb2 as pb
from gomod2bazel.commands.query.output import FORMATS, QueriedTarget, read_targets

MAIN = "@@gomod2bazel~~go_modules~example.com_m-av1.0.0//"
REPOSITORIES = {
    "": "",
    "monorepo": "",
    "alias": "gomod2bazel~~go_modules~example.com_m-av1.0.0",
    "example.com_m-av1.0.0": "gomod2bazel~~go_modules~example.com_m-av1.0.0",
    "rules": "gomod2bazel~",
}


def rule(name: str, kind: str, *inputs: str, **attributes: str | list[str]) -> pb.Target:
    made = [
        pb.Attribute(name=key, string_value=value)
        if isinstance(value, str)
        else pb.Attribute(name=key, string_list_value=value)
        for key, value in attributes.items()
    ]
    return pb.Target(rule=pb.Rule(name=name, rule_class=kind, attribute=made, rule_input=inputs))


def read(*messages: pb.Target) -> tuple[QueriedTarget, ...]:
    stream = io.BytesIO()
    for message in messages:
        serialize_length_prefixed(message, stream)
    return read_targets(io.BytesIO(stream.getvalue()), REPOSITORIES)


def test_binary() -> None:
    (target,) = read(
        rule(
            f"{MAIN}:cmd/m",
            "go_binary",
            f"{MAIN}:cmd/m_lib",
            "@@gomod2bazel~//rules/config:config",
            "@@other//:x",
            "@@//:y",
            buildinfo=["path\texample.com/m/cmd/m", "mod\texample.com/m\tv1.0.0\th1:x=", "dep\tq\tv1.0.0\th1:y="],
            tags=["gomod2bazel", "test-helper"],
        )
    )
    assert target == QueriedTarget(
        label="@example.com_m-av1.0.0//:cmd/m",
        kind="go_binary",
        import_path="example.com/m/cmd/m",
        module="example.com/m@v1.0.0",
        set="test-helper",
        tags=("gomod2bazel", "test-helper"),
        deps=("//:y", "@@other//:x", "@example.com_m-av1.0.0//:cmd/m_lib", "@rules//rules/config:config"),
    )


@pytest.mark.parametrize(
    ("attributes", "module", "found"),
    [
        ({"buildinfo": ["path\tm", "mod\tm\t(devel)\t"], "tags": ["gomod2bazel", "target"]}, "m", "target"),
        ({"tags": ["target"]}, "", ""),
        ({"tags": ["gomod2bazel", "manual"]}, "", ""),
    ],
)
def test_binary_of_a_tree_or_by_hand(attributes: dict[str, str | list[str]], module: str, found: str) -> None:
    (target,) = read(rule("@@//:m", "go_binary", **attributes))
    assert (target.label, target.module, target.set) == ("//:m", module, found)


def test_every_kind_of_target() -> None:
    targets = read(
        rule(f"{MAIN}:p", "go_library", importpath="example.com/m/p", module="example.com/m@v1.0.0", other="x"),
        pb.Target(source_file=pb.SourceFile(name="@@//b:b.go")),
        pb.Target(generated_file=pb.GeneratedFile(name="@@//:g.go", generating_rule="@@//:gen")),
        pb.Target(package_group=pb.PackageGroup(name="@@//:group", included_package_group=["@@//b:more"])),
        pb.Target(environment_group=pb.EnvironmentGroup(name="@@//:environments")),
    )
    assert [(target.label, target.kind, target.import_path, target.module, target.deps) for target in targets] == [
        ("//:environments", "environment group", "", "", ()),
        ("//:g.go", "generated file", "", "", ("//:gen",)),
        ("//:group", "package group", "", "", ("//b:more",)),
        ("//b:b.go", "source file", "", "", ()),
        ("@example.com_m-av1.0.0//:p", "go_library", "example.com/m/p", "example.com/m@v1.0.0", ()),
    ]


@pytest.mark.parametrize("damage", [b"\x05abc", b"\x03\xff\xff\xff", b"\xff" * 12])
def test_answer_that_is_none(damage: bytes) -> None:
    with pytest.raises(ToolError, match="cannot read the output of bazel query"):
        read_targets(io.BytesIO(damage), {})


TARGETS = (
    QueriedTarget(label="//:a", kind="go_binary", import_path="x/a", set="target", tags=("t",), deps=("//:b", "//:c")),
    QueriedTarget(label="//:b", kind="go_library", import_path="x/b", module="x@v1.0.0", deps=("//:b.go", '//:"q"')),
    QueriedTarget(label="//:by-hand", kind="go_binary", deps=("//:b",)),
    QueriedTarget(label='//:"q"', kind="source file"),
)


def test_text() -> None:
    assert FORMATS["text"](TARGETS, Recorder(say=print)) == '//:a\tx/a\ttarget\n//:b\n//:by-hand\n//:"q"\n'
    assert FORMATS["text"]((), Recorder(say=print)) == ""


def test_json() -> None:
    printed = checked("query", FORMATS["json"](TARGETS, Recorder(say=print)))
    assert printed["targets"][0] == {
        "label": "//:a",
        "kind": "go_binary",
        "import_path": "x/a",
        "module": "",
        "set": "target",
        "tags": ["t"],
        "deps": ["//:b", "//:c"],
    }
    assert [target["label"] for target in printed["targets"]] == [target.label for target in TARGETS]
    assert checked("query", FORMATS["json"]((), Recorder(say=print)))["targets"] == []


def test_graph_has_only_edges_between_its_targets() -> None:
    assert FORMATS["graph"](TARGETS, Recorder(say=print)).splitlines() == [
        "digraph gomod2bazel {",
        "  node [shape=box]",
        '  "//:a"',
        '  "//:b"',
        '  "//:by-hand"',
        r'  "//:\"q\""',
        '  "//:a" -> "//:b"',
        r'  "//:b" -> "//:\"q\""',
        '  "//:by-hand" -> "//:b"',
        "}",
    ]
