"""A folder with results of some actions, in the layout of Bazel's disk cache, to be carried to other machines.

`manifest.json` in it lists the action results, each with the sha256 of its content. Nothing else in the folder is used.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, read_bytes, write_file
from gomod2bazel.base.errors import TrustError, UsageError
from gomod2bazel.base.json_input import read_object, shape_errors
from gomod2bazel.golang.build_cache.action_result import Digest
from gomod2bazel.golang.build_cache.bazel_result import HASH, bodies_of
from gomod2bazel.golang.build_cache.disk_cache import DiskCache, WrongBodyError

__all__ = ["Carried", "export_results", "import_results"]

_SCHEMA = 1
_BLOCK = 1 << 20
_AGAIN = "remove the folder, and export it again"


@dataclass(frozen=True, slots=True)
class Carried:
    """What was copied.

    Attributes:
        results: How many action results are in the folder that was written or read.
        bodies: How many bodies were copied; others were there already.
        size: Their bytes.
    """

    results: int
    bodies: int
    size: int


def export_results(keys: Iterable[str], disk: DiskCache, folder: Path, about: Mapping[str, str]) -> Carried:
    """Copy action results and the bodies that they name to a folder, in addition to what it has.

    Args:
        keys: Of the action results. Those that the cache lacks, as they cannot be shared, are left out.
        disk: The cache that has them.
        folder: Where to write them.
        about: With what they were made: programs and their versions.

    Raises:
        FileError: A file cannot be read or written.
        TrustError: The folder has another manifest, or a body in the cache is not what its name says.
    """
    manifest = folder / "manifest.json"
    known = _read_manifest(folder) if manifest.exists() else {}
    target, copied = DiskCache(folder), []
    with file_errors("write", folder):
        for key in keys:
            data = disk.result(key)
            if data is None:
                continue
            try:
                bodies = bodies_of(data)
            except ValueError:
                continue
            copied += _copy(bodies, disk, target)
            target.store_result(key, data)
            known[key] = hashlib.sha256(data).hexdigest()
    value = {"schema": _SCHEMA, "made_with": dict(about), "results": dict(sorted(known.items()))}
    write_file(manifest, json.dumps(value, indent=1) + "\n")
    return Carried(len(known), len(copied), sum(body.size for body in copied))


def import_results(folder: Path, disk: DiskCache) -> Carried:
    """Copy the results of an exported folder that a cache lacks to it; the folder is only read.

    Every file is checked before it is in the cache: bodies against their names, action results against the manifest.

    Args:
        folder: What `export_results` wrote.
        disk: The cache.

    Raises:
        FileError: A file cannot be read or written.
        TrustError: A file is missing or has other content, or the manifest is wrong.
        UsageError: The folder has no manifest.
    """
    results = _read_manifest(folder)
    source, copied = DiskCache(folder), []
    with file_errors("import", folder):
        for key, expected in results.items():
            data = source.result(key)
            if data is None or hashlib.sha256(data).hexdigest() != expected:
                what = "is missing, or not a plain file" if data is None else "has other content than the manifest says"
                raise TrustError(f"-import {folder}: ac/{key[:2]}/{key} {what}", hint=_AGAIN)
            try:
                bodies = bodies_of(data)
            except ValueError as error:
                raise TrustError(f"-import {folder}: ac/{key[:2]}/{key} is refused: {error}", hint=_AGAIN) from error
            copied += _copy(bodies, source, disk)
            # A result of this machine stays.
            if disk.result(key) is None:
                disk.store_result(key, data)
    return Carried(len(results), len(copied), sum(body.size for body in copied))


def _copy(bodies: Iterable[Digest], source: DiskCache, target: DiskCache) -> list[Digest]:
    """Copy the bodies that ``target`` lacks, and return them.

    Raises:
        OSError: A body cannot be read or written.
        TrustError: A body is missing, or its digest is not its name.
    """
    missing = [body for body in bodies if target.body(body) is None]
    for body in missing:
        where = f"{source.root}: cas/{body.hash[:2]}/{body.hash}"
        path = source.body(body)
        if path is None:
            raise TrustError(f"{where} is missing, has another size, or is not a plain file", hint=_AGAIN)
        try:
            target.store_body(body, _blocks(path))
        except WrongBodyError as error:
            raise TrustError(f"{where} is not what its name says: {error}", hint=_AGAIN) from error
    return missing


def _blocks(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _read_manifest(folder: Path) -> dict[str, str]:
    path = folder / "manifest.json"
    if path.is_symlink() or not path.is_file():
        raise UsageError(
            f"{folder} has no manifest.json", hint="name a folder that gomod2bazel prebuild -export DIR wrote"
        )
    value = read_object(read_bytes(path), str(path), TrustError, _AGAIN)
    with shape_errors(str(path), TrustError, _AGAIN):
        schema, results = value["schema"], dict(value["results"])
        wrong = [name for pair in results.items() for name in pair if not HASH.fullmatch(name)]
    if schema != _SCHEMA:
        raise TrustError(f"{path} has schema {schema!r}, which another version of gomod2bazel writes", hint=_AGAIN)
    if wrong:
        raise TrustError(f"{path}: {wrong[0]!r} is not a sha256", hint=_AGAIN)
    return results
