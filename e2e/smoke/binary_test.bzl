"""binary_test: runs a program and compares what it prints with a file."""

visibility("private")

_SCRIPT = """\
#!/bin/sh
set -eu
{program} {arguments} >"$TEST_TMPDIR/stdout"
diff -u {expected} "$TEST_TMPDIR/stdout"
"""

def _impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, _SCRIPT.format(
        program = ctx.executable.program.short_path,
        arguments = " ".join(["'%s'" % argument for argument in ctx.attr.arguments]),
        expected = ctx.file.expected.short_path,
    ), is_executable = True)
    runfiles = ctx.runfiles([ctx.executable.program, ctx.file.expected])
    return [DefaultInfo(executable = script, runfiles = runfiles.merge(ctx.attr.program[DefaultInfo].default_runfiles))]

binary_test = rule(
    doc = "Runs a program and compares what it prints with a file.",
    implementation = _impl,
    attrs = {
        "arguments": attr.string_list(doc = "Its arguments."),
        "expected": attr.label(allow_single_file = True, mandatory = True, doc = "What it must print."),
        "program": attr.label(cfg = "target", executable = True, mandatory = True, doc = "The program."),
    },
    test = True,
)
