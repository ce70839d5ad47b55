"""What is read of a Go file without reading the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.base.gosource import GoSource, header, parse, text_of, tokens_of


@pytest.mark.parametrize(
    ("text", "package", "imports"),
    [
        ("package p", "p", {}),
        ("// Words.\n\n/* package q */ package p // x\n", "p", {}),
        ('package p;import "a"\n', "p", {"a": "1:18"}),
        (
            'package p\n\nimport "a"\n\nimport (\n\t. "b"\n\t_ `c`; d "e" // "f"\n)\n',
            "p",
            {"a": "3:8", "b": "6:4", "c": "7:4", "e": "7:11"},
        ),
        ('package p\nimport ()\nimport"a"\n', "p", {"a": "3:7"}),
        ('package p\n\nimport é "a"\n', "p", {"a": "3:11"}),
        ('package p\n\nvar x = 1\n\nimport "late"\n', "p", {}),
        ('package p\n\nfunc f() { "import" }\n', "p", {}),
        ('package p\n\nimport "a" // C\n\n//go:embed x\nvar y = `\nimport "b"\n`\n', "p", {"a": "3:8"}),
        ("", "", {}),
    ],
)
def test_header(text: str, package: str, imports: dict[str, str]) -> None:
    source = header(text)
    assert (source.package, source.imports, source.places) == (package, list(imports), imports)
    assert source.functions == []


def test_the_first_place_of_an_import_counts() -> None:
    source = header('package p\n\nimport "a"\nimport b "a"\n')
    assert (source.imports, source.places) == (["a", "a"], {"a": "3:8"})


def test_the_rest_is_not_read() -> None:
    """What comes after the imports may be anything, and takes no time."""
    broken = 'package p\n\nimport "a"\n\nvar s = "' + "x" * 100
    assert header(broken).imports == ["a"]
    assert parse('package p\n\nimport "a"\n\nfunc F() {}\n').functions[0].name == "F"
    long = 'package p\n\nimport "a"\n\nfunc f() {\n' + "x()\n" * 100_000 + "}\n"
    tokens = tokens_of(long)
    assert [next(tokens).text for _ in range(5)] == ["package", "p", "\n", "import", '"a"']
    assert header(long) == GoSource(package="p", imports=["a"], places={"a": "3:8"})


def test_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_bytes(b"\xef\xbb\xbfpackage p // \xff\n")
    text = text_of(str(tmp_path / "a.go"))
    assert text.startswith("package p // ") and header(text).package == "p"
