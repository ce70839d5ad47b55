"""What go_proto_library rules need of other modules although no Go file imports it: plugins, and the runtime."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.generate.loading.named_packages import requirements
from gomod2bazel.generate.loading.repository import Folder

__all__ = ["ProtoFolders", "proto_folders"]

_LIBRARY = re.compile(r"^go_(?:proto|grpc)_library\(", re.MULTILINE)
_SERVICES = re.compile(r"^go_grpc_library\(|//proto:go_grpc(?:_v2)?\"", re.MULTILINE)

# What //proto:BUILD.bazel names.
_MESSAGES = (
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
_GRPC = (
    "google.golang.org/grpc",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc",
    "google.golang.org/grpc/codes",
    "google.golang.org/grpc/status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoFolders:
    """The folders whose BUILD files have Go code generated from .proto files.

    Attributes:
        messages: with any go_proto_library.
        services: with services of gRPC, by the compilers of //proto.
    """

    messages: frozenset[Path] = frozenset()
    services: frozenset[Path] = frozenset()

    def paths(self, unit: Unit) -> tuple[str, ...]:
        """Return the import paths of what the rules of a unit need, as far as it requires their modules.

        Args:
            unit: its modules.

        Raises:
            FileError: a go.mod cannot be read.
        """
        paths = (*_among(self.messages, unit, _MESSAGES), *_among(self.services, unit, _GRPC))
        if not paths:
            return ()
        modules = requirements(unit)
        return tuple(path for path in paths if any(f"{path}/".startswith(f"{module}/") for module in modules))


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
    )
