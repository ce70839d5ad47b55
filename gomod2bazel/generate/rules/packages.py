"""From the packages of a repository to the rules of its folders."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gomod2bazel.base.errors import BuildError
from gomod2bazel.generate.buildfile.attributes import GROUPS
from gomod2bazel.generate.buildfile.directives import Directives
from gomod2bazel.generate.buildfile.existing_rules import Existing
from gomod2bazel.generate.buildfile.kinds import UNLINKED, Glob, Rule, RuleSet, Value, is_matched
from gomod2bazel.generate.loading.facts import Command, OwnPackage
from gomod2bazel.generate.loading.linkable import ABSENT, NOTHING, PLUGIN
from gomod2bazel.generate.loading.unreachable import fits_label
from gomod2bazel.generate.rules.labels import Labels, library_name, short_name
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.load.c_code.c_includes import included_files
from gomod2bazel.lock.lock import LockedPackage
from gomod2bazel.options.set_names import SETS

__all__ = [
    "Names",
    "Scene",
    "Shared",
    "embedded_files",
    "is_built",
    "is_generated",
    "names_of",
    "package_rules",
    "sources_of",
]

# Attributes of go_library that are a package's facts as they are.
_AS_THEY_ARE: tuple[Literal["clinkopts", "copts", "cppopts", "cxxopts", "fopts", "pkg_config"], ...] = (
    "clinkopts", "copts", "cppopts", "cxxopts", "fopts", "pkg_config",
)  # fmt: skip

# Files that Bazel reads as its own: what `//go:embed` patterns match of them came after the pattern was written.
_BAZEL_FILES = ("BUILD", "BUILD.bazel")

# What a linker reads, named by #cgo LDFLAGS and not by an include line.
_LINKED = (".a", ".dylib", ".lib", ".o", ".so", ".lds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a package's targets are called.

    Attributes:
        library: its go_library.
        binary: its go_binary, or empty.
        test: its go_test.
        cdeps: whether its go_library names libraries of C code.
        proto: whether its go_library embeds a go_proto_library, which generates files that may also be there.
        generated: whether a go_proto_library is all there is of it, and takes the place of the go_library.
    """

    library: str
    binary: str = ""
    test: str = ""
    cdeps: bool = False
    proto: bool = False
    generated: bool = False


