"""The generated part of docs/performance.md, and its charts, from the results in bench/results."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.measure.errors import BenchError
from bench.measure.result import Result, Spread
from bench.report.document import Document, read_document
from bench.report.growth import Series, growth
from bench.report.svg import Bar, Line, bars, lines

__all__ = ["CHARTS", "PAGE", "RESULTS", "page_files", "page_part", "with_part"]

_ROOT = Path(__file__).resolve().parents[2]

RESULTS = _ROOT / "bench" / "results"
PAGE = _ROOT / "docs" / "performance.md"
CHARTS = "performance"
"""The folder of charts, next to the page."""

_BEGIN = "<!-- Written by bench/run -page from bench/results: do not edit up to the end mark. -->\n"
_END = "<!-- end -->\n"

_SHORT_COMMIT = 10


def page_files(folder: Path = RESULTS, page: Path = PAGE) -> dict[Path, str]:
    """Return all generated files with their text: the page, and the charts.

    Args:
        folder: That of the results.
        page: The page, with marks around its generated part.

    Raises:
        BenchError: A result cannot be read or is that of a trial, or the page has no marks.
    """
    documents = {path.stem: read_document(path) for path in sorted(folder.glob("*.json"))}
    trials = [name for name, document in documents.items() if document.trial]
    if trials:
        raise BenchError(f"{folder}: of a trial, whose figures do not count: {', '.join(trials)}")
    charts = {name: chart for stem, document in documents.items() for name, chart in _charts(stem, document).items()}
    files = {page.parent / CHARTS / name: text for name, text in charts.items()}
    return {page: with_part(page.read_text(encoding="utf-8"), page_part(documents), page), **files}


def with_part(text: str, part: str, page: Path) -> str:
    """Return the text of a page with another generated part.

    Raises:
        BenchError: The marks are not there.
    """
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise BenchError(f"{page}: the marks of the generated part are missing")
    return f"{before}{begin}{part}{end}{after}"


def page_part(documents: Mapping[str, Document]) -> str:
    """Return the generated part: for each result file its circumstances, tables and charts."""
    if not documents:
        return "\nNo result is committed yet.\n\n"
    return "".join(_section(stem, document) for stem, document in documents.items())


def _section(stem: str, document: Document) -> str:
    versions = ", ".join(f"{name} {version[:_SHORT_COMMIT]}" for name, version in document.versions.items())
    load = ", ".join(f"{value:.1f}" for value in document.load)
    head = (
        f"\n### {stem}\n\n    {_command(document)}\n\n"
        f"{document.date[:10]}, {versions}; {document.cores} cores, load at the start {load}; "
        f"processor time from: {document.cpu_source}.\n"
    )
    parts = [head, *(f"\n![{name}]({CHARTS}/{name})\n" for name in _charts(stem, document))]
    parts += ["\n", *_table(document.results)]
    series = list(growth(document.results))
    if series:
        parts += ["\n", *_growth_table(series)]
    return "".join(parts) + "\n"


def _command(document: Document) -> str:
    """Return the command line without the name of the result file, which is the reader's choice."""
    words = list(document.command)
    if "-json" in words:
        del words[words.index("-json") : words.index("-json") + 2]
    return shlex.join(words)


def _table(results: Sequence[Result]) -> Iterator[str]:
    yield "| scenario | built | by | wall time | processor time | memory and files | ratio of wall times | bytes |\n"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    previous: tuple[str, str] = ("", "")
    for result in results:
        for side in result.sides:
            first = side == result.sides[0]
            shown = (result.scenario, result.subject) if first else ("", "")
            same = shown[0] and shown == previous
            cells = [
                "" if same else shown[0],
                "" if same else shown[1],
                side,
                _seconds(result.wall(side)),
                _seconds(result.spread(side, lambda usage: usage.cpu)),
                _memory(result, side),
                "" if first else _ratio(result.ratio(side)),
                _bytes(result) if first else "",
            ]
            yield f"| {' | '.join(cells)} |\n"
        previous = (result.scenario, result.subject)


def _seconds(spread: Spread | None) -> str:
    if spread is None:
        return ""
    digits = 1 if spread.median >= 10 else 2
    text = f"{spread.median:.{digits}f} s"
    return text if spread.min == spread.max else f"{text} ({spread.min:.{digits}f} to {spread.max:.{digits}f})"


