"""go_library: one Go package, compiled by one action."""

load(":binary_only.bzl", "take_archive")
load(":compile.bzl", "compile_package")
load(":config.bzl", "go_environment", "has_header", "link_mode")
load(":coverage.bzl", "cover_mode", "covered_sources", "instrumented_files", "needs_hook")
load(":providers.bzl", "GoConfigInfo", "GoInfo")
load(":recipe.bzl", "changed_recipe", "recipe_of")
load(":runfiles.bzl", "merged_runfiles")
load(":toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/...", "//tests/..."])

_DOC = """Compiles one Go package.

The action writes the export data (`NAME.x`), which importers are compiled against, and the object (`NAME.a`), which
binaries are linked from: an edit that keeps the package's API recompiles none of its importers.
"""

_attrs = {
    "archive": attr.label(
        allow_single_file = [".a"],
        doc = "What a binary-only package is linked from, in place of sources: it is never compiled. `deps` must be what it was compiled against.",
    ),
    "asm_opts": attr.string_list(doc = "More flags for the assembler (-asmflags)."),
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
    "data": attr.label_list(allow_files = True, doc = "What the package reads at run time: among the runfiles of all binaries and tests that it is in."),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages it imports, those of the standard library too, such as `@go_sdk//:fmt`."),
    "embed_patterns": attr.string_list_dict(doc = "For each //go:embed pattern, the names of the files it matches."),
    "embedsrcs": attr.label_list(allow_files = True, doc = "Files that //go:embed patterns match."),
    "flags": attr.string_dict(doc = "As in go_binary, for gccgo."),
    "fopts": attr.string_list(doc = "`#cgo FFLAGS`."),
    "gc_goopts": attr.string_list(doc = "More flags for the compiler (-gcflags, or -gccgoflags where that is gccgo)."),
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
    "srcs": attr.label_list(allow_files = True, doc = "Go, assembly, C-family and .syso files that belong to this platform: build constraints are not looked at."),
    "standard": attr.bool(doc = "Whether it is a package of the standard library."),
    "vendored": attr.bool(doc = "Whether its module stands in a vendor directory; C debug information then says so."),
    "_binary_only": attr.label(allow_single_file = True, default = "//rules/private/builder:binary_only.py"),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
}

# Extensions of files that a C linker reads.
_LINKED = ["a", "def", "dylib", "lds", "lib", "o", "obj", "so", "tbd"]

# Languages whose libraries gccgo is to link.
_LINKED_KINDS = {"f": ["F", "f", "f90", "for"], "m": ["m"]}

def _impl(ctx):
    config = ctx.attr._config[GoConfigInfo]
    recipe = changed_recipe(recipe_of(ctx), cover = cover_mode(ctx, config))
    importmap = ctx.attr.importmap or ctx.attr.importpath
    is_main = ctx.attr.package_name == "main"

    # What is compiled here; a test may instrument the same recipe.
    own = changed_recipe(recipe, cover = "") if not ctx.attr.cover and needs_hook(recipe) else recipe
    package = struct(
        importmap = importmap,
        # A plugin's main package keeps its own path, so that a host can load several.
        path = "main" if is_main and link_mode(config) != "plugin" else importmap,
        syso = depset(
            [file for file in ctx.files.srcs if file.extension == "syso"],
            transitive = [dep[GoInfo].syso for dep in ctx.attr.deps],
        ),
    )
    export = ctx.actions.declare_file(ctx.label.name + ".x")
    archive = ctx.actions.declare_file(ctx.label.name + ".a")
    header = None
    said = None
    if ctx.file.archive:
        take_archive(ctx, ctx.file.archive, importmap, export, archive)
    else:
        if is_main and has_header(config) and ctx.attr.cgo and config.cgo and ctx.files.cgo_srcs:
            header = ctx.actions.declare_file(ctx.label.name + ".h")

        # Flags may ask the compiler to say something, as -m does, which is to be seen also when all is up to date.
        said = ctx.actions.declare_file(ctx.label.name + ".said") if ctx.attr.gc_goopts or ctx.attr.asm_opts else None
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
            said = said,
        )
    link = struct(
        archive = archive,
        cgo = ctx.attr.cgo and config.cgo and bool(ctx.files.cgo_srcs),
        covered = covered_sources(own),
        cxx = _has_cxx(ctx),
        files = _link_files(ctx),
        importmap = importmap,
        kinds = tuple([kind for kind, extensions in _LINKED_KINDS.items() if _has(ctx, extensions)]),
        imports = tuple(sorted([dep[GoInfo].importmap for dep in ctx.attr.deps])),
    )
    return [
        DefaultInfo(files = depset([export]), runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.deps)),
        OutputGroupInfo(archive = depset([archive]), export = depset([export])),
        instrumented_files(ctx, [] if ctx.attr.standard else ["srcs", "cgo_srcs"], ["data", "deps"]),
        GoInfo(
            archive = archive,
            export = export,
            header = header,
            importmap = importmap,
            importpath = ctx.attr.importpath,
            link = link,
            name = ctx.attr.package_name or importmap.split("/")[-1],
            # Tests compile packages of the standard library and binary-only ones never again.
            recipe = None if ctx.attr.standard or ctx.file.archive else recipe,
            said = depset([said] if said else [], transitive = [dep[GoInfo].said for dep in ctx.attr.deps]),
            syso = package.syso,
            transitive = depset([link], transitive = [dep[GoInfo].transitive for dep in ctx.attr.deps]),
        ),
    ]

def _has_cxx(ctx):
    return _has(ctx, ["cc", "cpp", "cxx", "swigcxx"])

def _has(ctx, extensions):
    return any([file.extension in extensions for file in ctx.files.srcs])

def _link_files(ctx):
    """Returns the files that `#cgo LDFLAGS` may name: libraries, objects and linker scripts of the module."""
    if not ctx.attr.clinkopts:
        return ()
    return tuple([file for file in ctx.files.hdrs if file.extension in _LINKED])

go_library = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    provides = [GoInfo],
    toolchains = [GO_TOOLCHAIN],
)
