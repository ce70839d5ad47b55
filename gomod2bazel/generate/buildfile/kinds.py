"""The kinds of rules that are generated: how an existing rule is recognised, and which attributes generation owns.

docs/generate.md has the same table for people.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

__all__ = [
    "CONFIG",
    "GOMOD2BAZEL",
    "LABELS",
    "ORDERED",
    "PROTO",
    "RULES_GO",
    "RULE_SETS",
    "TOOLS",
    "UNLINKED",
    "CommentedElement",
    "Glob",
    "Kind",
    "Plain",
    "Rule",
    "RuleSet",
    "Select",
    "Value",
    "is_matched",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """A ``glob`` of files, and labels of others.

    Attributes:
        patterns: of it; each is a folder's path, a slash and two stars.
        more: files that no pattern matches, and labels.
    """

    patterns: tuple[str, ...]
    more: tuple[str, ...] = ()


def is_matched(file: str, patterns: Collection[str]) -> bool:
    """Return whether a file is in the folder of one of the patterns of a `Glob`, or is such a pattern."""
    return file in patterns or any(file.startswith(pattern.removesuffix("**")) for pattern in patterns)


class CommentedElement(str):
    """An element of a list that is written with a comment, by which generation knows it for its own.

    Attributes:
        comment: what follows it.
    """

    comment: str

    def __new__(cls, value: str, comment: str = "") -> CommentedElement:
        """Return the element; copies get the comment afterwards."""
        made = super().__new__(cls, value)
        made.comment = comment
        return made


UNLINKED = CommentedElement("manual", "# no func main: it cannot be linked")
"""The tag of binaries that `bazel build //...` is to leave out."""


Plain = str | bool | list[str] | dict[str, str] | dict[str, list[str]]
"""What an attribute can be in one configuration, but for globs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A value that differs between configurations.

    Attributes:
        additive: whether it is a list whose order means nothing, of which only what differs is selected.
        common: what such a list holds in all configurations.
        cases: the rest of such a list, or the whole value, by the label of each configuration's setting.
    """

    additive: bool
    common: tuple[str, ...] = ()
    cases: Mapping[str, Plain]


Value = Plain | Glob | Select
"""What an attribute of a generated rule can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it should be.

    Attributes:
        kind: name of its rule.
        name: what it is called where no existing rule is meant.
        attrs: values; empty values mean that the attribute must be absent.
    """

    kind: str
    name: str
    attrs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One rule of a rule set.

    Attributes:
        attrs: what may be generated, in buildifier's order.
        match: attributes by which an existing rule is recognised, the surest first.
        merge: attributes that generation owns; all others are written into new rules alone, and then the user's.
        added: attributes that are written where a rule has none, and then the user's.
        extended: attributes of the user's to which generation adds what it finds.
    """

    attrs: tuple[str, ...]
    match: tuple[str, ...]
    merge: frozenset[str]
    added: frozenset[str] = frozenset()
    extended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What generated files load.

    Attributes:
        source: label of the file that has the rules.
        same: other labels of that file.
        others: labels of files that have rules of the same names, and are given up for ``source``.
        kinds: its rules by name, and filegroup, which needs no load.
        symbols: what the file has that the others have too.
        platforms: what labels of settings begin with that hold for a GOOS, a GOARCH or both; the first is written.
        settings: what the keys of a ``select`` begin with that generation replaces.
        proto: the package that has go_proto_library and its compilers; the first is written.
    """

    source: str
    same: tuple[str, ...]
    others: tuple[str, ...]
    kinds: Mapping[str, Kind]
    settings: tuple[str, ...] = ()
    symbols: frozenset[str] = frozenset(("go_binary", "go_library", "go_source", "go_test"))
    platforms: tuple[str, ...] = ("@gomod2bazel//go/platform:",)
    proto: tuple[str, ...] = ("@gomod2bazel//proto",)


CONFIG = "@go_sdk//config:"
"""What the label of a configuration's setting begins with; its name follows."""

_OURS = "@gomod2bazel//rules:defs.bzl"
_THEIRS = ("@rules_go//go:def.bzl", "@io_bazel_rules_go//go:def.bzl")

# Gazelle writes such labels as keys of a select.
_THEIR_PLATFORMS = ("@rules_go//go/platform:", "@io_bazel_rules_go//go/platform:")

