"""The ledger: what became of each script, and what by judgement cannot be asked of the driver."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.engine import Outcome

__all__ = ["FAILED", "NOT_APPLICABLE", "PASSED", "Entry", "judge", "read_judged", "read_ledger", "summary", "text"]

PASSED, NOT_APPLICABLE, FAILED = "passed", "not applicable", "failed"
_FOLDER = Path(__file__).parent
_HEAD = "# script\tresult\tbuilt by the driver\twhy\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the ledger.

    Attributes:
        script: its name.
        result: ``passed``, ``not applicable`` or ``failed``.
        share: how many of the script's `go build` and `go install` were the driver's, ``2 of 3``; empty when none ran.
        why: for `passed`, why the others were not the driver's; otherwise the cause.
    """

    script: str
    result: str
    share: str
    why: str

    def line(self) -> str:
        """Return the entry as a line of the file."""
        return f"{self.script}\t{self.result}\t{self.share}\t{self.why}".rstrip("\t") + "\n"


def judge(script: str, outcome: Outcome, judged: Mapping[str, str], *, real: Outcome | None = None) -> Entry:
    """Turn an outcome into an entry.

    Args:
        script: its name.
        outcome: with the driver.
        judged: scripts that ask for what the driver's contract excludes, and why.
        real: with the go command alone, where ``outcome`` is a failure.
    """
    ours = [step for step in outcome.steps if step["kind"] != "go"]
    others = list(dict.fromkeys(str(step["why"]) for step in outcome.steps if step["kind"] == "go"))
    share = f"{len(ours)} of {len(outcome.steps)}" if ours else ""
    if outcome.result == "pass" and ours:
        return Entry(script=script, result=PASSED, share=share, why="; ".join(others))
    if outcome.result == "pass":
        return Entry(script=script, result=NOT_APPLICABLE, share="", why="; ".join(others) or "nothing is built here")
    if outcome.result == "skip" and not ours:
        why = "; ".join([*others, f"skipped on this machine: {outcome.reason}".rstrip(": ")])
        return Entry(script=script, result=NOT_APPLICABLE, share="", why=why)
    if outcome.result == "skip":
        return Entry(script=script, result=PASSED, share=share, why="; ".join([*others, "the rest is skipped here"]))
    if real is not None and real.result == "fail":
        why = f"fails with the go command too: {_short(real.reason)}"
        return Entry(script=script, result=NOT_APPLICABLE, share="", why=why)
    if script in judged:
        return Entry(script=script, result=NOT_APPLICABLE, share=share, why=judged[script])
    return Entry(script=script, result=FAILED, share=share, why=_short(outcome.reason))


def _short(reason: str) -> str:
    """Return a reason without the script's own name and folders, in one line of moderate length."""
    reason = re.sub(r"^FAIL: testdata/script/[^:]*:", "line ", reason)
    reason = re.sub(r"/\S*?/tmpdir\d+/\w+?\d{6,}", "$WORK", reason)
    return reason[:200].replace("\t", " ")


def read_judged(path: Path = _FOLDER / "judged.tsv") -> dict[str, str]:
    """Return the scripts that by judgement cannot be asked of the driver, and why."""
    return {words[0]: words[1] for words in _rows(path)}


def read_ledger(path: Path = _FOLDER / "ledger.tsv") -> dict[str, Entry]:
    """Return the ledger as it was last written, by script."""
    rows = ((*words, "", "")[:4] for words in _rows(path))
    return {row[0]: Entry(script=row[0], result=row[1], share=row[2], why=row[3]) for row in rows}


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def text(entries: Iterable[Entry]) -> str:
    """Return the ledger's text."""
    return _HEAD + "".join(entry.line() for entry in sorted(entries, key=lambda entry: entry.script))


def summary(entries: Iterable[Entry]) -> str:
    """Return the numbers in one line."""
    counts = Counter(entry.result for entry in entries)
    applicable = counts[PASSED] + counts[FAILED]
    share = f", {counts[PASSED] * 100 // applicable} % of those that apply passed" if applicable else ""
    return f"{counts[PASSED]} passed, {counts[FAILED]} failed, {counts[NOT_APPLICABLE]} not applicable{share}"
