"""Binary-only packages: where archives are, what they say, why one is refused, and what is left of sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builder.link import binary_only
from support.realgo import RealGo

from gomod2bazel.base.version import Version
from gomod2bazel.commands.binary_package.compiled import Compiled, Platform
from gomod2bazel.commands.binary_package.create import stub_files
from gomod2bazel.commands.binary_package.stub import go_folders, imports_text, kept_files, stub_text
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.gosource import read_source
from gomod2bazel.load.archives.archive import Archive, NoArchiveError, read_archive
from gomod2bazel.load.archives.find import outside_archives, unsuitable, with_archives
from gomod2bazel.load.archives.folder import platform_folder
from gomod2bazel.load.input.fetched import Fetched

HERE = Configuration(
    go="go1.26.8",
    goos="linux",
    goarch="amd64",
    arch="GOAMD64=v1",
    cgo=False,
    tags=(),
    experiment="",
    buildmode="default",
)
HEAD = "go object linux amd64 go1.26.8 GOAMD64=v1 X:regabiwrappers,regabiargs"


def archive(head: str = HEAD, more: str = 'build id "action/content"\n') -> bytes:
    """Return the beginning of an archive."""
    content = f"{head}\n{more}\n\n$$B\nu".encode()
    return b"!<arch>\n" + b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (b"__.PKGDEF", 0, 0, 0, 0o644, len(content)) + content


@pytest.mark.parametrize(
    ("changes", "suffix", "expected"),
    [
        ({}, "", "linux_amd64"),
        ({}, "mine", "linux_amd64_mine"),
        ({"instrument": "race"}, "", "linux_amd64_race"),
        ({"instrument": "msan", "buildmode": "pie", "goarch": "arm64"}, "mine", "linux_arm64_mine_msan_shared"),
        ({"buildmode": "pie"}, "", "linux_amd64_shared"),
        ({"buildmode": "pie", "goos": "windows"}, "", "windows_amd64"),
        ({"buildmode": "c-archive"}, "", "linux_amd64_shared"),
        ({"buildmode": "c-archive", "goos": "windows"}, "", "windows_amd64"),
        ({"buildmode": "c-archive", "goos": "darwin", "goarch": "arm64"}, "", "darwin_arm64_shared"),
        ({"buildmode": "c-shared"}, "", "linux_amd64_shared"),
        ({"buildmode": "plugin"}, "", "linux_amd64_dynlink"),
        ({"buildmode": "exe"}, "", "linux_amd64"),
    ],
)
def test_the_folder_is_called_as_the_go_command_calls_it(changes: dict[str, Any], suffix: str, expected: str) -> None:
    assert platform_folder(replace(HERE, **changes), suffix) == expected


def test_the_folder_is_the_one_that_the_go_command_says(go: RealGo, tmp_path: Path) -> None:
    """In GOPATH mode the go command still tells where it would look for an archive."""
    (tmp_path / "src" / "p").mkdir(parents=True)
    (tmp_path / "src" / "p" / "p.go").write_text("package p\n", encoding="utf-8")
    for mode, suffix in (("pie", ""), ("c-archive", "x")):
        target = ["list", "-f", "{{.Target}}", f"-buildmode={mode}", f"-installsuffix={suffix}", "p"]
        done = go.run(*target, cwd=tmp_path, GOPATH=str(tmp_path), GO111MODULE="off", GOOS="linux", GOARCH="amd64")
        assert Path(done.out.strip()).parent.name == platform_folder(replace(HERE, buildmode=mode), suffix), done.err


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD, ("linux", "amd64", "go1.26.8", "GOAMD64=v1", "regabiwrappers,regabiargs")),
        (
            "go object js wasm go1.26.8 GOWASM=satconv,signext X:",
            ("js", "wasm", "go1.26.8", "GOWASM=satconv,signext", ""),
        ),
        ("go object plan9 386 devel go1.27-ab X:x", ("plan9", "386", "devel go1.27-ab", "", "x")),
    ],
)
def test_an_archive_says_what_it_was_made_for(head: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.a").write_bytes(archive(head))
    read = read_archive(tmp_path / "x.a")
    assert (read.goos, read.goarch, read.toolchain, read.arch, read.experiments) == expected
    assert read.build_id == "action/content"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not a Go archive"),
        (b"!<arch>\n", "is not a Go archive"),
        (b"!<arch>\n/               0", "is not a Go archive"),
        (archive("go object linux amd64"), "begins with 'go object linux amd64'"),
        (archive("\xff" * 5000), "is not a known kind of Go archive"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.a").write_bytes(data)
    with pytest.raises(NoArchiveError, match=said):
        read_archive(tmp_path / "x.a")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"goarch": "arm64"}, "was compiled for linux/amd64, but this build is for linux/arm64"),
        ({"go": "go1.26.9"}, "was compiled by go1.26.8, but this build uses go1.26.9"),
        ({"arch": "GOAMD64=v3"}, "was compiled with GOAMD64=v1, not GOAMD64=v3"),
    ],
)
def test_an_archive_fits_its_own_toolchain_and_platform(changes: dict[str, Any], said: str) -> None:
    read = Archive(goos="linux", goarch="amd64", toolchain="go1.26.8", arch="GOAMD64=v1", experiments="", build_id="")
    assert unsuitable(read, replace(HERE, **changes)) == said


def package(root: Path, path: str, **more: Any) -> Package:
    """Return a binary-only package of module example.com/m in ``root``."""
    value = {
        "ImportPath": path,
        "Dir": f"{root}{path.removeprefix('example.com/m')}",
        "Name": "p",
        "GoFiles": ["doc.go"],
    }
    module = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": str(root)}
    return Package.of({**value, "Module": module, "BinaryOnly": True, **more})


def test_each_package_has_its_archive_or_says_why_not(tmp_path: Path) -> None:
    root, given = tmp_path / "m", tmp_path / "given"
    for file, content in {
        "m/pkg/linux_amd64/example.com/m/a.a": archive(),
        "m/pkg/linux_amd64/example.com/m/b.a": archive(HEAD.replace("1.26.8", "1.25.0")),
        "m/pkg/darwin_arm64/example.com/m/c.a": archive(),
        "m/pkg/windows_amd64/example.com/m/c.a": archive(),
        "given/example.com/m/d.a": archive(more=""),
        "given/example.com/m/e.a": b"text",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content)
    names = "abcde"
    packages = [package(root, f"example.com/m/{name}") for name in names]
    plain = package(root, "example.com/m/plain", BinaryOnly=False)
    found = with_archives([*packages, plain], HERE, pkgdir=given)
    by_name = dict(zip(names, found, strict=False))
    own = by_name["a"].archive
    assert own is not None
    assert (own.name, own.file) == ("pkg/linux_amd64/example.com/m/a.a", f"{root}/pkg/linux_amd64/example.com/m/a.a")
    assert own.build_id == "action/content"
    said = {name: [what for _, what in one.errors] for name, one in by_name.items() if one.errors}
    assert said == {
        "b": [
            "binary-only package example.com/m/b: pkg/linux_amd64/example.com/m/b.a was compiled by go1.25.0, but this"
            " build uses go1.26.8"
        ],
        "c": [
            f"binary-only package example.com/m/c: neither {given}/example.com/m/c.a nor"
            " pkg/linux_amd64/example.com/m/c.a exists; there are archives for darwin_arm64, windows_amd64"
        ],
        "e": [f"binary-only package example.com/m/e: {given}/example.com/m/e.a is not a Go archive"],
    }
    assert outside_archives(found) == {
        f"{root}/pkg/linux_amd64/example.com/m/d.a": str(given / "example.com/m/d.a"),
    }
    assert found[-1] == plain


def test_a_stub_has_the_docs_and_says_that_it_is_one() -> None:
    doc = "Package p is closed.\n\n+build never\n\tcode\n"
    text = stub_text("p", doc, [])
    assert text.splitlines()[0] == "//go:binary-only-package"
    assert text.endswith("// +build never\n//\tcode\npackage p\n")
    assert read_source(text.encode()).doc == "Package p is closed.\n\n\tcode"
    assert imports_text("p", ["b", "a"]) == 'package p\n\nimport (\n\t_ "a"\n\t_ "b"\n)\n'
    assert stub_text("p", "", ["a"]) == '//go:binary-only-package\n\npackage p\n\nimport (\n\t_ "a"\n)\n'


FILES = (
    "go.mod", "go.sum", "LICENSE", "README.md", "readme.go", "root.go", "data/x.json", "lib/lib.go", "lib/notice.txt",
    "lib/embedded/LICENSE-MIT", "lib/embedded/data.bin", "lib/license.go", "cmd/x/main.go", "cmd/x/page.html",
    "cmd/x/static/a.css", "csrc/a.c",
)  # fmt: skip


def test_of_closed_packages_only_licences_and_their_like_are_kept() -> None:
    folders = go_folders(FILES)
    assert folders == {"", "lib", "cmd/x"}
    mains = {folder: folder == "cmd/x" for folder in folders}
    papers = ["LICENSE", "README.md", "go.mod", "go.sum", "lib/embedded/LICENSE-MIT", "lib/notice.txt"]
    main = ["cmd/x/main.go", "cmd/x/page.html", "cmd/x/static/a.css"]
    assert kept_files(FILES, mains, otherwise=False) == sorted([*papers, *main])
    lib = {folder: folder != "lib" for folder in folders}
    gone = {"lib/lib.go", "lib/license.go", "lib/embedded/data.bin"}
    assert kept_files(FILES, lib, otherwise=True) == sorted({*FILES} - gone)


@pytest.fixture(scope="module")
def compiled(go: RealGo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the archives of a package and of two states of the one that it imports, one name of several members."""
    root = tmp_path_factory.mktemp("compiled")
    sources = {"q": "package q\n\ntype T int\n", "other": "package q\n\ntype T string\n"}
    made = {}
    for name, text in {**sources, "p": 'package p\n\nimport "q"\n\nvar X q.T\n'}.items():
        (root / f"{name}.go").write_text(text, encoding="utf-8")
        (root / "importcfg").write_text(f"packagefile q={root}/q.a\n", encoding="utf-8")
        flags = ["-p", "p" if name == "p" else "q", "-importcfg", str(root / "importcfg"), "-pack", "-o"]
        done = go.run("tool", "compile", *flags, f"{root}/{name}.a", f"{root}/{name}.go", cwd=root)
        assert done.code == 0, done.err
        made[name] = (root / f"{name}.a").read_bytes()
    return made


