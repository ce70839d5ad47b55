"""The command: see tools/classify_report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from classification.curate import curated_text
from classification.labels import Label, read_labels
from classification.learn import Learner, beliefs
from classification.model import OUTER, Model, calibrated, folds, learn_model, left_out
from classification.modules import ModuleHints, look_at
from classification.score import Score, by_size, directory_words, reliability
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.sets.curated import SHIPPED
from gomod2bazel.sets.model.scoring import Decision
from gomod2bazel.sets.model.trees import shipped_trees
from gomod2bazel.sets.model.weights import shipped_weights

_DEFAULT_LABELS = Path(__file__).with_name("labels.tsv")
_SETS = Path(__file__).resolve().parents[2] / "gomod2bazel" / "sets" / "model"

# Into how many parts modules are split to say how many of one part are right by the others.
_PARTS = 10

_Decided = dict[Label, Decision | str]


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="classify_report", description="measure the sets against labelled directories"
    )
    parser.add_argument("-learn", "--learn", action="store_true", help="write the model that this version ships")
    parser.add_argument(
        "-curate", "--curate", action="store_true", help="write the curated answers from the labels, and nothing else"
    )
    parser.add_argument("-quiet", "--quiet", action="store_true", help="print no misses")
    parser.add_argument("tables", nargs="*", type=Path, metavar="TABLE", help="labels; our own when none is given")
    options = parser.parse_args(arguments)
    labels = read_labels(options.tables or [_DEFAULT_LABELS])
    every = read_labels([*options.tables, _DEFAULT_LABELS])
    if options.curate:
        SHIPPED.write_text(curated_text(every), encoding="utf-8")
        return 0
    seen = look_at(label.module for label in every)
    learner = Learner.of(every, seen, beliefs())
    pairs = tuple(left_out(learner, seen))
    if options.learn:
        _write(learner, seen, [pair for pair in pairs if pair[0].sure])
    chosen = set(labels)
    _report(labels, seen, [pair for pair in pairs if pair[0] in chosen], misses=not options.quiet)
    return 0


def _write(learner: Learner, seen: Mapping[str, ModuleHints], pairs: Sequence[tuple[Label, Decision]]) -> None:
    """Learn from all labels, and write the weights, the trees, and the confidence that modules left out had."""
    model = learn_model(learner, seen)
    text = json.dumps({"weights": model.weights.by_kind}, indent=1, sort_keys=True) + "\n"
    (_SETS / "weights.json").write_text(text, encoding="utf-8")
    (_SETS / "trees.json").write_text(calibrated(model.trees, pairs).written(), encoding="utf-8")
    shipped_weights.cache_clear()
    shipped_trees.cache_clear()


def _report(
    labels: tuple[Label, ...],
    seen: Mapping[str, ModuleHints],
    pairs: Sequence[tuple[Label, Decision]],
    *,
    misses: bool,
) -> None:
    """Print the results of models that were learned without the module, and those of directory words."""
    unseen: _Decided = {**_without_model(labels, seen), **_with_confidence(pairs)}
    shipped = _decided(labels, seen, Model(weights=shipped_weights(), trees=shipped_trees()))
    words = Score(title="directory words alone", pairs=tuple((label, directory_words(label)) for label in labels))
    ours = _score(f"modules left out ({OUTER} parts)", unseen)
    print(f"{len(labels)} labelled directories of {len({label.path for label in labels})} modules")
    for sure, title in ((True, "rows marked sure"), (False, "rows marked ambiguous")):
        print(f"\n{title}")
        for score in (words, ours, _score("model as shipped", shipped)):
            print(f"  {score.of(sure=sure).summary()}")
    print("\nmodules left out, rows marked sure")
    for line in ours.of(sure=True).table():
        print(f"  {line}")
    sure_decisions = [
        (label, decision) for label, decision in unseen.items() if label.sure and isinstance(decision, Decision)
    ]
    print("\nconfidence, and how many were right")
    for line in reliability(sure_decisions):
        print(f"  {line}")
    print("\nby the number of main packages of the module")
    sizes = {module: len(hints.hints) for module, hints in seen.items()}
    for line in by_size(ours.of(sure=True), sizes):
        print(f"  {line}")
    if misses:
        _print_misses(ours.of(sure=True), unseen)


def _with_confidence(pairs: Sequence[tuple[Label, Decision]]) -> dict[Label, Decision]:
    """Give decisions the confidence that the decisions of other modules say."""
    decided = {}
    for part in folds({label.path for label, _ in pairs}, _PARTS):
        others = [pair for pair in pairs if pair[0].path not in part]
        trees = calibrated(shipped_trees(), [pair for pair in others if pair[0].sure] or others or pairs)
        for label, decision in pairs:
            if label.path in part:
                chance = trees.chance(round(1000 * decision.margin), decision.set, decision.runner_up)
                decided[label] = replace(decision, confidence=chance / 100)
    return decided


def _without_model(labels: Iterable[Label], seen: Mapping[str, ModuleHints]) -> dict[Label, str]:
    """Return what is decided of directories without a file to read, or that were not found."""
    return {
        label: "testonly" if label.directory in seen[label.module].tests_only else "missing"
        for label in labels
        if label.directory not in seen[label.module].hints
    }


def _decided(labels: Iterable[Label], seen: Mapping[str, ModuleHints], model: Model) -> _Decided:
    decisions = {module: model.decide(seen[module]) for module in {label.module for label in labels}}
    decided: _Decided = {**_without_model(labels, seen)}
    for label in labels:
        if label.directory in decisions[label.module]:
            decided[label] = decisions[label.module][label.directory]
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
        print(f"    decided {name} by {decision.margin:.2f} over {decision.runner_up}, {decision.confidence:.2f}")
        for item in decision.evidence[:8]:
            print(f"    {item.weight:+6.2f}  {item.kind:<28} {item.position}: {item.reason}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Gomod2bazelError as error:
        print(f"classify_report: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
