"""Write the main package of a test, and the names of what it runs.

Usage: ``python testmain.py @PARAMS``; PARAMS holds one ``key=value`` a line: ``importpath``, ``module`` (path of the
module, or empty), ``library`` (1 where the package has files in addition to its tests), ``cover`` (a mode, or empty),
``covered`` (IMPORTPATH=FILE, for each source that has counters), ``main``, ``names`` and, where any has counters,
``sources`` (the files to write), and ``test`` for each test file, in the order of their names. Those that ``goos``,
``goarch``, ``goversion``, ``arch``, ``compiler`` and ``tags`` (one a line) exclude are left out; without ``goos`` none.
Follows cmd/go/internal/load (loadTestFuncs, testmainTmpl), so that the file is the same.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# As in __main__.py: isolated mode leaves the script's own folder out.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from builder.base import gosource
from builder.base.gosource import Function, is_test
from builder.compile import testfiles
from builder.compile.constraints import context_of
from builder.compile.sources import ignored
from builder.test import testexamples

_KINDS = {"Test": "T", "Benchmark": "B", "Fuzz": "F"}

_LISTS = {
    "Test": ("tests", "InternalTest"),
    "Benchmark": ("benchmarks", "InternalBenchmark"),
    "Fuzz": ("fuzzTargets", "InternalFuzzTarget"),
}


@dataclass
class TestFunctions:
    """What test files hold.

    Attributes:
        functions: by kind (Test, Benchmark, Fuzz), the package's name in the main file and that of each function.
        examples: package, name, output, and whether the order of lines counts not.
        main: package and name of TestMain, or None.
        imported, needed: for ``_test`` and ``_xtest``, whether there is such a package, and whether its name is used.
        problems: what is wrong.
    """

    functions: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})
    examples: list[tuple[str, str, str, bool]] = field(default_factory=list)
    main: tuple[str, str] | None = None
    imported: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Target:
    goos: str
    goarch: str
    goversion: str
    arch: str
    tags: list[str]


def of_target(paths: list[str], lines: list[tuple[str, str]]) -> list[str]:
    """Return the test files that the target has.

    Args:
        paths: of test files.
        lines: of the parameters, key and value.
    """
    values = dict(lines)
    if "goos" not in values:
        return paths
    tags = [value for key, value in lines if key == "tags"]
    target = _Target(**{key: values[key] for key in ("goos", "goarch", "goversion", "arch")}, tags=tags)
    context = context_of(target, values["compiler"])
    return [path for path in paths if context.has(path) and not ignored(gosource.read(path))]


def find(paths: list[str]) -> TestFunctions:
    """Read test files; those of the package itself come before those of external tests."""
    tests = TestFunctions()
    read = [(path, gosource.read(path)) for path in paths]
    for path, source in sorted(read, key=lambda item: testfiles.is_external(*item)):
        package = "_xtest" if testfiles.is_external(path, source) else "_test"
        tests.imported.add(package)
        for function in source.functions:
            _add(tests, path, package, function)
        for function in filter(testexamples.is_example, source.functions):
            output = testexamples.expected_output(function)
            if output is not None:
                tests.examples.append((package, function.name, *output))
                tests.needed.add(package)
    return tests


def _add(tests: TestFunctions, path: str, package: str, function: Function) -> None:
    kind = next((kind for kind in _KINDS if is_test(function.name, kind)), "")
    if not kind:
        return
    if function.name == "TestMain" and not _takes(function, "T"):
        _check(tests, path, function, "M")
        if tests.main:
            tests.problems.append(f"{path}:{function.line}:{function.column}: multiple definitions of TestMain")
        tests.main = (package, function.name)
    else:
        _check(tests, path, function, _KINDS[kind])
        tests.functions[kind].append((package, function.name))
    tests.needed.add(package)


def _takes(function: Function, letter: str) -> bool:
    """Return whether a function takes one pointer to a type of that name, and returns nothing (isTestFunc)."""
    words = [word for word in function.parameters if word != ","]
    if function.results or function.parameters.count(",") > (function.parameters[-1:] == [","]):
        return False
    if "*" not in words or words.index("*") > 1:
        return False
    kind = words[words.index("*") + 1 :]
    return kind == [letter] or (len(kind) == 3 and kind[1:] == [".", letter])


def _check(tests: TestFunctions, path: str, function: Function, letter: str) -> None:
    """Note what is wrong with the signature of a test (checkTestFunc)."""
    why = ""
    if not _takes(function, letter):
        why = f"must be: func {function.name}({letter.lower()} *testing.{letter})"
    if function.generic:
        why = "test functions cannot have type parameters"
    if why:
        place = f"{path}:{function.line}:{function.column}"
        tests.problems.append(f"{place}: wrong signature for {function.name}, {why}")


def main_file(
    tests: TestFunctions, importpath: str, module: str | None, cover: str = "", covered: Sequence[str] = ()
) -> str:
    """Return the text of the main package, line by line as the go command's template has it.

    Args:
        tests: what test files hold.
        importpath: of the package under test.
        module: path of its module, or empty; None for a Go release whose tests do not know it.
        cover: the mode in which coverage is measured, or empty.
        covered: import paths of the packages that have counters (-coverpkg); without any, that under test.
    """
    packages = {"_test": importpath, "_xtest": f"{importpath}_test"}
    parts = [
        _HEAD,
        '\n\t"reflect"\n' if tests.main else "",
        '\n\t"testing"\n\t"testing/internal/testdeps"\n',
        '\n\t"internal/coverage/cfile"\n' if cover else "",
        "\n\n",
    ]
    for name, path in packages.items():
        if name in tests.imported:
            parts.append(f"\n\t{name if name in tests.needed else '_'} {quoted(path)}\n")
        parts.append("\n")
    parts.append(")\n")
    for kind, (variable, type_name) in _LISTS.items():
        lines = "".join(f'\n\t{{"{name}", {package}.{name}}},\n' for package, name in tests.functions[kind])
        parts.append(f"\nvar {variable} = []testing.{type_name}{{\n{lines}\n}}\n")
    lines = "".join(
        f'\n\t{{"{name}", {package}.{name}, {quoted(output)}, {str(unordered).lower()}}},\n'
        for package, name, output, unordered in tests.examples
    )
    parts.append(f"\nvar examples = []testing.InternalExample{{\n{lines}\n}}\n")
    parts.append("\nfunc init() {\n" + (_cover(cover, importpath, covered) if cover else "") + "\n")
    if module is not None:
        parts.append(f"\ttestdeps.ModulePath = {quoted(module)}\n")
    parts.append(f"\ttestdeps.ImportPath = {quoted(importpath)}\n}}\n")
    parts.append("\nfunc main() {\n" + _START)
    parts.append(_WITH_MAIN.format(".".join(tests.main)) if tests.main else "\n\tos.Exit(m.Run())\n")
    return "".join([*parts, "\n}\n\n"])


def _cover(mode: str, importpath: str, covered: Sequence[str]) -> str:
    """Return what tells the testing package of coverage (testFuncs.Covered, CoverSelectedPackages)."""
    selected = ", ".join(f'"{path}"' for path in covered or [importpath])
    covered_text = " in " + ", ".join(covered) if covered else ""
    return _COVER.format(mode=quoted(mode), covered=quoted(covered_text), selected=selected)


_HEAD = """
// Code generated by 'go test'. DO NOT EDIT.

