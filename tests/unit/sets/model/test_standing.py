"""How sums compare with those of siblings."""

from __future__ import annotations

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.model.standing import is_standing, standing
from gomod2bazel.sets.model.weights import Weights

WEIGHTS = Weights({"t": {"target": 200}, "e": {"example": 90}})


def _features(modules: dict[str, str]) -> dict[str, frozenset[str]]:
    return standing(
        {directory: [Hint(kind, "x", "x") for kind in kinds] for directory, kinds in modules.items()}, WEIGHTS
    )


def _levels(features: frozenset[str], which: str) -> set[int]:
    return {int(feature.rpartition(">")[2]) for feature in features if feature.startswith(f"{which}>")}


def test_own_sums_are_compared_with_the_highest() -> None:
    features = _features({"cmd/a": "te"})["cmd/a"]
    assert _levels(features, "sum:target") == {-400, -250, -150, -100, -60, -30, -1}
    assert _levels(features, "sum:example") == {-400, -250, -150}  # 110 behind
    assert _levels(features, "sum:fixture") == {-400, -250}


def test_one_alone_has_no_company() -> None:
    features = _features({"cmd/a": "t"})["cmd/a"]
    assert {feature for feature in features if not feature.startswith("sum:")} == {"siblings:none", "module-sum:none"}


def test_siblings_are_those_in_the_same_folder_and_it_is_none_of_them() -> None:
    features = _features({"cmd/a": "t", "cmd/b": "e", "cmd/c": "e", "x/d": "t", "": "t"})
    assert _levels(features["cmd/a"], "siblings:example") == {-400, -250, -150, -100, -60, -30, -1}
    assert _levels(features["cmd/a"], "siblings:target") == {-400, -250, -150, -100}
    assert _levels(features["cmd/b"], "siblings:target") == {-400, -250, -150, -100, -60}
    assert "siblings:none" in features["x/d"]
    assert "siblings:none" in features[""]
    assert "module-sum:none" not in features[""]


def test_names() -> None:
    assert is_standing("sum:target>-100")
    assert is_standing("siblings:none")
    assert not is_standing("name:module")
