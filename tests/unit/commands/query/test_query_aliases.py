"""Packages of modules are printed under the labels that BUILD files have for them."""

from __future__ import annotations

from gomod2bazel.commands.query.aliases import by_alias
from gomod2bazel.commands.query.output import QueriedTarget

REAL = "@@gomod2bazel++go_modules+example.com_m-av1.0.0//:"


def alias(label: str, target: str) -> QueriedTarget:
    return QueriedTarget(label=label, kind="alias", deps=(f"{REAL}{target}",))


ALIASES = (
    alias("@com_example_m//a:a", "a"),
    alias("@com_example_m//a:go_default_library", "a"),
    QueriedTarget(label="@com_example_m//:set-target", kind="filegroup", deps=("@com_example_m//a:a",)),
)


def test_a_package_has_the_label_of_its_alias() -> None:
    library = QueriedTarget(label=f"{REAL}a", kind="go_library", deps=(f"{REAL}b", f"{REAL}a.go"))
    user = QueriedTarget(
        label="//x:x", kind="go_library", deps=("@com_example_m//a:go_default_library", "@go_sdk//:fmt")
    )
    answer = by_alias((library, user, *ALIASES), ALIASES)
    assert [(target.label, target.kind) for target in answer] == [
        ("//x:x", "go_library"),
        ("@com_example_m//:set-target", "filegroup"),
        ("@com_example_m//a:a", "go_library"),
    ]
    assert answer[0].deps == ("@com_example_m//a:a", "@go_sdk//:fmt")
    assert answer[2].deps == (f"{REAL}a.go", f"{REAL}b"), "they have no alias"


def test_an_alias_alone_stays() -> None:
    assert by_alias(ALIASES[1:2], ALIASES[1:2]) == (ALIASES[1],)
    assert by_alias(ALIASES[:2], ALIASES) == (ALIASES[0],), "of two, gazelle's present name"
