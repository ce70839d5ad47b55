"""The section of the binaries: the set of each, how sure that is and why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gomod2bazel.base.counts import readable_size
from gomod2bazel.options.set_names import ALL
from gomod2bazel.release.report.data import BuildReportData, ReportBinary, State
from gomod2bazel.release.report.html.frame import Section
from gomod2bazel.release.report.html.markup import Child, Element, element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, code, table
from gomod2bazel.sets.model.scoring import Evidence

__all__ = ["binaries_section"]

_CERTAIN = 100.0
"""The margin of what nothing was weighed against."""

_FULL = 6.0
"""The margin that fills the bar."""

_WIDTH = 96
"""Of bars, in pixels."""

_HIDDEN = {"class": "bar", "aria-hidden": "true", "focusable": "false"}
"""Attributes of bars: the text next to them has what they show."""

_KINDS = {State.INSTALLED: "good", State.BUILT: "good", State.FAILED: "bad", State.LEFT_OUT: "plain"}


def binaries_section(data: BuildReportData) -> Section:
    """Return the section."""
    several = len(data.builds) > 1
    columns = [Column(title=title) for title in ("Binary", "Set", "Confidence", "Why", "State")]
    columns += [Column(title="Size", numeric=True)]
    columns[1:1] = [Column(title="Module and platform")] if several else []
    rows = [_row(binary, data, several=several) for binary in _sorted(data.binaries)]
    return Section(
        id="binaries",
        title="Binaries",
        content=(
            _sets_table(data.binaries),
            table("binaries-table", "Main packages, by set", columns, rows, filtered=True),
        ),
    )


def _sorted(binaries: Iterable[ReportBinary]) -> list[ReportBinary]:
    order = {name: number for number, name in enumerate(ALL)}
    return sorted(binaries, key=lambda binary: (order.get(binary.set, len(order)), binary.import_path, binary.build))


def _sets_table(binaries: Sequence[ReportBinary]) -> Element:
    """Return how many binaries of each set are in which state."""
    columns = [Column(title="Set"), *(Column(title=title, numeric=True) for title in ("All", *map(_title, State)))]
    rows = []
    for name in dict.fromkeys((*ALL, *(binary.set for binary in binaries))):
        states = [binary.state for binary in binaries if binary.set == name]
        if states:
            counts = [len(states), *(states.count(state) for state in State)]
            rows.append([Cell.of(name), *(Cell.of(str(number) if number else "-", value=number) for number in counts)])
    return table("sets-table", "Main packages in each set", columns, rows)


def _title(state: State) -> str:
    return state.value.capitalize()


def _row(binary: ReportBinary, data: BuildReportData, *, several: bool) -> list[Cell]:
    place = [Cell.of(data.builds[binary.build].name)] if several else []
    size = readable_size(binary.size) if binary.size else "-"
    return [
        Cell.of(element("strong", {}, binary.name), element("br"), code(binary.import_path)),
        *place,
        Cell.of(binary.set),
        Cell.of(*_confidence(binary), value=binary.margin),
        Cell.of(_why(binary), value=len(binary.evidence)),
        Cell.of(*_state(binary)),
        Cell.of(size, value=binary.size),
    ]


def _confidence(binary: ReportBinary) -> tuple[Child, ...]:
    """Return the margin as a bar and in words."""
    if binary.margin >= _CERTAIN or not binary.runner_up:
        return _bar(1.0), element("br"), "certain: nothing was weighed"
    return (
        _bar(min(binary.margin / _FULL, 1.0)),
        element("br"),
        f"{binary.margin:.2f} ahead of {binary.runner_up}",
    )


def _bar(share: float) -> Element:
    """Return a bar that is filled by a share of 1."""
    size = {"width": str(_WIDTH), "height": "8"}
    filled = {"class": "filled", "width": f"{max(share, 0.0) * _WIDTH:.1f}", "height": "8", "rx": "2"}
    ground = element("rect", {"class": "ground", "rx": "2", **size})
    return element("svg", {**_HIDDEN, **size}, ground, element("rect", filled))


def _why(binary: ReportBinary) -> Element:
    """Return the strongest evidence, and all of it in a part that readers can open."""
    if not binary.evidence:
        return element("span", {}, "no evidence")
    first = next((item.reason for item in binary.evidence if item.weight > 0), binary.evidence[0].reason)
    rest = len(binary.evidence) - 1
    more = element("span", {"class": "more"}, f" and {rest} more") if rest else None
    heaviest = max((abs(item.weight) for item in binary.evidence), default=0.0) or 1.0
    lines = [_evidence(item, heaviest) for item in binary.evidence]
    return element(
        "details",
        {},
        element("summary", {}, first, more),
        element("p", {"class": "hint"}, _weights_hint(binary)),
        element("ul", {"class": "evidence"}, *lines),
    )


def _weights_hint(binary: ReportBinary) -> str:
    return (
        f"Weights for {binary.set} less those for {binary.runner_up}; they add up to {binary.margin:.2f}."
        if binary.runner_up
        else "Nothing was weighed against this."
    )


def _evidence(item: Evidence, heaviest: float) -> Element:
    place = element("span", {"class": "place"}, " ", code(item.position)) if item.position not in ("", ".") else None
    return element(
        "li",
        {},
        _two_sided(item.weight / heaviest),
        element("span", {"class": "weight"}, f"{item.weight:+.2f}"),
        element("span", {"class": "reason"}, item.reason, place, element("span", {"class": "more"}, f" {item.kind}")),
    )


def _two_sided(share: float) -> Element:
    """Return a bar from the middle: to the right what supports the set, to the left what counts against it."""
    half = _WIDTH / 2
    length = min(abs(share), 1.0) * half
    start = half if share >= 0 else half - length
    filled = {"class": "filled" if share >= 0 else "against", "x": f"{start:.1f}", "width": f"{length:.1f}"}
    middle = {"class": "middle", "x1": f"{half:g}", "x2": f"{half:g}", "y1": "0", "y2": "10"}
    return element(
        "svg",
        {**_HIDDEN, "width": str(_WIDTH), "height": "10"},
        element("rect", {**filled, "y": "1", "height": "8"}),
        element("line", middle),
    )


def _state(binary: ReportBinary) -> tuple[Child, ...]:
    note: tuple[Child, ...] = (" ", element("span", {"class": "more"}, binary.note)) if binary.note else ()
    path: tuple[Child, ...] = (element("br"), code(binary.path)) if binary.path else ()
    digest: tuple[Child, ...] = ()
    if binary.sha256:
        digest = (element("details", {}, element("summary", {}, "SHA-256"), code(binary.sha256)),)
    return badge(binary.state.value, _KINDS[binary.state]), *note, *path, *digest
