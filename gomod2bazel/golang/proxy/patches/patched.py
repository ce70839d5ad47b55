"""A patched module version: a separate module in a goproxy hierarchy, which the go command takes in place of it.

Its version follows the original's, `v1.2.4-0.patched.DIGEST` of v1.2.3, and names what it was made of: the original's
``h1:`` and the patches. So it is the same wherever it is made, no folder of a machine gets into a binary, and `go
version -m` shows both: the required version, and after ``=>`` the patched one with the sum of what was compiled.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage, write_file
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version, escape
from gomod2bazel.golang.proxy.dirhash import entry_name, hash_go_mod, hash_zip
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.patches.patch import apply_patch, normal_diff, parse_patch

__all__ = ["Download", "PatchedModule", "make_patched", "patched_version"]

# As in zips of the Go module proxy: nothing of when or where it was made.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An original, verified by the go command.

    Attributes:
        module: which.
        zip: its zip.
        sum, go_mod_sum: its ``h1:`` sums.
        verified: whether a go.sum or a checksum database verified it.
    """

    module: Version
    zip: Path
    sum: str
    go_mod_sum: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedModule:
    """A patched module version.

    Attributes:
        original: what was patched.
        version: the version that stands for the result.
        sum, go_mod_sum: ``h1:`` sums of the result.
        patches: name and SHA-256 of each patch, in order.
        diffs: for each changed file, by name, the hunks from the original's content to the patched, from
            `patch.normal_diff`; for one that is gone, None.
    """

    original: Download
    version: Version
    sum: str
    go_mod_sum: str
    patches: tuple[tuple[str, str], ...]
    diffs: Mapping[str, str | None]

    @property
    def go_sum(self) -> GoSum:
        """The two go.sum lines of the result."""
        path, version = self.version.path, self.version.version
        where = "patched by gomod2bazel"
        keys = {(path, version): self.sum, (path, f"{version}/go.mod"): self.go_mod_sum}
        return GoSum(sums={key: {value: where} for key, value in keys.items()})


def patched_version(version: str, digest: str) -> str:
    """Return the version of a patched module: higher than the original's, lower than all that follow it.

    Args:
        version: the original's.
        digest: hexadecimal, of what it is made of.
    """
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+incompatible)?", version)
    if match is None:
        raise UsageError(f"{version} is not a version that can be patched")
    major, minor, patch, pre, suffix = match.groups()
    if pre:
        return f"v{major}.{minor}.{patch}{pre}.patched.x{digest}{suffix or ''}"
    return f"v{major}.{minor}.{int(patch) + 1}-0.patched.x{digest}{suffix or ''}"


def make_patched(original: Download, patches: Mapping[str, Path], folder: Path) -> PatchedModule:
    """Patch a module version and put the result into a goproxy hierarchy, unless it is there.

    Args:
        original: what to patch.
        patches: patch files in order, by what they are called in messages.
        folder: the hierarchy.

    Raises:
        UsageError: a patch cannot be read, does not apply, or the original is not text where it does.
    """
    texts = {name: _read(file, name) for name, file in patches.items()}
    digests = tuple((Path(name).name, hashlib.sha256(content).hexdigest()) for name, content in texts.items())
    material = "\n".join([str(original.module), original.sum, *(digest for _, digest in digests)])
    name = patched_version(
        original.module.version, hashlib.sha256(material.encode(errors="surrogateescape")).hexdigest()[:12]
    )
    version = replace(original.module, version=name)
    # Applied in any case: the lock holds the changes, and what reads a zip once is soon done.
    contents = _contents(original)
    after = _apply(contents, texts)
    data = _zip(version, after)
    go_mod = after.get("go.mod") or f"module {version.path}\n".encode(errors="surrogateescape")
    _put(folder, version, data, go_mod)
    return PatchedModule(
        original=original,
        version=version,
        sum=hash_zip(io.BytesIO(data)),
        go_mod_sum=hash_go_mod(go_mod),
        patches=digests,
        diffs=_diffs(contents, after),
    )


def _read(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        check_shortage("read", file, error)
        raise UsageError(f"cannot read: {error.strerror}", where=name, hint="name a readable file") from error


def _contents(original: Download) -> dict[str, bytes]:
    """Return the files of a module zip by their names in the module; the go command has verified the zip."""
    head = f"{original.module}/"
    with zipfile.ZipFile(original.zip) as archive:
        named = {entry_name(info): info for info in archive.infolist()}
        return {name.removeprefix(head): archive.read(info) for name, info in named.items() if name.startswith(head)}


def _apply(contents: Mapping[str, bytes], texts: Mapping[str, bytes]) -> dict[str, bytes]:
    files = dict(contents)
    for where, raw in texts.items():
        changes = parse_patch(_decoded(raw, where), where)
        touched = {name for change in changes for name in (change.old, change.new) if name in files}
        before = {name: _decoded(files[name], f"{where}: {name}") for name in sorted(touched)}
        for name, content in apply_patch(before, changes, where).items():
            files.pop(name, None)
            if content is not None:
                files[name] = content.encode(errors="surrogateescape")
    return files


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            "is not UTF-8 text; only text files can be patched",
            where=where,
            hint="convert it to UTF-8, or replace the module",
        ) from error


def _diffs(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, str | None]:
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return {
        name: normal_diff(before.get(name, b"").decode(), after[name].decode()) if name in after else None
        for name in changed
    }


def _zip(version: Version, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{version}/{name}", date_time=_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _put(folder: Path, version: Version, data: bytes, go_mod: bytes) -> None:
    base = folder / escape(version.path) / "@v"
    info = json.dumps({"Version": version.version}).encode(errors="surrogateescape")
    for suffix, content in ((".zip", data), (".mod", go_mod), (".info", info)):
        write_file(base / f"{escape(version.version)}{suffix}", content)
