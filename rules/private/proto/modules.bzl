"""What locks have for sources that are generated from .proto files: plugins of protoc, and packages of the runtime."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoProtoModulesInfo", "GoProtoPackagesInfo")
load("//rules/private/config:toolchain.bzl", "PROTO_MODULES")

visibility(["//rules/...", "//proto/...", "//tests/..."])

HINT = "require its module in go.mod (go get -tool PATH), and run gomod2bazel generate; or give go_proto_library a go_proto_compiler of your own"

def _modules_impl(ctx):
    return [platform_common.ToolchainInfo(proto_modules = GoProtoModulesInfo(
        packages = {target[GoInfo].importpath: target[GoInfo] for target in ctx.attr.packages},
        plugins = {path: target[DefaultInfo].files_to_run for target, path in ctx.attr.plugins.items()},
    ))]

go_proto_modules = rule(
    doc = """What locks have for sources that are generated from .proto files, as a toolchain.

The repositories of the extension declare one for each Go SDK.""",
    implementation = _modules_impl,
    attrs = {
        "packages": attr.label_list(providers = [GoInfo], doc = "Packages that generated sources import."),
        "plugins": attr.label_keyed_string_dict(cfg = "exec", doc = "Plugins of protoc, with their import paths."),
    },
)

def proto_modules(ctx):
    """Returns what the locks have.

    Args:
        ctx: context of a rule with the toolchain type PROTO_MODULES, not mandatory.

    Returns:
        GoProtoModulesInfo, empty where no toolchain is registered.
    """
    toolchain = ctx.toolchains[PROTO_MODULES]
    return toolchain.proto_modules if toolchain else GoProtoModulesInfo(packages = {}, plugins = {})

def _packages_impl(ctx):
    packages = proto_modules(ctx).packages
    missing = [path for path in ctx.attr.paths if path not in packages]
    if missing:
        fail("no lock has package %s, which generated sources import; %s" % (missing[0], HINT))
    return [GoProtoPackagesInfo(packages = [packages[path] for path in ctx.attr.paths + ctx.attr.optional if path in packages])]

locked_packages = rule(
    doc = "Packages of the lock, for `deps` of a go_proto_compiler.",
    implementation = _packages_impl,
    attrs = {
        "optional": attr.string_list(doc = "Import paths of packages that are left out where the lock does not have them."),
        "paths": attr.string_list(doc = "Import paths of packages that must be there."),
    },
    toolchains = [config_common.toolchain_type(PROTO_MODULES, mandatory = False)],
)
