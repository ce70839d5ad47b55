"""tools/classification: reading labels, scores, and learning from labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from classification.labels import Label, read_labels
from classification.learn import Learner, beliefs
from classification.modules import ModuleHints
from classification.score import Score, directory_words

from gomod2bazel.base.errors import UsageError
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.scoring import decide
from gomod2bazel.sets.weights import PRIOR, Weights

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


# Ten modules with a target, which shows one thing, and a generator, which shows another.
MODULES = [f"example.com/m{number}" for number in range(10)]
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
    hints = [Hint("a:seen-of-generators", "x", "x")]
    assert decide(hints, START).set == "target"
    assert decide(hints, Learner.of(LABELS * 3, _seen(), START).learn()).set == "maintenance"


def test_one_module_can_be_left_out() -> None:
    odd = [_label("x", "fixture", module=MODULES[0]), *LABELS[1:]]
    learner = Learner.of(odd, _seen(), START)
    whole, rest = learner.learn().of("a:seen-of-targets"), learner.learn(without=MODULES[0]).of("a:seen-of-targets")
    assert rest["target"] > whole["target"]
    assert rest.get("fixture", 0) < whole.get("fixture", 0)
    # What is left out makes no difference whatever it is.
    assert Learner.of(LABELS, _seen(), START).learn(without=MODULES[0]) == learner.learn(without=MODULES[0])


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
