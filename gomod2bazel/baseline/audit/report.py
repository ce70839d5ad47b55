"""What an audit found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.base.version import newest
from gomod2bazel.baseline.audit.osv import STDLIB
from gomod2bazel.release.report.pages.audit_page import AuditData, AuditedBinary, AuditedRecord

__all__ = ["Finding", "Reached", "page_data", "to_json", "to_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A binary that has a vulnerable package.

    Attributes:
        import_path: of its main package.
        leaf: its module.
        platform: GOOS/GOARCH.
        way: imports from its main package to the vulnerable one.
        symbols: functions with the flaw; empty where the whole package has it.
        linked: those of them that the built binary has; None where none was looked at.
    """

    import_path: str
    leaf: str
    platform: str
    way: tuple[str, ...]
    symbols: tuple[str, ...]
    linked: tuple[str, ...] | None

    @property
    def counts(self) -> bool:
        """Whether the flaw may matter: not where the built binary has none of the functions."""
        return self.linked is None or bool(self.linked)

    @property
    def text(self) -> str:
        """One line."""
        head = f"{self.import_path} {self.platform} ({self.leaf}) reaches {' > '.join(self.way[1:]) or self.way[0]}"
        if not self.symbols:
            return f"{head}: the whole package is affected"
        if self.linked is None:
            return f"{head}: functions not checked (-built DIR checks them)"
        return f"{head}: links {', '.join(self.linked)}" if self.linked else f"{head}: links none of the functions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One record on one module version.

    Attributes:
        id, aliases, summary: of the record.
        module, version: what has the flaw.
        fix: the lowest higher version without it; empty where there is none.
        patch: name of a baseline's patch that says it clears the flaw, or empty.
        reached: binaries that have a vulnerable package; None where no binary was looked at.
    """

    id: str
    aliases: tuple[str, ...]
    summary: str
    module: str
    version: str
    fix: str
    patch: str
    reached: tuple[Reached, ...] | None

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.id, self.module, self.version

    @property
    def counts(self) -> bool:
        """Whether there is something to do."""
        return not self.patch and (self.reached is None or any(binary.counts for binary in self.reached))

    def with_more(self, other: Finding) -> Finding:
        """Return it with what another leaf adds."""
        return replace(self, reached=(*(self.reached or ()), *(other.reached or ())))


def to_lines(findings: Sequence[Finding]) -> str:
    """Return a paragraph for each finding that counts, lines on the others, and the bumps that clear the former."""
    lines: list[str] = []
    for finding in findings:
        lines += _finding_lines(finding)
    lines += [f"{'use' if module == STDLIB else 'bump'} {what}" for module, what in _bumps(findings)]
    return "".join(f"{line}\n" for line in lines)


def _finding_lines(finding: Finding) -> Iterator[str]:
    names = " ".join((finding.id, *finding.aliases))
    yield f"{names} {_version(finding.module, finding.version)}: {finding.summary}"
    if finding.patch:
        yield f"  fixed by {finding.patch}, according to its name"
    yield from (f"  {binary.text}" for binary in finding.reached or ())
    if finding.reached == ():
        yield "  no binary reaches it"
    yield f"  fixed in {_version(finding.module, finding.fix)}" if finding.fix else "  no fix is available yet"


def _version(module: str, version: str) -> str:
    return f"go{version}" if module == STDLIB else f"{module}@{version}"


def _bumps(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """Yield for each module the version that clears all that counts and can be cleared, with their IDs."""
    fixes: dict[str, str] = {}
    cleared: dict[str, list[str]] = {}
    for finding in findings:
        if finding.counts and finding.fix:
            fixes[finding.module] = newest(fixes.get(finding.module, finding.fix), finding.fix)
            cleared.setdefault(finding.module, []).append(finding.id)
    for module, version in sorted(fixes.items()):
        yield module, f"{_version(module, version)}: fixes {', '.join(cleared[module])}"


def page_data(findings: Sequence[Finding], title: str) -> AuditData:
    """Return the same for a page.

    Args:
        findings: what was found.
        title: what was audited.
    """
    records = [_audited_record(finding) for finding in findings]
    return AuditData(title=title, records=records, bumps=tuple(what for _, what in _bumps(findings)))


def _audited_record(finding: Finding) -> AuditedRecord:
    binaries = [AuditedBinary(text=each.text, way=each.way, counts=each.counts) for each in finding.reached or ()]
    return AuditedRecord(
        id=finding.id,
        aliases=finding.aliases,
        summary=finding.summary,
        module=_version(finding.module, finding.version),
        fix=_version(finding.module, finding.fix) if finding.fix else "",
        patch=finding.patch,
        counts=finding.counts,
        binaries=None if finding.reached is None else tuple(binaries),
    )


def to_json(findings: Iterable[Finding], recorder: Recorder) -> str:
    """Return the same as a document; docs/baseline.md describes it."""
    listed = list(findings)
    bumps = [what.partition(":")[0] for _, what in _bumps(listed)]
    return document({"findings": [_object(finding) for finding in listed], "bumps": bumps}, recorder)


def _object(finding: Finding) -> dict[str, Any]:
    names = ("id", "aliases", "summary", "module", "version", "fix", "patch", "counts")
    reached = finding.reached
    fields = ("import_path", "leaf", "platform", "way", "symbols", "linked", "counts")
    binaries = None if reached is None else [{name: getattr(binary, name) for name in fields} for binary in reached]
    return {**{name: getattr(finding, name) for name in names}, "binaries": binaries}
