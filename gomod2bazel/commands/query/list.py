"""The list command: the binaries of modules, the set of each, and why. The modules' own files are all it needs."""

from __future__ import annotations

import posixpath
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder, with_recorder
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.near_names import near_names, question
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building.loading import at_once
from gomod2bazel.commands.building.outcome import as_one
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.input.main_packages import MainPackages, check_packages, classify_input
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.load.input.verified import report_unverified
from gomod2bazel.options.options import LoadOptions, Options
from gomod2bazel.options.set_names import NOT_BUILT
from gomod2bazel.provision.go import go_for
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.model.scoring import CLASSES
from gomod2bazel.sets.reading.discover import built_here

__all__ = ["Listed", "Row", "explain", "list_binaries", "listed", "one_to_json", "to_json", "to_lines"]

# Evidence of one line: enough to see what it is about, -explain has the rest.
_REASONS = 3

# Columns that -explain fills; longer words, such as file names, stay whole.
_WIDTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One main package.

    Attributes:
        classified: where it is, its set and the evidence.
        name: file name of the binary, without the platform's suffix.
        platform: GOOS/GOARCH.
        excluded: why it is not built for this platform and these tags, or empty.
    """

    classified: Classified
    name: str
    platform: str
    excluded: str

    @property
    def not_built(self) -> str:
        """The remark about a main package that is not built here, or nothing."""
        return f"(not built on {self.platform}: {self.excluded})" if self.excluded else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The main packages of a module that are listed.

    Attributes:
        module: module path.
        version: its version; empty for an unpacked tree.
        rows: by import path.
    """

    module: str
    version: str
    rows: tuple[Row, ...]


def list_binaries(session: Session, requests: Sequence[Options]) -> None:
    """Print the main packages of modules, in the order of ``requests``.

    Args:
        session: the user's session.
        requests: the options of each INPUT, at least one; those for the run as a whole are the same in all.

    Raises:
        UsageError: several platforms are given, or -explain does not name one main package.
        Gomod2bazelError: a module cannot be had; with -keep-going, the others are printed before.
    """
    report = requests[0].report
    if report.explain and len(requests) > 1:
        raise UsageError("-explain takes one INPUT", hint="name the module of the binary alone")
    session, recorder = with_recorder(session)
    modules: list[Listed] = []
    problems: list[Gomod2bazelError] = []
    # Once for all of them: finding the go command starts it.
    go = go_for(session, fetch=not requests[0].module.sources.offline)
    with at_once(session, [_task(options, go) for options in requests]) as results:
        for result in results:
            try:
                modules.append(result())
            except Gomod2bazelError as error:
                if not requests[0].choose.keep_going:
                    raise
                problems.append(error)
            else:
                if not report.json:
                    session.out(explain(modules[-1].rows[0]) if report.explain else to_lines(modules[-1].rows))
    if report.json and modules:
        session.out(to_json(modules, recorder) if len(requests) > 1 else one_to_json(modules[0], recorder))
    if problems:
        raise as_one(problems, partly=bool(modules))


def _task(options: Options, go: Tool) -> Callable[[Session], Listed]:
    return lambda session: listed(session, options, go)


def listed(session: Session, options: Options, go: Tool) -> Listed:
    """Return the main packages of INPUT that the options choose.

    Args:
        session: the user's session.
        options: with INPUT.
        go: the go command that was found; INPUT may ask for a newer one.

    Raises:
        UsageError: several platforms are given, or -explain does not name one main package.
        Gomod2bazelError: the module cannot be had.
    """
    if len(options.module.load.platforms) > 1:
        raise UsageError("list takes one platform", hint="run list once for each of -platform")
    module = options.module
    if module.versions.baseline:
        from gomod2bazel.baseline.apply import baseline_of, with_version  # noqa: PLC0415 - most lists have none

        module = with_version(module, baseline_of(session, module, go))

    def open_with(tool: Tool) -> InputModule:
        opener = Opener(session=session, go=tool.path)
        return opener.open(module, next(iter(module.load.platforms), None))

    opened = with_go(session, module, go, open_with)
    fetched = opened.fetched
    if module.sources.require_verified and fetched and not opened.verifies(fetched.version, fetched.sum):
        report_unverified([fetched.version], session, required=True)
    mains = classify_input(opened, module, session.cwd, session.caches)
    check_packages(opened, mains, options.choose, session.cwd)
    rows = _rows(opened, mains, module.load)
    if options.report.explain:
        rows = [_find(options.report.explain, rows, opened.module.path)]
    else:
        sets = (*options.choose.sets, *(NOT_BUILT if options.report.every else ()))
        choose = replace(options.choose, sets=sets).of_packages(opened.packages)
        rows = [row for row in rows if choose.takes(row.classified.import_path, row.classified.set)]
    return Listed(module=opened.module.path, version=opened.module.version, rows=tuple(rows))


def _rows(opened: InputModule, mains: MainPackages, options: LoadOptions) -> list[Row]:
    excluded = built_here((main.package for main in mains.classified), opened.go, options.tags, options.overlay)
    platform = f"{opened.settings['GOOS']}/{opened.settings['GOARCH']}"
    return [
        Row(
            classified=main,
            name=mains.file_name(main.import_path),
            platform=platform,
            excluded=excluded.get(main.directory, ""),
        )
        for main in sorted(mains.classified, key=lambda main: main.import_path)
    ]


