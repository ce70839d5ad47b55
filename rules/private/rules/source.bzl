"""go_source: files of a package, taken in by the rules that compile it."""

load("//rules/private/actions:cdeps.bzl", "CDEPS")
load("//rules/private/actions:coverage.bzl", "instrumented_files")
load("//rules/private/actions:recipe.bzl", "recipe_of")
load("//rules/private/config:providers.bzl", "GoInfo", "GoSourceInfo")
load(":runfiles.bzl", "merged_runfiles")

visibility(["//rules/...", "//tests/..."])

_DOC = """Files of a package that several rules compile, with their dependencies. This rule compiles nothing.

A go_library or go_test that names it in `embed` compiles its files as if they were its own.
"""

_attrs = {
    "cgo": attr.bool(doc = "As in go_library, like the attributes below."),
    "cgo_srcs": attr.label_list(allow_files = [".go"], doc = "The Go files that import C."),
    "clinkopts": attr.string_list(doc = "`#cgo LDFLAGS`."),
    "copts": attr.string_list(doc = "`#cgo CFLAGS`."),
    "cppopts": attr.string_list(doc = "`#cgo CPPFLAGS`."),
    "cxxopts": attr.string_list(doc = "`#cgo CXXFLAGS`."),
    "data": attr.label_list(allow_files = True, doc = "Files that are read at run time."),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages that the files import."),
    "embed": attr.label_list(providers = [GoSourceInfo], doc = "More files: of go_source or go_library."),
    "embed_patterns": attr.string_list_dict(doc = "For each //go:embed pattern, the names of the files it matches."),
    "embedsrcs": attr.label_list(allow_files = True, doc = "Files that those patterns match."),
    "gc_goopts": attr.string_list(doc = "Flags for the compiler, for the whole package."),
    "hdrs": attr.label_list(allow_files = True, doc = "Files that C or assembly sources include."),
    "pkg_config": attr.string_list(doc = "`#cgo pkg-config`."),
    "srcs": attr.label_list(allow_files = True, doc = "Go, assembly, C-family and .syso files."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X)."),
} | CDEPS

def _impl(ctx):
    if ctx.attr.cdeps and not ctx.attr.cgo:
        fail("%s: cdeps need files that use cgo; set cgo = True, or remove cdeps" % ctx.label)
    files = ctx.files.srcs + ctx.files.cgo_srcs
    return [
        DefaultInfo(
            files = depset(files),
            runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.deps + ctx.attr.embed, linked = ctx.attr.cdeps),
        ),
        instrumented_files(ctx, ["srcs", "cgo_srcs"], ["cdeps", "data", "deps", "embed"]),
        GoSourceInfo(recipe = recipe_of(ctx)),
    ]

go_source = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    provides = [GoSourceInfo],
)
