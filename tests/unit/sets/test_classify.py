"""Whole modules: which set each main package belongs to, and that nothing a module holds keeps one from being told."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.documents import checked
from support.small_module import MAIN, go_file, view, write

from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.commands.query.list import Listed, Row, explain, one_to_json, to_lines
from gomod2bazel.options.set_names import ALL
from gomod2bazel.sets.classify import Classified, all_hints, classify_module, own_hints, view_module
from gomod2bazel.sets.model.trees import Trees
from gomod2bazel.sets.model.weights import Weights, shipped_weights
from gomod2bazel.sets.overrides import Override, Overrides

WIRE = go_file("flag.Parse()", "run()", imports=("flag", "example.com/m"), comment="// Wire lists and checks things.")

MODULE = {
    "m.go": "package m\n",
    "README.md": "go install example.com/m/cmd/wire@latest\n\nThe [examples](examples) show how to use it.\n",
    "Makefile": "e2e:\n\tgo build ./internal/helper\ngen:\n\tgo run ./internal/gen\n",
    "cmd/wire/main.go": WIRE,
    "examples/hi/main.go": go_file('fmt.Println("hi")', comment="// Hi is an example."),
    "internal/gen/main.go": go_file('os.WriteFile("x.go", nil, 0)', comment="// Gen generates tables."),
    "lib/lib.go": "package lib\n\n//go:generate go run ../internal/gen\n",
    "lib/testdata/x/main.go": MAIN,
    "lib/lib_test.go": 'package lib\n\nfunc TestX(t *testing.T) { read("testdata") }\n',
    "only/a_test.go": "package main\n",
}


def _sets(found: tuple[Classified, ...]) -> dict[str, str]:
    return {one.directory: one.set for one in found}


def test_sets(tmp_path: Path) -> None:
    assert _sets(classify_module(view_module(write(tmp_path, MODULE), "example.com/m"))) == {
        "cmd/wire": "target",
        "examples/hi": "example",
        "internal/gen": "maintenance",
        "lib/testdata/x": "fixture",
        "only": "testonly",
    }


def test_overrides_come_before_evidence(tmp_path: Path) -> None:
    rules = (Override(import_path="./cmd/...", set="integration", reason="so it is", position="x.toml:3"),)
    found = {
        one.directory: one
        for one in classify_module(view_module(write(tmp_path, MODULE), "example.com/m"), Overrides(rules))
    }
    decision = found["cmd/wire"].decision
    assert (decision.set, decision.runner_up, decision.margin) == ("integration", "", 100.0)
    assert [(item.kind, item.reason, item.position) for item in decision.evidence] == [
        ("override", "so it is", "x.toml:3")
    ]
    assert found["examples/hi"].set == "example"


def test_that_a_package_has_only_test_files_is_seen_and_never_said(tmp_path: Path) -> None:
    rules = (Override(import_path="...", set="target", reason="x", position="x"),)
    found = {
        one.directory: one
        for one in classify_module(view_module(write(tmp_path, MODULE), "example.com/m"), Overrides(rules))
    }
    assert found["only"].set == "testonly"
    assert found["only"].decision.evidence[0].position == "only/a_test.go"


def test_without_any_weight_the_safest_set_is_told(tmp_path: Path) -> None:
    nothing = Trees(start={}, by_set={}, confidence=())
    found = classify_module(view_module(write(tmp_path, MODULE), "example.com/m"), weights=Weights({}), trees=nothing)
    assert set(_sets(found).values()) == {"fixture", "maintenance", "testonly"}


def test_a_folder_without_main_packages(tmp_path: Path) -> None:
    assert classify_module(view_module(write(tmp_path, {"m.go": "package m\n"}), "example.com/m")) == ()


def test_what_siblings_look_like_counts(tmp_path: Path) -> None:
    files = {f"examples/kit/x{number}/main.go": MAIN for number in range(5)}
    module = view(tmp_path, files)
    hints = all_hints(own_hints(module), shipped_weights())
    assert "company:example" in {hint.kind for hint in hints["examples/kit/x0"]}


def test_a_changed_module_is_looked_at_anew(tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": WIRE}
    before = classify_module(view_module(write(tmp_path, files), "example.com/m"))
    after = classify_module(view_module(write(tmp_path, {"README.md": MODULE["README.md"]}), "example.com/m"))
    kinds = [{item.kind for item in found[0].decision.evidence} for found in (before, after)]
    assert kinds[1] - kinds[0] == {"document:install", "document:builds-it"}


def _shown(found: tuple[Classified, ...]) -> str:
    rows = [Row(classified=one, name=one.package.name, platform="linux/amd64", excluded="") for one in found]
    module = Listed(module="example.com/m", version="v1.0.0", rows=tuple(rows))
    listed = one_to_json(module, Recorder(say=print))
    checked("list", listed)
    return listed + to_lines(rows) + "".join(explain(row) for row in rows)


HOSTILE = b"".join([
    b"// \xff\xfe demo \x1b[31m of \xe2\x80\xae things\n\n//go:build ignore && \x1b[31m\xff\n\npackage main\n\n",
    b'import "\xff\x1b[31m/net/http"\nimport "net/http"\n\n',
    b'func main() { dial("localhost:8080\x1b[31m\xff"); print("usage: \xed\xa0\x80") }\n',
])  # fmt: skip


def test_what_is_said_of_hostile_files_can_be_shown(tmp_path: Path) -> None:
    write(tmp_path, MODULE)
    for name in ("cmd/wire/main.go", "odd/name of\u202e it/main.go", "new\nline/main.go", "esc\x1b[31m/main.go"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(HOSTILE)
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102 - a name that is no text
    Path(os.fsdecode(folder + b"/main.go")).write_bytes(HOSTILE)
    for name in ("README.md", "Makefile", "cmd/wire/README.md", ".goreleaser.yml"):
        (tmp_path / name).write_bytes(b"build\x1b[31m: cmd/wire\xff\n\tgo run ./cmd/wire \xff\x1b[31m example\n" * 3)
    found = classify_module(view_module(tmp_path, "example.com/m"))
    assert [one.directory for one in found] == ["cmd/wire", "examples/hi", "internal/gen", "lib/testdata/x", "only"]
    text = _shown(found)
    assert "\x1b" not in text
    assert "\u202e" not in text
    text.encode()


@pytest.mark.parametrize("name", ["m.go", "README.md", "Makefile", "a_test.go", "Dockerfile", ".goreleaser.yml"])
@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"\xff" * 5000, b"(" * 5000, b"\r" * 5000, b"//" * 5000])
def test_no_content_is_too_odd(name: str, content: bytes, tmp_path: Path) -> None:
    write(tmp_path, {"cmd/wire/main.go": MAIN})
    (tmp_path / name).write_bytes(content)
    (one,) = classify_module(view_module(tmp_path, "example.com/m"))
    assert one.set in ALL


def test_a_thousand_main_packages(tmp_path: Path) -> None:
    files = {f"cmd/tool{number}/main.go": MAIN for number in range(1000)}
    text = "".join(f"go run ./cmd/tool{number} for tests\n" for number in range(1000))
    write(tmp_path, {**files, "README.md": text, "Makefile": f"all:\n\t{text}"})
    started = time.process_time()
    assert len(classify_module(view_module(tmp_path, "example.com/m"))) == 1000
    assert time.process_time() - started < 3


def test_tens_of_thousands_of_files(tmp_path: Path) -> None:
    """Files of no use as evidence cost their names alone; hard links to one stand for them."""
    write(tmp_path, MODULE)
    (tmp_path / "data").mkdir()
    for number in range(20_000):
        os.link(tmp_path / "m.go", tmp_path / "data" / f"{number}.txt")
    started = time.process_time()
    classify_module(view_module(tmp_path, "example.com/m"))
    assert time.process_time() - started < 3
