"""Tables of a page. They can be read without scripts, which add filters and sorting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gomod2bazel.release.report.html.markup import Child, Element, element

__all__ = ["Cell", "Column", "badge", "code", "scrolled", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        numeric: whether it has numbers, which are aligned at their end.
    """

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table.

    Attributes:
        content: elements and texts.
        value: what rows are sorted by; None to sort by the text.
    """

    content: tuple[Child, ...]
    value: float | None = None

    @classmethod
    def of(cls, *content: Child, value: float | None = None) -> Cell:
        """Return a cell with that content."""
        return cls(content=content, value=value)


def table(
    identity: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, filtered: bool = False
) -> Element:
    """Return a table, in a box that scrolls.

    Args:
        identity: its id.
        caption: what it shows.
        columns: its columns.
        rows: a cell for each column; the first one is the heading of its row.
        filtered: whether readers can filter its rows.
    """
    headings = [element("th", {"scope": "col", "class": _class(column)}, column.title) for column in columns]
    body = [_row(columns, row) for row in rows]
    attributes: dict[str, str | bool] = {"id": identity, "data-sortable": True, "data-filtered": filtered}
    made = element(
        "table",
        attributes,
        element("caption", {}, caption),
        element("thead", {}, element("tr", {}, *headings)),
        element("tbody", {}, *body),
    )
    return scrolled(made, caption)


def scrolled(content: Element, label: str) -> Element:
    """Return a box that scrolls, also by keys."""
    return element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": label}, content)


def badge(text: str, kind: str) -> Element:
    """Return a word on a coloured ground.

    Args:
        text: the word.
        kind: good, bad, warning, info or plain.
    """
    return element("span", {"class": f"badge {kind}"}, text)


def code(text: str) -> Element:
    """Return a text in the letters of code."""
    return element("code", {}, text)


def _class(column: Column) -> str | bool:
    return "number" if column.numeric else False


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Element:
    cells = [_cell(number, column, cell) for number, (column, cell) in enumerate(zip(columns, row, strict=True))]
    return element("tr", {}, *cells)


def _cell(number: int, column: Column, cell: Cell) -> Element:
    attributes: dict[str, str | float | bool] = {"class": _class(column)}
    if cell.value is not None:
        attributes["data-value"] = f"{cell.value:g}" if cell.value != int(cell.value) else f"{int(cell.value)}"
    if number == 0:
        return element("th", {"scope": "row", **attributes}, *cell.content)
    return element("td", attributes, *cell.content)
