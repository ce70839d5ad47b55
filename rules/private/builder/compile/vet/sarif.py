"""Findings in SARIF 2.1.0, which code hosts and editors read (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from builder.compile.vet.findings import position_of

__all__ = ["report"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report(tree: Mapping[str, Sequence[Mapping[str, Any]]], tool: str) -> str:
    """Return a SARIF file of one run.

    Args:
        tree: from `findings.tree_of`: by check, its findings.
        tool: the name of the program that made them.
    """
    results = [_result(name, finding) for name, findings in tree.items() for finding in findings]
    driver = {"name": f"go {tool}" if tool == "vet" else tool, "rules": [{"id": name} for name in tree]}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(document, indent=2) + "\n"


def _result(check: str, finding: Mapping[str, Any]) -> dict[str, Any]:
    file, line, column = position_of(finding["posn"])
    region = {"startLine": line} | ({"startColumn": column} if column else {})
    end_file, end_line, end_column = position_of(finding.get("end", ""))
    if end_file == file and column and end_column:
        region |= {"endLine": end_line, "endColumn": end_column}
    artifact = {"uri": quote(os.path.normpath(file)), "uriBaseId": "%SRCROOT%"}
    return {
        "ruleId": check,
        "level": "warning",
        "message": {"text": finding["message"]},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }
