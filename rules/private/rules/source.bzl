"""go_source: files of a package, taken in by the rules that compile it."""

load("//rules/private/actions:cdeps.bzl", "CDEPS")
load("//rules/private/actions:coverage.bzl", "instrumented_files")
load("//rules/private/actions:recipe.bzl", "recipe_of")
load("//rules/private/config:providers.bzl", "GoSourceInfo")
load(":package.bzl", "FILES")
load(":runfiles.bzl", "merged_runfiles")

visibility(["//rules/...", "//tests/..."])

_DOC = """Files of a package that several rules compile, with their dependencies. This rule compiles nothing.

A go_library or go_test that names it in `embed` compiles its files as if they were its own.
"""

_attrs = FILES | {
    "data": attr.label_list(allow_files = True, doc = "Files that are read at run time."),
    "embed": attr.label_list(providers = [GoSourceInfo], doc = "More files: of go_source or go_library."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X)."),
} | CDEPS

def _impl(ctx):
    if ctx.attr.cdeps and not ctx.attr.cgo:
        fail("%s: cdeps need files that use cgo; set cgo = True, or remove cdeps" % ctx.label)
    return [
        DefaultInfo(
            files = depset(ctx.files.srcs),
            runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.deps + ctx.attr.embed, linked = ctx.attr.cdeps),
        ),
        instrumented_files(ctx, ["srcs"], ["cdeps", "data", "deps", "embed"]),
        GoSourceInfo(recipe = recipe_of(ctx)),
    ]

go_source = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    provides = [GoSourceInfo],
)
