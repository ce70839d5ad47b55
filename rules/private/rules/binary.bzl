"""go_binary: links a main package into an executable, or into what -buildmode asks for."""

load("//rules/private/actions:link_from_sources.bzl", "link_from_sources")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load("//rules/private/config:transition.bzl", "binary_configuration")
load(":main_package.bzl", "BINARY", "binary_impl")

visibility(["//rules/...", "//tests/..."])

_DOC = """Links one main package.

The executable carries the module information that `go version -m` prints, of the modules whose packages are linked, and
no build ID unless `gc_linkopts` sets one. Default GODEBUG settings are those of the go line and the godebug lines of the
lock's main module, and of the //go:debug lines of the package.
"""

def _link(ctx, *, config, main, **options):
    if not main.recipe:
        fail("%s: %s is binary-only, or of the standard library; a binary is linked from the sources of its main package" % (ctx.label, main.importpath))
    return link_from_sources(ctx, config = config, main = main, recipe = main.recipe, **options)

def own_binary_impl(ctx):
    """Links a main package with what the lock knows of main modules and of the standard library.

    Args:
        ctx: context of a rule with the attributes BINARY and the toolchains of go_binary.

    Returns:
        list of providers.
    """
    return binary_impl(ctx, _link, ctx.toolchains[STANDARD_LIBRARY].standard_library)

go_binary = rule(
    doc = _DOC,
    implementation = own_binary_impl,
    attrs = BINARY | {
        "importpath": attr.string(doc = "Not used, as the path is that of `embed`. BUILD files for rules_go may have it."),
    },
    cfg = binary_configuration,
    executable = True,
    fragments = ["cpp"],
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)
