"""Provenance: an in-toto statement that tells what files were made of and how (SLSA 1.0); it is not signed."""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
from collections.abc import Mapping
from typing import Any

from gomod2bazel.base.documentation import page
from gomod2bazel.release.contents import Release, ReleasedModule
from gomod2bazel.release.purl import golang_purl

__all__ = ["provenance"]

_BUILD_TYPE = page("release-files.md#build-type-1")
_BUILDER = page("release-files.md#builder")


def provenance(release: Release, digests: Mapping[str, str], folder: str) -> bytes:
    """Return an in-toto statement, version 1, with a predicate of SLSA provenance 1.0.

    It has no times: the same build makes the same statement.

    Args:
        release: what was built, and of what.
        digests: the SHA-256 of each file in hexadecimal, by its path: the subjects.
        folder: the folder of the statement; subjects are named relative to it.
    """
    subjects = sorted((posixpath.relpath(path, folder or "."), digest) for path, digest in digests.items())
    modules = [module for _, module in sorted(release.modules.items())]
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": _BUILD_TYPE,
                "externalParameters": {"inputs": list(release.inputs), "flags": list(release.flags)},
                "internalParameters": {"go": release.go_version},
                "resolvedDependencies": [*map(_dependency, modules)],
            },
            "runDetails": {"builder": {"id": _BUILDER, "version": {"gomod2bazel": release.tool_version}}},
        },
    }
    return (json.dumps(statement, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _dependency(module: ReleasedModule) -> dict[str, Any]:
    """Return a resource descriptor; the digest is the sum of go.sum (in-toto digest set, goModuleH1)."""
    path, version, digest = module.input.module, module.input.version, _h1(module.input.sum)
    descriptor: dict[str, Any] = {"name": f"{path}@{version}".removesuffix("@")}
    if version:
        descriptor["uri"] = golang_purl(path, version)
    if digest:
        descriptor["digest"] = {"goModuleH1": digest}
    annotations: dict[str, Any] = {"verified": module.input.verified} if version else {}
    if module.replaced_by:
        # A statement does not name folders of this machine.
        annotations["replacedBy"] = "a folder" if module.replaced_by.startswith("/") else module.replaced_by
    return descriptor | ({"annotations": annotations} if annotations else {})


def _h1(text: str) -> str:
    """Return the hexadecimal form of an ``h1:`` sum; empty where there is none."""
    try:
        return base64.b64decode(text.removeprefix("h1:"), validate=True).hex() if text.startswith("h1:") else ""
    except binascii.Error:
        return ""
