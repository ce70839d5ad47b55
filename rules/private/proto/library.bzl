"""go_proto_library: a Go package that is generated from .proto files, and compiled."""

load("@rules_proto//proto:defs.bzl", "ProtoInfo")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "recipe_of")
load("//rules/private/config:providers.bzl", "GoConfigInfo", "GoInfo", "GoProtoCompilerInfo", "GoProtoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")

# buildifier: disable=bzl-visibility
load("//rules/private/rules:package.bzl", "package_impl")
load(":protoc.bzl", "PROTOC_ATTRS", "PROTOC_TOOLCHAINS", "generate_sources", "import_paths")

visibility(["//proto/...", "//tests/..."])

_DOC = """Generates Go files of a proto_library, and compiles them as one package.

A go_library with the same importpath that has it in `embed` adds files to the package. protoc is the one that proto_library
runs; its plugins are those of `compilers`.
"""

_attrs = {
    "compiler": attr.label(providers = [GoProtoCompilerInfo], doc = "One compiler, in place of `compilers`."),
    "compilers": attr.label_list(
        default = [Label("//proto:go_proto")],
        providers = [GoProtoCompilerInfo],
        doc = "What generates the files: go_proto_compiler targets.",
    ),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages of imported .proto files. Those of the compilers are added."),
    "embed": attr.label_list(providers = [GoSourceInfo], doc = "More files of the package: of go_source, or of go_library with the same importpath."),
    "gc_goopts": attr.string_list(doc = "Flags for the compiler (-gcflags)."),
    "importmap": attr.string(doc = "The package's path in the binary; the import path when empty."),
    "importpath": attr.string(mandatory = True, doc = "The path that importers write."),
    "proto": attr.label(providers = [ProtoInfo], doc = "The proto_library."),
    "protos": attr.label_list(providers = [ProtoInfo], doc = "Several of them, whose files are one Go package; in place of `proto`."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
} | PROTOC_ATTRS

def _impl(ctx):
    if bool(ctx.attr.proto) == bool(ctx.attr.protos):
        fail("%s: give either proto or protos" % ctx.label)
    protos = [target[ProtoInfo] for target in ctx.attr.protos or [ctx.attr.proto]]
    compilers = [target[GoProtoCompilerInfo] for target in ([ctx.attr.compiler] if ctx.attr.compiler else ctx.attr.compilers)]
    importpath = ctx.attr.importpath
    imports = depset(
        ["%s=%s" % (path, importpath) for path in import_paths(ctx.label, protos)],
        transitive = [dep[GoProtoInfo].imports for dep in ctx.attr.deps + ctx.attr.embed if GoProtoInfo in dep],
    )
    generated = generate_sources(ctx, protos = protos, steps = [step for compiler in compilers for step in compiler.steps], importpath = importpath, imports = imports)
    standard_library = ctx.toolchains[STANDARD_LIBRARY].standard_library
    recipe = recipe_of(ctx, standard_library)
    deps = {dep.importmap: dep for compiler in compilers for dep in compiler.packages if dep.importpath != importpath}
    deps |= {dep.importmap: dep for dep in recipe.deps}
    recipe = changed_recipe(recipe, deps = deps.values(), srcs = list(recipe.srcs) + generated)
    sources = depset(generated)
    if not [compiler for compiler in compilers if compiler.valid_archive]:
        return [
            DefaultInfo(files = sources),
            GoProtoInfo(imports = imports),
            GoSourceInfo(recipe = recipe),
            OutputGroupInfo(go_generated_srcs = sources),
        ]
    return package_impl(ctx, standard_library, recipe, {"go_generated_srcs": sources}) + [GoProtoInfo(imports = imports)]

go_proto_library = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    fragments = ["proto"],
    provides = [GoProtoInfo, GoSourceInfo],
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY] + PROTOC_TOOLCHAINS,
)

def go_grpc_library(name, **kwargs):
    """Declares a go_proto_library with the services of gRPC.

    Args:
        name: string.
        **kwargs: attributes of go_proto_library; `compilers` is go_proto and go_grpc_v2 where it is not given.
    """
    kwargs.setdefault("compilers", [Label("//proto:go_proto"), Label("//proto:go_grpc_v2")])
    go_proto_library(name = name, **kwargs)
