"""Read BUILD files, through libcst, into pieces that join to the same text again."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from gomod2bazel.base.errors import UsageError

__all__ = ["Call", "File", "Item", "Statement", "Sum", "call_of", "check_syntax", "items_of", "literal", "read_file"]

_HINT = "run buildifier to see what is wrong with it; no file was written"


@dataclass(slots=True, kw_only=True)
class Item:
    """An argument of a call, or an element of a list, with its comments.

    Attributes:
        text: the value, as it is written.
        name: of an argument; empty for elements, positional arguments, and what follows stars.
        stars: what comes before a value that is unpacked.
        before: comments on lines of their own above it.
        after: the comment on its last line, or empty.
        node: the value's.
    """

    text: str
    name: str = ""
    stars: str = ""
    before: list[str] = field(default_factory=list)
    after: str = ""
    node: cst.BaseExpression | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """A call at the top of a file: a rule, a macro, a load.

    Attributes:
        function: its name.
        arguments: of it.
        end: comments between the last argument and the parenthesis.
    """

    function: str
    arguments: list[Item]
    end: list[str]

    def argument(self, name: str) -> Item | None:
        """Return the argument with a name, or None."""
        return next((item for item in self.arguments if item.name == name), None)

    def value(self, name: str) -> object:
        """Return an argument's value where it is a literal, else None."""
        item = self.argument(name)
        return literal(item.node) if item else None


@dataclass(slots=True, kw_only=True)
class Statement:
    """A statement of a file.

    Attributes:
        before: the empty lines and comments above it, as they are written.
        text: the rest of it, up to the end of its last line.
        call: what it calls, where it is nothing but a call of a plain name.
        tail: what follows that: a comment perhaps, and the end of the line.
    """

    before: str
    text: str
    call: Call | None = None
    tail: str = "\n"


@dataclass(slots=True, kw_only=True)
class File:
    """A BUILD file: its text is that of ``head``, of the statements, and of ``foot``.

    Attributes:
        head: comments at the top that belong to no statement.
        statements: in order.
        foot: what follows the last.
    """

    head: str
    statements: list[Statement]
    foot: str

    @property
    def text(self) -> str:
        """The file's text."""
        return self.head + "".join(statement.before + statement.text for statement in self.statements) + self.foot


@dataclass(slots=True, kw_only=True)
class Sum:
    """An expression of terms with plus signs between.

    Attributes:
        terms: at least one.
    """

    terms: list[cst.BaseExpression]

    @classmethod
    def of(cls, node: cst.BaseExpression) -> Sum:
        """Return the terms of an expression; one that is not a sum is its only term."""
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            return cls(terms=[*cls.of(node.left).terms, *cls.of(node.right).terms])
        return cls(terms=[node])


_PRINTER = cst.Module(body=[])


def check_syntax(text: str, shown: str) -> None:
    """Refuse what is not Starlark; the arguments are those of `read_file`.

    Raises:
        UsageError: it is not; with the line.
    """
    try:
        _parse(text)
    except SyntaxError as error:
        raise UsageError(f"not Starlark: {error.msg}", where=f"{shown}:{error.lineno or 1}", hint=_HINT) from error
    except (MemoryError, RecursionError, ValueError) as error:
        raise UsageError("not Starlark: nested too deeply", where=f"{shown}:1", hint=_HINT) from error


def read_file(text: str, shown: str) -> File:
    """Read a BUILD file; Starlark is close enough to Python for libcst, which reads that.

    Args:
        text: the file's; it is read with an end to its last line, where that has none.
        shown: what messages call it.

    Raises:
        UsageError: it cannot be read; with the line.
    """
    # What is added is on lines of its own.
    text += "" if text.endswith("\n") or not text else "\n"
    try:
        file = _pieces(text)
    except SyntaxError as error:
        raise UsageError(f"not Starlark: {error.msg}", where=f"{shown}:{error.lineno or 1}", hint=_HINT) from error
    except cst.ParserSyntaxError as error:
        raise UsageError(f"not Starlark: {error.message}", where=f"{shown}:{error.raw_line}", hint=_HINT) from error
    except (MemoryError, RecursionError, ValueError) as error:
        raise UsageError("not Starlark: nested too deeply", where=f"{shown}:1", hint=_HINT) from error
    if file.text != text:
        raise UsageError("not Starlark: marks in it that cannot be kept", where=f"{shown}:1", hint=_HINT)
    return file


