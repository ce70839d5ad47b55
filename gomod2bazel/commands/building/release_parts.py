"""What a build gives to a release and to its report: its binaries, and where they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.audit.osv import Record
from gomod2bazel.bazel.watching.action_times import Profiles, read_timeline
from gomod2bazel.commands.building.outcome import Built
from gomod2bazel.commands.building.shares import Share
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.releasing import Releasing
from gomod2bazel.commands.releasing.report.collect import collect
from gomod2bazel.commands.releasing.report.report_part import InstalledRecord, ReportPart
from gomod2bazel.install import result
from gomod2bazel.install.install import InstalledFile
from gomod2bazel.release.report.pages.build_page import build_page

__all__ = ["BuildPage", "releasing_of"]


def releasing_of(shares: Sequence[Share]) -> Releasing:
    """Return what release files are made for.

    Args:
        shares: what is built of each INPUT.
    """
    parts = [
        ReleasePart(
            prepared=part.prepared,
            binaries=tuple(part.files),
            destination=share.request.destination,
            text=share.request.text,
        )
        for share in shares
        if share.written
        for part in share.builds
        if part.chosen
    ]
    return Releasing(options=shares[0].request.options, parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPage:
    """The page of -report.

    Attributes:
        session: for the user's folder.
        profiles: of the Bazel commands.
        records: of vulnerabilities; None if nobody looks for them.
    """

    session: Session
    profiles: Profiles
    records: Sequence[Record] | None

    def write(self, shares: Sequence[Share], built: Built, installed: Sequence[InstalledFile]) -> None:
        """Write it.

        Args:
            shares: what was to be built of each INPUT.
            built: what came of it.
            installed: what is in place.

        Raises:
            InstallError: it cannot be written.
        """
        files = {file.record.path: file for file in installed}
        parts = [part for share in shares for part in _report_parts(share, built, files)]
        work = built.work
        up_to_date = max(work.packages - work.compiled, 0) + max(work.binaries - work.linked, 0)
        timeline = read_timeline(self.profiles.files, up_to_date)
        data = collect(self.session, parts, _facts(shares, built, parts), timeline, self.records)
        path = self.session.cwd / shares[0].request.options.report.page
        result.write_bytes(path, build_page(data).encode(), "-report")


def _report_parts(share: Share, built: Built, files: Mapping[str, InstalledFile]) -> Iterator[ReportPart]:
    destination, choose = share.request.destination, share.request.options.choose
    for part in share.parts:
        places = {
            locked.import_path: files.get(destination.shown(made[0].name, made[0].folder))
            for locked, made in part.chosen
        }
        yield ReportPart(
            loaded=part.loaded,
            lock=part.lock,
            chosen=part.chosen,
            built=frozenset(path for text, path in built.made if text == share.request.text),
            installed={
                path: InstalledRecord(record=file.record, real=str(file.real), state=file.state)
                for path, file in places.items()
                if file
            },
            choose=part.loaded.narrowed(choose),
        )


def _facts(shares: Sequence[Share], built: Built, parts: Sequence[ReportPart]) -> Iterator[tuple[str, str]]:
    """Yield label and value of what applies to the run as a whole."""
    work = built.work
    yield "INPUT", ", ".join(share.request.text for share in shares)
    yield "Sets", ", ".join(shares[0].request.options.choose.sets)
    yield "Platforms", ", ".join(dict.fromkeys(part.platform for part in parts))
    yield "Go", parts[0].loaded.configuration.go if parts else "unknown"
    yield "gomod2bazel", __version__
    yield "Binaries", f"{work.linked} of {work.binaries} linked"
    yield "Packages", f"{work.compiled} of {work.packages} compiled"
    yield "From a cache", count(work.cached, "result")