package main

import (
	"os"
"""

_COVER = """
	testdeps.CoverMode = {mode}
	testdeps.Covered = {covered}
	testdeps.CoverSelectedPackages = []string{{{selected}}}
	testdeps.CoverSnapshotFunc = cfile.Snapshot
	testdeps.CoverProcessTestDirFunc = cfile.ProcessCoverTestDir
	testdeps.CoverMarkProfileEmittedFunc = cfile.MarkProfileEmitted

"""

_START = "\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n"

_WITH_MAIN = """
	{}(m)
	os.Exit(int(reflect.ValueOf(m).Elem().FieldByName("exitCode").Int()))
"""

_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_ESCAPES |= {"\\": "\\\\", '"': '\\"'}


def quoted(text: str) -> str:
    """Return a Go string literal (strconv.Quote); bytes that are not UTF-8 are surrogates in ``text``."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if character.isprintable():
        return character
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def knows_modules(goversion: str) -> bool:
    """Return whether tests of a Go release know the path of their module: from 1.26 on.

    Args:
        goversion: such as go1.26.8; one without a number is newer than all releases.
    """
    minor = re.match(r"go1\.(\d+)", goversion)
    return minor is None or int(minor[1]) >= 26


def main(arguments: list[str]) -> int:
    """Write the two files."""
    lines = Path(arguments[0].removeprefix("@")).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    pairs = [(key, value) for key, _, value in (line.partition("=") for line in lines)]
    values = dict(pairs)
    tests = find(of_target([value for key, value in pairs if key == "test"], pairs))
    if tests.problems:
        sys.stderr.write("".join(f"{problem}\n" for problem in tests.problems))
        return 1
    if values["library"] == "1":
        tests.imported.add("_test")
    sources: dict[str, str] = {}
    covered: dict[str, None] = {}
    for path, _, file in (value.partition("=") for key, value in pairs if key == "covered"):
        covered[path] = None
        sources[f"{path}/{os.path.basename(file)}"] = file
    others = () if list(covered) == [values["importpath"]] else tuple(covered)
    module = values["module"] if knows_modules(values.get("goversion", "")) else None
    text = main_file(tests, values["importpath"], module, values["cover"], others)
    if "sources" in values:
        Path(values["sources"]).write_text(json.dumps(sources, indent=1, sort_keys=True), encoding="utf-8")
    Path(values["main"]).write_text(text, encoding="utf-8", errors="surrogateescape")
    names = [name for kind in ("Test", "Fuzz") for _, name in tests.functions[kind]]
    names += [example[1] for example in tests.examples]
    Path(values["names"]).write_text(json.dumps(names), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
