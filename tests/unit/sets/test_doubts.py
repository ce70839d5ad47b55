"""Doubts about sets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.samples import classified

from gomod2bazel.options.options import ChooseOptions
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.doubts import Doubt, described, doubts
from gomod2bazel.sets.model.scoring import CLASSES
from gomod2bazel.sets.model.trees import shipped_trees

# A lead that makes a decision certain, and one that does not.
FAR, NEAR = 9000, 1


def _main(path: str, name: str, **leads: int) -> Classified:
    """Return a main package whose set is ahead of other sets by these numbers, of the others by far."""
    main = classified(f"example.com/m/{path}", name)
    sums = {other: 0 if other == name else -leads.get(other.replace("-", "_"), FAR) for other in CLASSES}
    return Classified(package=main.package, decision=replace(main.decision, sums=sums))


def _paths(found: list[Doubt]) -> list[str]:
    return [doubt.import_path.removeprefix("example.com/m/") for doubt in found]


def test_both_sides_are_doubted() -> None:
    mains = [
        _main("sure", "target"),
        _main("built", "target", maintenance=NEAR),
        _main("left", "integration", target=NEAR),
    ]
    found = {doubt.import_path.rpartition("/")[2]: doubt for doubt in doubts(mains, ChooseOptions())}
    assert found.keys() == {"built", "left"}
    assert (found["built"].other, found["built"].is_chosen) == ("maintenance", True)
    assert (found["left"].other, found["left"].is_chosen) == ("target", False)
    assert found["left"].confidence == shipped_trees().chance(NEAR, "integration", "target") / 100


def test_a_doubt_between_sets_on_one_side_is_none() -> None:
    mains = [_main("x", "maintenance", integration=NEAR), _main("y", "target", example=NEAR)]
    assert _paths(doubts(mains, ChooseOptions())) == ["y"]
    assert _paths(doubts(mains, ChooseOptions(sets=("target", "example")))) == []
    assert _paths(doubts(mains, ChooseOptions(sets=("maintenance",)))) == ["x"]


def test_what_the_user_decided_is_not_in_doubt() -> None:
    near, forced = _main("near", "target", example=NEAR), _main("forced", "target")
    forced = Classified(package=forced.package, decision=replace(forced.decision, sums={}))
    assert doubts([forced], ChooseOptions()) == []
    assert doubts([near], ChooseOptions(binaries={"example.com/m/near": ""})) == []
    assert doubts([near], ChooseOptions(below=("example.com/m/other",))) == []


def test_the_least_certain_comes_first_and_the_list_is_short() -> None:
    mains = [_main(f"x{number:02}", "target", example=200 * number) for number in range(12)]
    found = doubts(mains, ChooseOptions(), 1.0)
    assert _paths(found) == [f"x{number:02}" for number in range(12)]
    assert len(described(found)) == 11
    assert described(found)[-1] == "and 2 more"
    assert described(found)[0].startswith("example.com/m/x00: target (0.")


@pytest.mark.parametrize(("least", "count"), [(0.0, 0), (0.8, 1), (1.0, 2)])
def test_least_confidence(least: float, count: int) -> None:
    mains = [_main("near", "target", example=NEAR), _main("far", "target")]
    assert len(doubts(mains, ChooseOptions(), least)) == count