_FILEGROUP = Kind(attrs=("name", "srcs", "tags", "visibility"), match=("name",), merge=frozenset(("srcs",)))

GOMOD2BAZEL = RuleSet(
    source=_OURS,
    same=(),
    others=_THEIRS,
    # Gazelle's mean nothing without rules_go, and have labels of its repositories.
    settings=(CONFIG, "@gomod2bazel//go/platform:", *_THEIR_PLATFORMS),
    kinds={
        "filegroup": _FILEGROUP,
        "go_binary": Kind(
            attrs=(
                "name", "out", "embed", "linkmode", "pgo_profile", "tags", "target_compatible_with", "visibility",
            ),
            match=("name", "embed"),
            merge=frozenset(("embed", "tags", "target_compatible_with")),
            added=frozenset(("linkmode",)),
        ),
        "go_library": Kind(
            attrs=(
                "name", "srcs", "hdrs", "cgo", "clinkopts", "copts", "cppopts", "cxxopts", "embedsrcs", "fopts",
                "importpath", "pkg_config", "tags", "target_compatible_with", "visibility", "deps",
            ),
            match=("importpath", "name"),
            merge=frozenset((
                "cgo", "clinkopts", "copts", "cppopts", "cxxopts", "deps", "embedsrcs", "fopts", "hdrs", "importpath",
                "pkg_config", "srcs", "tags", "target_compatible_with",
            )),
        ),
        "go_test": Kind(
            attrs=(
                "name", "srcs", "data", "embed", "embedsrcs", "go_command", "go_packages", "importpath", "pgo_profile",
                "tags", "target_compatible_with", "deps",
            ),
            match=("name", "embed", "importpath"),
            merge=frozenset((
                "deps", "embed", "embedsrcs", "go_packages", "importpath", "srcs", "tags", "target_compatible_with",
            )),
            added=frozenset(("go_command", "pgo_profile")),
            extended=frozenset(("data",)),
        ),
        "go_tool": Kind(
            attrs=("name", "binary", "tags", "target_compatible_with", "visibility"),
            match=("name",),
            merge=frozenset(("binary", "tags", "target_compatible_with")),
        ),
    },
)  # fmt: skip

TOOLS = "tools."
"""What the names of the targets of tool lines begin with."""

_RULES_GO = RuleSet(
    source=_THEIRS[0],
    same=_THEIRS[1:],
    others=(_OURS,),
    platforms=_THEIR_PLATFORMS,
    proto=("@rules_go//proto", "@io_bazel_rules_go//proto"),
    kinds={
        "filegroup": _FILEGROUP,
        "go_binary": Kind(
            attrs=("name", "out", "embed", "linkmode", "tags", "visibility"),
            match=("name", "embed"),
            merge=frozenset(("embed", "tags")),
            added=frozenset(("linkmode",)),
        ),
        "go_library": Kind(
            attrs=(
                "name", "srcs", "cgo", "clinkopts", "copts", "cppopts", "cxxopts", "embedsrcs", "importpath", "tags",
                "visibility", "deps",
            ),
            match=("importpath", "name"),
            merge=frozenset((
                "cgo", "clinkopts", "copts", "cppopts", "cxxopts", "deps", "embedsrcs", "importpath", "srcs", "tags",
            )),
        ),
        "go_test": Kind(
            attrs=("name", "srcs", "data", "embed", "embedsrcs", "tags", "deps"),
            match=("name", "embed"),
            merge=frozenset(("deps", "embed", "embedsrcs", "srcs", "tags")),
            extended=frozenset(("data",)),
        ),
    },
)  # fmt: skip

RULE_SETS: Mapping[str, RuleSet] = {"gomod2bazel": GOMOD2BAZEL, "rules_go": _RULES_GO}
"""By the value of -rules."""

RULES_GO = re.compile(r"\"@(?:io_bazel_)?rules_go//")
"""How labels in rules_go begin."""

PROTO = tuple(package for rule_set in RULE_SETS.values() for package in rule_set.proto)
"""The packages that have go_proto_library."""

ORDERED = frozenset((
    "asm_opts", "clinkopts", "copts", "cppopts", "cxxopts", "fopts", "gc_goopts", "gc_linkopts",
    "pkg_config",
))  # fmt: skip
"""Lists whose order means something; all others are in buildifier's order of labels."""

LABELS = frozenset(("deps", "srcs", "visibility"))
"""Lists whose labels buildifier shortens."""
