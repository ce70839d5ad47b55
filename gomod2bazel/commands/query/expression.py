"""The helper functions of `gomod2bazel query`: calls of them become expressions that Bazel knows.

Bazel's query language has no functions of the user's own, so the calls are replaced before Bazel sees the expression.
The text is cut into the words, quoted words and marks of the language, as Bazel's source has them (Lexer.java in
com.google.devtools.build.lib.query2.engine); what belongs to no helper passes through as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean, near_names
from gomod2bazel.options.set_names import SETS

__all__ = ["HELPERS", "Scope", "check", "expand"]

_TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<quoted>"[^"]*"|'[^']*')|(?P<open>["'])|(?P<mark>[(),=+^-])"""
    # A canonical repository name may hold a plus, since Bazel 8.
    r"""|(?P<word>@@[\w*/@.:$~\[\]+-]*|[^\s"'(),=+^-][\w*/@.:$~\[\]-]*)"""
)

BAZELS = frozenset((
    "allpaths", "allrdeps", "attr", "buildfiles", "config", "deps", "executables", "filter", "kind", "labels",
    "loadfiles", "rbuildfiles", "rdeps", "same_pkg_direct_rdeps", "set", "siblings", "some", "somepath", "tests",
    "visible",
))  # fmt: skip
"""The functions of Bazel's query languages (https://bazel.build/query/language#functions)."""

# Words of the language that a parenthesis may follow.
_OPERATORS = frozenset(("let", "in", "intersect", "union", "except"))

