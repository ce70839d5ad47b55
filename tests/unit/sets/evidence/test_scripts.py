"""Hints of build files and scripts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of

FAMILIES = ("script", "script-name", "script-for")


@pytest.mark.parametrize(
    ("file", "text", "kinds"),
    [
        ("Makefile", "build:\n\tgo build ./cmd/wire\n", {"script:make", "script:builds-it", "script-for:ship"}),
        (
            "Makefile",
            "e2e: x\n\t@true\n\t$(GO) build ./cmd/wire\n",
            {"script:make", "script:builds-it", "script-for:test"},
        ),
        ("Makefile", "generate:\n\tgo run ./cmd/wire\n", {"script:make", "script:runs-it", "script-for:generator"}),
        ("Makefile", "lint:\n\t${GO} run ./cmd/wire\n", {"script:make", "script:runs-it", "script-for:maintenance"}),
        ("Makefile", "e2e:\n\tGEN=1 go build ./cmd/wire\n", {"script:make", "script:builds-it", "script-for:test"}),
        ("Makefile", "BINARIES := cmd/wire\n", {"script:make", "script-for:ship"}),
        ("Makefile", "bin/wire:\n\tcp wire bin\n", {"script-name:make", "script-for:ship"}),
        ("Makefile", "# go build ./cmd/wire\n.PHONY: cmd/wire\n", set()),
        (
            "Taskfile.yml",
            "tasks:\n  gen:\n    - go run ./cmd/wire\n",
            {"script:make", "script:runs-it", "script-for:generator"},
        ),
        ("x.mk", "build::\n\tgo build ./cmd/wire\n", {"script:make", "script:builds-it", "script-for:ship"}),
        (
            ".github/workflows/ci.yml",
            "- name: Unit tests\n  run: |\n    go build ./cmd/wire\n",
            {"script:ci", "script:builds-it", "script-for:test"},
        ),
        (
            ".github/workflows/release.yml",
            "- name: X\n  run: go install ./cmd/wire\n",
            {"script:ci", "script:builds-it", "script-for:ship"},
        ),
        (".goreleaser.yml", "builds:\n  - main: ./cmd/wire\n", {"script:release", "script:builds-it"}),
        (".goreleaser.yml", "builds:\n  - id: x\n    binary: wire\n", {"script-name:release"}),
        (".goreleaser.yml", "builds:\n  - main: x\n    text: wire\n", set()),
        (
            "Dockerfile",
            "RUN go build ./cmd/wire\n",
            {"script:container", "script:builds-it", "script:builds-for-image"},
        ),
        ("Dockerfile", "RUN go build -o x \\\n  ./cmd/wire\n", {"script:container", "script:builds-for-image"}),
        ("Dockerfile", "RUN go build ./x && cp \\\n  ./cmd/wire /\n", {"script:container"}),
        (".promu.yml", "build:\n  binaries:\n    - path: ./cmd/wire\n", {"script:release"}),
        (
            "Makefile",
            "SUBDIRS_CONTAINER := cmd/wire\n",
            {"script:make", "script-for:ship"},
        ),
        (
            "build/ci.go",
            '//go:build none\n\nvar allTools = []string{\n\t"cmd/wire",\n}\n',
            {"script:make", "script-for:ship"},
        ),
        ("build/ci.go", 'package build\n\nvar allTools = []string{\n\t"cmd/wire",\n}\n', set()),
        (
            "lib.sh",
            "go build -buildmode=c-shared -o x.so ./cmd/wire\n",
            {"script:script", "script:builds-it", "script:builds-library"},
        ),
        ("build/wire.dockerfile", "COPY wire /\n", {"script-name:container"}),
        ("wire.spec", "%gobuild -o bin/wire %{goipath}/cmd/wire\n", {"script:packaging"}),
        ("debian/rules", "x: cmd/wire\n", {"script:packaging"}),
        ("build.sh", "go build -o x ./cmd/wire\n", {"script:script", "script:builds-it", "script-for:ship"}),
        ("test/run.sh", "go build -o x ./cmd/wire\n", {"script:script", "script:builds-it", "script-for:test"}),
        ("x.sh", "go build ./cmd/wire # only for tests\n", {"script:script", "script:builds-it", "script-for:test"}),
        ("notes.txt", "go build ./cmd/wire\n", set()),
        ("testdata/Makefile", "build:\n\tgo build ./cmd/wire\n", set()),
        ("vendor/x/Makefile", "build:\n\tgo build ./cmd/wire\n", set()),
    ],
)
def test_what_is_done_with_it(file: str, text: str, kinds: set[str], tmp_path: Path) -> None:
    assert kinds_of(tmp_path, {"cmd/wire/main.go": MAIN, file: text}, "cmd/wire", *FAMILIES) == kinds


@pytest.mark.parametrize(
    ("file", "text", "kinds"),
    [
        ("hack/verify-x.sh", "go run ./cmd/wire -a\n", {"script:keeps-module"}),
        ("hack/update.sh", "GOPROXY=off go install ./cmd/wire\n", {"script:keeps-module"}),
        ("hack/verify-x.sh", "grep cmd/wire list\n", set()),
        ("hack/start-x.sh", "go run ./cmd/wire\n", set()),
        ("test/e2e/update.sh", "go run ./cmd/wire\n", set()),
        ("Makefile", "asm/tables.go: x\n\tgo run ./cmd/wire\n", {"script:makes-own-file"}),
        ("asm/Makefile", "tables.go: x\n\tgo run ../cmd/wire/main.go\n", {"script:makes-own-file"}),
        ("Makefile", "x:\n\tgo run ./cmd/wire > asm/tables.go\n", {"script:makes-own-file"}),
        ("Makefile", "x:\n\tgo run ./cmd/wire \\\n\t-o asm/tables.go\n", {"script:makes-own-file"}),
        ("Makefile", "x:\n\tgo run ./cmd/wire && ls > asm/tables.go\n", set()),
        ("Makefile", "x:\n\tgo run ./cmd/wire > asm/other.go\n", set()),
    ],
)
def test_what_the_module_needs_it_for(file: str, text: str, kinds: set[str], tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": MAIN, "asm/tables.go": "package asm\n", file: text}
    found = kinds_of(tmp_path, files, "cmd/wire", "script")
    assert found & {"script:keeps-module", "script:makes-own-file"} == kinds


def test_position_and_rule(tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": MAIN, "Makefile": "all: x\n\nbuild: x\n\ttrue\n\tgo build ./cmd/wire\n"}
    hint = hints_of(tmp_path, files, "cmd/wire")["script-for:ship"]
    assert (hint.position, hint.reason) == ("Makefile:5", "'build' of Makefile uses it")


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("builds:\n  - binary: x\n", True),  # goreleaser builds the root unless told otherwise
        ("builds:\n  - main: .\n", True),
        ("builds:\n  - main: ./main.go\n", True),
        ("main:   ./\n", True),
        ("builds:\n  - main: ./cmd/wire\n", False),
        ("builds:\n  - main: ./cmd/wire\n  - main: .\n", True),
    ],
)
def test_root_in_a_release(text: str, released: bool, tmp_path: Path) -> None:
    files = {"main.go": MAIN, "cmd/wire/main.go": MAIN, ".goreleaser.yaml": text}
    assert ("script:release" in kinds_of(tmp_path, files, "", "script")) == released


def test_a_root_that_no_build_takes_is_not_released(tmp_path: Path) -> None:
    files = {"magefile.go": f"//go:build mage\n\n{MAIN}", ".goreleaser.yaml": "builds:\n  - main: .\n"}
    assert "script:release" not in hints_of(tmp_path, files, "")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Makefile", "\t./cmd/wire\n" * 15_000),
        ("Makefile", " " * 200_000),
        ("Makefile", "a " * 100_000 + "cmd/wire\n"),
        ("Makefile", ("run in " * 280 + "cmd/wire\n") * 20),
        (".goreleaser.yml", "\n" * 200_000 + "main:"),
        (".goreleaser.yml", "main:" + " " * 200_000 + "x"),
        (".github/workflows/a.yml", "name: cmd/wire\n" * 5_000),
        ("Dockerfile", "$(GO) " * 50_000),
        ("Makefile", "\t./cmd/wire > a.a \\\n" * 10_000),
        ("Makefile", "\t./cmd/wire > " + "a." * 100_000 + "\n"),
    ],
    ids=range(10),
)
def test_hostile_files_take_no_long_time(file: str, text: str, tmp_path: Path) -> None:
    started = time.process_time()
    hints_of(tmp_path, {"main.go": MAIN, "cmd/wire/main.go": MAIN, file: text}, "cmd/wire")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("file", "line", "kinds"),
    [
        ("config/controller.yaml", "image: ko://example.com/m/cmd/wire", {"script:manifest"}),
        ("deploy/a.yaml", "# see cmd/wire", set()),
        ("deploy/a.yaml", "owner: cmd/wire", set()),
        ("test/e2e/config/a.yaml", "image: ko://example.com/m/cmd/wire", {"script:ships-for-tests"}),
        (
            "Dockerfile",
            "RUN go build ./cmd/wire",
            {"script:container", "script:builds-it", "script:builds-for-image"},
        ),
        ("test/Dockerfile", "RUN go build ./cmd/wire", {"script:ships-for-tests"}),
        ("values.yaml", "image: ko://example.com/m/cmd/wire", set()),
    ],
)
def test_what_ships_and_what_ships_for_tests(file: str, line: str, kinds: set[str], tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": MAIN, "cmd/other/main.go": MAIN, file: f"a: b\n{line}\n"}
    assert kinds_of(tmp_path, files, "cmd/wire", "script") == kinds
