"""go_tool: a program that `bazel run` starts where the user is."""

load("//rules/private/rules:runfiles.bzl", "runfiles_path")

visibility(["//rules/...", "//tests/..."])

_DOC = """Makes `bazel run` start a program in the folder that the user is in, as `go tool` does.

Without it a program starts among its runfiles. `gomod2bazel generate` writes one for each `tool` line of go.mod. In
actions, name the program itself.
"""

_attrs = {
    "binary": attr.label(cfg = "target", doc = "The program, such as a go_binary.", executable = True, mandatory = True),
    "_template": attr.label(allow_single_file = True, default = "//rules/private/driver:tool.sh"),
}

def _impl(ctx):
    # In a separate folder: a folder of the package may have the target's name.
    launcher = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, ctx.label.name.split("/")[-1]))
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = launcher,
        substitutions = {"{PROGRAM}": runfiles_path(ctx, ctx.executable.binary)},
        is_executable = True,
    )
    runfiles = ctx.runfiles([ctx.executable.binary]).merge(ctx.attr.binary[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

go_tool = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    executable = True,
)
