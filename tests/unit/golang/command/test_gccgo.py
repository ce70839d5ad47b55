"""-compiler gccgo: what is refused, whom flags are for, and how it changes a listing and a lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.base.tools import BuilderError, Tools
from builder.gccgo import mangle
from builder.requests.package import PackageRequest
from support.given import options_of
from support.user import User

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.bazel.c_tools import c_tools_of
from gomod2bazel.bazel.flags import build_flags
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.gccgo import (
    check_compiler,
    check_target,
    check_users,
    flags_of,
    install_suffix,
    without_standard,
)
from gomod2bazel.golang.command.golist import Package, list_flags
from gomod2bazel.lock.lock import Lock
from gomod2bazel.options.options import BazelOptions, CompileOptions, LoadOptions

SETTINGS = {"CC": "gcc -m64", "CXX": "g++", "GCCGO": "/usr/bin/gccgo"}


def _user(folder: Path, **environment: str) -> User:
    return User(folder, SubprocessRunner(), environment={"PATH": f"{folder}:/usr/bin:/bin", **environment})


def _gccgo(folder: Path) -> User:
    """Put a gccgo on PATH that says what it compiles for."""
    program = folder / "gccgo"
    program.write_text("#!/bin/sh\necho x86_64-linux-gnu\n", encoding="utf-8")
    program.chmod(0o755)
    return _user(folder)


def _configuration(compiler: str = "gccgo", *, cgo: bool = False) -> Configuration:
    return Configuration(
        go="go1.26.8", goos="linux", goarch="amd64", arch="GOAMD64=v1", cgo=cgo, tags=(), experiment="",
        buildmode="default", compiler=compiler,
    )  # fmt: skip


def _package(path: str, *imports: str, standard: bool = False) -> Package:
    return Package.of({"ImportPath": path, "Standard": standard, "Imports": list(imports)})


def test_gccgo_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match='gccgo: exec: "gccgo-9": executable file not found in \\$PATH'):
        check_compiler(_user(tmp_path, GCCGO="gccgo-9").session, CompileOptions(compiler="gccgo"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"buildmode": "pie"}, "-buildmode=pie not supported for gccgo"),
        ({"buildmode": "plugin"}, "-buildmode=plugin not supported for gccgo"),
        ({"buildmode": "c-shared"}, "-buildmode=c-shared with -compiler gccgo is not supported"),
        ({"race": True, "cover": True}, "-race, -cover with -compiler gccgo: gccgo has no sources"),
    ],
)
def test_flags_that_gccgo_does_not_have(options: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        check_compiler(_gccgo(tmp_path).session, options_of(compiler="gccgo", **options).module.load.compile)


def test_flags_for_the_other_compiler_are_told_of(tmp_path: Path) -> None:
    user = _gccgo(tmp_path)
    check_compiler(user.session, CompileOptions(gccgoflags=("-O3",)))
    assert "when using gc toolchain, please pass compile flags using -gcflags" in user.out[0]
    check_compiler(user.session, CompileOptions(compiler="gccgo", gcflags=("-N",), ldflags=("-s",)))
    assert user.out[1:] == [
        "go build: when using gccgo toolchain, please pass compiler flags using -gccgoflags, not -gcflags\n",
        "go build: when using gccgo toolchain, please pass linker flags using -gccgoflags, not -ldflags\n",
    ]


@pytest.mark.parametrize(
    ("goos", "goarch", "right"),
    [("linux", "amd64", True), ("linux", "386", True), ("linux", "arm64", False), ("windows", "amd64", False)],
)
def test_gccgo_is_for_one_machine(goos: str, goarch: str, right: bool, tmp_path: Path) -> None:
    session = _gccgo(tmp_path).session
    if right:
        check_target(session, goos, goarch)
        return
    with pytest.raises(UsageError, match=f"gccgo compiles for x86_64-linux-gnu, not for {goos}/{goarch}"):
        check_target(session, goos, goarch)


def test_all_users_of_swig_are_named() -> None:
    check_users([])
    with pytest.raises(UsageError, match=r"SWIG .* these packages use it: a\.com/a, b\.com/b"):
        check_users(["b.com/b", "a.com/a"])


def test_the_standard_library_is_not_compiled() -> None:
    listed = [_package("os", standard=True), _package("a.com/a", "os"), _package("a.com/m", "a.com/a", "os", "sync")]
    left = without_standard(listed)
    assert [(package.import_path, package.imports) for package in left] == [("a.com/a", ()), ("a.com/m", ("a.com/a",))]


def test_gccgoflags_take_the_place_of_the_others() -> None:
    options = CompileOptions(
        compiler="gccgo", gccgoflags=("-O1",), gcflags=("-N",), asmflags=("-S",), ldflags=("-s",), installsuffix="x"
    )
    flags = flags_of(options)
    assert (flags.compile, flags.assemble, flags.link) == (("-O1",), (), ("-O1",))
    assert install_suffix(options) == ()
    assert "-compiler=gccgo" in list_flags(LoadOptions(compile=options))


def test_a_lock_names_the_compiler_unless_it_is_gc() -> None:
    assert _configuration().to_dict()["compiler"] == "gccgo"
    assert "compiler" not in _configuration("gc").to_dict()


def test_the_program_is_an_input() -> None:
    lock = Lock(configuration=_configuration(), modules=(), standard=(), binaries=())
    assert c_tools_of(lock, SETTINGS) == {"/usr/bin/gccgo": "go", "gcc": "c"}
    flags = build_flags(_configuration(), {**SETTINGS, "AR": "gcc-ar"}, {"PATH": "/bin"}, BazelOptions(), "digest")
    wanted = ["compiler=gccgo", "gccgo=/usr/bin/gccgo", "cc=gcc -m64"]
    wanted += [f"environment={one}" for one in ("AR=gcc-ar", "C_TOOLS=digest", "PATH=/bin")]
    assert {f"--@gomod2bazel//rules/config:{one}" for one in wanted} <= set(flags)


@pytest.mark.parametrize(
    ("path", "symbol"),
    [
        ("example.com/m/p", "example_0com_1m_1p"),
        ("example.com/a_b-c/l\u00e4ufer", "example_0com_1a__b_x2dc_1l_u00e4ufer"),
        ("\U0001f600", "_U0001f600"),
    ],
)
def test_package_paths_in_symbols(path: str, symbol: str, tmp_path: Path) -> None:
    program = tmp_path / "gccgo"
    program.write_text("#!/bin/sh\necho go_0l_u00e4ufer.Run:\n", encoding="utf-8")
    program.chmod(0o755)
    assert mangle.symbol(PackageRequest(gccgo=str(program), pkgpath=path), Tools()) == symbol
    program.write_text("#!/bin/sh\necho go.l..u00e4ufer.Run:\n", encoding="utf-8")
    with pytest.raises(BuilderError, match="unrecognized mangling scheme"):
        mangle.symbol(PackageRequest(gccgo=str(program), pkgpath=path), Tools())
