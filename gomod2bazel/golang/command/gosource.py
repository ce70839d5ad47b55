"""The contents of a Go source file: its package, comments, constraint, imports, literals and calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from gomod2bazel.golang.command.build_constraint import constraint_of, taken_by_default

__all__ = ["Literal", "Source", "functions_of", "package_name", "read_source"]

# A package clause after blanks and comments alone (Go specification, "Source file organization" and "Comments"), and
# the byte order mark that compilers ignore. Nothing is tried twice: however long a file is, it is read through once.
_BLANKS = rb"(?:\s++|//[^\n]*+(?:\n|\Z)|/\*.*?\*/)"
_PACKAGE_CLAUSE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?" + _BLANKS + rb"*+package" + _BLANKS + rb"++(\w++)(?![\x80-\xff])", re.DOTALL
)


def package_name(data: bytes) -> str:
    """Return the name in a file's package clause, or nothing where it has none; cheap enough for every file.

    Names with letters beyond ASCII are not recognized.
    """
    match = _PACKAGE_CLAUSE.match(data)
    return match[1].decode("ascii") if match else ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string in a source file.

    Attributes:
        text: what is between its quotes, escapes as written.
        line: where, from 1.
        call: the function of the call that it is in, as written (``exec.Command``), or empty.
    """

    text: str
    line: int
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, as far as evidence needs it.

    Attributes:
        doc, doc_line: the comment that comes right before the package clause, without its slashes; its line.
        comments: all comments with their lines, as written.
        constraint: the expression of its ``//go:build`` line, or empty.
        imports: path and line of each import.
        literals: strings that are not imports.
        calls: functions called by a qualified name, such as ``flag.Parse``.
        main: how many statements its func main has; None without one.
    """

    doc: str
    doc_line: int
    comments: tuple[tuple[str, int], ...]
    constraint: str
    imports: tuple[tuple[str, int], ...]
    literals: tuple[Literal, ...]
    calls: frozenset[str]
    main: int | None

    @property
    def optional(self) -> bool:
        """Whether only a build with tags of the module's own takes it, or none: then it is not part of the command."""
        return bool(self.constraint) and not taken_by_default(self.constraint)


# What is read of a file: longer ones are tables. Bytes.
_ENOUGH = 100_000

# What is read of a file that is not Go: queries take time by the square of what an error spans. Bytes, and parts
# of one error.
_ENOUGH_OF_NO_GO = 10_000
_WIDEST_ERROR = 2000

# Names of functions are shorter; what is longer is a chain of calls. Bytes.
_LONGEST_NAME = 100

_QUERY = """
(import_spec path: (_) @import)
(comment) @comment
[(interpreted_string_literal) (raw_string_literal)] @literal
(call_expression) @call
(block) @block
(function_declaration name: (identifier) @name (#eq? @name "main")) @main
"""


@lru_cache(maxsize=1)
def _reader() -> tuple[Parser, Query]:
    language = Language(tree_sitter_go.language())
    return Parser(language), Query(language, _QUERY)


def read_source(data: bytes) -> Source:
    """Read a file. What does not parse is left out: the go command judges sources, not this."""
    parser, query = _reader()
    root = parser.parse(data[:_ENOUGH]).root_node
    if _is_no_go(root):
        root = parser.parse(data[:_ENOUGH_OF_NO_GO]).root_node
    # Captures come in no order that can be relied on.
    captures = {
        name: sorted(nodes, key=lambda node: node.start_byte)
        for name, nodes in QueryCursor(query).captures(root).items()
    }
    heading = list(takewhile(lambda node: node.type != "package_clause", root.children))
    clause = root.children[len(heading)] if len(heading) < root.child_count else None
    before = [node for node in heading if clause and node.type == "comment"]
    doc = _doc(before, clause)
    imports = tuple((_unquoted(node), _line(node)) for node in captures.get("import", ()))
    calls = [(node, _callee(node)) for node in captures.get("call", ())]
    mains = [_statements(node.child_by_field_name("body")) for node in captures.get("main", ())]
    return Source(
        doc="\n".join(_uncommented(_text(node)) for node in doc),
        doc_line=_line(doc[0]) if doc else (_line(clause) if clause else 1),
        comments=tuple((_text(node), _line(node)) for node in captures.get("comment", ())),
        constraint=constraint_of(_text(node) for node in before),
        imports=imports,
        literals=tuple(_literals(captures, calls, {line for _, line in imports})),
        calls=frozenset(name for _, name in calls if "." in name),
        main=max(mains) if mains else None,
    )


