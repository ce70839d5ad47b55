"""go_test_runner: the standard library packages that the main package of every test imports."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoTestRunnerInfo")

visibility(["//rules/...", "//tests/..."])

_attrs = {
    "cover_deps": attr.label_list(providers = [GoInfo], doc = "What it imports too where coverage is measured."),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages."),
    "missing": attr.string_list(doc = "Packages that tests need and the lock does not have."),
}

def _impl(ctx):
    if ctx.attr.missing:
        fail("the lock does not have what tests need of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % ", ".join(ctx.attr.missing))
    return [GoTestRunnerInfo(
        cover_packages = [dep[GoInfo] for dep in ctx.attr.cover_deps],
        packages = [dep[GoInfo] for dep in ctx.attr.deps],
    )]

go_test_runner = rule(
    doc = "What the main package of every test imports. `go_sdk` repositories declare one.",
    implementation = _impl,
    attrs = _attrs,
)
