"""The action that runs protoc with plugins that write Go files."""

load("@rules_proto//proto:defs.bzl", "proto_common")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/private/proto"])

_PROTO_TOOLCHAIN = "@rules_proto//proto:toolchain_type"

# As proto_library does: the toolchain where the build asks for it, and else --proto_compiler.
_BY_TOOLCHAIN = getattr(proto_common, "INCOMPATIBLE_ENABLE_PROTO_TOOLCHAIN_RESOLUTION", False)

PROTOC_ATTRS = {
    "_protocgen": attr.label(allow_single_file = True, default = "//rules/private/builder:proto/protocgen.py"),
} | ({} if _BY_TOOLCHAIN else {
    "_protoc": attr.label(cfg = "exec", default = configuration_field("proto", "proto_compiler"), executable = True),
})

PROTOC_TOOLCHAINS = [config_common.toolchain_type(_PROTO_TOOLCHAIN, mandatory = False)] if _BY_TOOLCHAIN else []

def import_paths(label, protos):
    """Returns the sources of proto_library targets by the paths that other .proto files import.

    Args:
        label: Label of the target that asks.
        protos: list of ProtoInfo.

    Returns:
        dict of string to File.
    """
    paths = {}
    for proto in protos:
        # Also those of targets that an alias-like proto_library without sources exports.
        for file in proto.check_deps_sources.to_list():
            path = _import_path(file, proto.proto_source_root)
            if paths.setdefault(path, file) != file:
                fail("%s: %s and %s are both imported as %s" % (label, paths[path].path, file.path, path))
    return paths

def _import_path(file, source_root):
    # The root of generated files has their folder in bazel-out, that of files of the tree does not.
    for root in [source_root, "%s/%s" % (file.root.path, source_root), file.root.path]:
        if root not in ["", "."] and file.path.startswith(root + "/"):
            return file.path[len(root) + 1:]
    return file.path

def generate_sources(ctx, *, protos, steps, importpath, imports):
    """Declares the action that writes the Go files of a package.

    Args:
        ctx: context of a rule with PROTOC_ATTRS and PROTOC_TOOLCHAINS.
        protos: list of ProtoInfo.
        steps: list of structs, as GoProtoCompilerInfo has them.
        importpath: string, the package's.
        imports: depset of strings, as in GoProtoInfo.

    Returns:
        list of Files.
    """
    protoc = _protoc(ctx)
    paths = import_paths(ctx.label, protos)
    descriptors = depset(transitive = [proto.transitive_descriptor_sets for proto in protos])
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add(protoc.executable, format = "protoc=%s")
    args.add_all(descriptors, format_each = "descriptors=%s")
    args.add_all(imports, format_each = "option=M%s")
    args.add_all(paths.keys(), format_each = "proto=%s")
    written = {}
    for step in steps:
        args.add(step.plugin.executable, format = "plugin=%s")
        args.add_all(step.options + (["import_path=" + importpath] if step.import_path_option else []), format_each = "option=%s")
        if step.always_generates:
            args.add("strict=1")
        for file in paths.values():
            for suffix in step.suffixes:
                name = "%s_/%s/%s%s" % (ctx.label.name, importpath, file.basename.removesuffix(".proto"), suffix)
                if name in written:
                    fail("%s: %s would be written twice; file names must differ within a package, and suffixes between its compilers" % (ctx.label, name))
                written[name] = ctx.actions.declare_file(name)
                args.add(written[name], format = "out=%s")
    run_python(
        ctx,
        ctx.toolchains[GO_TOOLCHAIN].go.python,
        mnemonic = "GoProtocGen",
        progress_message = "Generating Go package %s" % importpath,
        arguments = [ctx.file._protocgen.path, args],
        inputs = descriptors,
        programs = [protoc] + [step.plugin for step in steps],
        tools = [ctx.file._protocgen],
        outputs = written.values(),
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return written.values()

def _protoc(ctx):
    """Returns the FilesToRunProvider of protoc."""
    if not _BY_TOOLCHAIN:
        return ctx.attr._protoc[DefaultInfo].files_to_run
    toolchain = ctx.toolchains[_PROTO_TOOLCHAIN]
    if not toolchain:
        fail("%s: no toolchain of the type %s is registered" % (ctx.label, _PROTO_TOOLCHAIN))
    return toolchain.proto.proto_compiler
