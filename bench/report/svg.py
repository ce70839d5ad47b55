"""Charts as SVG: no scripts, readable in light and dark, the same bytes for the same numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

__all__ = ["Bar", "Line", "bars", "lines"]

# Written here and not with a library: pygal, the one that is kept up, puts a script and the date into each file.

_STYLE = """
text { font: 12px sans-serif; fill: #1f2328; }
.title { font-weight: bold; font-size: 14px; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.parity { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 4 3; }
.range { stroke: #57606a; stroke-width: 1.5; }
.c0 { fill: #0969da; stroke: #0969da; } .c1 { fill: #bf5700; stroke: #bf5700; } .c2 { fill: #8250df; stroke: #8250df; }
.c3 { fill: #1a7f37; stroke: #1a7f37; } .c4 { fill: #cf222e; stroke: #cf222e; } .c5 { fill: #6e7781; stroke: #6e7781; }
polyline { fill: none !important; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .grid { stroke: #30363d; } .parity, .range { stroke: #9198a1; }
.c0 { fill: #4493f8; stroke: #4493f8; } .c1 { fill: #f0883e; stroke: #f0883e; } .c2 { fill: #ab7df8; stroke: #ab7df8; }
.c3 { fill: #3fb950; stroke: #3fb950; } .c4 { fill: #f85149; stroke: #f85149; } .c5 { fill: #9198a1; stroke: #9198a1; }
}
"""

_WIDTH = 760
"""Of charts of lines; those of bars are as wide as their labels need."""
_COLORS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar from 0 to a median, with a line from the least to the greatest value."""

    label: str
    low: float
    value: float
    high: float
    color: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points, x and y both 0 or above."""

    label: str
    points: Sequence[tuple[float, float]]


def bars(title: str, unit: str, items: Sequence[Bar], parity: float | None = None) -> str:
    """Return a chart of horizontal bars.

    Args:
        title: Above the chart.
        unit: Of the values, for the axis.
        items: From top to bottom.
        parity: Where to draw a dashed line, such as 1 for ratios.
    """
    left, top, step = 16 + 7 * max(len(item.label) for item in items), 40, 26
    width = max(left + 460, 8 * len(title))
    svg = _document(width, top + step * len(items) + 40, title)
    ticks = _ticks(max([item.high for item in items] + [parity or 0]))
    scale = (width - left - 60) / ticks[-1]
    bottom = top + step * len(items)
    for tick in ticks:
        x = left + tick * scale
        _line(svg, (x, top), (x, bottom), "grid")
        _text(svg, (x, bottom + 16), _number(tick), "middle")
    _text(svg, (left + ticks[-1] * scale / 2, bottom + 34), unit, "middle")
    for place, item in enumerate(items):
        y = top + step * place
        _text(svg, (left - 8, y + 17), item.label, "end")
        attributes = {"x": _at(left), "y": _at(y + 5), "width": _at(item.value * scale), "height": "16"}
        ElementTree.SubElement(svg, "rect", {**attributes, "class": f"c{item.color % _COLORS}"})
        if item.low < item.high:
            _line(svg, (left + item.low * scale, y + 13), (left + item.high * scale, y + 13), "range")
        _text(svg, (left + item.high * scale + 6, y + 17), _number(item.value), "")
    if parity is not None:
        _line(svg, (left + parity * scale, top - 4), (left + parity * scale, bottom), "parity")
    return _written(svg)


def lines(title: str, x_unit: str, y_unit: str, items: Sequence[Line]) -> str:
    """Return a chart of lines with linear axes from 0.

    Args:
        title: Above the chart.
        x_unit: Of the x axis.
        y_unit: Of the y axis.
        items: At most as many as there are colours.
    """
    left, top, right, tall = 70, 40, 220, 300
    svg = _document(_WIDTH, top + tall + 50, title)
    x_ticks = _ticks(max(x for item in items for x, _ in item.points))
    y_ticks = _ticks(max(y for item in items for _, y in item.points))
    x_scale, y_scale = (_WIDTH - left - right) / x_ticks[-1], tall / y_ticks[-1]
    bottom, end = top + tall, left + x_ticks[-1] * x_scale
    for tick in y_ticks:
        _line(svg, (left, bottom - tick * y_scale), (end, bottom - tick * y_scale), "grid")
        _text(svg, (left - 6, bottom - tick * y_scale + 4), _number(tick), "end")
    for tick in x_ticks:
        _line(svg, (left + tick * x_scale, top), (left + tick * x_scale, bottom), "grid")
        _text(svg, (left + tick * x_scale, bottom + 16), _number(tick), "middle")
    _text(svg, ((left + end) / 2, bottom + 36), f"{x_unit}; y: {y_unit}", "middle")
    for place, item in enumerate(items):
        points = [(left + x * x_scale, bottom - y * y_scale) for x, y in item.points]
        color = f"c{place % _COLORS}"
        text = " ".join(f"{_at(x)},{_at(y)}" for x, y in points)
        ElementTree.SubElement(svg, "polyline", {"points": text, "class": color})
        for x, y in points:
            ElementTree.SubElement(svg, "circle", {"cx": _at(x), "cy": _at(y), "r": "3", "class": color})
        y = top + 12 + 20 * place
        ElementTree.SubElement(
            svg, "rect", {"x": _at(end + 16), "y": _at(y - 9), "width": "10", "height": "10", "class": color}
        )
        _text(svg, (end + 32, y), item.label, "")
    return _written(svg)


def _document(width: float, height: float, title: str) -> ElementTree.Element:
    size = {"width": _at(width), "height": _at(height), "viewBox": f"0 0 {_at(width)} {_at(height)}"}
    svg = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img"})
    ElementTree.SubElement(svg, "title").text = title
    ElementTree.SubElement(svg, "style").text = _STYLE
    _text(svg, (10, 20), title, "title")
    return svg


def _line(svg: ElementTree.Element, start: tuple[float, float], end: tuple[float, float], name: str) -> None:
    places = {"x1": _at(start[0]), "y1": _at(start[1]), "x2": _at(end[0]), "y2": _at(end[1])}
    ElementTree.SubElement(svg, "line", {**places, "class": name})


def _text(svg: ElementTree.Element, place: tuple[float, float], text: str, name: str) -> None:
    attributes = {"x": _at(place[0]), "y": _at(place[1])}
    ElementTree.SubElement(svg, "text", {**attributes, "class": name} if name else attributes).text = text


def _ticks(highest: float) -> list[float]:
    """Return four to ten round numbers from 0 to at least ``highest``."""
    if highest <= 0:
        return [0.0, 1.0]
    step = 10 ** math.floor(math.log10(highest / 4))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if highest / (step * factor) <= 8)
    return [step * place for place in range(math.ceil(highest / step - 1e-9) + 1)]


def _number(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.{2 - math.floor(math.log10(value))}f}".rstrip("0").rstrip(".") if value else "0"


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _written(svg: ElementTree.Element) -> str:
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"
