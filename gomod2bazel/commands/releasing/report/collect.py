"""Collect the data of a build's report from what the stages returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.baseline.audit.audit import audit_lock
from gomod2bazel.baseline.audit.osv import STDLIB, Record
from gomod2bazel.baseline.audit.report import Finding
from gomod2bazel.commands.releasing.report.binaries import binaries_of
from gomod2bazel.commands.releasing.report.report_part import ReportPart
from gomod2bazel.install.record import Input
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage
from gomod2bazel.release.licenses.module_license import license_of
from gomod2bazel.release.report.data import (
    STANDARD,
    BuildReportData,
    ReportBuild,
    ReportModule,
    ReportPackage,
    Timeline,
    Vulnerability,
)

__all__ = ["collect"]


def collect(
    session: Session,
    parts: Sequence[ReportPart],
    facts: Iterable[tuple[str, str]],
    timeline: Timeline | None,
    records: Sequence[Record] | None,
) -> BuildReportData:
    """Return the data of a report.

    Args:
        session: for warnings of the audit.
        parts: what was built.
        facts: what applies to the run as a whole.
        timeline: when actions ran, or None.
        records: of vulnerabilities; None if none were given.
    """
    builds, modules = [], dict[str, ReportModule]()
    findings: dict[str, dict[str, Vulnerability]] = {}
    for part in parts:
        needed = _needed(part)
        builds.append(ReportBuild(name=part.name, packages=tuple(_packages(part.lock, needed))))
        modules |= _modules(part, needed)
        for key, vulnerability in _vulnerabilities(session, part, records or ()):
            before = findings.setdefault(key, {}).get(vulnerability.id)
            if before is None or vulnerability.reached:
                findings[key][vulnerability.id] = vulnerability
    return BuildReportData(
        title=", ".join(dict.fromkeys(str(part.loaded.module) for part in parts)),
        facts=tuple(facts),
        builds=tuple(builds),
        binaries=tuple(binary for number, part in enumerate(parts) for binary in binaries_of(part, number)),
        modules={key: _audited(module, findings.get(key), records) for key, module in sorted(modules.items())},
        timeline=timeline,
    )


def _needed(part: ReportPart) -> frozenset[str]:
    """Return the import paths of the packages that the chosen binaries need."""
    packages = {package.import_path: package for module in part.lock.modules for package in module.packages}
    packages |= {package.import_path: package for package in part.lock.standard}
    roots = [path for binary, _ in part.chosen for path in (binary.import_path, *binary.linker_deps)]
    known = [path for path in roots if path in packages]
    return frozenset(reachable(known, lambda path: [other for other in packages[path].imports if other in packages]))


def _key(module: LockedModule) -> str:
    return str(Version(module.path, module.version)) if module.version else module.path


def _packages(lock: Lock, needed: frozenset[str]) -> list[ReportPackage]:
    entries = [(_key(module), package) for module in lock.modules for package in module.packages]
    entries += [(STANDARD, package) for package in lock.standard]
    packages = [_package(key, package) for key, package in entries if package.import_path in needed]
    return sorted(packages, key=lambda package: package.import_path)


def _package(module: str, package: LockedPackage) -> ReportPackage:
    c_kinds = (".c", ".cc", ".cpp", ".cxx", ".m", ".f", ".F", ".swig", ".swigcxx")
    has_c = any(name.endswith(c_kinds) for name in package.attributes.get("srcs", ()))
    cgo = bool(package.attributes.get("cgo_srcs")) or has_c
    return ReportPackage(import_path=package.import_path, module=module, imports=package.imports, cgo=cgo)


def _modules(part: ReportPart, needed: frozenset[str]) -> dict[str, ReportModule]:
    folders = _folders(part)
    modules = {
        _key(module): ReportModule(
            input=Input(module=module.path, version=module.version, sum=module.sum, verified=module.verified),
            is_local=not module.version or (not module.sum and bool(module.replaced_by)),
            replaced_by=module.replaced_by,
            license=_license(folders.get(_key(module), "")),
        )
        for module in part.lock.modules
        if any(package.import_path in needed for package in module.packages)
    }
    modules[STANDARD] = ReportModule(
        input=Input(module=STANDARD, version=part.loaded.configuration.go),
        license=_license(part.loaded.settings.get("GOROOT", "")),
    )
    return modules


def _folders(part: ReportPart) -> dict[str, str]:
    """Return where each module is unpacked, by its key; those in a vendor directory have no folder of their own."""
    modules = {package.module for package in part.loaded.packages if package.module}
    return {str(Version(module.path, module.version)): (module.replace or module).dir for module in modules}


def _license(folder: str) -> str:
    """Return the licence of the module in a folder, as an SPDX expression; empty if it is not known."""
    return license_of(Path(folder)).expression if folder and Path(folder).is_dir() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Audited:
    """The module of a part, as the audit names it."""

    name: str
    session: Session
    opened: InputModule


def _vulnerabilities(
    session: Session, part: ReportPart, records: Sequence[Record]
) -> Iterable[tuple[str, Vulnerability]]:
    """Yield what affects the modules of a part, with the key of each module."""
    if not records or part.loaded.opened is None:
        return
    leaf = _Audited(name=str(part.loaded.module), session=session, opened=part.loaded.opened)
    keys = {module.source.partition("@")[0]: _key(module) for module in part.lock.modules} | {STDLIB: STANDARD}
    chosen = {binary.import_path for binary, _ in part.chosen}
    for finding in audit_lock(part.lock, leaf, records, None):
        if finding.module in keys:
            yield keys[finding.module], _vulnerability(finding, chosen)


def _vulnerability(finding: Finding, chosen: set[str]) -> Vulnerability:
    reached = any(binary.import_path in chosen and binary.counts for binary in finding.reached or ())
    return Vulnerability(id=finding.id, summary=finding.summary, fix=finding.fix, reached=reached and not finding.patch)


def _audited(
    module: ReportModule, vulnerabilities: Mapping[str, Vulnerability] | None, records: Sequence[Record] | None
) -> ReportModule:
    """Return a module with its vulnerabilities, if anybody looked."""
    if records is None:
        return module
    listed = tuple(vulnerability for _, vulnerability in sorted((vulnerabilities or {}).items()))
    return replace(module, vulnerabilities=listed)
