"""What Go source files say of themselves."""

from __future__ import annotations

import time

import pytest

from gomod2bazel.golang.command.gosource import package_name, read_source


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("package main\n", "main"),
        ("\ufeffpackage main\n", "main"),
        ("// package other\n/* package\nother */ package main // x\n", "main"),
        ("package /* a */ main", "main"),
        ("package\n// a\nmain", "main"),
        ("//go:build ignore\r\n\r\npackage main\r\n", "main"),
        ("package main_test\n", "main_test"),
        ("package mainé\n", ""),
        ("packagemain\n", ""),
        ("var x = `\npackage main\n`\n", ""),
        ("/* package main", ""),
        ("", ""),
        ("\0\0", ""),
    ],
)
def test_package_name(text: str, name: str) -> None:
    assert package_name(text.encode()) == name


def test_source() -> None:
    source = read_source(
        b"// Copyright.\n\n//go:build linux && mine\n\n// Tool is\n// a tool.\npackage main\n\n"
        b'import (\n\tx "a/b"\n\t"c"\n)\n\n'
        b'func main() {\n\t// A comment.\n\t;\n\trun("one", []string{"two"})\n\tx.Call(`three`)\n}\n'
    )
    assert (source.doc, source.doc_line) == ("Tool is\na tool.", 5)
    assert (source.constraint, source.optional) == ("linux && mine", True)
    assert source.imports == (("a/b", 10), ("c", 11))
    assert [(item.text, item.line, item.call) for item in source.literals] == [
        ("one", 17, "run"),
        ("two", 17, "run"),
        ("three", 18, "x.Call"),
    ]
    assert source.calls == {"x.Call"}
    assert source.main == 2
    assert source.comments[-1] == ("// A comment.", 15)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ('a.B("x")', "a.B"),
        ('a.B(c("x"), 1)', "c"),
        ('a.B(c(), "x")', "a.B"),
        ('a. B("x").C()', "a.B"),
        ('a.B(func() { s := "x" })', ""),
        ('a.B(func() { c("x") })', "c"),
        ('s := "x"', ""),
        ('a.B(c{d: []string{"y" + "x"}})', "a.B"),
    ],
)
def test_call_around_a_string(code: str, call: str) -> None:
    source = read_source(f"package main\n\nfunc main() {{ {code} }}\n".encode())
    assert next(item for item in source.literals if item.text == "x").call == call


def test_order_is_that_of_the_file() -> None:
    lines = [f'\tf{number}("{number}") // {number}' for number in range(300)]
    source = read_source("\n".join(["package main", "", "func main() {", *lines, "}"]).encode())
    assert [item.text for item in source.literals] == [str(number) for number in range(300)]
    assert [text for text, _ in source.comments] == [f"// {number}" for number in range(300)]


@pytest.mark.parametrize("text", ["", "package", "func main() {", "\x00\xff", "package main\nfunc main(", "}}}}"])
def test_what_does_not_parse_is_read_nevertheless(text: str) -> None:
    assert read_source(text.encode("latin-1")).constraint == ""


@pytest.mark.parametrize(
    "text",
    [
        "package main\nvar x = " + "(" * 100_000,
        "package main\nvar x = " + '("a"+' * 20_000,
        "package main\nvar x = " + "f(" * 30_000 + '"a"' + ")" * 30_000,
        "package main\nfunc main() { x" + '.f("a")' * 14_000 + " }",
        "package main\nfunc main() " + "{" * 100_000,
        "package main\nfunc main() {" + "} )" * 30_000,
        "package main\n" + "x y " * 25_000,
        "package main\n" + "/*" * 50_000,
        "//\n" * 33_000 + "package main\n",
        "/**/" * 25_000 + "package main\n",
        "//go:build " + "(" * 90_000 + "\npackage main\n",
        "//go:build " + "!" * 90_000 + "x\npackage main\n",
        "package main\n" + 'import "a"\n' * 9_000,
    ],
    ids=range(13),
)
def test_hostile_source_takes_no_long_time(text: str) -> None:
    started = time.process_time()
    source = read_source(text.encode())
    assert source.optional in (True, False)
    assert package_name(text.encode()) == "main"
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text", ["/*" * 500_000, " " * 1_000_000, "//" * 500_000, "/**/" * 250_000 + "x"], ids=range(4)
)
def test_a_long_file_without_a_package_clause(text: str) -> None:
    started = time.process_time()
    assert package_name(text.encode()) == ""
    assert time.process_time() - started < 2
