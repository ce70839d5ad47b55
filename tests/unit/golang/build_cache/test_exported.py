"""Exported results: carried to another cache whole, and refused where anything is not what it should be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gomod2bazel.base.errors import TrustError, UsageError
from gomod2bazel.golang.build_cache.action_result import Digest
from gomod2bazel.golang.build_cache.disk_cache import DiskCache
from gomod2bazel.golang.build_cache.exported import Carried, export_results, import_results
from gomod2bazel.golang.build_cache.wire import with_bytes, with_number

KEY, OTHER = "ab" * 32, "cd" * 32
BODY = b"an archive"
DIGEST = Digest(hashlib.sha256(BODY).hexdigest(), len(BODY))
ABOUT = {"go": "go1.26.8"}


def result(path: str = "bazel-out/k8/bin/x.a", printed: bytes = b"") -> bytes:
    """Return an action result that names BODY."""
    digest = with_bytes(1, DIGEST.hash.encode()) + with_number(2, DIGEST.size)
    return with_bytes(2, with_bytes(1, path.encode()) + with_bytes(2, digest)) + with_bytes(5, printed)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def disk(tmp_path: Path) -> DiskCache:
    """Return a disk cache with a result."""
    cache = DiskCache(tmp_path / "disk")
    cache.store_body(DIGEST, [BODY])
    cache.store_result(KEY, result())
    cache.store_result(OTHER, result(printed=b"hi"))
    return cache


@pytest.fixture
def exported(disk: DiskCache, tmp_path: Path) -> Path:
    export_results([KEY], disk, tmp_path / "exported", ABOUT)
    return tmp_path / "exported"


def test_only_the_results_that_are_named(disk: DiskCache, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    # A result that was never stored, as it cannot be shared, is left out.
    assert export_results([KEY, "ef" * 32], disk, folder, ABOUT) == Carried(1, 1, len(BODY))
    body, key = f"cas/{DIGEST.hash[:2]}/{DIGEST.hash}", f"ac/ab/{KEY}"
    assert files(folder).keys() == {body, key, "manifest.json"}
    value = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert value == {"schema": 1, "made_with": ABOUT, "results": {KEY: hashlib.sha256(result()).hexdigest()}}
    # A second export adds to it.
    assert export_results([OTHER], disk, folder, ABOUT) == Carried(2, 0, 0)


def test_what_cannot_be_carried_is_left_out(disk: DiskCache, tmp_path: Path) -> None:
    disk.store_result(KEY, with_bytes(3, b""))
    assert export_results([KEY], disk, tmp_path / "exported", ABOUT) == Carried(0, 0, 0)


def test_there_and_back(disk: DiskCache, exported: Path, tmp_path: Path) -> None:
    before, cache = files(exported), DiskCache(tmp_path / "other")
    assert import_results(exported, cache) == Carried(1, 1, len(BODY))
    body = cache.body(DIGEST)
    assert body is not None
    assert (body.read_bytes(), cache.result(KEY), cache.result(OTHER)) == (BODY, result(), None)
    assert import_results(exported, cache) == Carried(1, 0, 0)
    assert files(exported) == before, "it is only read"


def test_a_body_that_the_cache_lost_is_imported_again(exported: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "other")
    import_results(exported, cache)
    body = cache.body(DIGEST)
    assert body is not None
    body.unlink()
    assert import_results(exported, cache) == Carried(1, 1, len(BODY))


def test_a_result_of_this_machine_stays(exported: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "other")
    cache.store_result(KEY, b"its own")
    import_results(exported, cache)
    assert cache.result(KEY) == b"its own"


def edit(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the manifest of an exported folder."""
    manifest = folder / "manifest.json"
    value = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(change(value) or value), "utf-8")


def elsewhere(file: Path) -> None:
    """Put a symlink in place of a file."""
    kept = file.rename(file.parent / "elsewhere")
    file.symlink_to(kept)


def with_hostile_output(folder: Path) -> None:
    data = result("../../.bashrc")
    (folder / RESULT).write_bytes(data)
    edit(folder, lambda value: value["results"].update({KEY: hashlib.sha256(data).hexdigest()}))


FILE, RESULT = Path("cas", DIGEST.hash[:2], DIGEST.hash), Path("ac/ab", KEY)

SPOILED: dict[str, Callable[[Path], object]] = {
    "other bytes": lambda folder: (folder / FILE).write_bytes(BODY[::-1]),
    "shorter": lambda folder: (folder / FILE).write_bytes(BODY[1:]),
    "no body": lambda folder: (folder / FILE).unlink(),
    "a body elsewhere": lambda folder: elsewhere(folder / FILE),
    "other result": lambda folder: (folder / RESULT).write_bytes(result(printed=b"x")),
    "no result": lambda folder: (folder / RESULT).unlink(),
    "a result elsewhere": lambda folder: elsewhere(folder / RESULT),
    "hostile output": with_hostile_output,
    "hostile name": lambda folder: edit(
        folder, lambda value: value["results"].update({"../" * 20 + "abcd": "ab" * 32})
    ),
    "hostile sum": lambda folder: edit(folder, lambda value: value["results"].update({KEY: "x"})),
    "later schema": lambda folder: edit(folder, lambda value: value.update(schema=2)),
    "no object": lambda folder: edit(folder, lambda value: [value]),
    "no results": lambda folder: edit(folder, lambda value: {"schema": value["schema"]}),
    "a list": lambda folder: edit(folder, lambda value: value.update(results=[KEY])),
    "a number": lambda folder: edit(folder, lambda value: value["results"].update({KEY: 7})),
}


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("other bytes", "is not what its name says: its sha256 is"),
        ("shorter", "is missing, has another size"),
        ("no body", "is missing, has another size"),
        ("a body elsewhere", "not a plain file"),
        ("other result", "has other content than the manifest says"),
        ("no result", "is missing, or not a plain file"),
        ("a result elsewhere", "is missing, or not a plain file"),
        ("hostile output", "is refused: the output '../../.bashrc' is not below bazel-out"),
        ("hostile name", "is not a sha256"),
        ("hostile sum", "'x' is not a sha256"),
        ("later schema", "has schema 2"),
        ("no object", "manifest.json: "),
        ("no results", "manifest.json: .*results"),
        ("a list", "manifest.json: "),
        ("a number", "manifest.json: "),
    ],
)
def test_refused(what: str, why: str, exported: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "other")
    SPOILED[what](exported)
    with pytest.raises(TrustError, match=why) as caught:
        import_results(exported, cache)
    assert str(exported) in str(caught.value)
    assert cache.result(KEY) is None
    assert not list(cache.root.rglob("cas/*/*"))


def test_a_folder_of_symlinks(exported: Path, tmp_path: Path) -> None:
    (exported / "cas").rename(tmp_path / "elsewhere")
    (exported / "cas").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="a symlink to one"):
        import_results(exported, DiskCache(tmp_path / "other"))


@pytest.mark.parametrize("name", ["disk", "nowhere"])
def test_a_folder_without_a_manifest(name: str, disk: DiskCache, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no manifest\.json"):
        import_results(tmp_path / name, disk)


def test_a_wrong_body_in_the_cache_is_not_exported(disk: DiskCache, tmp_path: Path) -> None:
    body = disk.body(DIGEST)
    assert body is not None
    body.write_bytes(BODY[::-1])
    with pytest.raises(TrustError, match="is not what its name says"):
        export_results([KEY], disk, tmp_path / "exported", ABOUT)
    assert not (tmp_path / "exported/manifest.json").exists()
