"""Which binaries reach a vulnerable package, whether they have a vulnerable function, and what bump would clear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version, go_release
from gomod2bazel.baseline.apply import baseline_of
from gomod2bazel.baseline.audit.osv import STDLIB, Affected, Record, VulnerablePackage, read_records
from gomod2bazel.baseline.audit.report import Finding, Reached, page_data, to_json, to_lines
from gomod2bazel.baseline.audit.symbols import check_binary, linked
from gomod2bazel.baseline.binary_imports import Reach
from gomod2bazel.baseline.consumers import Leaf, LeafOpener
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.install import result
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.lock.lock import Lock, LockedBinary
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import AuditOptions, ReportOptions
from gomod2bazel.release.report.pages.audit_page import audit_page

__all__ = ["Audited", "audit", "audit_lock", "audit_versions"]


class Audited(Protocol):
    """A module whose lock is audited."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def session(self) -> Session:
        """The user's session."""

    @property
    def opened(self) -> InputModule:
        """The module."""


def audit(leaves: LeafOpener, options: AuditOptions, inputs: Sequence[Input], report: ReportOptions) -> int:
    """Print the findings of the -osv records for leaf modules, or without any for the baseline; return the exit code.

    Args:
        leaves: opens the leaf modules; its options name the baseline.
        options: the folders of records and of built binaries.
        inputs: the leaf modules.
        report: whether to print JSON, and the file for a page.

    Raises:
        UsageError: -osv is missing or holds no records, or there are no modules to audit.
        Gomod2bazelError: a leaf cannot be loaded, or the page not be written.
    """
    if report.page:
        result.check_place(leaves.session.cwd / report.page, "-report")
    if not options.osv:
        raise UsageError("no vulnerability records given", hint="gomod2bazel baseline audit -osv DIR [LEAF...]")
    session, recorder = with_recorder(leaves.session)
    leaves = replace(leaves, session=session)
    records = read_records(session.cwd / options.osv, options.osv)
    baseline = baseline_of(session, leaves.options, leaves.go)
    if inputs:
        built = session.cwd / options.built if options.built else None
        findings = _of_leaves(leaves.open(inputs, baseline), baseline, records, built)
    elif baseline is None:
        raise UsageError("no modules to audit", hint="name leaf modules, or give a baseline: -baseline FILE")
    else:
        findings = list(audit_versions(baseline, records))
    if report.page:
        title = ", ".join(module_input.text for module_input in inputs) or (baseline.name if baseline else "")
        result.write_bytes(session.cwd / report.page, audit_page(page_data(findings, title)).encode(), "-report")
    session.out(to_json(findings, recorder) if report.json else to_lines(findings))
    return 1 if any(finding.counts for finding in findings) else 0


def _of_leaves(
    leaves: Sequence[Leaf], baseline: Baseline | None, records: Iterable[Record], built: Path | None
) -> list[Finding]:
    merged: dict[tuple[str, str, str], Finding] = {}
    several = len({_platform(leaf) for leaf in leaves}) > 1
    for leaf in leaves:
        folder = built / "_".join(_platform(leaf)) if built and several else built
        for finding in audit_lock(leaf.lock(baseline), leaf, records, folder):
            merged_finding = merged.get(finding.subject)
            merged[finding.subject] = merged_finding.with_more(finding) if merged_finding else finding
    return sorted(merged.values(), key=lambda finding: finding.subject)


def _platform(leaf: Leaf) -> tuple[str, str]:
    return leaf.opened.settings["GOOS"], leaf.opened.settings["GOARCH"]


def audit_versions(baseline: Baseline, records: Iterable[Record]) -> Iterator[Finding]:
    """Yield the findings for all versions of a baseline, used or not."""
    replaced = {old.path: new for old, new in baseline.replaces}
    for record in records:
        for affected in record.affected:
            version = baseline.versions.get(affected.module, "")
            actual = replaced.get(affected.module, Version(affected.module, version))
            if version and actual.path == affected.module and affected.has(actual.version):
                names = [file.name for file in baseline.patches.get(actual, ())]
                yield _finding(record, affected, actual.version, names, None)


