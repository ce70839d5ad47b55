"""Build modes: names, kinds, what must be linked by the C linker, and what is refused."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.buildmode import (
    check_chosen,
    check_shared,
    check_shared_output,
    external_linking,
    header_name,
    kind_of,
    read_mode,
    suffix,
)


@pytest.mark.parametrize(
    ("mode", "goos", "added", "kind"),
    [
        ("default", "linux", "", "executable"),
        ("pie", "windows", ".exe", "executable"),
        ("c-archive", "linux", ".a", "c-archive"),
        ("c-archive", "windows", ".a", "c-archive"),
        ("c-shared", "linux", "", "c-shared"),
        ("c-shared", "windows", "", "c-shared"),
        ("plugin", "linux", ".so", "plugin"),
        ("archive", "linux", ".a", "archive"),
    ],
)
def test_what_a_mode_makes(mode: str, goos: str, added: str, kind: str) -> None:
    assert (suffix(mode, goos), kind_of(mode)) == (added, kind)


@pytest.mark.parametrize(
    ("name", "header"),
    [("cs", "cs.h"), ("cs.a", "cs.h"), ("libcs.so.1", "libcs.so.h"), (".so", ".h")],
)
def test_the_header_has_the_librarys_name(name: str, header: str) -> None:
    assert header_name(name) == header


@pytest.mark.parametrize(
    ("mode", "goos", "goarch", "external"),
    [
        ("default", "linux", "amd64", False),
        ("pie", "linux", "amd64", False),
        ("pie", "linux", "386", True),
        ("pie", "linux", "riscv64", True),
        ("default", "darwin", "arm64", False),
        ("default", "android", "arm64", False),
        ("default", "android", "amd64", True),
        ("c-archive", "linux", "amd64", False),
        ("c-shared", "linux", "amd64", True),
        ("c-shared", "wasip1", "wasm", False),
        ("plugin", "linux", "amd64", True),
        ("archive", "linux", "amd64", False),
    ],
)
def test_external_linking(mode: str, goos: str, goarch: str, external: bool) -> None:
    assert external_linking(mode, goos, goarch) is external


def test_an_unknown_mode() -> None:
    assert read_mode("pie", "c-shared") == "c-shared"
    with pytest.raises(UsageError, match="buildmode=c-sharde not supported") as caught:
        read_mode("default", "c-sharde")
    assert "c-shared" in caught.value.hint


@pytest.mark.parametrize(
    ("mode", "output", "linkshared", "said"),
    [
        ("shared", "", False, "-buildmode=shared: cannot implicitly include runtime/cgo in a shared library"),
        ("shared", "x", False, "-buildmode=shared and -o not supported together"),
        ("default", "x", True, "-linkshared: cannot implicitly include runtime/cgo in a shared library"),
    ],
)
def test_go_shared_libraries_are_refused(mode: str, output: str, linkshared: bool, said: str) -> None:
    check_shared_output("c-shared", "x")
    check_shared("c-shared", linkshared=False)
    with pytest.raises(UsageError) as caught:
        check_shared_output(mode, output)
        check_shared(mode, linkshared=linkshared)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("mode", "chosen", "output", "said"),
    [
        ("c-archive", ["m/a", "m/b"], "", "-buildmode=c-archive requires exactly one main package"),
        ("plugin", ["m/a", "m/b"], "", "-buildmode=plugin requires exactly one main package"),
        ("exe", ["m/a", "m/b"], "dir/", "-buildmode=exe requires exactly one main package"),
        ("archive", ["m/a"], "dir/", "no main packages to build"),
    ],
)
def test_too_many_packages(mode: str, chosen: list[str], output: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_chosen(mode, chosen, output)
    assert str(caught.value).splitlines()[0] == said
    assert caught.value.hint


@pytest.mark.parametrize(
    ("mode", "chosen", "output"),
    [
        ("c-shared", ["m/a"], ""),
        ("default", ["m/a", "m/b"], "dir/"),
        ("exe", ["m/a", "m/b"], ""),
        ("archive", ["m/a", "m/b"], ""),
        ("archive", ["m/a"], "a.a"),
    ],
)
def test_as_many_packages_as_the_mode_takes(mode: str, chosen: list[str], output: str) -> None:
    check_chosen(mode, chosen, output)
