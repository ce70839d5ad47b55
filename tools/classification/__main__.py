"""The command: see tools/classify_report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from classification.labels import Label, read_labels
from classification.learn import Learner, beliefs
from classification.modules import ModuleHints, look_at
from classification.score import Score, directory_words
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.sets.classify import all_hints
from gomod2bazel.sets.scoring import Decision, decide
from gomod2bazel.sets.weights import Weights, shipped_weights

_DEFAULT_LABELS = Path(__file__).with_name("labels.tsv")
_WEIGHTS = Path(__file__).resolve().parents[2] / "gomod2bazel" / "sets" / "weights.json"

_Decided = dict[Label, Decision | str]


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="classify_report", description="measure the sets against labelled directories"
    )
    parser.add_argument("-learn", "--learn", action="store_true", help="write the weights that this version ships")
    parser.add_argument("-quiet", "--quiet", action="store_true", help="print no misses")
    parser.add_argument("tables", nargs="*", type=Path, metavar="TABLE", help="labels; our own when none is given")
    options = parser.parse_args(arguments)
    labels = read_labels(options.tables or [_DEFAULT_LABELS])
    every = read_labels([*options.tables, _DEFAULT_LABELS])
    seen = look_at(label.module for label in every)
    learner = Learner.of(every, seen, beliefs())
    if options.learn:
        text = json.dumps({"weights": learner.learn().by_kind}, indent=1, sort_keys=True) + "\n"
        _WEIGHTS.write_text(text, encoding="utf-8")
        shipped_weights.cache_clear()
    _report(labels, seen, learner, misses=not options.quiet)
    return 0


def _report(labels: tuple[Label, ...], seen: Mapping[str, ModuleHints], learner: Learner, *, misses: bool) -> None:
    """Print the results, each module classified with weights learned without it, and those of directory words."""
    left_out: _Decided = {}
    for path in sorted({label.path for label in labels}):
        left_out |= _decided([label for label in labels if label.path == path], seen, learner.learn(without=path))
    shipped = _decided(labels, seen, shipped_weights())
    words = Score(title="directory words alone", pairs=tuple((label, directory_words(label)) for label in labels))
    ours = _score("leave one module out", left_out)
    rows = (words, _score("beliefs, nothing learned", _decided(labels, seen, learner.start)), ours,
            _score("weights as shipped", shipped))  # fmt: skip
    print(f"{len(labels)} labelled directories of {len({label.path for label in labels})} modules")
    for sure, title in ((True, "rows marked sure"), (False, "rows marked ambiguous")):
        print(f"\n{title}")
        for score in rows:
            print(f"  {score.of(sure=sure).summary()}")
    print("\nleave one module out, rows marked sure")
    for line in ours.of(sure=True).table():
        print(f"  {line}")
    if misses:
        _print_misses(ours.of(sure=True), left_out)


def _decided(labels: Iterable[Label], seen: Mapping[str, ModuleHints], weights: Weights) -> _Decided:
    hints = {module: all_hints(seen[module].hints, weights) for module in {label.module for label in labels}}
    decided: _Decided = {}
    for label in labels:
        if label.directory in seen[label.module].tests_only:
            decided[label] = "testonly"
        elif label.directory in hints[label.module]:
            decided[label] = decide(hints[label.module][label.directory], weights)
        else:
            decided[label] = "missing"
    return decided


def _name(decided: Decision | str) -> str:
    return decided if isinstance(decided, str) else decided.set


def _score(title: str, decided: _Decided) -> Score:
    return Score(title=title, pairs=tuple((label, _name(hint)) for label, hint in decided.items()))


def _print_misses(score: Score, decided: _Decided) -> None:
    print("\nmisses of these, with the evidence: weight towards what was decided, kind, position, reason")
    for label, name in score.misses():
        print(f"\n  {label.import_path} ({label.module.rpartition('@')[2]})")
        print(f"    labelled {label.set}: {label.reason}")
        decision = decided[label]
        if isinstance(decision, str):
            print(f"    decided {name}")
            continue
        print(f"    decided {name} by {decision.margin:.2f} over {decision.runner_up}")
        for item in decision.evidence[:8]:
            print(f"    {item.weight:+6.2f}  {item.kind:<28} {item.position}: {item.reason}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Gomod2bazelError as error:
        print(f"classify_report: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
