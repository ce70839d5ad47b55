"""SBOMs as CycloneDX 1.6 documents in JSON (ECMA-424, https://cyclonedx.org/docs/1.6/json)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gomod2bazel.release.sbom.document import DescribedBinary, DescribedModule, Document
from gomod2bazel.release.sbom.identity import PROJECT, content_uuid, encode, time_text

__all__ = ["cyclonedx"]

_RUN = "run"


def cyclonedx(document: Document) -> bytes:
    """Return a CycloneDX document in JSON.

    Args:
        document: What it tells.
    """
    binaries = [_binary(item, document) for item in document.binaries]
    components = [*(binaries if document.of_run else ()), *map(_module, document.modules)]
    content: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "timestamp": time_text(document.created),
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [_tool(document)]},
            "component": _run(document) if document.of_run else binaries[0],
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": depends} for ref, depends in _dependencies(document)],
    }
    return encode({**content, "serialNumber": content_uuid(content).urn})


def _tool(document: Document) -> dict[str, Any]:
    return {
        "type": "application",
        "name": "gomod2bazel",
        "version": document.tool_version,
        "externalReferences": [{"type": "website", "url": PROJECT}],
    }


def _run(document: Document) -> dict[str, Any]:
    version = {"version": document.version} if document.version else {}
    return {"type": "application", "bom-ref": _RUN, "name": document.name, **version}


def _binary(item: DescribedBinary, document: Document) -> dict[str, Any]:
    binary = item.binary
    properties = [
        # Those that the CycloneDX project lists for Go modules (cyclonedx-property-taxonomy, cdx/gomod.md).
        ("cdx:gomod:build:env:GOARCH", binary.goarch),
        ("cdx:gomod:build:env:GOOS", binary.goos),
        ("cdx:gomod:build:env:GOVERSION", document.go_version),
        ("gomod2bazel:binary:importPath", binary.import_path),
        ("gomod2bazel:binary:kind", binary.kind),
        ("gomod2bazel:binary:origin", item.origin),
        ("gomod2bazel:binary:path", item.path),
        ("gomod2bazel:binary:size", str(item.size)),
    ]
    return {
        "type": item.kind,
        "bom-ref": _binary_ref(item.path),
        "name": binary.name,
        **({"version": item.version} if item.version else {}),
        "hashes": [{"alg": "SHA-256", "content": item.sha256}],
        **({"licenses": [{"expression": item.license, "acknowledgement": "concluded"}]} if item.license else {}),
        "purl": item.purl,
        "properties": [{"name": name, "value": value} for name, value in properties],
    }


def _module(module: DescribedModule) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "library", "bom-ref": _module_ref(module.key), "name": module.name}
    if module.version:
        component["version"] = module.version
    component["scope"] = "required"
    if module.license:
        component["licenses"] = [{"expression": module.license, "acknowledgement": "declared"}]
    if module.cpe:
        component["cpe"] = module.cpe
    component["purl"] = module.purl
    if module.replaces:
        component["pedigree"] = {"ancestors": [_replaced(module)], "notes": module.origin}
    component["properties"] = [{"name": name, "value": value} for name, value in _properties(module)]
    return component


def _replaced(module: DescribedModule) -> dict[str, str]:
    path, _, version = module.replaces.partition("@")
    return {
        "type": "library",
        "name": path,
        **({"version": version} if version else {}),
        "purl": module.replaces_purl,
    }


def _properties(module: DescribedModule) -> Iterator[tuple[str, str]]:
    yield "gomod2bazel:module:origin", module.origin
    if module.sum:
        # Not a hash of the component: that would be one of an archive, and this is one of a list of files.
        yield "gomod2bazel:module:sum", module.sum
        yield "gomod2bazel:module:verified", str(module.verified).lower()


def _dependencies(document: Document) -> Iterator[tuple[str, list[str]]]:
    if document.of_run:
        yield _RUN, [_binary_ref(item.path) for item in document.binaries]
    for item in document.binaries:
        # A document of a run has what modules import in all binaries, so each names all of its modules.
        yield _binary_ref(item.path), [_module_ref(key) for key in item.direct]
    for key, required in document.requires.items():
        yield _module_ref(key), [_module_ref(other) for other in required]


def _binary_ref(path: str) -> str:
    return f"binary:{path}"


def _module_ref(key: str) -> str:
    return f"module:{key}"