def functions_of(data: bytes) -> tuple[dict[str, bool], bool]:
    """Return a file's functions at the top level, methods left out, and whether all of it parses.

    Returns:
        For each name whether the function has a body.
    """
    root = _reader()[0].parse(data).root_node
    declared = [node for node in root.children if node.type == "function_declaration"]
    named = [(node.child_by_field_name("name"), node.child_by_field_name("body")) for node in declared]
    return {_text(name): body is not None for name, body in named if name}, not root.has_error


def _is_no_go(root: Node) -> bool:
    nodes = [root] if root.has_error else []
    while nodes:
        node = nodes.pop()
        if node.type == "ERROR" and node.child_count > _WIDEST_ERROR:
            return True
        nodes += (child for child in node.children if child.has_error)
    return False


def _text(node: Node) -> str:
    return node.text.decode("utf-8", errors="replace") if node.text else ""


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def _unquoted(node: Node) -> str:
    return _text(node)[1:-1]


def _callee(call: Node) -> str:
    """Return the function that is called, without blanks; nothing for one that is not a short name."""
    function = call.child_by_field_name("function")
    if function is None or function.end_byte - function.start_byte > _LONGEST_NAME:
        return ""
    return "".join(_text(function).split())


def _literals(
    captures: dict[str, list[Node]], calls: Iterable[tuple[Node, str]], imports: Iterable[int]
) -> Iterator[Literal]:
    """Yield the strings, each with the innermost call around it; a block within that call is code of its own.

    All are gone through once, from the file's beginning to its end: to ask a node for its parent takes the longer the
    deeper it is.
    """
    events = [(node.start_byte, node.end_byte, name, None) for node, name in calls]
    events += [(node.start_byte, node.end_byte, "", None) for node in captures.get("block", ())]
    strings = [(node.start_byte, node.end_byte, "", node) for node in captures.get("literal", ())]
    around: list[tuple[int, str]] = []
    for start, end, name, node in sorted([*events, *strings], key=lambda event: (event[0], -event[1])):
        while around and around[-1][0] <= start:
            around.pop()
        if node is None:
            around.append((end, name))
        elif _line(node) not in imports:
            yield Literal(_unquoted(node), _line(node), around[-1][1] if around else "")


def _statements(body: Node | None) -> int:
    if body is None:
        return 0
    inner = [child for child in body.named_children if child.type == "statement_list"]
    nodes = inner[0].named_children if inner else body.named_children
    return sum(1 for child in nodes if child.type not in ("comment", "empty_statement"))


def _doc(comments: Sequence[Node], clause: Node | None) -> list[Node]:
    """Return the comments that end on the line before the package clause, without a gap (go/doc's rule)."""
    group: list[Node] = []
    below = clause.start_point[0] if clause else 0
    for node in reversed(comments):
        if node.end_point[0] not in (below - 1, below):
            break
        group.append(node)
        below = node.start_point[0]
    directives = ("//go:", "// +build", "//line ", "//nolint")
    return [node for node in reversed(group) if not _text(node).startswith(directives)]


def _uncommented(text: str) -> str:
    if text.startswith("/*"):
        return text[2:].removesuffix("*/").strip()
    return text.removeprefix("//").removeprefix(" ")
