"""shell_test: a shell script as a test. Bazel 7 has sh_test built in, Bazel 9 has it in another module alone."""

visibility(["//tests/..."])

def _impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = ctx.file.src, is_executable = True)
    runfiles = ctx.runfiles(ctx.files.data + [ctx.file.src])
    return [DefaultInfo(
        executable = executable,
        runfiles = runfiles.merge_all([target[DefaultInfo].default_runfiles for target in ctx.attr.data]),
    )]

shell_test = rule(
    doc = "Runs a shell script.",
    implementation = _impl,
    attrs = {
        "data": attr.label_list(allow_files = True, doc = "What it reads and runs."),
        "src": attr.label(allow_single_file = True, mandatory = True, doc = "The script."),
    },
    test = True,
)
