"""Packages whose sources tell what the request leaves out, compiled by the real compiler."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from builder.link.objects import imports_of
from support import txtar
from support.realgo import RealGo

BUILDER = Path(__file__).resolve().parents[3] / "rules" / "private" / "builder"

SOURCES = """
-- p/a.go --
package p

import (
	"embed"
	"fmt"
)

//go:embed *.txt
var files embed.FS

func F() { fmt.Println(files, system) }
-- p/a_linux.go --
package p

const system = "linux"
-- p/a_windows.go --
package p

const system = "windows"
-- p/a.txt --
text
-- p/main.go --
package main

func main() {}
"""


@pytest.fixture
def lines(tmp_path: Path, go: RealGo) -> list[str]:
    """Return a request for the package in ``p``, next to which is the standard library's export data."""
    txtar.write(tmp_path, SOURCES)
    environment = {"GOOS": "linux", "GOARCH": "amd64"}
    template = "{{with .Export}}{{$.ImportPath}} {{.}}{{end}}"
    done = go.run(
        "list", "-export", "-trimpath", "-deps", "-f", template, "embed", "fmt", "os", cwd=tmp_path, **environment
    )
    for line in done.out.splitlines():
        path, export = line.split()
        link = tmp_path / "sdk" / f"{path}.x"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(export)
    settings = json.loads(go.run("env", "-json", "GOROOT", "GOTOOLDIR", "GOVERSION", cwd=tmp_path).out)
    files = ["p/a.go", "p/a_linux.go", "p/a_windows.go"]
    return [
        "job=package",
        "package=x/p",
        "importpath=x/p",
        "rewrite=x/p",
        "lang=go1.21",
        "dir=p",
        "goos=linux",
        "goarch=amd64",
        f"goversion={settings['GOVERSION']}",
        f"compile={settings['GOTOOLDIR']}/compile",
        "standard_library=sdk/runtime.x",
        "unused=p.unused",
        "main_path=main",
        "export=p.x",
        "archive=p.a",
        "embed=p/a.txt",
        "complete=1",
        *(f"go={file}" for file in files),
    ]


def _builder(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(BUILDER), *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, check=False)


def test_what_is_compiled(tmp_path: Path, lines: list[str]) -> None:
    done = _builder(tmp_path, *lines)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {"embed", "fmt"} <= set(imports_of(str(tmp_path / "p.a")))
    unused = (tmp_path / "p.unused").read_text(encoding="utf-8").splitlines()
    assert {"sdk/os.x", "sdk/runtime.x"} <= set(unused)
    assert not {"sdk/embed.x", "sdk/fmt.x"} & set(unused)
    # What was not used is not needed.
    expected = (tmp_path / "p.x").read_bytes()
    for file in unused:
        (tmp_path / file).unlink()
    assert _builder(tmp_path, *lines).returncode == 0
    assert (tmp_path / "p.x").read_bytes() == expected


def test_a_worker_knows_the_inputs(tmp_path: Path, lines: list[str]) -> None:
    """Other files are there outside the sandbox, of which the cache of remote execution knows nothing."""
    inputs = [{"path": path} for path in ("p/a.go", "sdk/embed.x", "sdk/runtime.x")]
    asked: list[dict[str, Any]] = [
        {"arguments": lines, "requestId": 1, "inputs": inputs},
        {"arguments": lines, "requestId": 2, "inputs": [*inputs, {"path": "sdk/fmt.x"}]},
    ]
    done = _builder(tmp_path, "--persistent_worker", stdin="".join(json.dumps(request) + "\n" for request in asked))
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["exitCode"], second["exitCode"], second["output"]) == (1, 0, "")
    assert first["output"].startswith("p/a.go:5:2: package fmt is neither in deps nor among the standard packages")
    assert (tmp_path / "p.unused").read_text(encoding="utf-8") == "sdk/runtime.x\n"


def test_inputs_whose_configuration_is_stripped(tmp_path: Path, lines: list[str]) -> None:
    """With --experimental_output_paths=strip, Bazel names the inputs of a worker as if it were off."""
    (tmp_path / "bazel-out/cfg/bin").mkdir(parents=True)
    (tmp_path / "sdk").rename(tmp_path / "bazel-out/cfg/bin/sdk")
    mapped = [line.replace("=sdk/", "=bazel-out/cfg/bin/sdk/") for line in lines]
    inputs = [{"path": f"bazel-out/k8-fastbuild/bin/sdk/{name}.x"} for name in ("embed", "fmt", "runtime")]
    asked = {"arguments": mapped, "requestId": 1, "inputs": [{"path": "p/a.go"}, *inputs]}
    done = _builder(tmp_path, "--persistent_worker", stdin=json.dumps(asked) + "\n")
    answer = json.loads(done.stdout)
    assert (answer["exitCode"], answer["output"]) == (0, "")
    assert (tmp_path / "p.unused").read_text(encoding="utf-8") == "bazel-out/cfg/bin/sdk/runtime.x\n"


def test_a_package_for_another_system_is_built_and_cannot_be_imported(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "q").mkdir()
    (tmp_path / "q/q.go").write_text("//go:build windows\n\npackage q\n", encoding="utf-8")
    others = [
        line.replace("x/p", "x/q").replace("=p.", "=q.") for line in lines if not line.startswith(("go=", "embed="))
    ]
    done = _builder(tmp_path, *others, "go=q/q.go", "diagnostics=q.diagnostics")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "q.diagnostics").read_text(encoding="utf-8") == ""
    assert (tmp_path / "q.unused").read_text(encoding="utf-8") == ""
    # Vet has nothing to look at.
    vetted = ["job=vet", *(line for line in others[1:] if not line.startswith("archive=")), "go=q/q.go"]
    done = _builder(tmp_path, *vetted, "export=q.vetx", "findings=q.findings")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "q.findings").read_text(encoding="utf-8") == ""
    # In deps of a package that does not import it, it is in nobody's way.
    assert _builder(tmp_path, *lines, "imports=x/q=q.x").returncode == 0
    (tmp_path / "p/more.go").write_text('package p\n\nimport _ "x/q"\n', encoding="utf-8")
    done = _builder(tmp_path, *lines, "imports=x/q=q.x", "go=p/more.go")
    assert done.returncode == 1
    assert done.stderr == "package x/p imports x/q: build constraints exclude all Go files\n"


def test_commands_are_compiled_as_main(tmp_path: Path, lines: list[str]) -> None:
    command = [line for line in lines if not line.startswith(("go=", "embed="))]
    assert _builder(tmp_path, *command, "go=p/main.go").returncode == 0
    assert b"main.main" in (tmp_path / "p.a").read_bytes()
    done = _builder(tmp_path, *command, "go=p/main.go", "go=p/a.go")
    assert done.returncode == 1, "two packages in one folder"