def take(tmp_path: Path, given: bytes, imports: dict[str, bytes], *more: str) -> tuple[bytes, bytes]:
    """Let the action's program take an archive; return what it wrote."""
    (tmp_path / "given.a").write_bytes(given)
    lines = ["importpath=p", "name=pkg/p.a", f"given={tmp_path}/given.a"]
    lines += [f"export={tmp_path}/p.x", f"archive={tmp_path}/p.a", *more]
    for path, data in imports.items():
        (tmp_path / f"{path}.x").write_bytes(data)
        lines.append(f"imports={path}={tmp_path}/{path}.x")
    binary_only.take(lines)
    return (tmp_path / "p.x").read_bytes(), (tmp_path / "p.a").read_bytes()


def test_an_archive_is_parted_in_what_importers_and_linker_read(compiled: dict[str, bytes], tmp_path: Path) -> None:
    export, rest = take(tmp_path, compiled["p"], {"q": compiled["q"]})
    assert [part.name for part in binary_only.members(export)] == ["__.PKGDEF"]
    assert [part.name for part in binary_only.members(rest)] == ["_go_.o"]
    assert export + rest.removeprefix(b"!<arch>\n") == compiled["p"]


def test_all_that_speaks_against_an_archive_is_said(compiled: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(binary_only.RefusedError) as caught:
        take(tmp_path, compiled["p"], {"q": compiled["other"]}, "shared=1")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("binary-only package p: pkg/p.a was not compiled for position independent code")
    assert lines[1].startswith("binary-only package p: pkg/p.a was compiled against another q: fingerprint ")
    with pytest.raises(binary_only.RefusedError, match="against q, which its source files do not import"):
        take(tmp_path, compiled["p"], {})
    head = compiled["q"].replace(b" X:", b" X:other,", 1)
    with pytest.raises(binary_only.RefusedError, match="but this build is with"):
        take(tmp_path, compiled["p"], {"q": head})
    assert not (tmp_path / "p.x").exists()


def test_a_damaged_archive_is_refused_wherever_it_ends(compiled: dict[str, bytes], tmp_path: Path) -> None:
    whole = compiled["p"]
    start = whole.index(b"\x00go120ld")
    for end in [*range(0, 200, 7), *range(start, start + 200, 5), len(whole) - 1]:
        with pytest.raises(binary_only.RefusedError):
            take(tmp_path, whole[:end], {"q": compiled["q"]})
    # Where the list of packages begins and ends.
    for at in (start + 20, start + 24):
        broken = whole[:at] + b"\xff\xff\xff\x7f" + whole[at + 4 :]
        with pytest.raises(binary_only.RefusedError):
            take(tmp_path, broken, {"q": compiled["q"]})


def test_imports_of_some_platforms_are_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "doc.go").write_text("// Package p is p.\npackage p\n", encoding="utf-8")
    on = {"linux": ["a", "b"], "windows": ["a", "c"], "darwin": ["a"]}
    platforms = [
        Platform(
            goos=goos,
            goarch="amd64",
            packages=(),
            compiled=(Compiled(package=package(tmp_path, "example.com/m/p", Imports=imports), archive=Path("x.a")),),
        )
        for goos, imports in on.items()
    ]
    fetched = Fetched(version=Version("example.com/m", "v1.0.0"), dir=tmp_path, sum="", directives={})
    stubs = stub_files(fetched, platforms)
    assert sorted(stubs) == ["p/doc.go", "p/imports_linux_amd64.go", "p/imports_windows_amd64.go"]
    assert stubs["p/doc.go"].endswith('// Package p is p.\npackage p\n\nimport (\n\t_ "a"\n)\n')
    assert stubs["p/imports_windows_amd64.go"] == 'package p\n\nimport (\n\t_ "c"\n)\n'
