"""install_test: runs a go_install target, looks at its result file, and starts what it installed."""

visibility("private")

_SCRIPT = """\
#!/bin/sh
set -eu
{program} -prefix "$TEST_TMPDIR/stage" -destination /usr/bin -result-file "$TEST_TMPDIR/files"
diff -u {expected} "$TEST_TMPDIR/files"
while read -r file; do
    "$TEST_TMPDIR/stage$file" >/dev/null
done <"$TEST_TMPDIR/files"
"""

def _impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, _SCRIPT.format(
        expected = ctx.file.expected.short_path,
        program = ctx.executable.program.short_path,
    ), is_executable = True)
    runfiles = ctx.runfiles([ctx.executable.program, ctx.file.expected])
    return [DefaultInfo(executable = script, runfiles = runfiles.merge(ctx.attr.program[DefaultInfo].default_runfiles))]

install_test = rule(
    doc = "Runs a go_install target below a prefix, compares its result file, and starts each program without arguments.",
    implementation = _impl,
    attrs = {
        "expected": attr.label(allow_single_file = True, doc = "The result file it must write.", mandatory = True),
        "program": attr.label(cfg = "target", doc = "The go_install target.", executable = True, mandatory = True),
    },
    test = True,
)
