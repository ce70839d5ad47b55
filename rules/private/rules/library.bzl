"""go_library: one Go package, compiled by one action."""

load("//rules/private/actions:cdeps.bzl", "CDEPS")
load("//rules/private/config:providers.bzl", "GoInfo", "GoProtoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load(":package.bzl", "PACKAGE", "package_impl")

visibility(["//rules/...", "//tests/..."])

_DOC = """Compiles one Go package.

The action writes the export data (`NAME.x`), which importers are compiled against, and the object (`NAME.a`), which
binaries are linked from: an edit that keeps the package's API recompiles none of its importers.

The builder reads the package's name, its imports of the standard library and its //go:embed patterns in the sources.
Module and language version are those of the lock's main module that `importpath` is in.
"""

_attrs = PACKAGE | {
    "data": attr.label_list(allow_files = True, doc = "Files that the package reads at run time; added to the runfiles of all binaries and tests that contain it."),
    "embed": attr.label_list(
        providers = [GoSourceInfo],
        doc = "More files of the package, with their dependencies: go_source targets, or go_library targets with the same importpath, whose files are then compiled twice.",
    ),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X). A name without a dot is in this package. Values of go_binary and go_test take precedence."),
} | CDEPS

def _impl(ctx):
    if ctx.attr.cdeps and not ctx.attr.cgo and not ctx.attr.embed:
        fail("%s: cdeps are C libraries that Go files use through cgo; set cgo = True, or remove cdeps" % ctx.label)
    for other in ctx.attr.embed:
        if GoInfo in other and other[GoInfo].importpath != ctx.attr.importpath:
            fail("%s: embed has %s, which is %s; embed takes only files of %s itself" % (ctx.label, other.label, other[GoInfo].importpath, ctx.attr.importpath))
    protos = [other[GoProtoInfo].imports for other in ctx.attr.embed + ctx.attr.deps if GoProtoInfo in other]
    return package_impl(ctx, ctx.toolchains[STANDARD_LIBRARY].standard_library, reports = True) + ([GoProtoInfo(imports = depset(transitive = protos))] if protos else [])

go_library = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    provides = [GoInfo],
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)
