"""Names of repositories and of stored files; rules/private/config/names.bzl has the same functions."""

from __future__ import annotations

import os
import re
from collections.abc import Collection

__all__ = [
    "SDK",
    "alias_repositories",
    "alias_target",
    "gazelle_library",
    "gazelle_repository",
    "repository_name",
    "stored_component",
]

SDK = "go_sdk"
"""The SDK's repository; names that begin with it and an underscore are of more such repositories."""

_RESERVED = frozenset((
    ".bazelignore", ".bazelrc", ".bazelversion", ".module", "BUILD", "BUILD.bazel", "MODULE.bazel", "REPO.bazel",
    "VENDOR.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod",
))  # fmt: skip
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+=,@~")
_LONGEST_REPOSITORY = 120
_LONGEST_COMPONENT = 160


def repository_name(path: str, version: str, group: int = 1) -> str:
    """Return the repository's name of a module version.

    Args:
        path: the module path.
        version: its version; empty for a main module.
        group: the number of the lock that it comes from: each has one version of a module.
    """
    name = _escape(path) + (f"-a{_escape(version)}" if version else "")
    name = f"d-d{name}" if name[0].isdigit() else name
    if len(name) > _LONGEST_REPOSITORY:
        name = f"{name[:100]}-h{_digest(name.encode())}"
    name = f"{name}-a" if group == 1 and (name == SDK or name.startswith(f"{SDK}_")) else name
    return name + (f"-g{group}" if group > 1 else "")


def stored_component(name: str) -> str:
    """Return what stands for a file name of any bytes and length: plain characters, at most 160 of them."""
    data = os.fsencode(name)
    encoded = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)
    if name in _RESERVED:
        encoded = f"%{data[0]:02X}{name[1:]}"
    if len(encoded) <= _LONGEST_COMPONENT:
        return encoded
    # The extension tells what kind of file it is.
    extension = encoded.rpartition(".")[2]
    return f"{encoded[:100]}%%{_digest(data)}" + (f".{extension}" if len(extension) <= 8 else "")


def gazelle_repository(path: str) -> str:
    """Return the name that gazelle gives a module's repository (label.ImportPathToBazelRepoName); some share it."""
    host, *elements = path.lower().split("/")
    return re.sub(r"\W+", "_", ".".join([*reversed(host.split(".")), *elements]), flags=re.ASCII)


def gazelle_library(import_path: str) -> str:
    """Return the name that gazelle gives a go_library (language/go, libNameFromImportPath): no version, and no dots."""
    *above, last = import_path.split("/")
    if not above:
        return import_path
    return (above[-1] if len(above) > 1 and re.fullmatch(r"v\d+", last, re.ASCII) else last).replace(".", "_")


def alias_repositories(modules: Collection[tuple[str, str]], group: int = 1) -> dict[str, str]:
    """Return the name, free of versions, of the repository that BUILD files name, for each module path.

    It is gazelle's; where that is not the name of one repository alone, or not one that Bazel takes, it is
    `repository_name` with the version `any`.

    Args:
        modules: path and version of each module of a lock.
        group: the number of the lock.
    """
    names: dict[str, str] = {}
    taken = {repository_name(path, version, group) for path, version in modules}
    for path, _ in sorted(modules):
        name = gazelle_repository(path)
        reserved = name == SDK or name.startswith(f"{SDK}_")
        another_group = group == 1 and re.search(r"_g\d+$", name, re.ASCII)
        name += f"_g{group}" if group > 1 else ""
        if name in taken or reserved or another_group or not name[0].isalpha() or len(name) > _LONGEST_REPOSITORY:
            name = repository_name(path, "any", group)
        taken.add(name)
        names[path] = name
    return names


def alias_target(path: str, import_path: str) -> tuple[str, str]:
    """Return where the repository of `alias_repositories` has a package: the Bazel package's folder and the target.

    Args:
        path: the module path.
        import_path: the package's.
    """
    folder = import_path[len(path) :].strip("/")
    if _RESERVED & set(folder.split("/")):
        return "", _escape(folder)
    return folder, gazelle_library(import_path)


def _digest(data: bytes) -> str:
    """Return the 128-bit FNV-1a digest, 39 decimal digits: Starlark has no other, and can compute this one."""
    value = 144066263297769815596495629667062367629
    for byte in data:
        value = ((value ^ byte) * 309485009821345068724781371) % (1 << 128)
    return f"{value:039d}"


def _escape(text: str) -> str:
    table = {"/": "_", "_": "-u", "-": "--", "~": "-t", "+": "-p"}
    return "".join(table.get(char, f"-c{char.lower()}" if char.isupper() else char) for char in text)
