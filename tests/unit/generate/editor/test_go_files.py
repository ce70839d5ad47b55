"""What Go files tell: the configuration that has them, their package clause, their imports."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gomod2bazel.generate.editor.go_files import GoFile, GoFiles
from gomod2bazel.generate.editor.memory import FileMemory
from gomod2bazel.golang.command.configuration import Configuration

LINUX = Configuration(
    go="go1.26.8",
    goos="linux",
    goarch="amd64",
    arch="GOAMD64=v1",
    cgo=False,
    tags=("special",),
    experiment="",
    buildmode="default",
)


def _files(folder: Path, **overlay: str) -> GoFiles:
    memory = FileMemory.read(folder / "memory", "x")
    return GoFiles.of(LINUX, os.environ, memory, {str(folder / name): text for name, text in overlay.items()})


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("package p", []),
        ('package p; import "a"; import ("b"; c "d")', ["a", "b", "d"]),
        (
            '// c\n/* d */ package /* e */ p\n\nimport (\n\t// f\n\t. "a" // g\n\t_ `b`\n\t"a"\n)\n\nvar x = "z"',
            ["a", "b"],
        ),
        ('package p\n\nimport "a"\n\nvar s = `import "b"`\n', ["a"]),
        ('package p\n\nimport (\n\t"a"\n', ["a"]),
        ('\ufeffpackage p\nimport()\nimport "a"\n', ["a"]),
    ],
)
def test_imports(tmp_path: Path, text: str, imports: list[str]) -> None:
    (tmp_path / "a.go").write_text(text, encoding="utf-8")
    assert _files(tmp_path).read(str(tmp_path / "a.go")) == GoFile(True, "p", imports)


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("a_windows.go", "package p\n", False),
        ("a_linux.go", "package p\n", True),
        ("a.go", "//go:build special && !cgo\n\npackage p\n", True),
        ("a.go", "//go:build cgo\n\npackage p\n", False),
        ("a.go", "package documentation\n", False),
    ],
)
def test_the_configuration_decides(tmp_path: Path, name: str, text: str, fits: bool) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    file = _files(tmp_path).read(str(tmp_path / name))
    assert file
    assert file.fits is fits


def test_a_text_that_is_not_saved_counts(tmp_path: Path) -> None:
    files = _files(tmp_path, **{"new.go": 'package p\n\nimport "x"\n'})
    assert files.read(str(tmp_path / "new.go")) == GoFile(True, "p", ["x"])
    assert files.read(str(tmp_path / "none.go")) is None


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text('package p\n\nimport "a"\n', encoding="utf-8")
    files = _files(tmp_path)
    files.read(str(tmp_path / "a.go"))
    files.memory.save()
    again = _files(tmp_path)
    assert again.read(str(tmp_path / "a.go")) == GoFile(True, "p", ["a"])
    assert not again.memory.changed
    (tmp_path / "a.go").write_text('package p\n\nimport "longer"\n', encoding="utf-8")
    changed = _files(tmp_path)
    assert changed.read(str(tmp_path / "a.go")) == GoFile(True, "p", ["longer"])
    assert changed.memory.changed


def test_another_configuration_reads_again(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("//go:build special\n\npackage p\n", encoding="utf-8")
    files = _files(tmp_path)
    assert files.read(str(tmp_path / "a.go")) == GoFile(True, "p", [])
    files.memory.save()
    plain = GoFiles.of(replace(LINUX, tags=()), os.environ, FileMemory.read(tmp_path / "memory", "x"), {})
    assert plain.read(str(tmp_path / "a.go")) == GoFile(False, "", [])