@dataclass(slots=True)
class Shared:
    """Files that a package needs of folders that are Bazel packages of their own.

    Attributes:
        packages: folders that have, or will have, a BUILD file.
        groups: for each such folder and attribute, the files, and the folders that want them.
    """

    packages: Collection[str]
    groups: dict[tuple[str, str], tuple[set[str], set[str]]] = field(default_factory=dict)

    def label(self, path: str, folder: str, attribute: str) -> str:
        """Return how a file is named in ``folder``, and note it where another Bazel package has it.

        Args:
            path: of the file, relative to the repository's root.
            folder: of the package that needs it.
            attribute: that names it.
        """
        owner = self.owner(path)
        if owner == folder:
            return posixpath.relpath(path, folder or ".")
        files, users = self.groups.setdefault((owner, attribute), (set(), set()))
        files.add(posixpath.relpath(path, owner or "."))
        users.add(folder)
        return f"//{owner}:{GROUPS[attribute]}"

    def owner(self, path: str) -> str:
        """Return the folder of the Bazel package that a file is in.

        Args:
            path: of the file, relative to the repository's root.
        """
        owner = posixpath.dirname(path)
        while owner and owner not in self.packages:
            owner = posixpath.dirname(owner)
        return owner

    def rules(self) -> dict[str, list[Rule]]:
        """Return the filegroups of each folder that has files for others."""
        rules: dict[str, list[Rule]] = {}
        for (owner, attribute), (files, users) in sorted(self.groups.items()):
            patterns = tuple(sorted(file for file in files if file.endswith("**")))
            named = sorted(file for file in files if not is_matched(file, patterns))
            attrs: dict[str, Value] = {
                "srcs": Glob(patterns=patterns, more=tuple(named)) if patterns else named,
                "visibility": [f"//{user}:__pkg__" for user in sorted(users)],
            }
            rules.setdefault(owner, []).append(Rule(kind="filegroup", name=GROUPS[attribute], attrs=attrs))
        return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The repository around a package.

    Attributes:
        root: its folder.
        rule_set: what is generated for.
        labels: of all packages.
        shared: notes files of other folders.
    """

    root: Path
    rule_set: RuleSet
    labels: Labels
    shared: Shared


def is_built(package: OwnPackage, directives: Directives) -> bool:
    """Return whether a package has rules: all but main packages that are never built."""
    return package.command is None or (directives.set or package.command.set) in SETS


def names_of(package: OwnPackage, folder: str, existing: Iterable[Existing]) -> Names:
    """Return what new rules of a package are called: as docs/generate.md says, and as no other rule there is."""
    taken = {rule.name for rule in existing if rule.kind not in ("go_library", "go_binary", "go_test")}
    # A folder may be called as a file in it, and as the BUILD file there.
    files = (*sources_of(package.facts), *package.facts.attributes.get("embedsrcs", ()))
    taken |= {name for name in files if "/" not in name} | {*_BAZEL_FILES}

    def free(name: str) -> str:
        while name in taken:
            name += "_go"
        return name

    if package.command is None:
        library = free(short_name(library_name(folder, package.facts.import_path)))
        return Names(library=library, test=free(f"{library}_test"))
    binary = free(short_name(binary_name(package.facts.import_path)))
    return Names(library=free(f"{binary}_lib"), binary=binary, test=free(f"{binary}_test"))


def package_rules(package: OwnPackage, folder: str, names: Names, directives: Directives, scene: Scene) -> list[Rule]:
    """Return the rules of one package, but for its tests.

    Args:
        package: its facts.
        folder: relative to the repository's root.
        names: of its targets.
        directives: what holds in the folder.
        scene: the repository around it.
    """
    if not package.library or names.generated:
        return []
    attrs = _library(package, folder, scene, cdeps=names.cdeps)
    if names.proto:
        attrs["srcs"] = [file for file in attrs["srcs"] if not is_generated(file)]
        # Those of the generated files are of the rule that is embedded.
        attrs["deps"] = attrs["deps"] if attrs["srcs"] else []
    attrs["visibility"] = list(directives.visibility) or _visibility(package, folder)
    attrs["tags"] = list(directives.tags)
    kinds = scene.rule_set.kinds
    if scene.labels.rules_go:
        attrs["srcs"] = [*attrs["srcs"], *_plain(attrs.get("hdrs", []))]
    rules = [_rule("go_library", names.library, attrs, kinds["go_library"].attrs)]
    if package.command and package.command.kind != ABSENT:
        binary = _binary(package.command, names, directives)
        rules.append(_rule("go_binary", names.binary, binary, kinds["go_binary"].attrs))
    return rules


def _rule(kind: str, name: str, attrs: Mapping[str, Any], known: Collection[str]) -> Rule:
    return Rule(kind=kind, name=name, attrs={key: value for key, value in attrs.items() if key in known})


def _plain(files: Iterable[str]) -> list[str]:
    return [file for file in files if not file.startswith("//")]


def _library(package: OwnPackage, folder: str, scene: Scene, *, cdeps: bool) -> dict[str, Any]:
    known = package.facts
    facts = known.attributes
    home = package.module_root.relative_to(scene.root).as_posix()

    def below(paths: Iterable[str], place: str, attribute: str) -> list[str]:
        named = [posixpath.normpath(posixpath.join(place, path)) for path in paths]
        if beyond := next((path for path in named if path.startswith("../")), ""):
            raise BuildError(
                f"{known.import_path}: its C code includes {scene.root / beyond}, "
                f"which is outside the workspace {scene.root}",
                hint=(
                    "declare a cc_library for those files in a repository that MODULE.bazel names, and "
                    "add it to the package's cdeps; or move the root of the workspace up"
                ),
            )
        return sorted({scene.shared.label(path, folder, attribute) for path in named})

    patterns = list(facts.get("embed_patterns", {}))
    embedded = embedded_files(patterns, facts.get("embedsrcs", ()))
    swig = any(file.endswith((".swig", ".swigcxx")) for file in facts.get("srcs", ()))
    attrs: dict[str, Any] = {
        "srcs": sources_of(known),
        "cgo": bool(facts.get("cgo_srcs") or swig),
        "embedsrcs": below(embedded, folder, "embedsrcs"),
        "hdrs": below(_headers(package, only_package=cdeps), home, "hdrs"),
        "importpath": known.source_path,
        "deps": sorted(filter(None, (scene.labels.of(path, folder) for path in known.imports))),
        **{name: list(facts.get(name, ())) for name in _AS_THEY_ARE},
    }
    return attrs


def sources_of(package: LockedPackage) -> list[str]:
    """Return the source files of a package, those that import C among them, as `srcs` of its go_library."""
    return [*package.attributes.get("srcs", ()), *package.attributes.get("cgo_srcs", ())]


def is_generated(file: str) -> bool:
    """Return whether a file has a name that plugins of protoc give: x.pb.go, x_grpc.pb.go, x.pb.gw.go."""
    return file.endswith((".pb.go", ".pb.gw.go"))


def embedded_files(patterns: Collection[str], files: Iterable[str]) -> list[str]:
    """Return the files that //go:embed patterns match, less those that Bazel reads itself and no pattern names."""
    return [file for file in files if posixpath.basename(file) not in _BAZEL_FILES or file in patterns]


