"""What we build for a comparison: into a temporary folder, so that nothing is installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.building.build import build
from gomod2bazel.commands.building.request import Request
from gomod2bazel.install.record import Record
from gomod2bazel.install.result_formats import decode
from gomod2bazel.load.changes.up_to_date import Run
from gomod2bazel.options.options import InstallOptions, Options, ReportOptions, recorded

__all__ = ["build_into"]


def build_into(folder: Path, session: Session, options: Options) -> tuple[tuple[Record, ...], BuildError | None]:
    """Build as the build command does, into ``folder``; return what was made, and with -keep-going what was not.

    Raises:
        Gomod2bazelError: nothing is built.
    """
    place = InstallOptions(
        destination=str(folder / "ours"), result_file=str(folder / "result.json"), result_format="json"
    )
    into = replace(options, install=place, report=ReportOptions())
    problem = None
    try:
        # What is kept of it nobody finds again: the folder has another name each time.
        request = replace(Request.of(session, into), kept=folder / "kept.json")
        build(session, [request], Run.of(folder / "runs", recorded(into), session.environment, session.cwd))
    except BuildError as error:
        if not options.choose.keep_going or not (folder / "result.json").exists():
            raise
        problem = error
    data = read_bytes(folder / "result.json")
    return decode("json", data, "result.json").binaries, problem
