"""launcher: runs the driver from Bazel's runfiles.

A rule of its own, because Bazel 7 has sh_binary built in while Bazel 9 has it in another module alone.
"""

visibility(["//"])

_attrs = {
    "data": attr.label_list(allow_files = True, doc = "All that the driver needs."),
    "entry": attr.label(allow_single_file = True, mandatory = True, doc = "The command that starts it."),
    "_template": attr.label(allow_single_file = True, default = "//rules/private/driver:launcher.sh"),
}

def _impl(ctx):
    repository = ctx.label.repo_name or ctx.workspace_name

    # In a separate folder: the driver's Python package has the target's name.
    executable = ctx.actions.declare_file(ctx.label.name + "_/" + ctx.label.name)
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = executable,
        substitutions = {
            "{ENTRY}": ctx.file.entry.short_path.removeprefix("../%s/" % repository),
            "{REPOSITORY}": repository,
        },
        is_executable = True,
    )
    return [DefaultInfo(
        executable = executable,
        runfiles = ctx.runfiles([ctx.file.entry] + ctx.files.data),
    )]

launcher = rule(
    doc = "An executable that sets what the Bazel runfiles libraries read, and starts `entry` from the runfiles.",
    implementation = _impl,
    attrs = _attrs,
    executable = True,
)
