"""What go list -test prints in addition to packages: variants are told from packages, and tests are read from them."""

from __future__ import annotations

from typing import Any

from gomod2bazel.golang.command import golist_tests
from gomod2bazel.golang.command.golist_tests import without_variants

P = {
    "ImportPath": "m/p",
    "Dir": "/m/p",
    "Name": "p",
    "TestGoFiles": ["a_test.go"],
    "XTestGoFiles": ["x_test.go"],
    "TestImports": ["C", "testing", "m/q"],
    "XTestImports": ["m/p", "other/r [m/p.test]", "testing"],
    "TestEmbedPatterns": ["*.txt"],
    "XTestEmbedPatterns": ["*.txt", "b"],
    "TestEmbedFiles": ["b.txt"],
    "XTestEmbedFiles": ["b", "a.txt", "b.txt"],
}
PROGRAM = {"ImportPath": "m/p.test", "Dir": "/m/p", "Name": "main", "DefaultGODEBUG": "a=1"}
INTERNAL = {"ImportPath": "m/p [m/p.test]", "Dir": "/m/p", "Name": "p", "ForTest": "m/p"}
EXTERNAL = {"ImportPath": "m/p_test [m/p.test]", "Dir": "/m/p", "Name": "p_test", "ForTest": "m/p"}
VARIANT = {
    "ImportPath": "other/r [m/p.test]",
    "Dir": "/other/r",
    "Name": "r",
    "ForTest": "m/p",
    "DepOnly": True,
    "Imports": ["fmt", "m/p [m/p.test]"],
    "ImportMap": {"m/p": "m/p [m/p.test]"},
}


def _paths(*values: dict[str, Any]) -> list[str]:
    return [value["ImportPath"] for value in without_variants(values)]


def test_packages_without_their_variants() -> None:
    assert _paths(P, INTERNAL, EXTERNAL, PROGRAM) == ["m/p"]
    (_, plain) = without_variants([P, INTERNAL, VARIANT, EXTERNAL, PROGRAM])
    assert (plain["ImportPath"], plain["Imports"], plain["ImportMap"]) == ("other/r", ["fmt", "m/p"], {})
    assert _paths(P, VARIANT, {**VARIANT, "ImportPath": "other/r"}) == ["m/p", "other/r"]
    elsewhere = {"ImportPath": "m/p.test", "Dir": "/m/p.test", "Name": "main"}
    assert _paths(P, elsewhere) == ["m/p", "m/p.test"], "a folder that is called so"
    assert _paths({**P, "DepOnly": True}, PROGRAM) == ["m/p", "m/p.test"], "no program is made of a dependency's tests"


def test_tests_of_a_package() -> None:
    assert list(golist_tests.tests_of([{**P, "DepOnly": True}, INTERNAL])) == []
    tests = golist_tests.tests_of([P, INTERNAL, EXTERNAL, PROGRAM])["m/p"]
    assert tests.files == ("a_test.go", "x_test.go")
    assert tests.imports == ("m/q", "other/r", "testing")
    assert tests.embed_patterns == ("*.txt", "b")
    assert tests.embed_files == ("a.txt", "b", "b.txt")
    assert tests.godebug == "a=1"
    assert tests.errors == ()


def test_what_is_wrong_with_tests_alone() -> None:
    def errors(*values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return golist_tests.tests_of(values)["m/p"].errors

    own, other = {"Err": "bad"}, {"Err": "worse", "Pos": "x_test.go:3:1"}
    assert errors({**P, "Error": own}, {**INTERNAL, "Error": own}, {**PROGRAM, "Error": own}) == ()
    assert errors(P, {**INTERNAL, "Error": own}, {**EXTERNAL, "Error": other}, {**PROGRAM, "Error": own}) == (
        ("", "bad"),
        ("x_test.go:3:1", "worse"),
    )