def _headers(package: OwnPackage, *, only_package: bool) -> list[str]:
    """Return the files elsewhere in the module that the package's C and assembly sources include, or link.

    Args:
        package: its facts.
        only_package: whether to leave out what is not below its folder, as its C libraries bring that.
    """
    facts = package.facts.attributes
    folder = posixpath.normpath(os.path.relpath(package.dir, package.module_root))
    others = list(filter(fits_label, facts.get("module_hdrs", ())))
    outside = [] if only_package else list(package.facts.outside)
    if only_package and folder != ".":
        others = [file for file in others if file.startswith(f"{folder}/")]
    if not others:
        return outside
    sources = [posixpath.normpath(posixpath.join(folder, f)) for f in sources_of(package.facts)]
    linked = [file for file in others if facts.get("clinkopts") and file.endswith(_LINKED)]
    return [*included_files(package.module_root, sources, others), *linked, *outside]


def _binary(command: Command, names: Names, directives: Directives) -> dict[str, Any]:
    default = f"{names.binary}.so" if command.kind == PLUGIN else names.binary
    unlinked = [UNLINKED] if command.kind == NOTHING and UNLINKED not in directives.tags else []
    return {
        "out": "" if command.name == default or short_name(command.name) != command.name else command.name,
        "embed": [f":{names.library}"],
        "pgo_profile": "default.pgo" if command.profile else "",
        "linkmode": PLUGIN if command.kind == PLUGIN else "",
        "tags": ["gomod2bazel", directives.set or command.set, *unlinked, *directives.tags],
        "visibility": list(directives.visibility) or ["//visibility:public"],
    }


def _visibility(package: OwnPackage, folder: str) -> list[str]:
    """Return who may use a new library: for internal packages those that Go lets import them."""
    if package.command:
        return ["//visibility:private"]
    below = package.facts.import_path.removeprefix(package.module.path).strip("/").split("/")
    if "internal" not in below:
        return ["//visibility:public"]
    parts = folder.split("/")
    last = len(below) - 1 - below[::-1].index("internal")
    return [f"//{'/'.join(parts[: len(parts) - len(below) + last])}:__subpackages__"]