def audit_lock(lock: Lock, leaf: Audited, records: Iterable[Record], built: Path | None) -> Iterator[Finding]:
    """Yield the findings for the binaries of a lock.

    Args:
        lock: of a leaf.
        leaf: which.
        records: the database.
        built: folder of its built binaries, whose functions are then looked at; or None.
    """
    reach = Reach(lock)
    versions: dict[str, tuple[str, tuple[str, ...], str]] = {}
    try:
        versions[STDLIB] = (go_release(lock.configuration.go), (), STDLIB)
    except ValueError as error:
        leaf.session.warn(f"not auditing the standard library: {error}")
    for module in lock.modules:
        # Of what is really used: a replacement, but the original of a patched module.
        path, _, version = module.source.partition("@")
        patches = module.patched.patches if module.patched else ()
        versions[path] = (version, tuple(patch.name for patch in patches), module.path)
    for record in records:
        for affected in record.affected:
            version, names, replacement = versions.get(affected.module, ("", (), ""))
            if version and affected.has(version):
                reached = tuple(_reached(_as_built(affected, replacement), reach, leaf, built))
                yield _finding(record, affected, version, names, reached)


def _finding(
    record: Record, affected: Affected, version: str, patches: Iterable[str], reached: tuple[Reached, ...] | None
) -> Finding:
    fix = affected.fix(version)
    return Finding(
        id=record.id,
        aliases=record.aliases,
        summary=record.summary,
        module=affected.module,
        version=version,
        fix=fix if not fix or affected.module == STDLIB else f"v{fix.removeprefix('v')}",
        patch=next((name for name in patches if _clears(name, record)), ""),
        reached=reached,
    )


def _clears(name: str, record: Record) -> bool:
    """Return whether a patch says by its name that it clears a record: it holds the ID or an alias as a word."""
    words = f"-{name.removesuffix('.patch')}-".replace("_", "-").replace(".", "-").lower()
    return any(f"-{identity.lower()}-" in words for identity in (record.id, *record.aliases))


def _as_built(affected: Affected, name: str) -> Affected:
    """Return what has the flaw with the import paths of the module ``name``, in whose place it is built."""
    packages = tuple(
        replace(package, path=name + package.path.removeprefix(affected.module)) if name != affected.module else package
        for package in affected.packages
    )
    return replace(affected, packages=packages)


def _reached(affected: Affected, reach: Reach, leaf: Audited, built: Path | None) -> Iterator[Reached]:
    """Yield the ways from binaries to vulnerable packages."""
    lock = reach.lock
    for binary in lock.binaries:
        ways = reach.ways(binary)
        data = None
        for package in _packages(affected, reach, ways):
            if not package.is_on(lock.configuration.goos, lock.configuration.goarch) or package.path not in ways:
                continue
            if built and package.symbols and data is None:
                data = _read(leaf, binary, built)
            path = "main" if package.path == binary.import_path else package.path
            yield Reached(
                import_path=binary.import_path,
                leaf=leaf.name,
                platform=f"{lock.configuration.goos}/{lock.configuration.goarch}",
                way=reach.way(binary, package.path),
                symbols=package.symbols,
                linked=linked(data, path, package.symbols) if data is not None and package.symbols else None,
            )


def _packages(affected: Affected, reach: Reach, ways: Iterable[str]) -> Iterable[VulnerablePackage]:
    """Return the packages of a record; where it names none, all of the module that a binary reaches."""
    if affected.packages:
        return affected.packages
    packages = []
    for path in sorted(ways):
        module = reach.packages[path][0]
        source = module.source.partition("@")[0] if module else STDLIB
        if source == affected.module:
            packages.append(VulnerablePackage(path=path, symbols=(), goos=(), goarch=()))
    return packages


def _read(leaf: Audited, binary: LockedBinary, built: Path) -> bytes:
    file = built / binary.name
    check_binary(leaf.opened.go, file, binary.buildinfo)
    return file.read_bytes()
