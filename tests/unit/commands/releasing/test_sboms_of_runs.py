"""The files of -sbom, of whole runs: where they go, and what they describe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.prepared_modules import module, prepared
from support.release_value import binary_of, module_of, release_of

from gomod2bazel.base.errors import FlagValueError, UsageError
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.releasing import Releasing, Scratch
from gomod2bazel.commands.releasing.sboms import Sboms
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary
from gomod2bazel.options.groups.release import SBOM_FORMS, read_sboms
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.release.contents import ReleasedBinary
from gomod2bazel.release.sbom.sbom import FORMS

ONE, TWO = module_of("example.com/one@v1.0.0"), module_of("example.com/two@v1.0.0")
FIRST = replace(binary_of("example.com/one/tool", [ONE]), sha256="11" * 32)
SECOND = replace(binary_of("example.com/two/tool", [TWO]), sha256="22" * 32)


def part(*binaries: Binary, destination: str = "/usr/bin") -> ReleasePart:
    """Return a part with these binaries."""
    of = f"{binaries[0].module}@{binaries[0].version}"
    return ReleasePart(
        prepared=prepared(module(of)), binaries=binaries, destination=Destination(destination=destination), text=of
    )


def releasing(*parts: ReleasePart, forms: tuple[str, ...] = ("spdx",)) -> Releasing:
    """Return a release with SBOMs."""
    return Releasing(options=with_values(Options(), {"sboms": forms}), parts=parts)


def made(of: Releasing, built: Sequence[ReleasedBinary], folder: Path) -> dict[str, set[str]]:
    """Return the files that are made by their paths, each with the digests that it has."""
    files = Sboms().make(of, release_of(built, [ONE, TWO]), [], Scratch(folder))
    found = {}
    for item, destination in files:
        assert item.binary.kind == "sbom"
        packages = json.loads(item.source.read_text("utf-8"))["packages"]
        digests = {entry["checksumValue"][:2] for package in packages for entry in package.get("checksums", ())}
        found[destination.shown(item.binary.name, item.binary.folder)] = digests
    return found


def planned(of: Releasing) -> list[str]:
    """Return the paths of the files that are planned."""
    return [destination.shown(file.name, file.folder) for file, destination in Sboms().planned(of)]


def test_what_is_planned_is_made(tmp_path: Path) -> None:
    third = binary_of("example.com/one/sub/other", [ONE], folder="sub")
    of = releasing(part(FIRST.binary, third.binary))
    files = made(of, [FIRST, third], tmp_path)
    assert list(files) == planned(of) == [
        "/usr/bin/sub/other.spdx.json", "/usr/bin/tool.spdx.json", "/usr/bin/sbom.spdx.json",
    ]  # fmt: skip
    assert files["/usr/bin/sbom.spdx.json"] == {"11", "ab"}


def test_binaries_of_one_name_in_two_folders(tmp_path: Path) -> None:
    of = releasing(part(FIRST.binary), part(SECOND.binary, destination="/opt/bin"))
    assert made(of, [SECOND, FIRST], tmp_path) == {
        "/usr/bin/tool.spdx.json": {"11"},
        "/usr/bin/sbom.spdx.json": {"11"},
        "/opt/bin/tool.spdx.json": {"22"},
        "/opt/bin/sbom.spdx.json": {"22"},
    }


def test_several_modules_in_one_folder_have_one_sbom_of_all(tmp_path: Path) -> None:
    other = replace(SECOND, binary=replace(SECOND.binary, name="other"))
    files = made(releasing(part(FIRST.binary), part(other.binary)), [FIRST, other], tmp_path)
    assert files["/usr/bin/sbom.spdx.json"] == {"11", "22"}


def test_what_was_not_built_has_none(tmp_path: Path) -> None:
    of = releasing(part(FIRST.binary), part(SECOND.binary, destination="/opt/bin"))
    assert list(made(of, [FIRST], tmp_path)) == ["/usr/bin/tool.spdx.json", "/usr/bin/sbom.spdx.json"]


def test_both_forms() -> None:
    assert planned(releasing(part(FIRST.binary), forms=read_sboms((), "spdx,cyclonedx"))) == [
        "/usr/bin/tool.cdx.json", "/usr/bin/sbom.cdx.json", "/usr/bin/tool.spdx.json", "/usr/bin/sbom.spdx.json",
    ]  # fmt: skip
    assert read_sboms(("spdx",), "cyclonedx") == read_sboms((), "spdx,cyclonedx,spdx")


def test_the_name_of_the_run_is_taken() -> None:
    named = replace(FIRST.binary, name="sbom")
    with pytest.raises(
        UsageError, match=r"sbom\.spdx\.json: the SBOM of example\.com/one/tool and the SBOM of the run"
    ):
        planned(releasing(part(named)))


def test_forms_of_the_flag_are_those_that_are_made() -> None:
    assert set(SBOM_FORMS) == set(FORMS)
    with pytest.raises(FlagValueError, match="'swid' is not spdx or cyclonedx"):
        read_sboms((), "spdx,swid")
