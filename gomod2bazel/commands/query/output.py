"""The answer to a query: read from Bazel's streamed protobuf, and printed as text, JSON or a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.base.errors import ToolError
from gomod2bazel.options.set_names import SETS

if TYPE_CHECKING:
    from gomod2bazel.base.protos import query_pb2 as pb

__all__ = ["ATTRIBUTES", "FORMATS", "QueriedTarget", "read_targets"]

#: The attributes that are read; Bazel need not print others.
ATTRIBUTES = ("buildinfo", "embed", "importpath", "module", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriedTarget:
    """One target of an answer, with the keys that docs/query.md describes.

    Attributes:
        label: as it can be written in a query.
        kind: name of its rule, or ``source file`` and such.
        import_path: of a Go package, a binary's main package, or the package under test, else empty.
        module: ``PATH@VERSION`` that it is of, ``PATH`` for an unpacked tree, else empty.
        set: of a binary, else empty.
        tags: of a rule.
        deps: labels of all that it depends on directly, sorted.
        embed: labels of the package that a binary or test links; not printed.
    """

    label: str
    kind: str
    import_path: str = ""
    module: str = ""
    set: str = ""
    tags: tuple[str, ...] = ()
    deps: tuple[str, ...] = ()
    embed: tuple[str, ...] = ()


def read_targets(stream: BinaryIO, repositories: Mapping[str, str]) -> tuple[QueriedTarget, ...]:
    """Read what ``bazel query --output=streamed_proto --consistent_labels`` wrote.

    Args:
        stream: at its beginning.
        repositories: canonical name of each repository that the main one sees, by the name it has there.

    Returns:
        The targets by label.

    Raises:
        ToolError: the stream is not what Bazel writes.
    """
    # A repository may be seen under several names: the one that its own name ends in is the plainest.
    ordered = sorted(repositories.items(), key=lambda item: (item[1].endswith(item[0]), item[0]))
    names = {canonical: apparent for apparent, canonical in ordered} | {"": ""}
    targets = (_target(message, lambda label: _shown(label, names)) for message in _messages(stream))
    return tuple(sorted(targets, key=lambda target: target.label))


def _messages(stream: BinaryIO) -> Iterator[pb.Target]:
    # Imported here because it takes longer than the rest of the driver's start.
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from google.protobuf.proto import parse_length_prefixed  # noqa: PLC0415

    from gomod2bazel.base.protos import query_pb2  # noqa: PLC0415

    try:
        while (message := parse_length_prefixed(query_pb2.Target, stream)) is not None:  # type: ignore[arg-type]
            yield message
    except (DecodeError, ValueError) as error:
        raise ToolError(f"cannot read the output of bazel query: {error}") from error


def _shown(label: str, names: Mapping[str, str]) -> str:
    """Return a canonical label with the name that the main repository has for the label's, where it has one."""
    canonical, slashes, rest = label.removeprefix("@@").partition("//")
    if canonical not in names or not slashes:
        return label
    name = names[canonical]
    return f"@{name}//{rest}" if name else f"//{rest}"


def _target(message: pb.Target, shown: Callable[[str], str]) -> QueriedTarget:
    if message.HasField("rule"):
        return _rule(message.rule, shown)
    if message.HasField("generated_file"):
        file = message.generated_file
        return QueriedTarget(label=shown(file.name), kind="generated file", deps=(shown(file.generating_rule),))
    if message.HasField("package_group"):
        group = message.package_group
        deps = tuple(sorted(map(shown, group.included_package_group)))
        return QueriedTarget(label=shown(group.name), kind="package group", deps=deps)
    if message.HasField("environment_group"):
        return QueriedTarget(label=shown(message.environment_group.name), kind="environment group")
    return QueriedTarget(label=shown(message.source_file.name), kind="source file")


def _rule(rule: pb.Rule, shown: Callable[[str], str]) -> QueriedTarget:
    attributes = {attribute.name: attribute for attribute in rule.attribute if attribute.name in ATTRIBUTES}
    texts = {name: attribute.string_value for name, attribute in attributes.items()}
    lists = {name: tuple(attribute.string_list_value) for name, attribute in attributes.items()}
    tags = lists.get("tags", ())
    # A binary's module information: its import path, and the path and version of its module, with tabs.
    lines = [line.split("\t") for line in lists.get("buildinfo", ())]
    path = next((line[1] for line in lines if line[0] == "path"), "")
    module = next((line[1:3] for line in lines if line[0] == "mod"), [])
    return QueriedTarget(
        label=shown(rule.name),
        kind=rule.rule_class,
        import_path=texts.get("importpath") or path,
        module=texts.get("module") or "@".join(module).removesuffix("@(devel)"),
        set=next((tag for tag in tags if tag in SETS), "") if "gomod2bazel" in tags else "",
        tags=tags,
        deps=tuple(sorted(map(shown, rule.rule_input))),
        embed=tuple(map(shown, lists.get("embed", ()))) if rule.rule_class in ("go_binary", "go_test") else (),
    )


def _text(targets: Sequence[QueriedTarget], _recorder: Recorder) -> str:
    """One label a line; behind that of a binary, tabs before its import path and its set."""
    rows = ((t.label, t.import_path, t.set) if t.kind == "go_binary" else (t.label,) for t in targets)
    return "".join("\t".join(row).rstrip("\t") + "\n" for row in rows)


def _json(targets: Sequence[QueriedTarget], recorder: Recorder) -> str:
    printed = [{name: value for name, value in asdict(target).items() if name != "embed"} for target in targets]
    return document({"targets": printed}, recorder)


def _graph(targets: Sequence[QueriedTarget], _recorder: Recorder) -> str:
    """Graphviz: a node a target, an edge to each direct dependency that is a target of the answer too."""
    labels = {target.label for target in targets}
    edges = [(target.label, dep) for target in targets for dep in target.deps if dep in labels]
    lines = [f"  {_quoted(target.label)}" for target in targets]
    lines += [f"  {_quoted(target)} -> {_quoted(dep)}" for target, dep in edges]
    return "\n".join(["digraph gomod2bazel {", "  node [shape=box]", *lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    """Return a Graphviz string; a backslash is doubled, as in a node's label it would begin an escape."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


#: What prints an answer, by the value of -output.
FORMATS: Mapping[str, Callable[[Sequence[QueriedTarget], Recorder], str]] = {
    "text": _text,
    "json": _json,
    "graph": _graph,
}
