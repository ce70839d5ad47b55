"""Hints of what programs do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_module import go_file, hints_of, kinds_of

AMOUNTS = ("flags", "own-packages", "main")


def _does(folder: Path, files: dict[str, str], directory: str = "tool") -> set[str]:
    kinds = {kind.removeprefix("does:") for kind in kinds_of(folder, files, directory, "does")}
    return {kind for kind in kinds if kind.rpartition("-")[0] not in AMOUNTS}


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("signal.Notify(c, os.Interrupt)", {"waits-for-signals"}),
        ("http.ListenAndServe(a, nil)", {"serves"}),
        ("grpc.Dial(a)", {"dials"}),
        ('log.Fatalf("no")', {"ends-at-errors"}),
        ("fmt.Println(x)", {"prints"}),
        ("fmt.Sprintln(x)", set()),
        ("time.Sleep(d)", {"sleeps"}),
        ("os.Create(name)", {"writes-files"}),
        ("os.Open(name)", set()),
        ("format.Source(b)", {"formats-sources"}),
        ("doc.GenMarkdownTree(root, dir)", {"documents-commands"}),
        ("packages.Load(c, p)", {"lists-packages"}),
        ("http.Get(u)", {"downloads"}),
        ("panic(err)", {"panics"}),
        ('panic("x")', set()),
        ('exec.Command("gofmt", "-w", f)', {"runs-developers-tools"}),
        ('exec.Command("kubectl", "get")', {"runs-containers"}),
        ('exec.Command("less")', set()),
        ('print("git")', set()),
        ('flag.Bool("version", false, "")', {"tells-version"}),
        ('print("conversion")', set()),
        ('open("../api/x.proto")', {"names-sources-above"}),
        ('open("../..")', {"names-folder-above"}),
        ('open("a/../b")', set()),
        ('os.Getenv("GITHUB_TOKEN")', {"reads-environment", "asks-repository"}),
    ],
)
def test_calls_and_strings(statement: str, kinds: set[str], tmp_path: Path) -> None:
    assert _does(tmp_path, {"tool/main.go": go_file(statement)}) == kinds


def test_files_of_the_module_that_it_writes(tmp_path: Path) -> None:
    files = {
        "tool/main.go": go_file('os.Create("tables.go")', comment="// Tool makes docs/spec/api.md, not docs/other.md."),
        "asm/tables.go": "package asm\n",
        "docs/spec/api.md": "x\n",
    }
    hints = hints_of(tmp_path, files, "tool")
    assert hints["does:writes-own-files"].reason == "it names 'asm/tables.go' of the module"
    assert hints["comment:names-own-file"].reason == "its package comment names 'docs/spec/api.md' of the module"


def test_names_of_test_data_are_common(tmp_path: Path) -> None:
    files = {"tool/main.go": go_file('os.Create("tables.go")'), "x/testdata/tables.go": "package x\n"}
    assert "does:writes-own-files" not in hints_of(tmp_path, files, "tool")


@pytest.mark.parametrize(
    ("comment", "makes"),
    [
        ("$ tool docs/api.tmpl > docs/api.md", True),
        ("tool > list.csv", True),
        ("tool > elsewhere.csv", False),
        ("tool > tables.go", False),  # neither by its path nor above the tool
        ("tool >= list.csv", False),
    ],
)
def test_files_of_the_module_that_its_comment_makes(comment: str, makes: bool, tmp_path: Path) -> None:
    files = {
        "x/tool/main.go": go_file(comment=f"// Tool.\n//\n//\t{comment}"),
        "x/list.csv": "a\n",
        "asm/tables.go": "package asm\n",
        "docs/content/api.md": "x\n",
    }
    assert ("comment:makes-own-file" in hints_of(tmp_path, files, "x/tool")) == makes


@pytest.mark.parametrize("name", ["README.md", "config.json", "elsewhere.go"])
def test_names_that_every_program_has_tell_nothing(name: str, tmp_path: Path) -> None:
    files = {"tool/main.go": go_file(f'os.Create("{name}")'), "README.md": "x\n", "etc/config.json": "{}\n"}
    assert "does:writes-own-files" not in hints_of(tmp_path, files, "tool")


def test_amounts(tmp_path: Path) -> None:
    flags = [f'flag.String("f{number}", "", "")' for number in range(6)]
    files = {
        "cmd/tool/main.go": go_file(*flags, imports=("example.com/m/cmd/tool/app", "example.com/m/x")),
        "cmd/tool/app/a.go": "package app\n",
        "x/x.go": "package x\n",
    }
    hints = hints_of(tmp_path, files, "cmd/tool")
    assert {"does:flags-many", "does:own-packages-3", "does:main-7", "does:has-own-packages"} <= hints.keys()
    assert hints["does:has-own-packages"].reason == "it imports 'cmd/tool/app', which is below it"


def test_a_program_that_does_nothing(tmp_path: Path) -> None:
    found = kinds_of(tmp_path, {"tool/main.go": go_file()}, "tool", "does")
    assert found == {"does:flags-0", "does:own-packages-0", "does:main-0"}
