"""SPDX licence expressions: reading, joining, and whether a policy lets them pass.

The grammar is that of Annex D of the SPDX specification. ``packaging`` checks identifiers and spells them as the SPDX
licence list does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gomod2bazel.base.errors import UsageError

__all__ = ["all_of", "any_of", "canonical", "identifiers", "satisfies"]

# Longer expressions are not written by hand, and deep parentheses would exhaust the parser. Characters.
_LONGEST = 2000

_TOKEN = re.compile(r"[()]|[^\s()]+")


@dataclass(frozen=True, slots=True)
class _Compound:
    """Expressions that are joined.

    Attributes:
        operator: AND or OR.
        parts: at least two; strings are licences, with their exceptions.
    """

    operator: str
    parts: tuple[_Compound | str, ...]


_Expression = _Compound | str


def canonical(text: str) -> str:
    """Return an expression with identifiers as the SPDX licence list spells them, and upper-case operators.

    Args:
        text: an SPDX licence expression.

    Raises:
        UsageError: it is not one, or has an identifier that is neither in the list nor a LicenseRef-.
    """
    # Imported here: most runs read no licences, and start-up counts.
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression  # noqa: PLC0415

    hint = "use identifiers of the SPDX licence list, joined by AND, OR and WITH"
    if len(text) > _LONGEST or not text.isprintable():
        raise UsageError("not an SPDX licence expression: too long, or of several lines", hint=hint)
    try:
        return str(canonicalize_license_expression(text))
    except (InvalidLicenseExpression, RecursionError, MemoryError) as error:
        raise UsageError(f"not an SPDX licence expression: {text!r}", hint=hint) from error


def all_of(expressions: Iterable[str]) -> str:
    """Return the expression that asks for all of several: each part once, sorted, or empty where there are none.

    Args:
        expressions: canonical expressions; empty ones are passed over.
    """
    return _joined("AND", expressions)


def any_of(expressions: Iterable[str]) -> str:
    """Return the expression that leaves the choice between several.

    Args:
        expressions: canonical expressions; empty ones are passed over.
    """
    return _joined("OR", expressions)


def satisfies(expression: str, allowed: Callable[[str], bool]) -> bool:
    """Return whether an expression is allowed: all parts of an AND have to be, and any of an OR.

    Args:
        expression: a canonical expression.
        allowed: whether a licence is allowed; it gets the identifier with its exception, ``GPL-2.0-only WITH
            Classpath-exception-2.0`` for example.
    """

    def is_allowed(part: _Expression) -> bool:
        if isinstance(part, str):
            return allowed(part)
        return (all if part.operator == "AND" else any)(map(is_allowed, part.parts))

    return is_allowed(_parsed(expression))


def identifiers(expression: str) -> frozenset[str]:
    """Return the licences that an expression names, with their exceptions.

    Args:
        expression: a canonical expression; empty for none.
    """

    def names(part: _Expression) -> frozenset[str]:
        return frozenset((part,)) if isinstance(part, str) else frozenset().union(*map(names, part.parts))

    return names(_parsed(expression)) if expression else frozenset()


def _joined(operator: str, expressions: Iterable[str]) -> str:
    parts: set[str] = set()
    for expression in expressions:
        if not expression:
            continue
        parsed = _parsed(expression)
        joined = parsed.parts if isinstance(parsed, _Compound) and parsed.operator == operator else (parsed,)
        parts |= {_written(part, inside=True) for part in joined}
    if len(parts) == 1:
        return _written(_parsed(parts.pop()), inside=False)
    return f" {operator} ".join(sorted(parts, key=lambda part: (part.startswith("("), part)))


def _written(part: _Expression, *, inside: bool) -> str:
    """Return the text of an expression; inside of another one it has parentheses."""
    if isinstance(part, str):
        return part
    text = f" {part.operator} ".join(_written(inner, inside=True) for inner in part.parts)
    return f"({text})" if inside else text


def _parsed(expression: str) -> _Expression:
    """Return the tree of a canonical expression; WITH binds tightest, then AND, then OR."""
    tokens = _TOKEN.findall(expression)
    tokens.reverse()
    return _parsed_or(tokens)


def _parsed_or(tokens: list[str]) -> _Expression:
    parts = [_parsed_and(tokens)]
    while tokens and tokens[-1] == "OR":
        tokens.pop()
        parts.append(_parsed_and(tokens))
    return _compound("OR", parts)


def _parsed_and(tokens: list[str]) -> _Expression:
    parts = [_parsed_license(tokens)]
    while tokens and tokens[-1] == "AND":
        tokens.pop()
        parts.append(_parsed_license(tokens))
    return _compound("AND", parts)


def _parsed_license(tokens: list[str]) -> _Expression:
    name = tokens.pop()
    if name == "(":
        inner = _parsed_or(tokens)
        tokens.pop()
        return inner
    if tokens and tokens[-1] == "WITH":
        tokens.pop()
        return f"{name} WITH {tokens.pop()}"
    return name


def _compound(operator: str, parts: list[_Expression]) -> _Expression:
    if len(parts) == 1:
        return parts[0]
    flat: list[_Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, _Compound) and part.operator == operator else (part,)
    return _Compound(operator, tuple(flat))
