"""go_command: the go command of the SDK, for `bazel run`."""

load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load("//rules/private/rules:runfiles.bzl", "runfiles_path")

visibility(["//go"])

_attrs = {
    "_template": attr.label(allow_single_file = True, default = "//rules/private/driver:go.sh"),
}

def _impl(ctx):
    toolchain = ctx.toolchains[GO_TOOLCHAIN]
    goroot = toolchain.go.goroot if toolchain else None

    # In a separate folder: the package has its name.
    program = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, ctx.label.name))
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = program,
        substitutions = {"{GOROOT}": runfiles_path(ctx, goroot) if goroot else ""},
        is_executable = True,
    )
    return [DefaultInfo(executable = program, runfiles = ctx.runfiles([goroot] if goroot else []))]

go_command = rule(
    doc = "Runs the go command of the toolchain's SDK in the folder that the user is in, and no other Go than that.",
    implementation = _impl,
    attrs = _attrs,
    executable = True,
    toolchains = [config_common.toolchain_type(GO_TOOLCHAIN, mandatory = False)],
)
