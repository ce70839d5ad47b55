"""The tests of packages, from the package variants that ``go list -test`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["TEST_FIELDS", "PackageTests", "tests_of", "without_variants"]

TEST_FIELDS = (
    "ForTest", "TestGoFiles", "XTestGoFiles", "TestImports", "XTestImports", "TestEmbedPatterns", "XTestEmbedPatterns",
    "TestEmbedFiles", "XTestEmbedFiles",
)  # fmt: skip
"""Fields of ``go list -json`` that are needed in addition to those of `golist`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTests:
    """The tests of a package.

    Attributes:
        files: names of the test files, those of external tests last.
        imports: import paths as loaded, of all of them, without C, unsafe and the package itself.
        embed_patterns, embed_files: of their //go:embed lines.
        godebug: DefaultGODEBUG of the program.
        errors: their own load errors, without those of imported packages: position or empty, message.
        advice: what helps against these, where they are mistakes in the code or in go.mod; else empty.
    """

    files: tuple[str, ...]
    imports: tuple[str, ...]
    embed_patterns: tuple[str, ...]
    embed_files: tuple[str, ...]
    godebug: str
    errors: tuple[tuple[str, str], ...]
    advice: str = ""


def without_variants(values: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the packages of ``go list -test`` as they are without tests.

    The main packages of tests and the packages of external tests are left out. What is there only as it is compiled for
    a test, such as a package of another module that imports the one under test, is there as it is for all others.

    Args:
        values: objects that it printed.
    """
    known = list(values)
    plain = {value["ImportPath"] for value in known if not _is_variant(value)}
    tested = {value["ImportPath"]: value.get("Dir") for value in known if _has_tests(value)}
    packages: list[dict[str, Any]] = []
    for value in known:
        path, _, program = value["ImportPath"].partition(" ")
        if not program:
            # A folder's name may end in .test as well.
            of_test = path.endswith(".test") and tested.get(path.removesuffix(".test")) == value.get("Dir", "")
            packages += [] if of_test else [dict(value)]
        elif path not in plain and path.removesuffix("_test") != value.get("ForTest"):
            plain.add(path)
            packages.append({**value, "ImportPath": path, "Imports": _plain(value.get("Imports", ())), "ImportMap": {}})
    return packages


def tests_of(values: Iterable[Mapping[str, Any]]) -> dict[str, PackageTests]:
    """Return the tests of each package that ``go list -test`` found some for, by import path."""
    known = {value["ImportPath"]: value for value in values}
    return {path: _tests(path, value, known) for path, value in known.items() if _has_tests(value)}


def _tests(path: str, value: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> PackageTests:
    program = known.get(f"{path}.test", {})
    variants = (known.get(f"{path} [{path}.test]", {}), known.get(f"{path}_test [{path}.test]", {}), program)
    imports = {*_plain(value.get("TestImports", ())), *_plain(value.get("XTestImports", ()))}
    return PackageTests(
        files=_both(value, "GoFiles"),
        imports=tuple(sorted(imports - {"C", "unsafe", path})),
        embed_patterns=tuple(dict.fromkeys(_both(value, "EmbedPatterns"))),
        embed_files=tuple(sorted({*_both(value, "EmbedFiles")})),
        godebug=program.get("DefaultGODEBUG", ""),
        errors=tuple(dict.fromkeys(_errors(value, variants))),
        advice=next((variant["Advice"] for variant in variants if variant.get("Advice")), ""),
    )


def _errors(value: Mapping[str, Any], variants: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the packages that the program is made of, but for what is wrong without tests too."""
    own_error = (value.get("Error") or {}).get("Err")
    for variant in variants:
        error = variant.get("Error")
        if error and error["Err"] != own_error:
            yield error.get("Pos", ""), error["Err"]


def _both(value: Mapping[str, Any], field: str) -> tuple[str, ...]:
    return (*value.get(f"Test{field}", ()), *value.get(f"XTest{field}", ()))


def _plain(paths: Iterable[str]) -> list[str]:
    """Return import paths without the program that a package is compiled again for."""
    return [path.partition(" ")[0] for path in paths]


def _is_variant(value: Mapping[str, Any]) -> bool:
    return " " in value["ImportPath"]


def _has_tests(value: Mapping[str, Any]) -> bool:
    """Return whether a package is one under test, and named: go list makes no programs of dependencies."""
    named = not _is_variant(value) and not value.get("DepOnly")
    return named and bool(value.get("TestGoFiles") or value.get("XTestGoFiles"))
