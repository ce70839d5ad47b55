"""What a build came to, for the user: which files are where, of how many binaries, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.base.counts import count, readable_size, readable_time
from gomod2bazel.install.install import InstalledFile
from gomod2bazel.options.set_names import SETS

__all__ = ["Summary", "summary_lines"]

_MOST_FILES = 20
"""Files that have a line; those that changed come first where there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run built and installed.

    Attributes:
        files: what is in place, in the order of the INPUTs; empty with -o /dev/null.
        built: how many binaries were built, each platform's counted once.
        is_up_to_date: whether nothing had to be compiled or linked.
        binaries: how many there are, whatever their set.
        modules: what each INPUT is, such as ``example.com/m@v1.0.0``.
        inputs: the INPUTs as the user wrote them.
        sets: the chosen sets.
        platforms: how many platforms they were built for.
        left_out: how many binaries were not chosen, by set.
        go: the Go release, ``go1.26.8`` for example.
        seconds: how long it took.
    """

    files: Sequence[InstalledFile]
    built: int
    is_up_to_date: bool
    binaries: int
    modules: Sequence[str]
    inputs: Sequence[str]
    sets: Sequence[str]
    platforms: int
    left_out: Mapping[str, int]
    go: str
    seconds: float


def summary_lines(summary: Summary) -> Iterator[str]:
    """Yield the lines, the first of them about all; paths are where files really are, below -prefix."""
    of_what = summary.modules[0] if len(summary.modules) == 1 else count(len(summary.modules), "module")
    sets = ", ".join(summary.sets)
    facts = f"set{'' if len(summary.sets) == 1 else 's'} {sets}"
    where = f" for {summary.platforms} platforms" if summary.platforms > 1 else ""
    done = "already built:" if summary.is_up_to_date else "built"
    yield (
        f"{done} {summary.built} of {count(summary.binaries, 'binary')} of {of_what} ({facts}){where} "
        f"with {summary.go} in {readable_time(summary.seconds)}"
    )
    yield from _file_lines(summary.files)
    yield from _left_out(summary)


def _file_lines(files: Sequence[InstalledFile]) -> Iterator[str]:
    shown = files
    if len(files) > _MOST_FILES:
        # A sort is stable: in the order of the INPUTs otherwise.
        shown = sorted(files, key=lambda file: file.unchanged)[:_MOST_FILES]
    names = max((len(str(file.real)) for file in shown), default=0)
    sizes = max((len(readable_size(file.record.size)) for file in shown), default=0)
    for file in shown:
        yield f"{file.real!s:<{names}}  {readable_size(file.record.size):>{sizes}}  {file.state}"
    rest = len(files) - len(shown)
    if rest:
        unchanged = sum(file.unchanged for file in files)
        yield f"and {count(rest, 'more file')}; of {len(files)} files, {unchanged} are unchanged"


def _left_out(summary: Summary) -> Iterator[str]:
    numbers = [f"{summary.left_out[name]} {name}" for name in SETS if summary.left_out.get(name)]
    if numbers:
        of_which = summary.inputs[0] if len(summary.inputs) == 1 else "INPUT"
        yield f"left out: {', '.join(numbers)} (gomod2bazel list {of_which} shows them; -set all builds them)"
