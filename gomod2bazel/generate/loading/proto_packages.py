"""What go_proto_library rules need of other modules although no Go file imports it, and the packages that they are.

The go command sees no package where the generated files are not checked in. It is shown a file instead, by -overlay.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.bazel.names import gazelle_library
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.generate.loading.named_packages import requirements
from gomod2bazel.generate.loading.repository import Folder

__all__ = ["GRPC", "MESSAGES", "ProtoFolders", "overlay_of", "proto_folders"]

_LIBRARY = re.compile(r"^go_(?:proto|grpc)_library\(", re.MULTILINE)
_IMPORT_PATH = re.compile(r'^go_(?:proto|grpc)_library\(\n(?:    .*\n)*?    importpath = "([^"]+)"', re.MULTILINE)
_SERVICES = re.compile(r"^go_grpc_library\(|//proto:go_grpc(?:_v2)?\"", re.MULTILINE)

MESSAGES = (
    "google.golang.org/protobuf/cmd/protoc-gen-go",
    "google.golang.org/protobuf/proto",
    "google.golang.org/protobuf/reflect/protoreflect",
    "google.golang.org/protobuf/runtime/protoimpl",
    "google.golang.org/protobuf/types/descriptorpb",
    "google.golang.org/protobuf/types/gofeaturespb",
    "google.golang.org/protobuf/types/known/anypb",
    "google.golang.org/protobuf/types/known/apipb",
    "google.golang.org/protobuf/types/known/durationpb",
    "google.golang.org/protobuf/types/known/emptypb",
    "google.golang.org/protobuf/types/known/fieldmaskpb",
    "google.golang.org/protobuf/types/known/sourcecontextpb",
    "google.golang.org/protobuf/types/known/structpb",
    "google.golang.org/protobuf/types/known/timestamppb",
    "google.golang.org/protobuf/types/known/typepb",
    "google.golang.org/protobuf/types/known/wrapperspb",
    "google.golang.org/protobuf/types/pluginpb",
)
"""What the compilers of //proto run for messages, and what the generated files import."""

GRPC = (
    "google.golang.org/grpc",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc",
    "google.golang.org/grpc/codes",
    "google.golang.org/grpc/status",
)
"""The same for services of gRPC."""


# In place of the files that protoc-gen-go and protoc-gen-go-grpc write, with the standard packages that these import.
_FILE = "generated.pb.go"
_STANDARD = ("context", "reflect", "sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoFolders:
    """The folders whose BUILD files have Go code generated from .proto files.

    Attributes:
        messages: with any go_proto_library.
        services: with services of gRPC, by the compilers of //proto.
        unseen: of folders without Go files, the import paths that their rules have.
    """

    messages: frozenset[Path] = frozenset()
    services: frozenset[Path] = frozenset()
    unseen: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)

    def paths(self, unit: Unit) -> tuple[str, ...]:
        """Return the import paths of what the rules of a unit need, as far as it requires their modules.

        Args:
            unit: its modules.

        Raises:
            FileError: a go.mod cannot be read.
        """
        paths = (*_among(self.messages, unit, MESSAGES), *_among(self.services, unit, GRPC))
        if not paths:
            return ()
        modules = requirements(unit)
        return tuple(path for path in paths if any(f"{path}/".startswith(f"{module}/") for module in modules))

    def unseen_packages(self, homes: Mapping[str, Path]) -> dict[Path, str]:
        """Return the folders that are packages of a unit although they have no Go files, with their import paths.

        Args:
            homes: folders of the unit's modules, by module path.
        """
        packages: dict[Path, str] = {}
        for module, home in homes.items():
            for folder, paths in self.unseen.items():
                if folder.is_relative_to(home):
                    below = folder.relative_to(home).as_posix()
                    path = module if below == "." else f"{module}/{below}"
                    packages |= {folder: path} if path in paths else {}
        return packages


def overlay_of(packages: Mapping[Path, str], folder: Path) -> str:
    """Write an overlay that has a Go file for each package, and return its name; nothing where there is no package.

    Args:
        packages: import paths, by folder.
        folder: where the overlay is written.
    """
    if not packages:
        return ""
    imports = "".join(f'import _ "{path}"\n' for path in _STANDARD)
    replaced: dict[str, str] = {}
    for place, path in packages.items():
        name = re.sub(r"\W", "_", gazelle_library(path), flags=re.ASCII)
        text = f"package {name}\n\n{imports}"
        file = folder / f"package-{hashlib.sha256(text.encode()).hexdigest()[:32]}.go"
        write_file(file, text)
        replaced[str(place / _FILE)] = str(file)
    overlay = json.dumps({"Replace": replaced}, sort_keys=True)
    written = folder / f"overlay-{hashlib.sha256(overlay.encode()).hexdigest()[:32]}.json"
    write_file(written, overlay)
    return str(written)


def _among(folders: Iterable[Path], unit: Unit, paths: tuple[str, ...]) -> tuple[str, ...]:
    homes = (unit.main, *unit.others.values(), *unit.used)
    return paths if any(folder.is_relative_to(home) for folder in folders for home in homes) else ()


def proto_folders(root: Path, folders: Iterable[Folder]) -> ProtoFolders:
    """Return the folders that have rules for .proto files.

    Args:
        root: The root folder of the repository.
        folders: of the repository.
    """
    with_rules = [folder for folder in folders if not folder.directives.ignored and _LIBRARY.search(folder.text)]
    return ProtoFolders(
        messages=frozenset(root / folder.path for folder in with_rules),
        services=frozenset(root / folder.path for folder in with_rules if _SERVICES.search(folder.text)),
        unseen={
            root / folder.path: tuple(_IMPORT_PATH.findall(folder.text))
            for folder in with_rules
            if not any(name.endswith(".go") and not name.endswith("_test.go") for name in folder.files)
        },
    )
