"""The go command's build ID: what the linker is given of it, and how the rest comes of a binary's content."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, read_bytes, write_file
from gomod2bazel.base.errors import ToolError
from gomod2bazel.commands.verify.explainer import plain_go
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["host_build_id", "is_changed", "link_time_id", "with_content_id", "with_id"]

_PARTS = 4


def link_time_id(build_id: str) -> str:
    """Return what the linker got as -buildid for a binary with this build ID.

    The last part is a hash of the content, which the go command writes after the link; before, the action's ID is in
    its place, and so the GNU build ID comes of that (cmd/go/internal/work/buildid.go, useCache and updateBuildID).

    Args:
        build_id: that of the binary. One that the go command did not make is the linker's as it is.
    """
    parts = build_id.split("/")
    return "/".join((*parts[:-1], parts[0])) if _is_of_go(build_id) else build_id


def host_build_id(link_id: str) -> str:
    """Return the GNU build ID that the linker makes of a build ID, in hexadecimal (cmd/link, addbuildinfo).

    Args:
        link_id: what the linker got as -buildid.
    """
    digest = hashlib.sha256(link_id.encode()).digest()
    # Makes the hash another one than SHA-256 (cmd/internal/hash, Sum32).
    return bytes((digest[0] ^ 0xFF, *digest[1:20])).hex()


def _is_of_go(build_id: str) -> bool:
    parts = build_id.split("/")
    return len(parts) == _PARTS and len(parts[0]) == len(parts[-1]) > 0


def with_content_id(go: GoCommand, path: Path, build_id: str) -> None:
    """Write the hash of a binary's content into its build ID, as the go command does after a link.

    Args:
        go: the go command of the toolchain that linked it.
        path: the binary.
        build_id: the build ID that it is to have, of which this decides the last part.

    Raises:
        ToolError: ``go tool buildid`` failed.
    """
    if not _is_of_go(build_id):
        return
    done = plain_go(go).run("tool", "buildid", "-w", str(path), cwd=path.parent)
    if done.code:
        raise ToolError(
            f"go tool buildid: {done.err.strip() or done.describe()}",
            hint="use a Go distribution with all of its sources",
        )


def is_changed(go: GoCommand, path: Path, build_id: str, folder: Path) -> bool:
    """Return whether a binary was changed after it was linked: its build ID has the hash of another content.

    Args:
        go: the go command of the toolchain that linked it.
        path: the binary.
        build_id: its build ID.
        folder: where a copy may be written.
    """
    copied = folder / "copy"
    with file_errors("copy", path):
        shutil.copyfile(path, copied)
    with_content_id(go, copied, build_id)
    return read_bytes(copied) != read_bytes(path)


def with_id(path: Path, old: str, new: str, result: Path) -> Path:
    """Write a copy of a binary with another build ID of the same length to ``result``, and return that."""
    content = read_bytes(path)
    if old and len(old.encode()) == len(new.encode()):
        content = content.replace(old.encode(), new.encode())
    write_file(result, content)
    return result
