"""lcov: the program that merges trace files of coverage, run by the Python that runs the builder."""

load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":python_program.bzl", "python_program")

visibility(["//rules/coverage"])

_attrs = {
    "_template": attr.label(allow_single_file = True, default = "//rules/private/builder:test/lcov.py"),
}

def _impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    python = python_program(ctx, ctx.toolchains[GO_TOOLCHAIN].go.python, template = ctx.file._template, output = executable)
    return [DefaultInfo(executable = executable, runfiles = ctx.runfiles(transitive_files = python))]

lcov = rule(
    doc = """Merges lcov's trace files.

Bazel's merger is downloaded and needs a JDK, which tests of Go code should not need.
""",
    implementation = _impl,
    attrs = _attrs,
    executable = True,
    toolchains = [GO_TOOLCHAIN],
)
