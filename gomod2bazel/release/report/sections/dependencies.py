"""The section of the dependencies: the graph of a binary's modules, and the table of packages."""

from __future__ import annotations

from collections.abc import Iterator

from gomod2bazel.base.counts import count
from gomod2bazel.release.report.data import STANDARD, BuildReportData, ReportPackage
from gomod2bazel.release.report.html.figures import figure
from gomod2bazel.release.report.html.frame import Section
from gomod2bazel.release.report.html.markup import Child, element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, code, table
from gomod2bazel.release.report.needs import Needs
from gomod2bazel.release.report.sections.modules import status_badge

__all__ = ["dependencies_section"]


def dependencies_section(data: BuildReportData, needs: Needs) -> Section:
    """Return the section.

    Args:
        data: the report.
        needs: what each binary needs.
    """
    packages = _packages(data)
    importers: dict[str, set[str]] = {}
    for package in packages.values():
        for path in package.imports:
            importers.setdefault(path, set()).add(package.import_path)
    columns = [Column(title="Package"), Column(title="Module"), Column(title="Remarks")]
    columns += [Column(title=title, numeric=True) for title in ("Imports", "Imported by", "In binaries")]
    rows = [
        [
            Cell.of(code(package.import_path)),
            Cell.of("standard library" if package.module == STANDARD else package.module),
            Cell.of(*_remarks(package, data)),
            *_numbers(len(package.imports), len(importers.get(path, ())), needs.binaries_of_packages.get(path, 0)),
        ]
        for path, package in sorted(packages.items())
    ]
    caption = f"{count(len(packages), 'package')} that binaries may need"
    return Section(
        id="dependencies",
        title="Dependencies",
        content=(
            figure(
                "graph",
                "Modules of a binary",
                "Each box is a module; arrows lead to the modules that its packages import. Choose one to see its "
                "requirement chain, what imports it, and its packages. Arrows that follow from others are not drawn.",
            ),
            table("packages-table", caption, columns, rows, filtered=True),
        ),
    )


def _packages(data: BuildReportData) -> dict[str, ReportPackage]:
    """Return the packages of all builds by import path; of those with one path the first."""
    packages: dict[str, ReportPackage] = {}
    for build in data.builds:
        for package in build.packages:
            packages.setdefault(package.import_path, package)
    return packages


def _numbers(*numbers: int) -> Iterator[Cell]:
    return (Cell.of(str(number), value=number) for number in numbers)


def _remarks(package: ReportPackage, data: BuildReportData) -> Iterator[Child]:
    if package.cgo:
        yield badge("cgo", "info")
    module = data.modules.get(package.module)
    if module and package.module != STANDARD and not module.is_local and not module.input.verified:
        yield " "
        yield status_badge(module)
    if module and module.vulnerabilities:
        yield " "
        yield badge("vulnerable module", "bad")
    if package.module == STANDARD and not package.cgo:
        yield element("span", {"class": "more"}, "standard")
