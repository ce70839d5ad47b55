"""Diagnostics of tools in a build, with the names of files and packages that a user knows."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.shortages import shortage_in
from gomod2bazel.base.errors import BuildError, FileError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.names import SDK, repository_name
from gomod2bazel.bazel.server.build_report import BuildReport
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Lock

__all__ = ["failure_events", "failures", "message_printer", "names_of", "output_events", "replay_diagnostics"]


def failures(
    report: BuildReport, loaded: Loaded, lock: Lock, session: Session, more: Mapping[str, str]
) -> BuildError | FileError | None:
    """Return what went wrong, or None.

    Args:
        report: of the build.
        loaded: what was loaded.
        lock: what was built of it.
        session: The user's session.
        more: names of other targets, as `names_of` has them.
    """
    if report.success:
        return None
    names, cwd = names_of(loaded, lock) | dict(more), session.cwd
    # A full disk fails many actions at once, each with a separate page.
    shortage = shortage_in(report.describe_failures(names), (session.caches.bazel, Path(tempfile.gettempdir())))
    if shortage:
        return shortage
    outputs = tuple((name, _shown(text, loaded, cwd)) for name, text in report.failures(names))
    return BuildError(_shown(report.describe_failures(names), loaded, cwd), outputs=outputs)


def message_printer(session: Session, loaded: Loaded, *, events: bool) -> Callable[[str], None]:
    """Return what shows the words of a tool that did well, as the go command does; they begin with ``# PACKAGE``.

    Args:
        session: The user's session.
        loaded: what is built.
        events: show them as events (-json).
    """

    def show(text: str) -> None:
        text = _shown(text, loaded, session.cwd)
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


def names_of(loaded: Loaded, lock: Lock) -> dict[str, str]:
    """Return the import path of each package and binary by its label, with the repository's apparent name."""
    names = {f"{SDK}//:{package.target}": package.import_path for package in lock.standard}
    for module in lock.modules:
        repository = repository_name(module.path, module.version)
        names |= {f"{repository}//:{package.target}": package.import_path for package in module.packages}
    main_repository = repository_name(loaded.module.path, loaded.module.version)
    return names | {f"{main_repository}//:{binary.target}": binary.import_path for binary in lock.binaries}


def _shown(text: str, loaded: Loaded, cwd: Path) -> str:
    """Call files by their own names where they lie in folders of the user's: in the tree, or in a replacement."""
    for name, folder in _folders(loaded).items():
        near = folder.relative_to(cwd) if folder.is_relative_to(cwd) else folder
        above = "" if near == Path() else f"{near}/"
        # Below a position a tool may name a second one, further to the right.
        text = re.sub(rf"^(\s*){re.escape(name)}/", rf"\g<1>{_literal(above)}", text, flags=re.MULTILINE)
    return text


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")


def _folders(loaded: Loaded) -> dict[str, Path]:
    """Return the user's own folders by what a build without folders calls them."""
    folders = {}
    for package in loaded.packages:
        module = package.module
        if module is None or not module.version:
            continue
        replacement = module.replace
        vendored = not module.dir and package.dir
        if vendored or (replacement and replacement.dir and not replacement.version):
            below = package.import_path.removeprefix(module.path)
            folders[f"{module.path}@{module.version}"] = Path(package.dir.removesuffix(below) or "/")
    return folders | ({loaded.module.path: loaded.root} if loaded.root else {})
