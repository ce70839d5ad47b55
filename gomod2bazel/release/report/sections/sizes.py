"""The section of the sizes: which bytes of a binary come from which module."""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.base.counts import readable_size
from gomod2bazel.release.report.data import STANDARD, BinarySizes, BuildReportData, ReportBinary
from gomod2bazel.release.report.html.figures import figure
from gomod2bazel.release.report.html.frame import Section
from gomod2bazel.release.report.html.markup import Child, Element, element
from gomod2bazel.release.report.html.tables import Cell, Column, table
from gomod2bazel.release.report.needs import Needs

__all__ = ["module_sizes", "sizes_section"]

_MOST_TABLES = 20
"""Binaries that have a table; scripts show the others."""


def sizes_section(data: BuildReportData, needs: Needs) -> Section:
    """Return the section.

    Args:
        data: the report.
        needs: the packages of each build.
    """
    measured = [binary for binary in data.binaries if binary.sizes]
    content: list[Element] = []
    if measured:
        content.append(
            figure(
                "treemap",
                "Bytes of a binary by module",
                "The area of each box is its share of the file. Choose a module to see its packages.",
            )
        )
    content += [_table(number, binary, needs) for number, binary in enumerate(measured[:_MOST_TABLES])]
    if len(measured) > _MOST_TABLES:
        content.append(element("p", {}, f"Tables of {len(measured) - _MOST_TABLES} more binaries are not shown."))
    unknown = [binary for binary in data.binaries if binary.size and not binary.sizes]
    if unknown:
        names = ", ".join(binary.name for binary in unknown)
        content.append(element("p", {}, f"Not known, as the files have no function table that can be read: {names}."))
    if not content:
        content.append(element("p", {}, "No binary was built."))
    return Section(id="sizes", title="Sizes", content=tuple(content))


def module_sizes(sizes: BinarySizes, modules: Mapping[str, str]) -> dict[str, int]:
    """Return the bytes of each module by its key.

    Args:
        sizes: of a binary.
        modules: the key of each package's module.
    """
    sums: dict[str, int] = {}
    for path, size in sizes.packages.items():
        key = modules[path]
        sums[key] = sums.get(key, 0) + size
    return sums


def _table(number: int, binary: ReportBinary, needs: Needs) -> Element:
    """Return the table of one binary, which readers can open."""
    sizes = binary.sizes
    if sizes is None:
        raise ValueError(f"{binary.name} was not measured")
    modules = {path: package.module for path, package in needs.packages[binary.build].items()}
    entries = [(key, size, "module") for key, size in module_sizes(sizes, modules).items()]
    entries += [(label, size, "no package") for label, size in sizes.other.items()]
    entries.sort(key=lambda entry: (-entry[1], entry[0]))
    columns = [Column(title="Module or content"), Column(title="Kind")]
    columns += [Column(title="Bytes", numeric=True), Column(title="Share", numeric=True)]
    rows = [
        [
            Cell.of("standard library" if key == STANDARD else key),
            Cell.of(kind),
            Cell.of(f"{size:,}", value=size),
            Cell.of(f"{100 * size / (sizes.total or 1):.1f}%", value=size),
        ]
        for key, size, kind in entries
    ]
    head: tuple[Child, ...] = (element("strong", {}, binary.name), f": {readable_size(sizes.total)}")
    shown = table(f"sizes-table-{number}", f"{binary.import_path}: {sizes.method}", columns, rows)
    return element("details", {"class": "block"}, element("summary", {}, *head), shown)
