"""go_proto_compiler: a plugin of protoc, and what its output needs."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoProtoCompilerInfo", "GoProtoPackagesInfo")
load("//rules/private/config:toolchain.bzl", "PROTO_MODULES")
load(":modules.bzl", "HINT", "proto_modules")

visibility(["//proto/...", "//tests/..."])

_COMMON = {
    "always_generates": attr.bool(doc = "Whether it is an error that the plugin writes no file for a .proto file. Otherwise an empty file takes its place."),
    "deps": attr.label_list(providers = [[GoInfo], [GoProtoPackagesInfo]], doc = "Packages that generated files may import: dependencies of each go_proto_library that is compiled so."),
    "import_path_option": attr.bool(doc = "Whether the plugin gets the option import_path=IMPORTPATH."),
    "options": attr.string_list(doc = "Options of the plugin."),
    "suffix": attr.string(default = ".pb.go", doc = "What follows the name of a .proto file in that of the generated one."),
    "suffixes": attr.string_list(doc = "The same for a plugin that writes several files for each .proto file; takes the place of `suffix`."),
    "valid_archive": attr.bool(default = True, doc = "Whether generated files are a package without those of other compilers."),
}

def _providers(ctx, plugin, others = []):
    packages = []
    for dep in ctx.attr.deps:
        packages += [dep[GoInfo]] if GoInfo in dep else dep[GoProtoPackagesInfo].packages
    step = struct(
        always_generates = ctx.attr.always_generates,
        import_path_option = ctx.attr.import_path_option,
        options = ctx.attr.options,
        plugin = plugin,
        suffixes = ctx.attr.suffixes or [ctx.attr.suffix],
    )
    return [GoProtoCompilerInfo(
        packages = packages + [package for other in others for package in other.packages],
        steps = [step for other in others for step in other.steps] + [step],
        valid_archive = ctx.attr.valid_archive,
    )]

def _impl(ctx):
    return _providers(ctx, ctx.attr.plugin[DefaultInfo].files_to_run)

go_proto_compiler = rule(
    doc = """Says how go_proto_library makes Go sources: by a plugin of protoc. It is named in `compilers`.""",
    implementation = _impl,
    attrs = _COMMON | {
        "plugin": attr.label(cfg = "exec", doc = "The plugin, such as a go_binary of your own or of the lock.", executable = True, mandatory = True),
    },
)

def _locked_impl(ctx):
    plugins = proto_modules(ctx).plugins
    if ctx.attr.plugin_path not in plugins:
        fail("no lock has the command %s, which %s runs; %s" % (ctx.attr.plugin_path, ctx.label, HINT))
    return _providers(ctx, plugins[ctx.attr.plugin_path], [other[GoProtoCompilerInfo] for other in ctx.attr.others])

locked_proto_compiler = rule(
    doc = "A go_proto_compiler whose plugin comes from the lock.",
    implementation = _locked_impl,
    attrs = _COMMON | {
        "others": attr.label_list(providers = [GoProtoCompilerInfo], doc = "Compilers whose files are generated too."),
        "plugin_path": attr.string(doc = "Import path of the plugin.", mandatory = True),
    },
    toolchains = [config_common.toolchain_type(PROTO_MODULES, mandatory = False)],
)