def _ratio(spread: Spread) -> str:
    text = f"{spread.median:.2f}"
    return text if spread.min == spread.max else f"{text} ({spread.min:.2f} to {spread.max:.2f})"


def _memory(result: Result, side: str) -> str:
    """Return the medians of peaks of memory and of other figures of a side, as far as it has them."""
    command = result.spread(side, lambda usage: usage.command_memory)
    largest = result.spread(side, lambda usage: usage.largest_memory)
    server = result.spread(side, lambda usage: usage.server_memory)
    heap = result.spread(side, lambda usage: usage.figures.get("heap_bytes"))
    lock = result.spread(side, lambda usage: usage.figures.get("lock_bytes"))
    named = {"": command, "largest process ": largest, "server ": server, "heap ": heap, "lock ": lock}
    parts = [f"{name}{_size(spread.median)}" for name, spread in named.items() if spread and spread.median]
    extension = result.spread(side, lambda usage: usage.figures.get("extension_seconds"))
    return ", ".join([*parts, f"module extension {_seconds(extension)}"] if extension else parts)


def _size(value: float) -> str:
    if value < 1e5:
        return f"{value / 1e3:.1f} kB"
    return f"{value / 1e6:.0f} MB" if value >= 1e7 else f"{value / 1e6:.1f} MB"


def _bytes(result: Result) -> str:
    count = max(item.binaries for item in result.rounds)
    if not count:
        return ""
    return f"{len(result.different)} of {count} differ" if result.different else f"{count} equal"


def _growth_table(series: Iterable[Series]) -> Iterator[str]:
    yield "| grows with | scenario | by | value | medians | for each | faster than linear |\n"
    yield "| --- | --- | --- | --- | --- | --- | --- |\n"
    for item in series:
        points = ", ".join(f"{size}: {_digits(value)}" for size, value in item.points)
        (first, low), (last, high) = item.points[0], item.points[-1]
        fitted = item.fit()
        verdict = "too few sizes" if fitted is None else "yes" if fitted.is_faster_than_linear else "no"
        detail = "" if fitted is None else f" ({100 * fitted.curved:+.0f} %)"
        each = f"{(high - low) / (last - first):.4f}"
        name = f"{item.axis} ({item.fixed})"
        cells = [name, item.scenario, item.side, item.value, points, each, f"{verdict}{detail}"]
        yield f"| {' | '.join(cells)} |\n"


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _charts(stem: str, document: Document) -> dict[str, str]:
    """Return the charts of a result file by name: one of ratios, and one for each scenario that grows."""
    charts = {}
    items = [
        Bar(
            label=f"{result.scenario}, {_short(result.subject)}, to {other}",
            low=low,
            value=value,
            high=high,
            color=place,
        )
        for result in document.results
        for place, other in enumerate(result.sides[1:])
        for low, value, high in [_values(result.ratio(other))]
    ]
    if items:
        title = f"{document.results[0].sides[0]}: wall time as a multiple of that of the other side"
        charts[f"{stem}-ratios.svg"] = bars(title, "ratio: median, with the range of all rounds", items, parity=1)
    groups: dict[tuple[str, str, str], list[Series]] = {}
    for series in growth(document.results):
        if series.value.startswith(("wall", "memory", "lock", "module")):
            kind, _, unit = series.value.partition(" (")
            kind = "memory" if kind.startswith("memory") else kind
            groups.setdefault((series.axis, series.scenario, f"{kind} ({unit}"), []).append(series)
    for (axis, scenario, value), group in groups.items():
        name = "-".join([stem, axis, *_words(scenario), _words(value)[0]])
        drawn = [Line(label=_label(item), points=item.points) for item in group[:6]]
        charts[f"{name}.svg"] = lines(f"{scenario}: {value}", axis, value, drawn)
    return charts


def _label(series: Series) -> str:
    parts = {"memory of the command (MB)": " command", "memory of the server (MB)": " server"}
    return series.side + parts.get(series.value, "")


def _values(spread: Spread) -> tuple[float, float, float]:
    return spread.min, spread.median, spread.max


def _short(subject: str) -> str:
    """Return a subject with the last two elements of each module path."""
    return " ".join("/".join(word.split("/")[-2:]) for word in subject.split())


def _words(text: str) -> list[str]:
    return ["".join(letter for letter in word if letter.isalnum()) for word in text.lower().split()]
