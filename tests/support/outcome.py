"""What comes of one comparison with the go command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["DIFFERENT", "EQUAL", "NOT_RUN", "NOT_YET", "OURS_REFUSES", "REFUSED", "TWICE", "Outcome"]

EQUAL, NOT_YET, REFUSED, DIFFERENT, NOT_RUN = "equal", "not supported yet", "both refuse", "different", "not run"
OURS_REFUSES = "we refuse"
TWICE = "equal, twice"

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[RowT]):
    """What came of a row.

    Attributes:
        row: what was compared.
        result: one of the words above, or which tool does not exist.
        files: how many files were compared.
        output: what differs, or the message of a refusal.
    """

    row: RowT
    result: str
    files: int = 0
    output: str = ""

    @property
    def bad(self) -> bool:
        """Whether our result differs from the go command's without an error."""
        return self.result == DIFFERENT
