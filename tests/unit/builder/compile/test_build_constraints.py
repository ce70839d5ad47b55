"""Which files a build has, by their names and build constraints: as go/build says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builder.base import gosource
from builder.base.tools import BuilderError
from builder.compile.constraints import Context, context_of
from builder.compile.sources import ignored
from builder.requests.package import PackageRequest
from support.realgo import RealGo

LINUX = Context(goos="linux", goarch="amd64", tags={"cgo", "gc", "netgo", "go1.1", "go1.2"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.go", True),
        ("linux.go", True),
        ("windows.go", True),
        ("a_linux.go", True),
        ("a_windows.go", False),
        ("a_amd64.s", True),
        ("a_arm64.s", False),
        ("a_linux_amd64.go", True),
        ("a_linux_arm64.go", False),
        ("a_windows_amd64.go", False),
        ("a_amd64_linux.go", True),
        ("a_arm64_linux.go", True),
        ("windows_amd64.go", True),
        ("windows_arm64.go", False),
        ("a_windows_test.go", False),
        ("a_linux_test.go", True),
        ("a_linux_arm64_test.go", False),
        ("windows_test.go", True),
        ("a_windows.b.go", False),
        ("a_unix.go", True),
        ("a_sparc64_be.go", True),
        ("a_nacl.go", False),
        ("a_zos_s390.go", False),
        ("_a.go", False),
        (".a.go", False),
        ("a_arm64.syso", False),
        ("a_linux.syso", True),
    ],
)
def test_names(tmp_path: Path, name: str, *, kept: bool) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00//go:build never\n" if name.endswith(".syso") else b"package a\n")
    assert LINUX.has(str(path)) is kept


@pytest.mark.parametrize(
    ("goos", "names"),
    [
        ("android", ["a_android.go", "a_linux.go"]),
        ("illumos", ["a_illumos.go", "a_solaris.go"]),
        ("ios", ["a_darwin.go", "a_ios.go"]),
        ("darwin", ["a_darwin.go"]),
    ],
)
def test_systems_that_are_others_too(tmp_path: Path, goos: str, names: list[str]) -> None:
    for system in ("android", "darwin", "illumos", "ios", "linux", "solaris"):
        (tmp_path / f"a_{system}.go").write_text("package a\n", encoding="utf-8")
    context = Context(goos=goos, goarch="arm64", tags=())
    assert sorted(path.name for path in tmp_path.iterdir() if context.has(str(path))) == names
    assert context.holds("unix") is True
    assert not Context(goos="windows", goarch="arm64", tags=()).holds("unix")


KEPT = [
    "//go:build linux",
    "//go:build !windows",
    "//go:build linux && amd64",
    "//go:build windows || linux && !arm64",
    "//go:build (windows || linux) && !(arm64)",
    "//go:build !(windows && amd64)&&linux",
    "//go:build unix",
    "//go:build cgo && gc && netgo && go1.2",
    "\ufeff//go:build linux",
    "\n\n// A comment.\n//go:build linux",
    "/* A comment. */ //go:build windows\n",
    "/*\n//go:build windows\n*/",
    "//go:buildwindows",
    "// //go:build windows",
    "//go:build linux\n// +build windows\n",
    "// +build windows",
    "// +build linux\n",
    "//+build linux darwin\n",
    "// +build linux,amd64\n",
    "// +build !windows,!darwin\n",
    "// +build windows linux\n// +build !arm64\n",
    "// +build linux\n\n// Words.",
    "/* Words. */\n\n// +build windows\n",
    "// +build !a-b\n",
    "// +buildwindows\n",
    "package a\n\n//go:build windows",
]

LEFT_OUT = [
    "//go:build windows",
    "//go:build linux && !amd64",
    "//go:build go1.999",
    "//go:build race",
    "//go:build gccgo",
    "//go:build ignore",
    "/* A comment. */\n//go:build windows",
    "/* A comment.\n*/ /* Another. */\n//go:build windows\n",
    "// +build windows\n",
    "// +build linux,arm64\n",
    "// +build !linux darwin\n",
    "// +build linux\n// +build arm64\n",
    "// +build\n",
    "// +build !!linux\n",
    "// +build !\n",
    "// +build a-b\n",
    "// +build windows\n\n// Words.",
]


@pytest.mark.parametrize(("header", "kept"), [*((text, True) for text in KEPT), *((text, False) for text in LEFT_OUT)])
def test_constraints(tmp_path: Path, header: str, *, kept: bool) -> None:
    path = tmp_path / "a.go"
    path.write_text(f"{header}\npackage a\n", encoding="utf-8")
    assert LINUX.has(str(path)) is kept


WRONG = {
    "//go:build linux\n//go:build amd64": "multiple //go:build comments",
    "//go:build": "parsing //go:build line",
    "//go:build linux amd64": "unexpected amd64",
    "//go:build linux &&": "unexpected end",
    "//go:build (linux": "missing close paren",
    "//go:build linux)": r"unexpected \)",
    "//go:build !!linux": "double negation not allowed",
    "//go:build linux & amd64": "parsing //go:build line",
    "//go:build linux,amd64": "parsing //go:build line",
    "//go:build a-b": "parsing //go:build line",
}


@pytest.mark.parametrize(("header", "message"), WRONG.items())
def test_what_is_no_constraint(tmp_path: Path, header: str, message: str) -> None:
    path = tmp_path / "a.go"
    path.write_text(f"{header}\npackage a\n", encoding="utf-8")
    with pytest.raises(BuilderError, match=f"a.go: .*{message}"):
        LINUX.has(str(path))


def test_the_go_command_agrees_on_constraints(tmp_path: Path, go: RealGo) -> None:
    """Each header is in a package of its own, which has one more file."""
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.21\n", encoding="utf-8")
    headers = [*KEPT, *LEFT_OUT, *WRONG]
    for number, header in enumerate(headers):
        folder = tmp_path / f"p{number}"
        folder.mkdir()
        (folder / "a.go").write_text(f"{header}\npackage a\n", encoding="utf-8")
        (folder / "b.go").write_text("package a\n", encoding="utf-8")
    settings = {"CGO_ENABLED": "1", "GOOS": "linux", "GOARCH": "amd64"}
    done = go.run(
        "list",
        "-e",
        "-tags=netgo",
        "-json=Dir,GoFiles,IgnoredGoFiles,InvalidGoFiles",
        "./...",
        cwd=tmp_path,
        **settings,
    )
    answers = {Path(package["Dir"]).name: package for package in _decoded(done.out)}
    expected = {"IgnoredGoFiles": LEFT_OUT, "GoFiles": KEPT, "InvalidGoFiles": list(WRONG)}
    for key, kind in expected.items():
        assert [header for number, header in enumerate(headers) if "a.go" in answers[f"p{number}"].get(key, ())] == kind


PLATFORMS = ["linux/amd64", "windows/arm64", "darwin/arm64", "js/wasm"]

_KINDS = ("Go", "Cgo", "C", "CXX", "M", "H", "F", "S", "Swig", "SwigCXX", "Syso", "TestGo", "XTestGo")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_files_of_the_standard_library(tmp_path: Path, go: RealGo, platform: str) -> None:
    """Of every package, the files that are kept are those of the go command, and so are their package and imports."""
    goos, goarch = platform.split("/")
    cgo = platform != "js/wasm"
    settings = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": str(int(cgo))}
    fields = [*(f"{kind}Files" for kind in _KINDS), "IgnoredGoFiles", "IgnoredOtherFiles"]
    done = go.run("list", "-e", f"-json=Dir,Name,Imports,{','.join(fields)}", "std", cwd=tmp_path, **settings)
    packages = list(_decoded(done.out))
    assert len(packages) > 200
    request = PackageRequest(
        goos=goos,
        goarch=goarch,
        goversion=f"go{go.version.removeprefix('go')}",
        arch={"amd64": "GOAMD64=v1", "arm64": "GOARM64=v8.0"}.get(goarch, ""),
        tags=["cgo"] if cgo else [],
    )
    context = context_of(request)
    different = []
    for package in packages:
        kept = {name for kind in _KINDS for name in package.get(f"{kind}Files", ())}
        for name in (name for field in fields for name in package.get(field, ())):
            path = f"{package['Dir']}/{name}"
            has = context.has(path)
            if has and name.endswith(".go"):
                has = not ignored(gosource.header(gosource.text_of(path)), cgo=cgo)
            # Assembly for C compilers is of packages that use cgo alone.
            if has != (name in kept) and not name.endswith((".S", ".sx")):
                different.append(path)
        headers = [gosource.header(gosource.text_of(f"{package['Dir']}/{name}")) for name in _go_files(package)]
        imports = {path for header in headers for path in header.imports}
        # Those of vendored packages have their paths in the binary.
        expected = {path.removeprefix("vendor/") for path in package.get("Imports", ())}
        if imports != expected or {header.package for header in headers} - {package["Name"]}:
            different.append(package["Dir"])
    assert different == []


def _go_files(package: dict[str, Any]) -> list[str]:
    return [*package.get("GoFiles", ()), *package.get("CgoFiles", ())]


@pytest.mark.parametrize(
    "platform", [*PLATFORMS, "linux/386", "linux/arm", "linux/mips64le", "linux/ppc64le", "linux/s390x"]
)
def test_the_tags_of_the_go_command(tmp_path: Path, go: RealGo, platform: str) -> None:
    goos, goarch = platform.split("/")
    template = '{{join context.ToolTags " "}} {{join context.ReleaseTags " "}} {{context.Compiler}}'
    done = go.run("list", "-f", template, "errors", cwd=tmp_path, GOOS=goos, GOARCH=goarch)
    arch = go.run("env", f"GO{goarch.removesuffix('le').upper()}", cwd=tmp_path, GOOS=goos, GOARCH=goarch).out.strip()
    request = PackageRequest(goos=goos, goarch=goarch, goversion=f"go{go.version.removeprefix('go')}", arch=f"X={arch}")
    assert sorted(context_of(request).tags) == sorted(done.out.split())


def test_experiments(tmp_path: Path, go: RealGo) -> None:
    """GOEXPERIMENT turns experiments on and off."""

    def names(tags: Iterable[str]) -> set[str]:
        """Return the experiments among tags but those that cannot be turned off."""
        experiments = {tag.removeprefix("goexperiment.") for tag in tags if tag.startswith("goexperiment.")}
        return {name for name in experiments if not name.startswith("regabi")}

    def of_go(setting: str) -> set[str]:
        template = '{{join context.ToolTags " "}}'
        done = go.run("list", "-f", template, "errors", cwd=tmp_path, GOARCH="amd64", GOEXPERIMENT=setting)
        return names(done.out.split())

    default = min(of_go(""))
    for setting in ("", "arenas", f"no{default}", f"arenas,no{default}", "none,arenas", f"no{default},{default}"):
        tags = [f"goexperiment.{name}" for name in setting.split(",") if name]
        request = PackageRequest(
            goos="linux", goarch="amd64", goversion=f"go{go.version.removeprefix('go')}", tags=tags
        )
        assert names(context_of(request).tags) == of_go(setting), setting


@pytest.mark.parametrize(
    ("goarch", "arch", "goversion", "tags"),
    [
        ("amd64", "GOAMD64=v3", "go1.26.1", {"amd64.v1", "amd64.v2", "amd64.v3"}),
        ("arm", "GOARM=6,softfloat", "go1.26.1", {"arm.5", "arm.6"}),
        ("arm64", "GOARM64=v8.2", "go1.26.1", {"arm64.v8.0", "arm64.v8.1", "arm64.v8.2"}),
        ("arm64", "GOARM64=v9.0,lse", "go1.26.1", {"arm64.v9.0", *(f"arm64.v8.{n}" for n in range(6))}),
        (
            "arm64",
            "GOARM64=v9.5",
            "go1.26.1",
            {*(f"arm64.v9.{n}" for n in range(6)), *(f"arm64.v8.{n}" for n in range(10))},
        ),
        ("386", "GO386=softfloat", "go1.26.1", {"386.softfloat"}),
        ("mips", "GOMIPS=hardfloat", "go1.26.1", {"mips.hardfloat"}),
        ("ppc64le", "GOPPC64=power9", "go1.26.1", {"ppc64le.power8", "ppc64le.power9"}),
        ("riscv64", "GORISCV64=rva22u64", "go1.26.1", {"riscv64.rva20u64", "riscv64.rva22u64"}),
        ("wasm", "GOWASM=", "go1.26.1", {"wasm.satconv", "wasm.signext"}),
        ("wasm", "GOWASM=satconv", "go1.25.1", {"wasm.satconv"}),
        ("s390x", "", "go1.26.1", set()),
    ],
)
def test_architectures(goarch: str, arch: str, goversion: str, tags: set[str]) -> None:
    context = context_of(PackageRequest(goos="linux", goarch=goarch, arch=arch, goversion=goversion))
    assert {tag for tag in context.tags if tag.startswith(f"{goarch}.")} == tags


def test_releases_compilers_and_old_names() -> None:
    tags = ["netgo", "goexperiment.boringcrypto"]
    context = context_of(
        PackageRequest(goos="linux", goarch="amd64", goversion="devel go1.24-0123abc", tags=tags), "gccgo"
    )
    assert {"go1.1", "go1.24", "gccgo", "netgo"} <= set(context.tags)
    assert not {"go1.25", "gc"} & set(context.tags)
    assert context.holds("boringcrypto") and not LINUX.holds("boringcrypto")


def _decoded(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON values that follow each other in a text."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value
