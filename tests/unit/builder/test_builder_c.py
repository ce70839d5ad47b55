"""The builder's C side: flags that may be used, what pkg-config prints, how compilers are called, SWIG's versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builder.base import words
from builder.base.tools import BuilderError, Tools
from builder.base.words import with_file
from builder.c import compilers as ccompiler
from builder.c import pkgconfig, swig
from builder.c.flagcheck import FlagCheck
from builder.compile import cgofiles
from builder.requests.package import PackageRequest
from support.realgo import RealGo


@pytest.fixture
def check(go: RealGo) -> FlagCheck:
    """Return a check by the list of the Go that is there."""
    root = go.run("env", "GOROOT", cwd=Path("/")).out.strip()
    return FlagCheck(f"{root}/src/cmd/go/internal/work/security.go")


# From cmd/go/internal/work/security_test.go.
GOOD_COMPILER = [
    ["-DFOO"], ["-Dfoo=bar"], ["-I", "/inc"], ["-O2"], ["-Wall"], ["-fobjc-arc"], ["-mtls-dialect=gnu"], ["-x", "c"],
    ["-I", "=/usr/include/libxml2"], ["-I", "$SYSROOT/dir"], ["-I", "世界"], ["-Wp,-Dfoo=bar"],
]  # fmt: skip
BAD_COMPILER = [
    ["-D@X"], ["-D-X"], ["-I@dir"], ["-I", "@foo"], ["-I"], ["-Wa,@file"], ["-fplugin=evil.so"], ["-march=@dawn"],
    ["-B/tools"], ["foo.so"], ["-x", "-obj"], ["@file"],
]  # fmt: skip
GOOD_LINKER = [
    ["-lfoo"], ["-L", "framework"], ["-Wl,-rpath,$ORIGIN"], ["-Wl,--push-state,--as-needed"], ["libcgotest.dylib"],
    ["-Wl,-framework", "-Wl,Chocolate"], ["-Wl,-z,relro,-z,now"], ["-static-libgcc"],
]  # fmt: skip
BAD_LINKER = [
    ["-lto_library"], ["-L@foo"], ["-Wl,-e="], ["-Wl,--push-state,@foo"], ["-Wl,-rpath,@foo"], ["-fplugin=a.so"],
    ["-Wl,-framework", "-Wl,@Home"], ["-o", "out"],
]  # fmt: skip


@pytest.mark.parametrize("flags", GOOD_COMPILER, ids=" ".join)
def test_a_compiler_may_get(flags: list[str], check: FlagCheck) -> None:
    check.compiler("CFLAGS", "#cgo CFLAGS", flags)


@pytest.mark.parametrize("flags", BAD_COMPILER, ids=" ".join)
def test_a_compiler_may_not_get(flags: list[str], check: FlagCheck) -> None:
    with pytest.raises(BuilderError, match="invalid flag in #cgo CFLAGS: "):
        check.compiler("CFLAGS", "#cgo CFLAGS", flags)


@pytest.mark.parametrize("flags", GOOD_LINKER, ids=" ".join)
def test_a_linker_may_get(flags: list[str], check: FlagCheck) -> None:
    check.linker("#cgo LDFLAGS", flags)


@pytest.mark.parametrize("flags", BAD_LINKER, ids=" ".join)
def test_a_linker_may_not_get(flags: list[str], check: FlagCheck) -> None:
    with pytest.raises(BuilderError, match="invalid flag in #cgo LDFLAGS: "):
        check.linker("#cgo LDFLAGS", flags)


def test_variables_allow_and_forbid(check: FlagCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CGO_CFLAGS_ALLOW", "-fplugin=.*")
    monkeypatch.setenv("CGO_CFLAGS_DISALLOW", "-O.*")
    check.compiler("CFLAGS", "#cgo CFLAGS", ["-fplugin=own.so"])
    with pytest.raises(BuilderError, match="-O2"):
        check.compiler("CFLAGS", "#cgo CFLAGS", ["-O2"])


def test_static_linking_wants_the_c_linker_since_go_1_27(check: FlagCheck) -> None:
    assert FlagCheck("").plain(["-O2", "-static"])
    assert not FlagCheck("").plain(["-O2", "-static"], static=True)
    assert check.plain_linker(["-O2", "-g", "-lm", "-L", "lib", "external/m/lib.a"])
    for flag in ("-static", "--static", "-Wl,-static", "-Wl,--static", "-Wl,-Bstatic", "-Wl,--build-id=none"):
        assert not check.plain_linker(["-O2", flag]), flag


def test_a_go_without_a_list_for_pkg_config_checks_none(check: FlagCheck) -> None:
    with pytest.raises(BuilderError, match="invalid flag in pkg-config"):
        check.pkg_config(["--log-file=x"])
    del check._lists["validPkgConfigFlags"]
    check.pkg_config(["--log-file=x"])


def test_what_own_linking_cannot_have(check: FlagCheck) -> None:
    assert check.plain(["-O2", "-g"])
    assert not check.plain(["-flto"])
    assert not check.plain(["-fplugin=own.so"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("-I/a -L/b", ["-I/a", "-L/b"]),
        (r"-I/a\ b", ["-I/a b"]),
        ("-DX='\"a b\"'", ['-DX="a b"']),
        ('""', [""]),
        (r'"a\q\\"', [r"a\q" + "\\"]),
        ("a\\\nb", ["ab"]),
    ],
)
def test_pkg_config_output_is_split_as_by_a_shell(text: str, words: list[str]) -> None:
    assert pkgconfig.split_output(text) == words


@pytest.mark.parametrize("text", ["-I$(pwd)", "a;b", "'a", "a\\", '"$HOME"'])
def test_pkg_config_output_that_a_shell_would_run_is_refused(text: str) -> None:
    with pytest.raises(BuilderError):
        pkgconfig.split_output(text)


@pytest.mark.parametrize(
    ("goos", "goarch", "words"),
    [
        ("linux", "amd64", ["-fPIC", "-m64", "-pthread"]),
        ("windows", "amd64", ["-m64", "-mthreads"]),
        ("darwin", "arm64", ["-fPIC", "-arch", "arm64", "-pthread", "-fno-common"]),
        ("aix", "ppc64", ["-fPIC", "-maix64", "-pthread", "-mcmodel=large"]),
        ("linux", "mips64le", ["-fPIC", "-mabi=64", "-pthread"]),
        ("linux", "loong64", ["-fPIC", "-mabi=lp64d", "-pthread"]),
        ("linux", "s390x", ["-fPIC", "-m64", "-march=z196", "-pthread"]),
    ],
)
def test_a_compiler_is_told_the_target(
    goos: str, goarch: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_target(PackageRequest(goos=goos, goarch=goarch, export="x"), words, monkeypatch)


@pytest.mark.parametrize(
    ("goos", "goarch", "change", "words"),
    [
        ("windows", "amd64", "pthread_everywhere", ["-m64", "-pthread"]),
        ("linux", "loong64", "loong64_no_relax", ["-fPIC", "-mabi=lp64d", "-mno-relax", "-pthread"]),
        ("linux", "s390x", "s390x_z13", ["-fPIC", "-m64", "-march=z13", "-pthread"]),
    ],
)
def test_a_compiler_is_told_what_newer_gos_say(
    goos: str, goarch: str, change: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_target(PackageRequest(goos=goos, goarch=goarch, export="x", changes=[change]), words, monkeypatch)


def _check_target(asked: PackageRequest, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compilers = ccompiler.Compilers(asked, Tools())
    monkeypatch.setattr(compilers, "supports", lambda *_: False)
    assert compilers.command(["cc"]) == ["cc", "-I", asked.absdir, *_around(words)]


def _around(words: list[str]) -> list[str]:
    at = words.index("-fno-common") if "-fno-common" in words else len(words)
    return [*words[:at], "-fmessage-length=0", *words[at:]]


def test_a_compiler_is_asked_with_the_users_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    tools = Tools()

    def answer(argv: list[str], **_: Any) -> str:
        asked.append(argv)
        return "cc: error: unrecognized command-line option '-new'" if "-new" in argv else ""

    monkeypatch.setattr(tools, "run", answer)
    monkeypatch.setenv("CGO_CFLAGS", "-O1")
    compilers = ccompiler.Compilers(PackageRequest(export="x"), tools)
    assert not compilers.supports(["cc"], "-new")
    assert compilers.supports(["cc"], "-old")
    assert compilers.supports(["cc"], "-old")
    assert len(asked) == 2
    assert asked[0][2:] == ["cc", "-new", "-O1", "-c", "-x", "c", "-", "-o", "/dev/null"]


@pytest.mark.parametrize(
    ("said", "old"),
    [
        ("SWIG Version 4.1.0", False),
        ("SWIG Version 3.0", False),
        ("SWIG Version 3.0.5", True),
        ("SWIG Version 3.0.6", False),
        ("SWIG Version 2.0.12", True),
        ("nothing of the kind", False),
    ],
)
def test_old_swig(said: str, *, old: bool) -> None:
    assert swig.is_old(said) == old


@pytest.mark.parametrize(
    ("word", "plain", "like_gcc"),
    [
        ("a", "a", "a"),
        ("", "", '""'),
        ("a b\t'", "a b\t'", '"a b\t\'"'),
        ("a\\b\nc", "a\\\\b\\nc", '"a\\\\b\nc"'),
        ('"$`', '"$`', '"\\"\\$\\`"'),
    ],
)
def test_long_arguments_go_to_a_file(word: str, plain: str, like_gcc: str, tmp_path: Path) -> None:
    path = str(tmp_path / "args")
    assert with_file(["cgo", word], path, like_gcc=True) == ["cgo", word]
    long = ["cgo", word, "x" * words._LONG]
    for written, way in ((plain, False), (like_gcc, True)):
        assert with_file(long, path, like_gcc=way) == ["cgo", f"@{path}"]
        assert (tmp_path / "args").read_text() == f"{written}\n{long[2]}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('package p\n\nimport "C"\n', True),
        ('package p\n\n// int x;\nimport "C"\nimport "fmt"\n', True),
        ("package p\n\nimport (\n\t`C`\n)\n", True),
        ('package p\n\n// import "C"\nimport "fmt"\n', False),
        ('package p\n\nimport "fmt"\n\nvar _ = fmt.Sprint("C")\n', False),
    ],
)
def test_files_that_import_c_go_through_cgo(text: str, expected: bool, tmp_path: Path) -> None:
    plain, file = tmp_path / "a.go", tmp_path / "b.go"
    plain.write_text("package p\n")
    file.write_text(text)
    go = [str(plain), str(file)]
    found = cgofiles.parted(PackageRequest(go=go, may_import_c=True, cgo="tool"))
    assert (found.go, found.cgo_go) == ((go[:1], go[1:]) if expected else (go, []))
    without = cgofiles.parted(PackageRequest(go=go, may_import_c=True))
    assert (without.go, without.cgo_go) == (go[:1] if expected else go, []), "where CGO_ENABLED is 0"
