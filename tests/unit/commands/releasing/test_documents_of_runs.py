"""The files of -docs, of whole runs: which binaries count, where their files go, and what clashes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.prepared_modules import module, prepared

from gomod2bazel.base.errors import FlagValueError, UsageError
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.commands.releasing import documents
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.documents import Documents
from gomod2bazel.commands.releasing.releasing import Releasing
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary
from gomod2bazel.options.groups.release import DOCUMENTS, read_documents
from gomod2bazel.options.options import Options, with_values

ROFF = ".TH X 1\n"


@pytest.fixture(autouse=True)
def binaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lock of each module have cmd/a and cmd/b: a lock of few lines cannot be read as a whole."""

    def read(text: str, _file: str) -> SimpleNamespace:
        (path,) = (entry["path"] for entry in json.loads(text)["main_modules"] if entry)
        return SimpleNamespace(binaries=[SimpleNamespace(import_path=f"{path}/cmd/{name}") for name in ("a", "b")])

    monkeypatch.setattr(documents, "read_lock", read)


def part(folder: Path, path: str, *names: str, destination: str = "/usr/bin", **renamed: str) -> ReleasePart:
    """Return a part with binaries ``names``, of a module in ``folder`` that has cmd/a and cmd/b."""
    folder.mkdir(exist_ok=True)
    for name in ("a", "b"):
        (folder / f"{name}.1").write_text(f"{ROFF}{name}\n")
    (folder / "LICENSE").write_text(f"of {path}\n")
    built = [
        Binary(import_path=f"{path}/cmd/{name}", name=renamed.get(name, name), module=path, version="v1.0.0")
        for name in names
    ]
    return ReleasePart(
        prepared=prepared(module(f"{path}@v1.0.0"), folders={repository_name(path, "v1.0.0"): str(folder)}),
        binaries=tuple(built),
        destination=Destination(destination=destination),
        text=f"{path}@v1.0.0",
    )


def planned(*parts: ReleasePart, words: tuple[str, ...] = DOCUMENTS) -> list[str]:
    releasing = Releasing(options=with_values(Options(), {"documents": words}), parts=parts)
    return [place.shown(file.name, file.folder) for file, place in Documents().planned(releasing)]


def test_files_are_below_the_folder_above_the_programs(tmp_path: Path) -> None:
    assert planned(part(tmp_path / "m", "example.com/m", "a", "b")) == [
        "/usr/share/doc/m/LICENSE",
        "/usr/share/man/man1/a.1",
        "/usr/share/man/man1/b.1",
    ]
    assert planned(part(tmp_path / "m", "example.com/m", "a"), words=()) == []


def test_a_binary_that_is_not_installed_or_renamed_has_no_page(tmp_path: Path) -> None:
    pages = ("man-page",)
    assert planned(part(tmp_path / "m", "example.com/m", "a"), words=pages) == ["/usr/share/man/man1/a.1"]
    assert planned(part(tmp_path / "m", "example.com/m", "a", "b", a="other"), words=pages) == [
        "/usr/share/man/man1/b.1"
    ]


def test_platforms_share_their_files(tmp_path: Path) -> None:
    first = part(tmp_path / "m", "example.com/m", "a", destination="dist")
    second = replace(first, binaries=(replace(first.binaries[0], folder="linux_arm64"),))
    assert planned(first, second) == ["dist/share/doc/m/LICENSE", "dist/share/man/man1/a.1"]


def test_modules_with_the_same_place_for_other_content_are_refused(tmp_path: Path) -> None:
    first = part(tmp_path / "m", "example.com/m", "a")
    second = part(tmp_path / "n", "example.org/m", "b")
    with pytest.raises(UsageError) as caught:
        planned(first, second)
    assert caught.value.what == (
        "-docs: /usr/share/doc/m/LICENSE would be of example.com/m@v1.0.0 and of example.org/m@v1.0.0"
    )
    (tmp_path / "n" / "LICENSE").write_text("of example.com/m\n")
    assert planned(first, second) == [
        "/usr/share/doc/m/LICENSE",
        "/usr/share/man/man1/a.1",
        "/usr/share/man/man1/b.1",
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("all", tuple(sorted(DOCUMENTS))),
        ("debian", ("completion", "debian", "doc", "man-page", "unit")),
        ("debian,license", ("completion", "debian", "doc", "license", "man-page", "unit")),
        ("man-page,man-page", ("man-page",)),
    ],
)
def test_kinds(text: str, kinds: tuple[str, ...]) -> None:
    assert read_documents((), text) == kinds


def test_other_kinds_are_refused() -> None:
    with pytest.raises(FlagValueError, match="unknown kind 'man'") as caught:
        read_documents((), "man")
    assert "man-page" in caught.value.hint
    with pytest.raises(FlagValueError, match="no kind"):
        read_documents((), ",")
