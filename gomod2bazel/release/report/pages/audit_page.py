"""The page about an audit: records of vulnerabilities, the modules they affect, and the binaries that reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gomod2bazel.base.counts import count
from gomod2bazel.release.report.html.frame import Section, page
from gomod2bazel.release.report.html.markup import Child, Element, element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, code, table

__all__ = ["AuditData", "AuditedBinary", "AuditedRecord", "audit_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedBinary:
    """A binary that has a vulnerable package.

    Attributes:
        text: a line on it.
        way: imports from its main package to the vulnerable one.
        counts: whether the flaw may matter.
    """

    text: str
    way: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRecord:
    """A record on a module version.

    Attributes:
        id, aliases, summary: of the record.
        module: what has the flaw, with its version.
        fix: the version without it, or empty.
        patch: the patch that says it clears the flaw, or empty.
        counts: whether there is something to do.
        binaries: those that have a vulnerable package; None if no binary was looked at.
    """

    id: str
    aliases: tuple[str, ...]
    summary: str
    module: str
    fix: str
    patch: str
    counts: bool
    binaries: tuple[AuditedBinary, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditData:
    """What the page shows.

    Attributes:
        title: what was audited.
        records: that affect a module version.
        bumps: the versions that clear what counts.
    """

    title: str
    records: Sequence[AuditedRecord]
    bumps: tuple[str, ...]


def audit_page(data: AuditData) -> str:
    """Return the page: the same text for the same data."""
    open_records = sum(record.counts for record in data.records)
    facts = [("Records that affect a module", str(len(data.records))), ("To do", str(open_records))]
    sections = [Section(id="findings", title="Findings", content=(_findings(data.records),))]
    if data.bumps:
        bumps = (element("li", {}, code(bump)) for bump in data.bumps)
        sections.append(Section(id="bumps", title="Versions that clear them", content=(element("ul", {}, *bumps),)))
    return page(data.title, "Audit report", facts, sections, {})


def _findings(records: Sequence[AuditedRecord]) -> Element:
    if not records:
        return element("p", {}, "No record affects a module version.")
    columns = [Column(title=title) for title in ("Record", "Status", "Module", "Fixed in", "Summary", "Binaries")]
    rows = [
        [
            Cell.of(element("strong", {}, record.id), *_aliases(record)),
            Cell.of(*_status(record), value=0 if record.counts else 1),
            Cell.of(code(record.module)),
            Cell.of(code(record.fix) if record.fix else "no fix yet"),
            Cell.of(record.summary),
            _binaries(record),
        ]
        for record in sorted(records, key=lambda record: (not record.counts, record.id, record.module))
    ]
    caption = f"{count(len(records), 'record')} on vulnerabilities of module versions"
    return table("findings-table", caption, columns, rows, filtered=True)


def _aliases(record: AuditedRecord) -> tuple[Child, ...]:
    aliases = ", ".join(record.aliases)
    return (element("br"), element("span", {"class": "more"}, aliases)) if aliases else ()


def _status(record: AuditedRecord) -> tuple[Child, ...]:
    if record.patch:
        return badge("patched", "good"), " ", element("span", {"class": "more"}, record.patch)
    if record.counts:
        return (badge("affected", "bad"),)
    return (badge("not reached", "plain"),)


def _binaries(record: AuditedRecord) -> Cell:
    if record.binaries is None:
        return Cell.of("not looked at", value=0)
    if not record.binaries:
        return Cell.of("none", value=0)
    lines = [
        element(
            "li",
            {},
            badge("affected", "bad") if binary.counts else badge("not linked", "plain"),
            f" {binary.text}",
            element("br"),
            element("span", {"class": "more"}, "import chain: "),
            code(" > ".join(binary.way)),
        )
        for binary in record.binaries
    ]
    summary = element("summary", {}, count(len(record.binaries), "binary"))
    return Cell.of(
        element("details", {}, summary, element("ul", {"class": "plain"}, *lines)), value=len(record.binaries)
    )
