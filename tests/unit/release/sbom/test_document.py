"""What an SBOM tells, before it has a form: binaries, modules, replacements, what requires what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.release_value import binary_of, module_of, release_of

from gomod2bazel.release.contents import ReleasedModule
from gomod2bazel.release.sbom.document import DescribedModule, document_of_binary, document_of_run

MAIN = module_of("example.com/m@v1.0.0")
NEAR = module_of("example.com/near@v0.1.0")
FAR = module_of("example.com/far@v0.2.0")
OTHER = module_of("example.com/other@v0.3.0")
CHAIN = {"example.com/m@v1.0.0": ("example.com/near@v0.1.0",), "example.com/near@v0.1.0": ("example.com/far@v0.2.0",)}


def described(module: ReleasedModule) -> DescribedModule:
    """Return what is told of a module that a binary of `MAIN` has in it."""
    release = release_of([binary_of("example.com/m/cmd/tool", [MAIN, module])], [MAIN, module])
    others = [
        item for item in document_of_run(release).modules if item.key not in ("example.com/m@v1.0.0", "std@v1.26.0")
    ]
    return others[0]


def test_binary_has_its_modules_and_the_standard_library() -> None:
    release = release_of([binary_of("example.com/m/cmd/tool", [MAIN, NEAR, FAR], CHAIN)], [MAIN, NEAR, FAR, OTHER])
    document = document_of_binary(release, release.binaries[0])
    assert [module.key for module in document.modules] == [
        "example.com/far@v0.2.0", "example.com/m@v1.0.0", "example.com/near@v0.1.0", "std@v1.26.0",
    ]  # fmt: skip
    (binary,) = document.binaries
    assert (binary.main, binary.purl) == ("example.com/m@v1.0.0", "pkg:golang/example.com/m@v1.0.0#cmd/tool")


def test_a_transitive_module_is_not_direct() -> None:
    release = release_of([binary_of("example.com/m", [MAIN, NEAR, FAR], CHAIN)], [MAIN, NEAR, FAR])
    (binary,) = document_of_binary(release, release.binaries[0]).binaries
    assert binary.direct == ("example.com/m@v1.0.0", "std@v1.26.0")


def test_a_module_that_nothing_is_known_to_import_is_direct() -> None:
    release = release_of([binary_of("example.com/m", [MAIN, NEAR, OTHER], CHAIN)], [MAIN, NEAR, OTHER])
    (binary,) = document_of_binary(release, release.binaries[0]).binaries
    assert "example.com/other@v0.3.0" in binary.direct
    assert "example.com/near@v0.1.0" not in binary.direct


def test_modules_that_import_each_other() -> None:
    circle = {
        "example.com/m@v1.0.0": ("example.com/near@v0.1.0",),
        "example.com/near@v0.1.0": ("example.com/m@v1.0.0",),
    }
    release = release_of([binary_of("example.com/m", [MAIN, NEAR], circle)], [MAIN, NEAR])
    document = document_of_binary(release, release.binaries[0])
    assert document.binaries[0].direct == ("example.com/m@v1.0.0", "std@v1.26.0")
    assert document.requires["example.com/near@v0.1.0"] == ("example.com/m@v1.0.0",)


def test_run_has_what_modules_import_in_any_binary() -> None:
    first = binary_of("example.com/m/cmd/a", [MAIN, NEAR], {"example.com/m@v1.0.0": ("example.com/near@v0.1.0",)})
    second = binary_of("example.com/m/cmd/b", [MAIN, FAR], {"example.com/m@v1.0.0": ("example.com/far@v0.2.0",)})
    document = document_of_run(release_of([first, second], [MAIN, NEAR, FAR]))
    assert document.requires["example.com/m@v1.0.0"] == ("example.com/far@v0.2.0", "example.com/near@v0.1.0")
    assert document.binaries[0].direct == ("example.com/m@v1.0.0", "example.com/near@v0.1.0", "std@v1.26.0")
    assert (document.name, document.version) == ("example.com/m", "v1.0.0")


def test_run_of_several_modules_has_no_version() -> None:
    release = release_of([binary_of("example.com/m", [MAIN]), binary_of("example.com/other", [OTHER])], [MAIN, OTHER])
    document = document_of_run(release)
    assert (document.name, document.version) == ("2 modules", "")


def test_unknown_imports_stay_unknown() -> None:
    binary = replace(binary_of("example.com/m", [MAIN, NEAR]), requires={})
    document = document_of_binary(release := release_of([binary], [MAIN, NEAR]), release.binaries[0])
    assert set(document.requires) == {"std@v1.26.0"}


def test_a_tree_has_neither_version_nor_sum() -> None:
    tree = described(module_of("example.com/tree"))
    assert (tree.version, tree.sum, tree.purl) == ("", "", "pkg:golang/example.com/tree")
    assert "no version" in tree.origin


def test_version_gives_the_binaries_of_a_tree_a_version() -> None:
    tree = module_of("example.com/tree")
    release = replace(release_of([binary_of("example.com/tree", [tree])], [tree]), tree_version="v1.2.0")
    document = document_of_binary(release, release.binaries[0])
    (binary,) = document.binaries
    assert (document.version, binary.version, binary.purl) == ("v1.2.0", "v1.2.0", "pkg:golang/example.com/tree")
    assert "-version" in binary.origin
    assert document.modules[0].version == "", "what is published may be something else"


def test_a_module_that_only_the_binary_names() -> None:
    document = document_of_run(release_of([binary_of("example.com/m", [MAIN, NEAR])], [MAIN]))
    near = next(module for module in document.modules if module.key == "example.com/near@v0.1.0")
    assert (near.sum, near.verified, near.license) == (NEAR.input.sum, True, "")


def test_a_fork_is_what_is_in_the_binary() -> None:
    fork = described(module_of("example.com/near@v0.1.0", replaced_by="github.com/Fork/near@v0.1.1"))
    assert (fork.name, fork.version, fork.purl) == (
        "github.com/Fork/near", "v0.1.1", "pkg:golang/github.com/fork/near@v0.1.1",
    )  # fmt: skip
    assert (fork.replaces, fork.replaces_purl) == ("example.com/near@v0.1.0", "pkg:golang/example.com/near@v0.1.0")
    assert fork.sum, "the sum is that of the fork"


@pytest.mark.parametrize("folder", ["./near", "../near@v2", "/home/somebody/near", "/home/some@body/near"])
def test_a_folder_in_place_of_a_module(folder: str) -> None:
    module = described(module_of("example.com/near@v0.1.0", replaced_by=folder))
    assert (module.version, module.sum, module.verified) == ("", "", False)
    assert (module.name, module.purl) == ("example.com/near", "pkg:golang/example.com/near")
    assert module.replaces == "example.com/near@v0.1.0"
    assert "/home" not in repr(module), "a folder of this machine"
    assert (folder in module.origin) is (not folder.startswith("/"))


def test_an_archive_has_its_module_alone() -> None:
    archive = binary_of("example.com/m/pkg", [MAIN], kind="archive", name="pkg.a")
    (binary,) = document_of_run(release_of([archive], [MAIN])).binaries
    assert (binary.kind, binary.modules) == ("library", ("example.com/m@v1.0.0",))


def test_a_header_is_a_file_of_its_main_module() -> None:
    library = binary_of("example.com/m/c", [MAIN, NEAR], CHAIN, kind="c-shared", name="libc.so")
    header = binary_of("example.com/m/c", [MAIN, NEAR], CHAIN, kind="header", name="libc.h")
    binaries = document_of_run(release_of([library, header], [MAIN, NEAR])).binaries
    assert [(item.path, item.kind, len(item.modules)) for item in binaries] == [
        ("libc.h", "file", 1),
        ("libc.so", "library", 3),
    ]


@pytest.mark.parametrize(
    ("go_version", "cpe"),
    [
        ("go1.26.0", "cpe:2.3:a:golang:go:1.26.0:-:*:*:*:*:*:*"),
        ("go1.27rc1", "cpe:2.3:a:golang:go:1.27:rc1:*:*:*:*:*:*"),
        ("devel go1.27-abcdef", ""),
        ("go1.18 gccgo (Debian) 14", ""),
    ],
)
def test_the_standard_library_has_the_cpe_of_a_go_release(go_version: str, cpe: str) -> None:
    release = replace(release_of([binary_of("example.com/m", [MAIN])], [MAIN]), go_version=go_version)
    standard = document_of_run(release).modules[-1]
    assert (standard.name, standard.version, standard.cpe) == ("std", "v1.26.0", cpe)


def test_a_binary_without_known_modules() -> None:
    binary = binary_of("example.com/m/cmd/tool", [], module="example.com/m", version="v1.0.0")
    (described,) = document_of_run(release_of([binary], [])).binaries
    assert (described.main, described.modules) == ("", ("std@v1.26.0",))
    assert described.purl == "pkg:golang/example.com/m@v1.0.0#cmd/tool"


def test_bytes_that_are_not_utf8_can_be_written() -> None:
    binary = binary_of("example.com/m", [MAIN], name="t\udcff\ud800")
    (described,) = document_of_run(release_of([binary], [MAIN])).binaries
    assert described.path == r"t\udcff\ud800"
