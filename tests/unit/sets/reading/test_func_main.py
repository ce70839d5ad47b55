"""Main packages without a func main: told by what the linker would find."""

from __future__ import annotations

import pytest

from gomod2bazel.sets.reading.func_main import defines_main, needs_main

PLAIN = "package main\n\nfunc main() {}\n"
LINKED = 'package lib\n\nimport _ "unsafe"\n\n//go:linkname run main.main\nfunc run() {}\n'


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "package main; func main() {}",
        "package main\n\nfunc\tmain ( ) {\n}\n",
        "package main\n\nfunc /* here */ main() {}\n",
        "package main\n\nvar text = `\nfunc other() {}\n`\n\nfunc main() {}\n",
        "package main\n\n// In assembly.\nfunc main()\n",
        LINKED.replace("package lib", "package main"),
        # The compiler has more to say of it.
        "package main\n\nfunc main( {\n",
    ],
)
def test_it_has_one(text: str) -> None:
    assert defines_main([b"package main\n", text.encode()], ())


@pytest.mark.parametrize(
    "text",
    [
        "package main\n",
        "package main\n\nvar X = 1\n",
        "package main\n\n/*\nfunc main() {}\n*/\n",
        "package main\n\n// func main() {}\n",
        "package main\n\nvar text = `\nfunc main() {}\n`\n",
        "package main\n\ntype T int\n\nfunc (T) main() {}\n",
        "package main\n\nfunc init() { main := func() {}; main() }\n",
        "package main\n\nfunc mainly() {}\n\nfunc Main() {}\n",
        # It refers to the symbol, and does not define it.
        'package main\n\nimport _ "unsafe"\n\n//go:linkname run main.main\nfunc run()\n',
    ],
)
def test_it_has_none(text: str) -> None:
    assert not defines_main([b"package main\n", text.encode()], ())


def test_another_package_may_link_one_in() -> None:
    assert defines_main([b"package main\n"], [b"package other\n", LINKED.encode()])


@pytest.mark.parametrize(
    ("mode", "needed"),
    [("default", True), ("exe", True), ("pie", True), ("c-archive", True), ("c-shared", True), ("plugin", False)],
)
def test_build_modes(mode: str, needed: bool) -> None:
    assert needs_main(mode) == needed