def _parse(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Python's own parser says best what is wrong, and refuses the depths of nesting at which libcst's crashes.
        ast.parse(text)


def _pieces(text: str) -> File:
    _parse(text)
    module = cst.parse_module(text)
    head = "".join(map(_code, module.header))
    statements = [_statement(node, module) for node in module.body]
    if statements:
        # To libcst all that comes above the first statement is the module's.
        lines = head.splitlines(keepends=True)
        at = next((i + 1 for i in reversed(range(len(lines))) if not lines[i].strip()), 0)
        head, statements[0].before = "".join(lines[:at]), "".join(lines[at:]) + statements[0].before
    return File(head=head, statements=statements, foot="".join(map(_code, module.footer)))


def _code(node: cst.CSTNode) -> str:
    return _PRINTER.code_for_node(node)


def _statement(node: cst.BaseStatement | cst.SimpleStatementLine, module: cst.Module) -> Statement:
    before = "".join(map(module.code_for_node, getattr(node, "leading_lines", ())))
    whole = module.code_for_node(node)
    text = whole.removeprefix(before)
    if isinstance(node, cst.SimpleStatementLine) and len(node.body) == 1 and isinstance(node.body[0], cst.Expr):
        expression = node.body[0].value
        call = call_of(expression)
        if call:
            tail = text.removeprefix(module.code_for_node(expression))
            return Statement(before=before, text=text, call=call, tail=tail)
    return Statement(before=before, text=text)


def call_of(node: cst.BaseExpression) -> Call | None:
    """Return what an expression calls, or None where it is not a call of a name, with dots or without."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name | cst.Attribute) or node.lpar:
        return None
    arguments = [
        Item(
            text=_code(argument.value),
            name=argument.keyword.value if argument.keyword else "",
            stars=argument.star,
            node=argument.value,
        )
        for argument in node.args
    ]
    spaces = [_between(argument.comma, argument.whitespace_after_arg) for argument in node.args]
    return Call(
        function=_code(node.func), arguments=arguments, end=_attach(arguments, node.whitespace_before_args, spaces)
    )


def items_of(node: cst.BaseExpression) -> tuple[list[Item], list[str]] | None:
    """Return a list's elements and the comments before its bracket; None where the expression is not a plain list."""
    if not isinstance(node, cst.List) or node.lpar:
        return None
    if any(not isinstance(element, cst.Element) for element in node.elements):
        return None
    items = [Item(text=_code(element.value), node=element.value) for element in node.elements]
    spaces = [_between(element.comma) for element in node.elements]
    if spaces:
        spaces[-1].append(node.rbracket.whitespace_before)
    end = _attach(items, node.lbracket.whitespace_after, spaces)
    return items, end


def _between(comma: object, *more: cst.BaseParenthesizableWhitespace) -> list[cst.BaseParenthesizableWhitespace]:
    """Return the white space that follows a value, up to the next one."""
    return [*([comma.whitespace_before, comma.whitespace_after] if isinstance(comma, cst.Comma) else []), *more]


def _attach(
    items: Sequence[Item],
    first: cst.BaseParenthesizableWhitespace,
    spaces: Sequence[Sequence[cst.BaseParenthesizableWhitespace]],
) -> list[str]:
    """Give each comment to the item that it is next to or above; return those below the last."""
    trailing, above = _comments(first)
    waiting = [*trailing, *above]
    for item, after in zip(items, spaces, strict=True):
        item.before = waiting
        waiting = []
        for space in after:
            trailing, above = _comments(space)
            if trailing and not item.after and not waiting:
                item.after = trailing.pop()
            waiting += [*trailing, *above]
    return waiting


def _comments(space: cst.BaseParenthesizableWhitespace) -> tuple[list[str], list[str]]:
    """Return the comments at the end of the line, and those on lines of their own."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return [], []
    comments = [line.comment.value for line in space.empty_lines if line.comment]
    return [space.first_line.comment.value] if space.first_line.comment else [], comments


def literal(node: cst.BaseExpression | None) -> object:
    """Return the value of a literal: a string, True or False, a list or dict of strings and lists; None for others."""
    if isinstance(node, cst.SimpleString):
        with warnings.catch_warnings():
            # Starlark and Python differ in escapes that mean nothing.
            warnings.simplefilter("ignore")
            value = node.evaluated_value
        return value if isinstance(value, str) else None
    if isinstance(node, cst.Name):
        return {"True": True, "False": False}.get(node.value)
    if isinstance(node, cst.List):
        values = [literal(element.value) for element in node.elements]
        return None if None in values else values
    if isinstance(node, cst.Dict):
        return _dict(node)
    return None


def _dict(node: cst.Dict) -> object:
    pairs: dict[str, object] = {}
    for element in node.elements:
        key = literal(element.key) if isinstance(element, cst.DictElement) else None
        value = literal(element.value)
        if not isinstance(key, str) or value is None:
            return None
        pairs[key] = value
    return pairs