def _find(text: str, rows: Sequence[Row], module: str) -> Row:
    """Return the main package of an import path, of a directory below the module's root, or of a file name.

    Raises:
        UsageError: no binary or several have the name.
    """
    path = posixpath.normpath(text)
    directory = "" if path == "." else path
    for row in rows:
        if row.classified.import_path == text or row.classified.directory == directory:
            return row
    named = [row for row in rows if row.name == text]
    if len(named) == 1:
        return named[0]
    if named:
        paths = ", ".join(row.classified.import_path for row in named)
        raise UsageError(f"-explain {text}: matches several binaries", hint=f"name one of {paths}")
    paths_of = {key: row.classified.import_path for row in rows for key in (row.classified.directory or ".", row.name)}
    near = dict.fromkeys(paths_of[key] for key in near_names(text.removeprefix(f"{module}/"), paths_of))
    hint = question(tuple(near)) or "gomod2bazel list -all lists all main packages"
    raise UsageError(f"-explain {text}: not a main package of {module}", hint=hint)


def one_to_json(module: Listed, recorder: Recorder) -> str:
    """Return the main packages of the only module as a document; docs/list.md describes it."""
    return document(_module(module), recorder)


def to_json(modules: Iterable[Listed], recorder: Recorder) -> str:
    """Return the main packages of several modules as a document; docs/list.md describes it."""
    return document({"modules": [_module(module) for module in modules]}, recorder)


def _module(module: Listed) -> dict[str, Any]:
    binaries = [_object(row) for row in module.rows]
    return {"module": module.module, "version": module.version, "binaries": binaries}


def _object(row: Row) -> dict[str, Any]:
    classified, decision = row.classified, row.classified.decision
    names = ("kind", "reason", "position", "weight", "weights")
    return {
        "import_path": classified.import_path,
        "directory": classified.directory or ".",
        "name": row.name,
        "set": classified.set,
        "confidence": decision.confidence,
        "margin": decision.margin,
        "runner_up": decision.runner_up,
        "skipped": classified.package.skipped,
        "excluded": row.excluded or None,
        "evidence": [{name: getattr(item, name) for name in names} for item in decision.evidence],
    }


def to_lines(rows: Sequence[Row]) -> str:
    """Return one line a row: import path, set, confidence, and the strongest evidence."""
    paths = max((len(row.classified.import_path) for row in rows), default=0)
    sets = max((len(row.classified.set) for row in rows), default=0)
    lines = []
    for row in rows:
        decision = row.classified.decision
        reasons = [item.reason for item in decision.evidence if item.weight > 0][:_REASONS]
        evidence = "; ".join(reasons) or "no evidence"
        head = f"{row.classified.import_path:<{paths}}  {decision.set:<{sets}}  {decision.confidence:.2f}"
        lines.append(f"{head}  {evidence}{f' {row.not_built}' if row.not_built else ''}\n")
    return "".join(lines)


def explain(row: Row) -> str:
    """Return all that decides the set of one main package, as text of at most 120 columns but for long words."""
    return "\n".join([*_facts(row), "", *_table(row), ""])


def _facts(row: Row) -> Iterator[str]:
    classified, decision = row.classified, row.classified.decision
    over = f", ahead of {decision.runner_up} by {decision.margin:.2f}" if decision.runner_up else ""
    here = row.not_built.strip("()") or f"built on {row.platform}"
    yield classified.import_path
    yield f"  set        {decision.set}{over}"
    if decision.runner_up:
        percent = round(100 * decision.confidence)
        yield f"  confidence {decision.confidence:.2f}: {percent} of 100 such decisions about unseen modules were right"
    yield f"  directory  {classified.directory or '.'}{' (./... skips it)' if classified.package.skipped else ''}"
    yield f"  name       {row.name}"
    yield from (f"  {label:<9}  {file}" for label, file in _labelled("files", classified.package.files))
    yield f"  here       {here}"


def _labelled(label: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, value in enumerate(values):
        yield ("" if number else label), value


def _table(row: Row) -> Iterator[str]:
    """Yield how much each piece of evidence decided, and its weight for each set by itself; its reason is below it."""
    evidence = row.classified.decision.evidence
    names = [name for name in CLASSES if any(item.weights.get(name) for item in evidence)]
    width = max(len(text) for text in ("evidence", *(item.kind for item in evidence)))
    yield "  ".join([f"{'evidence':<{width}}", "decided", *names])
    yield f"{'sum':<{width}}  {row.classified.decision.margin:>7.2f}"
    for item in evidence:
        cells = [f"{item.weights[name]:.2f}" if item.weights.get(name) else "." for name in names]
        columns = (f"{cell:>{len(name)}}" for cell, name in zip(cells, names, strict=True))
        yield "  ".join([f"{item.kind:<{width}}", f"{item.weight:>7.2f}", *columns])
        reason = f"{item.reason} ({item.position})" if item.position else item.reason
        lines = textwrap.wrap(reason, _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        yield from (f"    {line}" for line in lines)
