"""tools/classification: reading labels, scores, and learning from labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from classification.grow import grow
from classification.labels import Label, read_labels
from classification.learn import Learner, beliefs
from classification.model import calibrated, folds, learn_model, left_out
from classification.modules import ModuleHints
from classification.score import Score, by_size, directory_words, reliability

from gomod2bazel.base.errors import UsageError
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.model.scoring import Decision, likeliest, sums_of
from gomod2bazel.sets.model.trees import Trees
from gomod2bazel.sets.model.weights import PRIOR, Weights

HEADING = "module@version\timport_path\tclass\tconfidence\treason\n"


def _label(directory: str, name: str, *, module: str = "example.com/m", sure: bool = True) -> Label:
    path = f"{module}/{directory}" if directory else module
    return Label(module=f"{module}@v1.0.0", import_path=path, set=name, sure=sure, reason="x")


def _table(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"{number}.tsv" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def test_labels(tmp_path: Path) -> None:
    first = f"{HEADING}e.com/m@v1\te.com/m/cmd/x\ttarget\tsure\tso it is\ne.com/m@v1\te.com/m\tfixture\tambiguous\t\n"
    second = f"{HEADING}e.com/m@v2\te.com/m\ttarget\tsure\ttoo late\n"
    one, two = read_labels(_table(tmp_path, first, second))
    assert (one.path, one.directory, one.set, one.sure, one.reason) == ("e.com/m", "cmd/x", "target", True, "so it is")
    assert (two.module, two.directory, two.set, two.sure, two.reason) == ("e.com/m@v1", "", "fixture", False, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the heading is not module@version import_path"),
        ("module\timport_path\n", ":1: the heading is not"),
        (f"{HEADING}e.com/m@v1\te.com/m\n", ":2: 2 columns, not 5"),
        (f"{HEADING}e.com/m@v1\te.com/m\ttool\tsure\tx\n", ":2: no class is called 'tool'"),
        (f"{HEADING}e.com/m@v1\te.com/m\ttarget\tmaybe\tx\n", ":2: 'maybe' is neither sure nor ambiguous"),
        (f"{HEADING}e.com/m\te.com/m\ttarget\tsure\tx\n", ":2: 'e.com/m' is no MODULE@VERSION"),
        (f"{HEADING}e.com/m@\te.com/m\ttarget\tsure\tx\n", ":2: 'e.com/m@' is no MODULE@VERSION"),
        (f"{HEADING}e.com/m@v1\te.com/m2/x\ttarget\tsure\tx\n", ":2: 'e.com/m2/x' is no directory of e.com/m"),
    ],
)
def test_no_labels(text: str, message: str, tmp_path: Path) -> None:
    (file,) = _table(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_labels([file])
    assert f"{file}{message}" in str(caught.value)


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes(f"{HEADING}caf\xe9".encode("latin-1"))
    for file in ("nowhere.tsv", "latin.tsv"):
        with pytest.raises(UsageError) as caught:
            read_labels([tmp_path / file])
        assert file in str(caught.value)


SCORE = Score(
    title="ours",
    pairs=(
        (_label("a", "target"), "target"),
        (_label("b", "target"), "example"),
        (_label("c", "example"), "example"),
        (_label("d", "example"), "target"),
        (_label("e", "example"), "example"),
        (_label("f", "fixture"), "missing"),
        (_label("g", "target", sure=False), "target"),
    ),
)


def test_score() -> None:
    sure = SCORE.of(sure=True)
    assert len(sure.pairs) == 6
    assert sure.accuracy == pytest.approx(3 / 6)
    assert (sure.precision("target"), sure.recall("target")) == (1 / 2, 1 / 2)
    assert (sure.precision("example"), sure.recall("example")) == (2 / 3, 2 / 3)
    assert (sure.precision("fixture"), sure.recall("fixture")) == (1.0, 0.0)  # nothing was called so wrongly
    assert [(label.directory, name) for label, name in sure.misses()] == [
        ("b", "example"),
        ("d", "target"),
        ("f", "missing"),
    ]
    assert " ".join(sure.summary().split()) == "ours accuracy 0.500 of 6 target precision 0.500, recall 0.500"


def test_scores_of_rows_apart() -> None:
    assert SCORE.of(sure=False).accuracy == 1.0
    assert SCORE.accuracy == pytest.approx(4 / 7)
    assert Score(title="none", pairs=()).accuracy == 1.0


def test_confusion_matrix() -> None:
    heading, *rows = SCORE.table()
    columns = heading.split()[4:]
    assert columns[-3:] == ["missing", "precision", "recall"]
    cells = {row.split()[0]: dict(zip(columns, row.split()[1:], strict=True)) for row in rows}
    assert (cells["target"]["target"], cells["target"]["example"]) == ("2", "1")
    assert cells["example"]["precision"] == "0.667"
    assert cells["fixture"]["missing"] == "1"


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("", "target"),
        ("cmd/tool", "target"),
        ("examples/gen", "example"),
        ("x/testdata/example", "fixture"),
        ("test-server", "integration"),
        ("internal/x", "maintenance"),
        ("testing", "test-helper"),
    ],
)
def test_directory_words(directory: str, name: str) -> None:
    assert directory_words(_label(directory, "target")) == name


# Forty modules with a target, which shows one thing, and a generator, which shows another.
MODULES = [f"example.com/m{number}" for number in range(40)]
LABELS = [
    label
    for module in MODULES
    for label in (_label("x", "target", module=module), _label("y", "maintenance", module=module))
]
START = Weights({PRIOR: {"target": 30}, "a:seen-of-targets": {"target": -50}, "a:believed": {"example": 70}})


def _seen(**more: str) -> dict[str, ModuleHints]:
    """Return what the modules show; ``more`` are kinds that targets of a module show besides."""
    found = {}
    for module in MODULES:
        extra = [Hint(more[name], "x", "x") for name in [module.rpartition("/")[2]] if name in more]
        own = {"x": [Hint("a:seen-of-targets", "x", "x"), *extra], "y": [Hint("a:seen-of-generators", "x", "x")]}
        found[f"{module}@v1.0.0"] = ModuleHints(module=f"{module}@v1.0.0", hints=own, tests_only=frozenset(("z",)))
    return found


def test_learning_moves_weights_towards_the_labels() -> None:
    learned = Learner.of(LABELS, _seen(), START).learn()
    assert learned.of("a:seen-of-targets")["target"] > START.of("a:seen-of-targets")["target"]
    assert learned.of("a:seen-of-targets").get("maintenance", 0) < 0
    assert learned.of("a:seen-of-generators")["maintenance"] > 0
    assert learned.of("a:seen-of-generators")["target"] < 0
    assert learned.of("a:believed") == {"example": 70}


def test_what_is_learned_decides() -> None:
    kinds = {"a:seen-of-generators"}
    assert likeliest(sums_of(kinds, START))[0] == "target"
    assert likeliest(sums_of(kinds, Learner.of(LABELS * 3, _seen(), START).learn()))[0] == "maintenance"


def test_the_model_decides_about_modules_that_were_left_out() -> None:
    seen = _seen()
    pairs = list(left_out(Learner.of(LABELS, seen, START), seen))
    assert sorted(label.import_path for label, _ in pairs) == sorted(label.import_path for label in LABELS)
    assert [(label.set, decision.set) for label, decision in pairs if label.set != decision.set] == []


def test_learning_twice_gives_the_same_model() -> None:
    seen = _seen()
    first, second = (learn_model(Learner.of(LABELS, seen, START), seen) for _ in range(2))
    assert first.trees.written() == second.trees.written()
    assert first.weights == second.weights


def test_trees_tell_what_hints_mean_together() -> None:
    # Each of two hints is against a target, unless the other one is there as well.
    both, one, other = frozenset("ab"), frozenset("a"), frozenset("b")
    none: frozenset[str] = frozenset()
    rows = [*[both, none] * 20, *[one, other] * 15]
    expected = [*["target", "target"] * 20, *["example", "example"] * 15]
    trees = grow(rows, expected, [1.0] * len(rows))
    for features, name in ((both, "target"), (one, "example"), (other, "example")):
        sums = {name: sum(adds.values()) for name, adds in trees.support(features).items()}
        assert max(sums, key=lambda name: sums[name]) == name


def test_target_has_to_win_by_the_doubt() -> None:
    rows, expected = [frozenset("a")] * 20, ["target", "example"] * 10
    sure, doubtful = (grow(rows, expected, [1.0] * 20, doubt).start["target"] for doubt in (0, 400))
    assert sure - doubtful == 400


def test_folds_do_not_depend_on_other_modules() -> None:
    few, many = folds(["a", "b", "c"], 5), folds([*"abcdefgh"], 5)
    assert sorted(path for part in many for path in part) == [*"abcdefgh"]
    together = [{"a", "b"} <= part for part in few if "a" in part]
    assert together == [{"a", "b"} <= part for part in many if "a" in part]


def _with_margin(margin: float, *, right: bool, name: str = "target") -> tuple[Label, Decision]:
    other = "example" if name == "target" else "target"
    decision = Decision(set=name, runner_up=other, margin=margin, confidence=0.0, evidence=())
    return _label("x", name if right else other), decision


def test_confidence_is_the_share_that_was_right() -> None:
    pairs = [_with_margin(0.2, right=number < 6) for number in range(10)]
    pairs += [_with_margin(3.0, right=number < 19) for number in range(20)]
    trees = calibrated(Trees(start={}, by_set={}, confidence=()), pairs)
    assert trees.chance(200, "target", "example") == pytest.approx(60, abs=3)
    assert trees.chance(3000, "target", "example") == pytest.approx(95, abs=3)
    assert [*trees.confidence] == sorted(trees.confidence)
    assert trees.chance(9000, "target", "example") == 99
    assert trees.chance(-9000, "target", "example") == 30


def test_sets_are_trusted_by_what_was_right_of_them() -> None:
    pairs = [_with_margin(1.0, right=True, name="example") for _ in range(20)]
    pairs += [_with_margin(1.0, right=number < 10, name="fixture") for number in range(20)]
    trees = calibrated(Trees(start={}, by_set={}, confidence=()), pairs)
    assert trees.chance(1000, "example", "target") > trees.chance(1000, "fixture", "target") + 20


def test_reliability_and_sizes() -> None:
    decision = Decision(set="target", runner_up="example", margin=1.0, confidence=0.92, evidence=())
    pairs = [(_label("a", "target"), decision), (_label("b", "example"), decision)]
    assert list(reliability(pairs)) == [
        "0.90 to 0.95:     2 decisions, 0.500 right",
        "0.90 or more: 1.000 of the decisions, 0.500 right",
    ]
    lines = list(by_size(SCORE, {"example.com/m@v1.0.0": 5}))
    assert [line.split()[:3] for line in lines] == [["4", "to", "7"]]


def test_one_module_can_be_left_out() -> None:
    odd = [_label("x", "fixture", module=MODULES[0]), *LABELS[1:]]
    learner = Learner.of(odd, _seen(), START)
    whole, rest = learner.learn().of("a:seen-of-targets"), learner.learn(without={MODULES[0]}).of("a:seen-of-targets")
    assert rest["target"] > whole["target"]
    assert rest.get("fixture", 0) < whole.get("fixture", 0)
    # What is left out makes no difference whatever it is.
    assert Learner.of(LABELS, _seen(), START).learn(without={MODULES[0]}) == learner.learn(without={MODULES[0]})


def test_kinds_of_few_modules_are_not_learned() -> None:
    few = Learner.of(LABELS, _seen(m0="a:rare", m1="a:rare"), START)
    assert few.learn().of("a:rare") == {}
    more = Learner.of(LABELS, _seen(m0="a:rare", m1="a:rare", m2="a:rare"), START)
    assert more.learn().of("a:rare")["target"] > 0


def test_rows_that_are_not_sure_count_less() -> None:
    unsure = [_label(label.directory, label.set, module=label.path, sure=False) for label in LABELS]
    sure_weight = Learner.of(LABELS, _seen(), START).learn().of("a:seen-of-generators")["maintenance"]
    assert 0 < Learner.of(unsure, _seen(), START).learn().of("a:seen-of-generators")["maintenance"] < sure_weight


def test_directories_with_only_test_files_are_no_matter_of_weight() -> None:
    more = [*LABELS, _label("z", "testonly", module=MODULES[0])]
    assert Learner.of(more, _seen(), START).learn() == Learner.of(LABELS, _seen(), START).learn()


def test_beliefs() -> None:
    assert beliefs().of("place:testdata")["fixture"] > 0
    assert all(isinstance(value, int) for by_set in beliefs().by_kind.values() for value in by_set.values())
