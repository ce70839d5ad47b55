"""The weights that are part of this version, and the kinds of hints they are for."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from gomod2bazel import sets
from gomod2bazel.options import set_names
from gomod2bazel.sets.model.scoring import CLASSES
from gomod2bazel.sets.model.weights import PRIOR, Weights, shipped_weights

FILES = (Path(set_names.__file__), *Path(sets.__file__).parent.rglob("*.py"))
CODE = {file.name: file.read_text(encoding="utf-8") for file in FILES}
BELIEFS = Path(__file__).resolve().parents[4] / "tools/classification/beliefs.toml"

# These yield hints for what other hints say.
OF_HINTS = ("siblings.py", "requirements.py", "combinations.py")


def _may_be_yielded(kind: str, text: str) -> bool:
    """Return whether code has a kind: whole, or as the beginning of an f-string and a word that may follow it."""
    beginnings = re.findall(r'f"([a-z-]+:[a-z-]*)\{', text)
    rests = (kind.removeprefix(beginning) for beginning in beginnings if kind.startswith(beginning))
    return f'"{kind}"' in text or any(f'"{rest}"' in text for rest in rests)


def test_only_known_classes() -> None:
    assert {name for by_set in shipped_weights().by_kind.values() for name in by_set} <= set(CLASSES)
    assert {name for by_set in _beliefs().values() for name in by_set} <= set(CLASSES)


def test_weights_are_whole_hundredths() -> None:
    assert {type(value) for by_set in shipped_weights().by_kind.values() for value in by_set.values()} == {int}


def _beliefs() -> dict[str, dict[str, float]]:
    return tomllib.loads(BELIEFS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kinds", [list(shipped_weights().by_kind), list(_beliefs())], ids=["weights", "beliefs"])
def test_no_weight_is_of_a_kind_that_nothing_yields(kinds: list[str]) -> None:
    text = "\n".join(CODE.values())
    assert [kind for kind in kinds if kind != PRIOR and not _may_be_yielded(kind, text)] == []


@pytest.mark.parametrize("file", OF_HINTS)
def test_no_rule_waits_for_a_kind_that_nothing_yields(file: str) -> None:
    text = "\n".join(code for name, code in CODE.items() if name not in OF_HINTS)
    named = set(re.findall(r'"([a-z-]+:[a-z-]+)"', CODE[file]))
    needed = [kind for kind in named if kind.partition(":")[0] not in ("company", "needs", "together")]
    assert [kind for kind in needed if not _may_be_yielded(kind, text)] == []


def test_the_prior_is_there() -> None:
    assert shipped_weights().of(PRIOR)
    assert _beliefs()[PRIOR]


def test_of_a_kind_that_was_never_seen() -> None:
    assert shipped_weights().of("nothing:such") == {}


def test_reading(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({"weights": {"a:b": {"target": 12}}}), encoding="utf-8")
    assert Weights.read(file).of("a:b") == {"target": 12}
