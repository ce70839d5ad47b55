"""go_library: one Go package, compiled by one action."""

load("//rules/private/actions:binary_only.bzl", "take_archive")
load("//rules/private/actions:cdeps.bzl", "CDEPS")
load("//rules/private/actions:compile.bzl", "compile_package")
load("//rules/private/actions:coverage.bzl", "cover_mode", "instrumented_files", "needs_hook")
load("//rules/private/actions:link_info.bzl", "link_info")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "recipe_of")
load("//rules/private/config:config.bzl", "go_environment", "has_header", "link_mode")
load("//rules/private/config:providers.bzl", "GoConfigInfo", "GoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":runfiles.bzl", "merged_runfiles")

visibility(["//rules/...", "//tests/..."])

_DOC = """Compiles one Go package.

The action writes the export data (`NAME.x`), which importers are compiled against, and the object (`NAME.a`), which
binaries are linked from: an edit that keeps the package's API recompiles none of its importers.
"""

_attrs = {
    "archive": attr.label(
        allow_single_file = [".a"],
        doc = "The archive of a binary-only package, which is linked instead of compiling sources. `deps` must be the packages that it was compiled against.",
    ),
    "asm_opts": attr.string_list(doc = "Flags for the assembler (-asmflags)."),
    "buildinfo": attr.string_list(doc = "As in go_binary: gccgo compiles the module information into the main package."),
    "cgo": attr.bool(doc = "Whether `cgo_srcs` go through cgo."),
    "cgo_srcs": attr.label_list(allow_files = [".go"], doc = "The Go files that import C."),
    "clinkopts": attr.string_list(doc = "`#cgo LDFLAGS`; ${SRCDIR} stands for the package's folder."),
    "copts": attr.string_list(doc = "`#cgo CFLAGS`."),
    "cover": attr.string(
        doc = "How to instrument it for coverage (-covermode), or regonly to register it alone; not at all when empty.",
        values = ["", "set", "count", "atomic", "regonly"],
    ),
    "cppopts": attr.string_list(doc = "`#cgo CPPFLAGS`."),
    "cxxopts": attr.string_list(doc = "`#cgo CXXFLAGS`."),
    "data": attr.label_list(allow_files = True, doc = "Files that the package reads at run time; added to the runfiles of all binaries and tests that contain it."),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages it imports, those of the standard library too, such as `@go_sdk//:fmt`."),
    "embed": attr.label_list(
        providers = [GoSourceInfo],
        doc = "More files of the package, with their dependencies: go_source targets, or go_library targets with the same importpath, whose files are then compiled twice.",
    ),
    "embed_patterns": attr.string_list_dict(doc = "For each //go:embed pattern, the names of the files it matches."),
    "embedsrcs": attr.label_list(allow_files = True, doc = "Files that //go:embed patterns match."),
    "file_names": attr.string_dict(doc = "The names of files that their repository stores under others, percent-encoded; both relative to the repository's root."),
    "flags": attr.string_dict(doc = "As in go_binary, for gccgo."),
    "fopts": attr.string_list(doc = "`#cgo FFLAGS`."),
    "gc_goopts": attr.string_list(doc = "Flags for the compiler (-gcflags, or -gccgoflags with gccgo)."),
    "godebug": attr.string(doc = "As in go_binary, for gccgo."),
    "hdrs": attr.label_list(allow_files = True, doc = "Files that C or assembly sources include, also from other folders of the module."),
    "importmap": attr.string(doc = "The package's path in the binary; the import path when empty."),
    "importpath": attr.string(mandatory = True, doc = "The path that importers write."),
    "lang": attr.string(doc = "The module's language version, go1.N; the toolchain's when empty."),
    "module": attr.string(doc = "PATH@VERSION of the module it comes from; PATH alone for a main module, empty in the standard library."),
    "overlaid": attr.string_dict(doc = "Names that the binary has for source files in place of their own (-overlay), relative to the package's folder."),
    "overlay_srcs": attr.label_list(
        allow_files = True,
        doc = "Files that C compilers read in place of those in `srcs` with the same names (-overlay): with any, they read copies of all of them, in a folder of their own.",
    ),
    "package_name": attr.string(doc = "The name in the package clause, `main` for commands; the import path's last element when empty."),
    "pkg_config": attr.string_list(doc = "`#cgo pkg-config`."),
    "srcs": attr.label_list(allow_files = True, doc = "Go, assembly, C-family and .syso files for this platform. Build constraints are not evaluated."),
    "standard": attr.bool(doc = "Whether it is a package of the standard library."),
    "vendored": attr.bool(doc = "Whether its module is in a vendor directory, which C debug information records."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X). A name without a dot is in this package. Values of go_binary and go_test take precedence."),
    "_binary_only": attr.label(allow_single_file = True, default = "//rules/private/builder:binary_only.py"),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
} | CDEPS

def _impl(ctx):
    config = ctx.attr._config[GoConfigInfo]
    if ctx.attr.cdeps and not ctx.attr.cgo and not ctx.attr.embed:
        fail("%s: cdeps are C libraries that Go files use through cgo; set cgo = True and name the files that import C in cgo_srcs, or leave cdeps out" % ctx.label)
    for other in ctx.attr.embed:
        if GoInfo in other and other[GoInfo].importpath != ctx.attr.importpath:
            fail("%s: embed has %s, which is %s; embed takes only files of %s itself" % (ctx.label, other.label, other[GoInfo].importpath, ctx.attr.importpath))
    recipe = changed_recipe(recipe_of(ctx), cover = cover_mode(ctx, config))
    importmap = ctx.attr.importmap or ctx.attr.importpath
    is_main = recipe.package_name == "main"

    # What is compiled here; a test may instrument the same recipe.
    own = changed_recipe(recipe, cover = "") if not ctx.attr.cover and needs_hook(recipe) else recipe
    package = struct(
        importmap = importmap,
        # A plugin's main package keeps its own path, so that a host can load several.
        path = "main" if is_main and link_mode(config) != "plugin" else importmap,
        syso = depset(
            [file for file in recipe.srcs if file.extension == "syso"],
            transitive = [dep.syso for dep in recipe.deps],
        ),
    )
    export = ctx.actions.declare_file(ctx.label.name + ".x")
    archive = ctx.actions.declare_file(ctx.label.name + ".a")
    header = None
    diagnostics = None
    if ctx.file.archive:
        take_archive(ctx, ctx.file.archive, importmap, export, archive)
    else:
        if is_main and has_header(config) and recipe.cgo and config.cgo and recipe.cgo_srcs:
            header = ctx.actions.declare_file(ctx.label.name + ".h")

        # Flags such as -m ask for diagnostics, which are shown also when the package is up to date.
        diagnostics = ctx.actions.declare_file(ctx.label.name + ".diagnostics") if recipe.gc_goopts or recipe.asm_opts else None
        compile_package(
            ctx,
            recipe = own,
            toolchain = ctx.toolchains[GO_TOOLCHAIN].go,
            config = config,
            environment = go_environment(config),
            package = package,
            export = export,
            archive = archive,
            header = header,
            diagnostics = diagnostics,
        )
    link = link_info(own, config = config, archive = archive, importmap = importmap, path = package.path)
    return [
        DefaultInfo(files = depset([export]), runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.deps + ctx.attr.embed, link.loaded, ctx.attr.cdeps)),
        OutputGroupInfo(archive = depset([archive]), export = depset([export])),
        instrumented_files(ctx, [] if ctx.attr.standard else ["srcs", "cgo_srcs"], ["cdeps", "data", "deps", "embed"]),
        GoInfo(
            archive = archive,
            diagnostics = depset([diagnostics] if diagnostics else [], transitive = [dep.diagnostics for dep in recipe.deps]),
            export = export,
            header = header,
            importmap = importmap,
            importpath = ctx.attr.importpath,
            link = link,
            name = recipe.package_name or importmap.split("/")[-1],
            # Tests compile packages of the standard library and binary-only ones never again.
            recipe = None if ctx.attr.standard or ctx.file.archive else recipe,
            syso = package.syso,
            transitive = depset([link], transitive = [dep.transitive for dep in recipe.deps]),
        ),
    ] + ([] if ctx.attr.standard or ctx.file.archive else [GoSourceInfo(recipe = recipe)])

go_library = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    provides = [GoInfo],
    toolchains = [GO_TOOLCHAIN],
)
