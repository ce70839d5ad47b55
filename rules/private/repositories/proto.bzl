"""go_proto_modules_repository: what the locks have for sources that are generated from .proto files."""

load("//rules/private/lock:variants.bzl", "views")
load(":buildfile.bzl", "attribute", "quoted")
load(":fetch.bzl", "repository_metadata")

visibility(["//rules/...", "//tests/..."])

# The modules whose packages generated sources import, and what tells which lock has those of the workspace's own packages.
_MODULES = ["google.golang.org/protobuf", "google.golang.org/grpc"]
_RUNTIME = "google.golang.org/protobuf/runtime/protoimpl"

# What generated sources import: //proto names them too.
_PACKAGES = [
    "google.golang.org/grpc",
    "google.golang.org/grpc/codes",
    "google.golang.org/grpc/status",
    "google.golang.org/protobuf/proto",
    "google.golang.org/protobuf/reflect/protoreflect",
    _RUNTIME,
    "google.golang.org/protobuf/types/descriptorpb",
    "google.golang.org/protobuf/types/gofeaturespb",
    "google.golang.org/protobuf/types/pluginpb",
]
_WELL_KNOWN = "google.golang.org/protobuf/types/known/"

_PLUGINS = [
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc",
    "google.golang.org/protobuf/cmd/protoc-gen-go",
]

_MODULES_RULE = """
go_proto_modules(
    name = "modules",
{attributes}    visibility = ["//visibility:public"],
)
"""

_BINARY = """
go_binary(
    name = {name},
    embed = [{embed}],
    tags = ["manual"],
)
"""

def proto_modules(lock, repository_names):
    """Returns what a lock has for generated sources.

    Args:
        lock: dict, of `decode_lock`.
        repository_names: dict of string to string, the repository of each module by its path.

    Returns:
        dict with the labels of `packages`, of the binaries that are `plugins`, and of the main packages of such
        binaries, `commands`, each by import path.
    """
    modules = {"commands": {}, "packages": {}, "plugins": {}}
    for module in lock["modules"]:
        if not [path for path in _MODULES if module["path"] == path or module["path"].startswith(path + "/")]:
            continue
        for package in module["packages"]:
            path = package["import_path"]
            label = "@%s//:%s" % (repository_names[module["path"]], package["target"])
            if path in _PLUGINS and "main" in [view.get("name") for view in views(package)]:
                modules["commands"][path] = label
            elif path in _PACKAGES or path.startswith(_WELL_KNOWN):
                modules["packages"][path] = label
    for binary in lock["binaries"]:
        if binary["import_path"] in _PLUGINS:
            modules["plugins"][binary["import_path"]] = "@%s//:%s" % (repository_names[binary["module"]], binary["target"])
    return modules

def merged_proto_modules(several):
    """Returns what several locks have for generated sources.

    Args:
        several: list of dicts, from `proto_modules`, in the order of the locks.

    Returns:
        dict, the same of all: packages are those of the first lock that has the runtime, and each plugin that of the
        first lock that has it.
    """
    merged = {"commands": {}, "packages": {}, "plugins": {}}
    for modules in several:
        for key in ["commands", "plugins"]:
            merged[key] = modules[key] | merged[key]
        if _RUNTIME not in merged["packages"]:
            merged["packages"] = modules["packages"]
    return merged

def proto_build_file(commands, packages, plugins):
    """Returns the text of the repository's BUILD file.

    Args:
        commands: dict, as `proto_modules` has it; linked here where no binary of the lock has the path.
        packages: dict, likewise.
        plugins: dict, likewise.

    Returns:
        string.
    """
    linked = {path: label for path, label in commands.items() if path not in plugins}
    labels = dict(plugins) | {path: ":" + _name(path) for path in linked}
    attributes = {
        "packages": [packages[path] for path in sorted(packages)],
        "plugins": {labels[path]: path for path in sorted(labels)},
    }
    loads = ["load(\"@gomod2bazel//proto:modules.bzl\", \"go_proto_modules\")"]
    loads += ["load(\"@gomod2bazel//rules:defs.bzl\", \"go_binary\")"] if linked else []
    lines = "".join([attribute(name, value) + "\n" for name, value in attributes.items() if value])
    text = "\n".join(loads) + "\n" + _MODULES_RULE.format(attributes = lines)
    for path in sorted(linked):
        text += _BINARY.format(name = quoted(_name(path)), embed = quoted(linked[path]))
    return text

def _name(path):
    return path.split("/")[-1]

def _impl(rctx):
    rctx.file("BUILD.bazel", proto_build_file(rctx.attr.commands, rctx.attr.packages, rctx.attr.plugins), executable = False)
    return repository_metadata(rctx, reproducible = True)

go_proto_modules_repository = repository_rule(
    doc = "The plugins of protoc and the packages for generated sources that the locks of one Go release have.",
    attrs = {
        "commands": attr.string_dict(doc = "The labels of the main packages of plugins, by import path."),
        "packages": attr.string_dict(doc = "The labels of packages, by import path."),
        "plugins": attr.string_dict(doc = "The labels of binaries that are plugins, by import path."),
    },
    implementation = _impl,
)
