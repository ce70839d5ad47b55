"""Sets of real modules against what a person says of them: a few small modules of the labelled table."""

from __future__ import annotations

import pytest
from classification.labels import read_labels
from classification.modules import look_at
from classification.score import Score
from support.driver import ROOT

from gomod2bazel.sets.classify import all_hints, decide_all
from gomod2bazel.sets.model.weights import shipped_weights

# Small ones of each kind: commands, examples, generators, libraries with tools.
MODULES = ("filippo.io/age", "github.com/gorilla/websocket", "github.com/tinylib/msgp", "golang.org/x/image",
           "github.com/pion/dtls/v3", "github.com/rogpeppe/go-internal")  # fmt: skip


@pytest.mark.network
def test_shipped_weights_agree_with_labels() -> None:
    labels = [
        label
        for label in read_labels([ROOT / "tools" / "classification" / "labels.tsv"])
        if label.path in MODULES and label.sure
    ]
    seen = look_at(label.module for label in labels)
    decisions = {module: decide_all(all_hints(found.hints, shipped_weights())) for module, found in seen.items()}
    pairs = tuple((label, decisions[label.module][label.directory].set) for label in labels)
    score = Score(title="shipped", pairs=pairs)
    assert len(labels) > 25
    assert score.accuracy >= 0.9, list(score.misses())
    assert score.precision("target") >= 0.95, list(score.misses())
