"""The page about the impact of a version: which binaries it rebuilds, and by which modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.base.counts import count
from gomod2bazel.release.report.html.frame import Section, page
from gomod2bazel.release.report.html.markup import element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, code, table

__all__ = ["ImpactData", "ImpactedBinary", "impact_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactedBinary:
    """A binary whose bytes change.

    Attributes:
        import_path: of its main package.
        leaf: its module.
        platform: GOOS/GOARCH.
        reaches: packages in it, by the module whose version changes.
    """

    import_path: str
    leaf: str
    platform: str
    reaches: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactData:
    """What the page shows.

    Attributes:
        target: the module and the new version that was asked about.
        modules: each module that changes, by path: the old version and the new one.
        binaries: those that change.
        unchanged: how many binaries keep their bytes.
        waves: in which order modules are released, as lines; empty if nobody asked.
    """

    target: str
    modules: Mapping[str, tuple[str, str]]
    binaries: Sequence[ImpactedBinary]
    unchanged: int
    waves: tuple[str, ...] = ()


def impact_page(data: ImpactData) -> str:
    """Return the page: the same text for the same data."""
    facts = [
        ("New version", data.target),
        ("Modules that change", str(len(data.modules))),
        ("Binaries that change", str(len(data.binaries))),
        ("Binaries that do not", str(data.unchanged)),
    ]
    sections = [_matrix(data), _modules(data)]
    if data.waves:
        lines = element("ol", {"class": "waves"}, *(element("li", {}, line) for line in data.waves))
        sections.append(Section(id="waves", title="Order of releases", content=(lines,)))
    return page(data.target, "Impact report", facts, sections, {})


def _matrix(data: ImpactData) -> Section:
    modules = sorted(data.modules)
    columns = [Column(title=title) for title in ("Binary", "Module", "Platform", *modules)]
    rows = [
        [
            Cell.of(code(binary.import_path)),
            Cell.of(binary.leaf),
            Cell.of(binary.platform),
            *(_cell(binary.reaches.get(module, ())) for module in modules),
        ]
        for binary in sorted(data.binaries, key=lambda binary: (binary.leaf, binary.import_path, binary.platform))
    ]
    if not rows:
        content = element("p", {}, "No binary changes.")
    else:
        caption = "Binaries that change, and the packages of each changed module that are in them"
        content = table("impact-table", caption, columns, rows, filtered=True)
    return Section(id="matrix", title="Modules and binaries", content=(content,))


def _cell(packages: Sequence[str]) -> Cell:
    """Return a cell of the matrix: how many packages, and which."""
    if not packages:
        return Cell.of(element("span", {"class": "more"}, "-"), value=0)
    lines = (element("li", {}, code(path)) for path in packages)
    summary = element("summary", {}, badge(count(len(packages), "package"), "warning"))
    return Cell.of(element("details", {}, summary, element("ul", {"class": "plain"}, *lines)), value=len(packages))


def _modules(data: ImpactData) -> Section:
    columns = [Column(title=title) for title in ("Module", "Now", "Then")]
    columns += [Column(title="Binaries", numeric=True)]
    reached = {path: sum(bool(binary.reaches.get(path)) for binary in data.binaries) for path in data.modules}
    rows = [
        [Cell.of(code(path)), Cell.of(old), Cell.of(new), Cell.of(str(reached[path]), value=reached[path])]
        for path, (old, new) in sorted(data.modules.items())
    ]
    content = table("modules-table", "Modules whose version changes", columns, rows, filtered=True)
    return Section(id="modules", title="Modules", content=(content,))
