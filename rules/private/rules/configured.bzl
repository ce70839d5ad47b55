"""configured: another target, built with build settings of its own; the driver builds several platforms at once with it."""

load("//rules/private/config:transition.bzl", "given_configuration")

visibility(["//rules/..."])

def _impl(ctx):
    actual = ctx.attr.actual
    groups = [actual[OutputGroupInfo]] if OutputGroupInfo in actual else []

    # An executable would have to be made here.
    return [DefaultInfo(files = actual[DefaultInfo].files)] + groups

configured = rule(
    doc = "Has the files and output groups of another target, which is built with the build settings that are given.",
    implementation = _impl,
    attrs = {
        "actual": attr.label(mandatory = True, doc = "The target."),
        "output_folder": attr.string(mandatory = True, doc = "What is appended to the name of the output folder (--platform_suffix)."),
        "settings": attr.string_dict(doc = "The values of build settings of @gomod2bazel//rules/config, by name."),
    },
    cfg = given_configuration,
)
