"""Diagnostics of tools in a build, with the names of files and packages that a user knows."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.shortages import full_folder, shortage_in
from gomod2bazel.base.errors import BuildError, FileError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.hints import build_hint, without_noise
from gomod2bazel.bazel.server.build_report import BuildReport
from gomod2bazel.bazel.server.failures import worker_ended

__all__ = ["failure_events", "failures", "message_printer", "output_events", "replay_diagnostics"]


def failures(
    report: BuildReport, names: Mapping[str, str], shown: Mapping[str, str], session: Session
) -> BuildError | FileError | None:
    """Return what went wrong, or None.

    Args:
        report: of the build.
        names: what to call targets, by their labels with the repository's apparent name.
        shown: the user's folders, by what the build calls them.
        session: The user's session.
    """
    if report.success:
        return None
    cwd = session.cwd
    text, folders = report.describe_failures(names), (session.caches.bazel, Path(tempfile.gettempdir()))
    # A full disk fails many actions at once, each with a separate page. Workers end without a word of it.
    shortage = shortage_in(text, folders) or (full_folder(folders) if worker_ended(text) else None)
    if shortage:
        return shortage
    outputs = tuple((name, _shown(without_noise(output), shown, cwd)) for name, output in report.failures(names))
    return BuildError(_shown(without_noise(text), shown, cwd).rstrip(), hint=build_hint(text), outputs=outputs)


def message_printer(session: Session, shown: Mapping[str, str], *, events: bool) -> Callable[[str], None]:
    """Return what shows the words of a tool that did well, as the go command does; they begin with ``# PACKAGE``.

    Args:
        session: The user's session.
        shown: the user's folders, by what the build calls them.
        events: show them as events (-json).
    """

    def show(text: str) -> None:
        text = _shown(text, shown, session.cwd)
        name = text.partition("\n")[0].removeprefix("# ")
        session.out(output_events(name, text)) if events else session.err(text)

    return show


def output_events(package: str, text: str) -> str:
    """Return the diagnostics of a package as events, one JSON object a line (``go help buildjson``)."""
    lines = text.rstrip("\n").split("\n")
    return "".join(_event(ImportPath=package, Action="build-output", Output=f"{line}\n") for line in lines)


def failure_events(outputs: Iterable[tuple[str, str]]) -> str:
    """Return the events of packages that were not built, each with its diagnostics."""
    return "".join(output_events(name, text) + _event(ImportPath=name, Action="build-fail") for name, text in outputs)


def _event(**fields: str) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def replay_diagnostics(report: BuildReport, show: Callable[[str], None]) -> bool:
    """Show the diagnostics that the user's compiler flags ask for, of this run or an earlier one (cmd/go: showStdout).

    Returns:
        Whether there are any.
    """
    groups = report.outputs.items()
    files = {output.path: None for (_, group), outputs in groups if group == "diagnostics" for output in outputs}
    texts = [text for path in files if (text := read_text(path, errors="replace"))]
    for text in texts:
        show(text)
    return bool(texts)


def _shown(text: str, shown: Mapping[str, str], cwd: Path) -> str:
    """Call files by their own names where they lie in folders of the user's: in the tree, or in a replacement."""
    for name, path in shown.items():
        folder = Path(path)
        near = folder.relative_to(cwd) if folder.is_relative_to(cwd) else folder
        above = "" if near == Path() else f"{near}/"
        # Below a position a tool may name a second one, further to the right.
        text = re.sub(rf"^(\s*){re.escape(name)}/", rf"\g<1>{_literal(above)}", text, flags=re.MULTILINE)
    return text


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")