_LIBRARY, _BINARY = '"^go_library rule$"', '"^go_binary rule$"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the helpers look at.

    Attributes:
        roots: an expression for all targets among which binaries and packages are looked for.
        modules: returns ``PATH@VERSION`` (or ``PATH`` for an unpacked tree) of each module that they need; called at
            most once, and only when a helper names a module.
        main_modules: paths of the modules whose packages are in the workspace itself; their rules do not say so.
        affected: returns an expression for what a difference from a commit affects; None where there is no workspace.
    """

    roots: str
    modules: Callable[[], Iterable[str]]
    main_modules: tuple[str, ...] = ()
    affected: Callable[[str], str] | None = None

    @property
    def packages(self) -> str:
        """An expression for the packages of Go among the roots, and for those that any of them needs.

        Of other targets no dependency is followed: for tests, say, Bazel would load what it wants only to run them. An
        empty pattern finds the rules that have the attribute; those of the same name from elsewhere do not.
        """
        libraries = f'attr(pkg_config, "", kind({_LIBRARY}, {self.roots}))'
        binaries = f'attr(pgo_profile, "", kind({_BINARY}, {self.roots}))'
        return f"kind({_LIBRARY}, deps({libraries} + {binaries}))"


def expand(text: str, scope: Scope) -> str:
    """Return the expression with each call of a helper replaced.

    Raises:
        UsageError: a call is wrong, names what does not exist, or parentheses or quotes are not closed; says where.
    """
    return _Expander(text, scope).whole()


def check(text: str) -> None:
    """Find what is wrong with the helpers of an expression before it is known what there is to ask about.

    Raises:
        UsageError: as `expand` does, but for modules that are not there.
    """
    _Expander(text, None).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the text: ``kind`` is the name of its group in `_TOKEN`, ``start`` where it begins."""

    kind: str
    text: str
    start: int

    def is_mark(self, *marks: str) -> bool:
        return self.kind == "mark" and self.text in marks


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of a helper: its tokens without blanks around them, and its text with helpers replaced."""

    tokens: tuple[_Token, ...]
    expanded: str


class _Expander:
    """Replaces the calls in one expression; without a scope, what it makes of them is of no use."""

    def __init__(self, text: str, scope: Scope | None) -> None:
        self.text = text
        self.scope = scope
        self.roots = scope.roots if scope else "set()"
        self.packages = scope.packages if scope else "set()"
        self._modules: tuple[str, ...] | None = None
        # Every character begins one of the alternatives.
        self.tokens = [_Token(str(m.lastgroup), m[0], m.start()) for m in _TOKEN.finditer(text)]
        for token in self.tokens:
            if token.kind == "open":
                raise self.error(token.start, f"the quotation mark {token.text} is not closed", f"add {token.text}")

    def whole(self) -> str:
        """Return the whole expression."""
        if not self.text.strip():
            raise UsageError("the query expression is empty", hint="gomod2bazel query 'binaries()' lists all binaries")
        return self._span(0, None, ())[0]

    def _span(self, at: int, opened: _Token | None, ends: tuple[str, ...]) -> tuple[str, int]:
        """Replace the calls from token ``at`` to the first of ``ends`` outside of parentheses; return text and end."""
        parts: list[str] = []
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.is_mark(*ends):
                return "".join(parts), at
            if token.is_mark(")"):
                raise self.error(token.start, "unmatched )", "remove it, or add ( before it")
            if token.is_mark("("):
                inner, at = self._span(at + 1, token, (")",))
                part = f"({inner})"
            elif token.kind == "word" and token.text in HELPERS and self._opens(at):
                part, at = self._call(at)
            elif token.kind == "word" and self._opens(at) == at + 1 and token.text not in _OPERATORS:
                part = self._of_bazel(token)
            else:
                part = token.text
            parts.append(part)
            at += 1
        if opened is not None:
            raise self.error(opened.start, "unclosed (", "add ) where it ends")
        return "".join(parts), at

    def _of_bazel(self, token: _Token) -> str:
        """Return the name of a function of Bazel's.

        Raises:
            UsageError: the name is not that of a function.
        """
        if self.scope is None and token.text not in BAZELS:
            known = (*HELPERS, *sorted(BAZELS))
            hint = did_you_mean(token.text, known) or f"functions are {', '.join(known)}"
            raise self.error(token.start, f"unknown function {token.text!r}", hint)
        return token.text

    def _opens(self, at: int) -> int:
        """Return the index of the parenthesis after the word at ``at``, or 0 if another token follows."""
        behind = at + 1
        while behind < len(self.tokens) and self.tokens[behind].kind == "blank":
            behind += 1
        return behind if behind < len(self.tokens) and self.tokens[behind].is_mark("(") else 0

    def _call(self, at: int) -> tuple[str, int]:
        """Return what the call of a helper at ``at`` stands for, and the index of its closing parenthesis."""
        name = self.tokens[at]
        helper = HELPERS[name.text]
        end = self._opens(at)
        opened = self.tokens[end]
        arguments: list[_Argument] = []
        while not self.tokens[end].is_mark(")"):
            begin = end + 1
            expanded, end = self._span(begin, opened, (",", ")"))
            arguments.append(_Argument(self._inner(begin, end), expanded.strip()))
        if len(arguments) == 1 and not arguments[0].tokens:
            arguments = []
        if any(not argument.tokens for argument in arguments):
            raise self.error(name.start, f"{name.text} has an empty argument", helper.usage)
        if not helper.least <= len(arguments) <= helper.most:
            raise self.error(name.start, f"{name.text} does not take {count(len(arguments), 'argument')}", helper.usage)
        return helper.replace(self, arguments), end

    def _inner(self, begin: int, end: int) -> tuple[_Token, ...]:
        tokens = self.tokens[begin:end]
        while tokens and tokens[0].kind == "blank":
            tokens = tokens[1:]
        while tokens and tokens[-1].kind == "blank":
            tokens = tokens[:-1]
        return tuple(tokens)

    def word(self, argument: _Argument, what: str) -> str:
        """Return an argument that is a plain word; versions such as v2.0.0+incompatible count, though with a plus."""
        first = argument.tokens[0]
        if len(argument.tokens) == 1 and first.kind == "quoted":
            return first.text[1:-1]
        if any(token.kind != "word" and not token.is_mark("+", "-") for token in argument.tokens):
            raise self.error(first.start, f"expected {what}, found an expression")
        return "".join(token.text for token in argument.tokens)

    def packages_in(self, argument: _Argument, among: str) -> str:
        """Return those packages of an expression that are of the modules that an argument names, which are there."""
        name = self.word(argument, "a module path")
        if self.scope is None:
            return among
        if name in self.scope.main_modules:
            # A package is of the module with the longest path that it is below; others name their module.
            below = [path for path in self.scope.main_modules if path.startswith(f"{name}/")]
            unnamed = f'({among} except attr(module, "", {among}))'
            inside = "".join(f" except attr(importpath, {_below(path)}, {unnamed})" for path in below)
            return f"(attr(importpath, {_below(name)}, {unnamed}){inside})"
        return f"attr(module, {self._pattern(argument, name)}, {among})"

    def _pattern(self, argument: _Argument, name: str) -> str:
        """Return a pattern for the modules of a name."""
        if self.scope is None:
            return '""'
        if self._modules is None:
            self._modules = tuple(sorted(set(self.scope.modules())))
        matching = [module for module in self._modules if name in (module, module.partition("@")[0])]
        if not matching:
            near = _near(name, self._modules) or [*self._modules[:5], *(["..."] if len(self._modules) > 5 else [])]
            hint = f"use one of {', '.join(near)}"
            raise self.error(argument.tokens[0].start, f"no package of module {name} is loaded", hint)
        return f'"^({"|".join(map(re.escape, matching))})$"'

    def error(self, position: int, what: str, hint: str = "") -> UsageError:
        """Return the error at ``position``, with the line and a mark below the place."""
        number = self.text.count("\n", 0, position) + 1
        column = position - (self.text.rfind("\n", 0, position) + 1) + 1
        line = (self.text.splitlines() or [""])[number - 1]
        return UsageError(f"{what}\n    {line}\n    {' ' * (column - 1)}^", where=f"EXPR:{number}:{column}", hint=hint)


def _below(path: str) -> str:
    return f'"^{re.escape(path)}(/|$)"'


def _near(misspelt: str, modules: Sequence[str]) -> list[str]:
    """Return modules that may have been meant: other versions, else modules around that path, else similar names."""
    path = misspelt.partition("@")[0]
    paths = {module: module.partition("@")[0] for module in modules}
    alike = near_names(path, set(paths.values()))
    ways = (
        [module for module in modules if paths[module] == path],
        [module for module in modules if f"{path}/".startswith(f"{paths[module]}/") or module.startswith(f"{path}/")],
        [module for name in alike for module in modules if paths[module] == name],
    )
    return next((way[:5] for way in ways if way), [])


def _binaries(call: _Expander, arguments: Sequence[_Argument]) -> str:
    """Replace ``binaries(SET, ...)``. Bazel writes the tags as "[gomod2bazel, target]" before it matches them."""
    names = []
    for argument in arguments:
        name = call.word(argument, "a set")
        if name not in SETS:
            hint = f"{did_you_mean(name, SETS)} use one of {', '.join(SETS)}".strip()
            raise call.error(argument.tokens[0].start, f"unknown set {name!r}", hint)
        names.append(name)
    ours = rf'attr(tags, "[\[ ]gomod2bazel[,\]]", kind({_BINARY}, {call.roots}))'
    return rf'attr(tags, "[\[ ]({"|".join(names)})[,\]]", {ours})' if names else ours


def _packages_of(call: _Expander, arguments: Sequence[_Argument]) -> str:
    """Replace ``packages_of(MODULE)``."""
    return call.packages_in(arguments[0], call.packages)


def _depend_on(call: _Expander, arguments: Sequence[_Argument]) -> str:
    """Replace ``depend_on(MODULE, EXPR)``."""
    return _over(arguments[1], call.packages_in(arguments[0], f"kind({_LIBRARY}, deps($over))"))


def _with_cgo(_: _Expander, arguments: Sequence[_Argument]) -> str:
    """Replace ``with_cgo(EXPR)``. Bazel writes a true attribute as 1."""
    return _over(arguments[0], f'attr(cgo, "^1$", kind({_LIBRARY}, deps($over)))')


def _affected(call: _Expander, arguments: Sequence[_Argument]) -> str:
    """Replace ``affected(REV)``."""
    revision = call.word(arguments[0], "a commit")
    if call.scope is None:
        return "set()"
    if call.scope.affected is None:
        start = arguments[0].tokens[0].start
        raise call.error(start, "affected compares files of a Bazel workspace", "run it in a workspace, without INPUT")
    return call.scope.affected(revision)


def _over(argument: _Argument, needed: str) -> str:
    """Return those targets of an argument that depend on ``needed``, which may refer to the argument as $over."""
    return f"(let over = ({argument.expanded}) in $over intersect rdeps($over, {needed}))"


@dataclass(frozen=True, slots=True)
class _Helper:
    """A helper: how it is called, how many arguments it has, and what replaces a call."""

    usage: str
    least: int
    most: int
    replace: Callable[[_Expander, Sequence[_Argument]], str]


#: The helpers by name; none of the names is one of Bazel's functions.
HELPERS = {
    "binaries": _Helper("binaries() or binaries(SET, ...)", 0, len(SETS), _binaries),
    "packages_of": _Helper("packages_of(MODULE) or packages_of(MODULE@VERSION)", 1, 1, _packages_of),
    "depend_on": _Helper("depend_on(MODULE, EXPR)", 2, 2, _depend_on),
    "affected": _Helper("affected(REV)", 1, 1, _affected),
    "with_cgo": _Helper("with_cgo(EXPR)", 1, 1, _with_cgo),
}
