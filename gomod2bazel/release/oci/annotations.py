"""What images report about themselves: annotations of indexes and manifests, and labels of configurations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gomod2bazel.base.version import is_pseudo
from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import Release, ReleasedBinary, module_key
from gomod2bazel.release.licenses.saved_files import binary_license
from gomod2bazel.release.oci.executable import Executable
from gomod2bazel.release.oci.references import UNKNOWN

__all__ = ["MODULE", "annotations_of", "date_time", "repository_of"]

_PREDEFINED = "org.opencontainers.image."  # image-spec, annotations.md
MODULE = "com.github.gomod2bazel.module"
"""The annotation with the module of the main package, as ``PATH@VERSION``."""

_REPOSITORY = re.compile(r"(?P<root>(?:github\.com|bitbucket\.org|codeberg\.org)/[^/]+/[^/]+)(?:/.*)?")
_GITLAB = re.compile(r"(?P<root>gitlab\.com/[^/]+/[^/]+)(?:/v\d+)?")
_GO = re.compile(r"golang\.org/x/(?P<name>[^/]+)(?:/.*)?")


def annotations_of(release: Release, binary: ReleasedBinary, executable: Executable) -> Mapping[str, str]:
    """Return the annotations of an image, those that are known.

    Args:
        release: What is released.
        binary: The binary that the image has.
        executable: What the binary reports.
    """
    built = binary.binary
    known = {
        "created": date_time(release.created),
        "title": built.name,
        "version": built.version or _tree_version(release, executable),
        "source": repository_of(built.module),
        "revision": _revision(built.version, executable.settings),
        "licenses": _licenses(release, binary),
    }
    annotations = {f"{_PREDEFINED}{name}": value for name, value in known.items() if value}
    module = module_key(Input(module=built.module, version=built.version))
    return {**annotations, MODULE: module} if module else annotations


def date_time(seconds: int) -> str:
    """Return a time of the epoch as RFC 3339 has it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def repository_of(module: str) -> str:
    """Return the address of a module's repository where its path alone determines it; else an empty string."""
    if match := _REPOSITORY.fullmatch(module) or _GITLAB.fullmatch(module):
        return f"https://{match['root']}"
    match = _GO.fullmatch(module)
    return f"https://go.googlesource.com/{match['name']}" if match else ""


def _tree_version(release: Release, executable: Executable) -> str:
    """Return the version of a tree that the user gave, or that version control tells; empty without any."""
    return executable.version if release.tree_version == UNKNOWN else release.tree_version


def _revision(version: str, settings: Mapping[str, str]) -> str:
    """Return the revision of an unmodified tree, or the 12 digits that a pseudo-version has of it."""
    if version:
        return version.partition("+")[0].rpartition("-")[2] if is_pseudo(version) else ""
    return settings.get("vcs.revision", "") if settings.get("vcs.modified") == "false" else ""


def _licenses(release: Release, binary: ReleasedBinary) -> str:
    """Return the licence of all that is linked into a binary; empty where the licence of a part is not known."""
    modules = [release.modules.get(module_key(entry)) for entry in binary.binary.inputs]
    known = [module for module in modules if module]
    return binary_license([*known, release.standard]) if len(known) == len(modules) else ""
