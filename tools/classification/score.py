"""Scores of decisions against labels."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from classification.labels import Label
from gomod2bazel.options.set_names import ALL
from gomod2bazel.sets.model.scoring import Decision

__all__ = ["Score", "by_size", "directory_words", "reliability"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was decided of labelled directories.

    Attributes:
        title: what decided.
        pairs: label and decision, ``missing`` where the directory was not found.
    """

    title: str
    pairs: tuple[tuple[Label, str], ...]

    def of(self, *, sure: bool) -> Score:
        """Return the score of the rows whose reader was sure, or of the others."""
        pairs = tuple(pair for pair in self.pairs if pair[0].sure == sure)
        return Score(title=self.title, pairs=pairs)

    @property
    def accuracy(self) -> float:
        """Share of the rows that were decided as labelled."""
        return _share(sum(1 for label, name in self.pairs if label.set == name), len(self.pairs))

    def precision(self, name: str) -> float:
        """Share of what was called ``name`` that is labelled so."""
        called = [label for label, decided in self.pairs if decided == name]
        return _share(sum(1 for label in called if label.set == name), len(called))

    def recall(self, name: str) -> float:
        """Share of what is labelled ``name`` that was classified as that."""
        labelled = [decided for label, decided in self.pairs if label.set == name]
        return _share(sum(1 for decided in labelled if decided == name), len(labelled))

    def summary(self) -> str:
        """Return one line."""
        return (
            f"{self.title:<34} accuracy {self.accuracy:.3f} of {len(self.pairs)}"
            f"   target precision {self.precision('target'):.3f}, recall {self.recall('target'):.3f}"
        )

    def table(self) -> Iterator[str]:
        """Yield precision and recall of each class, in addition to the confusion matrix."""
        counts = Counter((label.set, decided) for label, decided in self.pairs)
        columns = [*ALL, *sorted({decided for _, decided in self.pairs} - set(ALL))]
        heads = "".join(f"{name[:11]:>12}" for name in columns)
        yield f"{'labelled, then decided as':<26}{heads}   precision  recall"
        for name in ALL:
            row = "".join(f"{counts[name, decided]:>12}" for decided in columns)
            yield f"{name:<26}{row}   {self.precision(name):>9.3f}  {self.recall(name):>6.3f}"

    def misses(self) -> Iterator[tuple[Label, str]]:
        """Yield the rows that were decided otherwise."""
        return ((label, decided) for label, decided in self.pairs if label.set != decided)


# Where the parts of the table of confidence begin, in percent; those of the table of sizes, in main packages.
_LEVELS = (0, 50, 60, 70, 80, 90, 95)
_SIZES = (1, 2, 4, 8, 16, 40)


def reliability(decisions: Sequence[tuple[Label, Decision]]) -> Iterator[str]:
    """Yield a line for each range of confidence: how many decisions have it, and the share that was right."""
    decided = [(round(100 * decision.confidence), decision.set == label.set) for label, decision in decisions]
    for low, high in zip(_LEVELS, (*_LEVELS[1:], 101), strict=True):
        right = [is_right for percent, is_right in decided if low <= percent < high]
        if right:
            bounds = f"{low / 100:.2f} to {min(high, 100) / 100:.2f}"
            yield f"{bounds}: {len(right):>5} decisions, {sum(right) / len(right):.3f} right"
    sure = [is_right for percent, is_right in decided if percent >= 90]
    if sure:
        yield f"0.90 or more: {len(sure) / len(decided):.3f} of the decisions, {sum(sure) / len(sure):.3f} right"


def by_size(score: Score, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for modules of each size.

    Args:
        score: what was decided.
        sizes: how many main packages each MODULE@VERSION has.
    """
    for low, high in zip(_SIZES, (*_SIZES[1:], sys.maxsize), strict=True):
        pairs = tuple(pair for pair in score.pairs if low <= sizes[pair[0].module] < high)
        if pairs:
            title = f"{low} or more" if high == sys.maxsize else f"{low} to {high - 1}"
            yield Score(title=title, pairs=pairs).summary()


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


# The rule to beat: the first directory, from the root, that is called by one of these words decides.
_WORDS: Mapping[str, Sequence[str]] = {
    "fixture": ("testdata", "fixtures"),
    "example": ("example", "examples", "demo", "demos", "sample", "samples", "tutorial"),
    "integration": ("integration", "interop", "e2e", "conformance", "test", "tests"),
    "test-helper": ("testing", "testutil", "mock", "fake", "benchmark", "bench"),
    "maintenance": ("gen", "generate", "script", "scripts", "hack", "tools", "release", "build", "ci", "internal"),
}


def directory_words(label: Label) -> str:
    """Decide by the words of the directory alone; what holds none is a target."""
    for element in label.directory.lower().split("/"):
        for word in re.split(r"[-_.]", element):
            for name, words in _WORDS.items():
                if word in words:
                    return name
    return "target"
