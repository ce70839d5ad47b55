"""The section of the modules: version, sum, whether it is verified, licence, and records of vulnerabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gomod2bazel.base.counts import count
from gomod2bazel.release.report.data import STANDARD, BuildReportData, ReportModule
from gomod2bazel.release.report.html.frame import Section
from gomod2bazel.release.report.html.markup import Child, Element, element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, code, table
from gomod2bazel.release.report.needs import Needs

__all__ = ["modules_section", "status_badge"]


def modules_section(data: BuildReportData, needs: Needs) -> Section:
    """Return the section.

    Args:
        data: the report.
        needs: what each binary needs.
    """
    packages = Counter({key: len(paths) for key, paths in needs.packages_of_modules.items()})
    audited = any(module.vulnerabilities is not None for module in data.modules.values())
    titles = ("Module", "Version", "Verified", "Licence", *(("Vulnerabilities",) if audited else ()))
    columns = [Column(title=title) for title in titles]
    columns += [Column(title="Packages", numeric=True), Column(title="In binaries", numeric=True)]
    columns += [Column(title="Sum")]
    rows = [
        _row(module, packages[key], needs.binaries_of_modules.get(key, 0), audited=audited)
        for key, module in sorted(data.modules.items())
    ]
    modules = table("modules-table", "Modules whose packages binaries may need", columns, rows, filtered=True)
    return Section(id="modules", title="Modules", content=(_counts(data.modules), modules))


def _counts(modules: Mapping[str, ReportModule]) -> Element:
    """Return how many modules are in which state."""
    states = Counter(status_badge(module).text or "" for module in modules.values())
    text = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return element("p", {}, f"{count(len(modules), 'module')}: {text}.")


def _row(module: ReportModule, packages: int, binaries: int, *, audited: bool) -> list[Cell]:
    entry = module.input
    replaced: tuple[Child, ...] = ()
    if module.replaced_by:
        replaced = (element("br"), element("span", {"class": "more"}, "replaced by "), code(module.replaced_by))
    vulnerable = [Cell.of(*_vulnerabilities(module), value=-len(module.vulnerabilities or ()))] if audited else []
    return [
        Cell.of(code(entry.module), *replaced),
        Cell.of(entry.version or "-"),
        Cell.of(status_badge(module)),
        Cell.of(module.license or "unknown"),
        *vulnerable,
        Cell.of(str(packages), value=packages),
        Cell.of(str(binaries), value=binaries),
        Cell.of(code(entry.sum) if entry.sum else "-"),
    ]


def status_badge(module: ReportModule) -> Element:
    """Return whether a module is verified, in a word."""
    if module.is_local:
        return badge("local", "info")
    if module.input.module == STANDARD:
        return badge("Go SDK", "plain")
    return badge("verified", "good") if module.input.verified else badge("unverified", "warning")


def _vulnerabilities(module: ReportModule) -> tuple[Child, ...]:
    if module.vulnerabilities is None:
        return ("not checked",)
    if not module.vulnerabilities:
        return ("none known",)
    lines = [
        element(
            "li",
            {},
            badge(record.id, "bad" if record.reached else "warning"),
            f" {record.summary}",
            " (no binary has the vulnerable code)" if not record.reached else "",
            f"; fixed in {record.fix}" if record.fix else "; no fix is available yet",
        )
        for record in module.vulnerabilities
    ]
    return (element("ul", {"class": "plain"}, *lines),)
