"""SBOMs as SPDX 2.3 documents in JSON (https://spdx.github.io/spdx-spec/v2.3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from gomod2bazel.release.sbom.document import DescribedBinary, DescribedModule, Document
from gomod2bazel.release.sbom.identity import PROJECT, content_uuid, encode, time_text

__all__ = ["spdx"]

_UNKNOWN = "NOASSERTION"
_DOCUMENT = "SPDXRef-DOCUMENT"

_PURPOSES = {"application": "APPLICATION", "library": "LIBRARY", "file": "FILE"}

_LICENSE_REF = re.compile(r"(?<![A-Za-z0-9.:-])LicenseRef-[A-Za-z0-9.-]+")
"""A licence that is not on SPDX's list, in an expression (SPDX 2.3, annex D)."""


def spdx(document: Document) -> bytes:
    """Return an SPDX document in JSON.

    Args:
        document: What it tells.
    """
    content: dict[str, Any] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        "name": document.name,
        "documentNamespace": "",
        "creationInfo": {
            "created": time_text(document.created),
            "creators": [f"Tool: gomod2bazel-{document.tool_version}"],
        },
        "packages": [*(_binary(item, document) for item in document.binaries), *map(_module, document.modules)],
        "relationships": [
            {"spdxElementId": element, "relationshipType": kind, "relatedSpdxElement": related}
            for element, kind, related in _relationships(document)
        ],
    }
    if licenses := _other_licenses(document.modules):
        content["hasExtractedLicensingInfos"] = licenses
    return encode({**content, "documentNamespace": f"{PROJECT}/sbom/{content_uuid(content)}"})


def _binary(item: DescribedBinary, document: Document) -> dict[str, Any]:
    binary = item.binary
    built = f"Built by gomod2bazel {document.tool_version} with {document.go_version}"
    what = f"for {binary.goos}/{binary.goarch} from package {binary.import_path}"
    return {
        "name": binary.name,
        "SPDXID": _binary_id(item.path),
        **({"versionInfo": item.version} if item.version else {}),
        "packageFileName": item.path,
        "primaryPackagePurpose": _PURPOSES[item.kind],
        "supplier": _UNKNOWN,
        "downloadLocation": _UNKNOWN,
        "filesAnalyzed": False,
        "checksums": [{"algorithm": "SHA256", "checksumValue": item.sha256}],
        "sourceInfo": f"{built} {what}. {item.origin}",
        "licenseConcluded": item.license or _UNKNOWN,
        "licenseDeclared": _UNKNOWN,
        "copyrightText": _UNKNOWN,
        "comment": f"{item.size} bytes.",
        "externalRefs": [_purl(item.purl)],
    }


def _module(module: DescribedModule) -> dict[str, Any]:
    origin = f"{module.origin} {_verification(module)}".rstrip()
    return {
        "name": module.name,
        "SPDXID": _module_id(module.key),
        **({"versionInfo": module.version} if module.version else {}),
        "primaryPackagePurpose": "LIBRARY",
        "supplier": _UNKNOWN,
        "downloadLocation": _UNKNOWN,
        "filesAnalyzed": False,
        "sourceInfo": origin,
        "licenseConcluded": _UNKNOWN,
        "licenseDeclared": module.license or _UNKNOWN,
        "copyrightText": _UNKNOWN,
        "externalRefs": [*_references(module)],
    }


def _verification(module: DescribedModule) -> str:
    if not module.sum:
        return ""
    if module.verified:
        return "Its sum was verified by a go.sum, a lock or a checksum database."
    return "Its sum was not verified."


def _references(module: DescribedModule) -> Iterator[dict[str, str]]:
    yield _purl(module.purl)
    if module.cpe:
        yield {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": module.cpe}
    if module.sum:
        # Not a checksum of the package: that would be one of an archive, and this is one of a list of files.
        yield {
            "referenceCategory": "OTHER",
            "referenceType": "go-sum",
            "referenceLocator": module.sum,
            "comment": "The hash of the module's files as in go.sum (golang.org/x/mod/sumdb/dirhash, Hash1).",
        }


def _purl(purl: str) -> dict[str, str]:
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}


def _relationships(document: Document) -> Iterator[tuple[str, str, str]]:
    for item in document.binaries:
        yield _DOCUMENT, "DESCRIBES", _binary_id(item.path)
    for item in document.binaries:
        if item.main:
            yield _binary_id(item.path), "GENERATED_FROM", _module_id(item.main)
        if item.kind != "file":
            for key in item.modules:
                yield _binary_id(item.path), "CONTAINS", _module_id(key)
        # A document of a run has what modules import in all binaries, which says less about each.
        for key in () if document.of_run else item.direct:
            yield _binary_id(item.path), "DEPENDS_ON", _module_id(key)
    for key, required in document.requires.items():
        for other in required:
            yield _module_id(key), "DEPENDS_ON", _module_id(other)


def _other_licenses(modules: Sequence[DescribedModule]) -> list[dict[str, str]]:
    """Return what the document has about licences that are not on SPDX's list: where their texts are."""
    places: dict[str, set[str]] = {}
    for module in modules:
        for name in _LICENSE_REF.findall(module.license):
            holders = [path for expression, path in module.license_files if name in _LICENSE_REF.findall(expression)]
            files = " and ".join(sorted(holders) or (path for _, path in module.license_files)) or "the files"
            version = f"{module.name}@{module.version}".rstrip("@")
            places.setdefault(name, set()).add(f"The text is in {files} of {version}.")
    return [{"licenseId": name, "extractedText": " ".join(sorted(places[name]))} for name in sorted(places)]


def _binary_id(path: str) -> str:
    return _id("Binary", path)


def _module_id(key: str) -> str:
    return _id("Module", key)


def _id(kind: str, key: str) -> str:
    """Return an identifier of letters, digits, dots and hyphens; the digest tells apart what differs in the rest."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", key)[:80].strip("-")
    return f"SPDXRef-{kind}-{readable}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
