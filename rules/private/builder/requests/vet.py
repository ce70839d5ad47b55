"""What the job of an action GoVet is asked: one package (rules/private/vet/vet.bzl)."""

from __future__ import annotations

from dataclasses import dataclass, field

from builder.requests.package import PackageRequest

__all__ = ["VetRequest"]


@dataclass(frozen=True, kw_only=True)
class VetRequest(PackageRequest):
    """One package to vet. All paths are relative to the execution root; `export` is the file for the package's facts.

    Attributes:
        vet: the program, which analyses one package at a time (golang.org/x/tools/go/analysis/unitchecker).
        vet_flags: its flags: the checks; all that it has when there are none.
        facts: ``path=file``, the facts of direct imports that are not of the standard library.
        facts_ending: of files with facts; those of standard packages are next to their export data.
        version: of the package's module; empty for a main module.
        findings: file for what is found, as `go vet` prints it; empty for facts alone.
        sarif: file for the same in SARIF.
        elsewhere: sources whose findings others report.
    """

    vet: str = ""
    version: str = ""
    facts_ending: str = ""
    findings: str = ""
    sarif: str = ""
    vet_flags: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
