"""The binaries of a report: those that were built, and why the others were not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.commands.releasing.report.report_part import ReportPart
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.lock.lock import LockedBinary
from gomod2bazel.options.set_names import SETS
from gomod2bazel.release.report.data import BinarySizes, ReportBinary, State
from gomod2bazel.release.sizes.measure import measure
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.model.scoring import Decision
from gomod2bazel.sets.reading.discover import built_here

__all__ = ["binaries_of"]

_NEVER = {"fixture": "fixtures are never built", "testonly": "has only test files"}


def binaries_of(part: ReportPart, number: int) -> Iterator[ReportBinary]:
    """Yield the main packages of a part, by import path.

    Args:
        part: what was built.
        number: its place among the parts.
    """
    chosen = {binary.import_path: binary for binary, _ in part.chosen}
    classified = part.loaded.mains.by_path
    excluded = _excluded(part)
    for path in sorted({*chosen, *classified}):
        if path in chosen:
            yield _built(chosen[path], part, number, classified.get(path))
        else:
            yield _left_out(classified[path], part, number, excluded)


def _built(locked: LockedBinary, part: ReportPart, number: int, classified: Classified | None) -> ReportBinary:
    """Return a binary that was chosen."""
    place = part.installed.get(locked.import_path)
    state = State.BUILT if locked.import_path in part.built else State.FAILED
    decision = _decision(classified)
    return ReportBinary(
        import_path=locked.import_path,
        name=locked.name,
        set=locked.set,
        build=number,
        state=State.INSTALLED if place else state,
        note=place.state if place else "see the messages of the run" if state is State.FAILED else "",
        path=place.record.path if place else "",
        size=place.record.size if place else 0,
        sha256=place.record.sha256 if place else "",
        margin=decision.margin,
        runner_up=decision.runner_up,
        evidence=decision.evidence,
        roots=(locked.import_path, *locked.linker_deps),
        sizes=_sizes(Path(place.real), locked.import_path, part) if place else None,
    )


def _left_out(classified: Classified, part: ReportPart, number: int, excluded: Mapping[str, str]) -> ReportBinary:
    """Return a main package that was not built, and why."""
    reason = _Reason(part=part, path=classified.import_path, excluded=excluded)
    decision = classified.decision
    return ReportBinary(
        import_path=classified.import_path,
        name=part.loaded.mains.file_name(classified.import_path),
        set=classified.set,
        build=number,
        state=State.FAILED if reason.is_failure else State.LEFT_OUT,
        note=reason.text(classified),
        margin=decision.margin,
        runner_up=decision.runner_up,
        evidence=decision.evidence,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why a main package was not built.

    Attributes:
        part: what was built.
        path: the import path of the package.
        excluded: why constraints exclude packages, by directory.
    """

    part: ReportPart
    path: str
    excluded: Mapping[str, str]

    @property
    def is_failure(self) -> bool:
        """Whether it was asked for, and does not load."""
        broken = self.part.lock.broken.get(self.path)
        return bool(broken) and self.part.choose.takes(self.path, broken.set if broken else "")

    def text(self, classified: Classified) -> str:
        """Return it in words."""
        lock, choose = self.part.lock, self.part.choose
        if classified.set not in SETS:
            return _NEVER.get(classified.set, "is never built")
        if why := self.excluded.get(classified.directory):
            return why
        if self.path in lock.mainless:
            return "has no func main"
        if broken := lock.broken.get(self.path):
            return f"does not load: {broken.reason}"
        if not choose.takes(self.path, classified.set):
            if choose.reaches(self.path):
                return f"set {classified.set} was not chosen (-set)"
            return "INPUT names other packages"
        return (
            "./... skips its folder" if classified.package.skipped else "another binary has its file name (-on-clash)"
        )


def _excluded(part: ReportPart) -> Mapping[str, str]:
    """Return why constraints exclude main packages, by directory; nothing if the go command does not answer."""
    opened: InputModule | None = part.loaded.opened
    mains = [main.package for main in part.loaded.mains.classified]
    if opened is None or not mains:
        return {}
    with suppress(Gomod2bazelError):
        return built_here(mains, opened.go, part.loaded.options.tags, part.loaded.options.overlay)
    return {}


def _decision(classified: Classified | None) -> Decision:
    """Return why a package is in its set; one whose package clause cannot be read is in none."""
    if classified:
        return classified.decision
    return Decision(set="target", runner_up="", margin=0.0, confidence=0.0, evidence=())


def _sizes(file: Path, main: str, part: ReportPart) -> BinarySizes | None:
    lock = part.lock
    known = {package.import_path for module in lock.modules for package in module.packages}
    known |= {package.import_path for package in lock.standard}
    try:
        return measure(file, main, known)
    except OSError:
        return None
