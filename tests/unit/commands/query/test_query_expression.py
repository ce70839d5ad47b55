"""What the helpers of the query command become, and what is told of wrong calls."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.query.expression import HELPERS, Scope, check, expand

MODULES = ("example.com/m@v1.0.0", "example.com/m@v2.0.0+incompatible", "example.com/tree", "other.org/x~y_z@v0.1.0")
BINARIES = r'attr(tags, "[\[ ]gomod2bazel[,\]]", kind("^go_binary rule$", @a//... + @b//...))'


def expanded(text: str, modules: Iterable[str] = MODULES) -> str:
    return expand(text, Scope(roots="@a//... + @b//...", modules=lambda: modules))


def over(expression: str, needed: str) -> str:
    return f"(let over = ({expression}) in $over intersect rdeps($over, {needed}))"


def in_closure(attribute: str, pattern: str) -> str:
    return f'attr({attribute}, "{pattern}", kind("^go_library rule$", deps($over)))'


@pytest.mark.parametrize(
    "text",
    [
        "//...",
        "deps(@a//b:c+d.go) - set(//x //y)\n ^ @@a~~b~c//:d",
        "@@gomod2bazel++go_modules+x//:binaries",
        "kind('binaries()', //...:*)",
        'filter("\\bwith_cgo(", $x) except "//a:b (c)"',
        "let binaries = //... in $binaries + packages_of",
    ],
)
def test_what_is_no_call_stays_as_it_is(text: str) -> None:
    assert expanded(text) == text
    check(text)


def test_binaries() -> None:
    assert expanded("binaries()") == BINARIES
    assert expanded(" binaries ( ) ") == f" {BINARIES} "
    assert expanded("binaries(test-helper)") == rf'attr(tags, "[\[ ](test-helper)[,\]]", {BINARIES})'
    assert expanded("binaries('target', \"example\")") == rf'attr(tags, "[\[ ](target|example)[,\]]", {BINARIES})'


@pytest.mark.parametrize(
    ("module", "pattern"),
    [
        ("example.com/m", r"^(example\.com/m@v1\.0\.0|example\.com/m@v2\.0\.0\+incompatible)$"),
        ("example.com/m@v2.0.0+incompatible", r"^(example\.com/m@v2\.0\.0\+incompatible)$"),
        ("'example.com/m@v1.0.0'", r"^(example\.com/m@v1\.0\.0)$"),
        ("\n example.com/tree ", r"^(example\.com/tree)$"),
        ("other.org/x~y_z", r"^(other\.org/x\~y_z@v0\.1\.0)$"),
    ],
)
def test_modules_are_found_by_path_or_version(module: str, pattern: str) -> None:
    text = expanded(f"packages_of({module})")
    assert text.startswith(f'attr(module, "{pattern}", kind("^go_library rule$", deps(')
    assert expanded(f"depend_on({module}, //x)") == over("//x", in_closure("module", pattern))


def test_calls_stand_in_one_another_and_in_bazels_functions() -> None:
    inner = over("//x", in_closure("cgo", "^1$"))
    text = "deps((with_cgo(//x)), 1) + depend_on(example.com/tree,with_cgo(//x) - set(a (b)))"
    module = in_closure("module", r"^(example\.com/tree)$")
    assert expanded(text) == f"deps(({inner}), 1) + {over(f'{inner} - set(a (b))', module)}"


def test_expression_of_the_users_cannot_mean_the_helpers_own_variable() -> None:
    text = expanded("let over = //y in with_cgo($over)")
    assert text == f"let over = //y in {over('$over', in_closure('cgo', '^1$'))}"


def test_modules_are_asked_for_once_and_only_when_needed() -> None:
    asked = []

    def modules() -> Iterable[str]:
        asked.append(1)
        return MODULES

    scope = Scope(roots="//...", modules=modules)
    expand("with_cgo(binaries())", scope)
    assert not asked
    expand("packages_of(example.com/m) + packages_of(example.com/tree)", scope)
    assert asked == [1]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("binaries(tagret)", "1:10", "unknown set 'tagret'"),
        ("//x +\n  binaries(target, 'x')", "2:20", "unknown set 'x'"),
        ("binaries(target + example)", "1:10", "expected a set, found an expression"),
        ("binaries(target,)", "1:1", "binaries has an empty argument"),
        ("packages_of()", "1:1", "packages_of does not take 0 arguments"),
        ("with_cgo(//x, //y)", "1:1", "with_cgo does not take 2 arguments"),
        ("deps(depend_on(//x))", "1:6", "depend_on does not take 1 argument"),
        ("depend_on(deps(//x), //y)", "1:11", "expected a module path, found an expression"),
        ("deps(binaries()", "1:5", "unclosed ("),
        ("deps(binaries(", "1:14", "unclosed ("),
        ("deps(//x)) + (//y", "1:10", "unmatched )"),
        ("kind('go_binary, //x)", "1:6", "the quotation mark ' is not closed"),
    ],
)
def test_wrong_calls(text: str, place: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(text)
    assert caught.value.where == f"EXPR:{place}"
    line, mark = caught.value.what.splitlines()[1:]
    assert caught.value.what.startswith(f"{what}\n")
    assert line == f"    {text.splitlines()[int(place[0]) - 1]}"
    assert mark == " " * (4 + int(place[2:]) - 1) + "^"


def test_empty_expression() -> None:
    with pytest.raises(UsageError, match="the query expression is empty"):
        check(" \n")


@pytest.mark.parametrize(
    ("module", "hint"),
    [
        ("example.com/m@v3.0.0", "use one of example.com/m@v1.0.0, example.com/m@v2.0.0+incompatible"),
        ("example.com/tree/cmd/x", "use one of example.com/tree"),
        ("other.org", "use one of other.org/x~y_z@v0.1.0"),
        ("exampel.com/tree", "use one of example.com/tree"),
        ("q", "use one of example.com/m@v1.0.0, example.com/m@v2.0.0+incompatible, example.com/tree"),
    ],
)
def test_module_that_is_not_there(module: str, hint: str) -> None:
    with pytest.raises(UsageError, match=r"no package of module .* is loaded") as caught:
        expanded(f"packages_of({module})")
    assert caught.value.where == "EXPR:1:13"
    assert caught.value.hint.startswith(hint)


def test_helpers_are_none_of_bazels_functions() -> None:
    theirs = (
        "allpaths allrdeps attr buildfiles config deps executables filter kind labels let loadfiles rbuildfiles rdeps "
        "same_pkg_direct_rdeps set siblings some somepath tests visible"
    )
    assert not {*theirs.split()} & {*HELPERS}


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("foo(x)", 1, "functions are binaries, "),
        ("binaries_of(//x)", 1, "did you mean binaries"),
        ("my_binaries(//x)", 1, "did you mean binaries"),
        ("kind(x, dep(//...))", 9, "did you mean deps"),
        ("binarie()", 1, "did you mean binaries?"),
        ("//a + some (rdep(//..., //a))", 13, "did you mean rdeps"),
    ],
)
def test_unknown_functions_are_named(text: str, column: int, hint: str) -> None:
    with pytest.raises(UsageError, match="unknown function") as caught:
        check(text)
    assert caught.value.where == f"EXPR:1:{column}"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text", ["let x = deps(//a) in ($x union (//b))", "set(//a //b)", "//a intersect (//b)", "tests(//a)"]
)
def test_words_of_the_language_before_parentheses(text: str) -> None:
    check(text)
