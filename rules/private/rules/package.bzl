"""What the public go_library and that of locks have in common: the attributes of a package, and how it is compiled."""

load("//rules/private/actions:archive.bzl", "take_archive")
load("//rules/private/actions:compile.bzl", "compile_package")
load("//rules/private/actions:coverage.bzl", "cover_mode", "instrumented_files", "needs_hook")
load("//rules/private/actions:link_info.bzl", "link_info")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "own_sources", "recipe_of")
load("//rules/private/config:config.bzl", "go_environment", "has_header", "link_mode")
load("//rules/private/config:providers.bzl", "GoConfigInfo", "GoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load("//rules/private/vet:vet.bzl", "reported_findings", "validate", "vet_package")
load(":runfiles.bzl", "merged_runfiles")

visibility(["//rules/private/..."])

FILES = {
    "cgo": attr.bool(doc = "Whether Go files of `srcs` may import C: those that do go through cgo, and are left out where CGO_ENABLED is 0."),
    "clinkopts": attr.string_list(doc = "`#cgo LDFLAGS`; folders as in `copts`."),
    "copts": attr.string_list(doc = "`#cgo CFLAGS`; `${SRCDIR}` stands for the package's folder, `${SRCDIR:../a}` for the folder that `../a` leads to from there."),
    "cppopts": attr.string_list(doc = "`#cgo CPPFLAGS`; folders as in `copts`."),
    "cxxopts": attr.string_list(doc = "`#cgo CXXFLAGS`; folders as in `copts`."),
    "deps": attr.label_list(doc = "The packages that it imports, go_library targets, but those of the standard library."),
    "embedsrcs": attr.label_list(allow_files = True, doc = "Files that //go:embed patterns match."),
    "gc_goopts": attr.string_list(doc = "Flags for the compiler (-gcflags, or -gccgoflags with gccgo)."),
    "hdrs": attr.label_list(allow_files = True, doc = "Files that C or assembly sources include, also from other folders of the module."),
    "pkg_config": attr.string_list(doc = "`#cgo pkg-config`."),
    "srcs": attr.label_list(allow_files = True, doc = "Go, assembly, C-family and .syso files. Those that build constraints or their names exclude are left out."),
}

PACKAGE = FILES | {
    "fopts": attr.string_list(doc = "`#cgo FFLAGS`; folders as in `copts`."),
    "importmap": attr.string(doc = "The package's path in the binary; the import path when empty."),
    "importpath": attr.string(mandatory = True, doc = "The path that importers write."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
}

def package_impl(ctx, standard_library = None, recipe = None, output_groups = {}, reports = False):
    """Compiles a package, or takes the archive of a binary-only one.

    Args:
        ctx: context of a rule with the attributes PACKAGE, and perhaps more of either go_library.
        standard_library: GoStandardLibraryInfo for a package whose sources tell what its rule leaves out.
        recipe: struct as from `recipe_of`, where the sources are not those of the attributes.
        output_groups: dict of string to depset of Files, more output groups.
        reports: bool, whether its sources are a person's, to whom findings of vet are shown.

    Returns:
        list of providers.
    """
    config = ctx.attr._config[GoConfigInfo]
    recipe = changed_recipe(recipe or recipe_of(ctx, standard_library), cover = cover_mode(ctx, config))
    importmap = ctx.attr.importmap or ctx.attr.importpath
    if recipe.standard and ctx.toolchains[GO_TOOLCHAIN].go.root != ctx.label.workspace_root:
        fail("%s is not a package of %s, which compiles here; build a go_binary of the lock that needs it, or give the Go release of that lock with --@gomod2bazel//rules/config:sdk" % (ctx.label, ctx.toolchains[GO_TOOLCHAIN].go.version))

    # With standard_library the builder sees what the package is called.
    is_main = recipe.package_name == "main"
    may_be_main = is_main or bool(standard_library)
    closed = getattr(ctx.file, "archive", None)

    # What is compiled here; a test may instrument the same recipe.
    own_recipe = changed_recipe(recipe, cover = "") if not getattr(ctx.attr, "cover", "") and needs_hook(recipe) else recipe
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
    if closed:
        take_archive(ctx, closed, importmap, export, archive)
    else:
        if may_be_main and has_header(config) and recipe.cgo and config.cgo:
            header = ctx.actions.declare_file(ctx.label.name + ".h")

        # Flags such as -m ask for diagnostics, which are shown also when the package is up to date.
        diagnostics = ctx.actions.declare_file(ctx.label.name + ".diagnostics") if recipe.gc_goopts or recipe.asm_opts else None
        compile_package(
            ctx,
            recipe = own_recipe,
            toolchain = ctx.toolchains[GO_TOOLCHAIN].go,
            config = config,
            environment = go_environment(config),
            package = package,
            export = export,
            archive = archive,
            header = header,
            diagnostics = diagnostics,
        )
    vetted = None if closed else vet_package(
        ctx,
        recipe = recipe,
        toolchain = ctx.toolchains[GO_TOOLCHAIN].go,
        config = config,
        package = package,
        export = export,
        name = ctx.label.name.split("/")[-1],
        reported = reported_findings(ctx, config) if reports else {},
    )
    output_groups = output_groups | (validate(ctx, [vetted]) if vetted else {})
    link = link_info(own_recipe, config = config, archive = archive, importmap = importmap, path = package.path, module_line = getattr(ctx.attr, "module_line", ""))
    others = [target for name in ["data", "deps", "embed"] for target in getattr(ctx.attr, name, [])]

    # Tests compile packages of the standard library and binary-only ones never again.
    reusable = None if recipe.standard or closed else recipe
    return [
        DefaultInfo(files = depset([export]), runfiles = merged_runfiles(ctx, others, link.loaded, getattr(ctx.attr, "cdeps", []))),
        OutputGroupInfo(archive = depset([archive]), export = depset([export]), **output_groups),
        instrumented_files(ctx, ["srcs"] if hasattr(ctx.attr, "srcs") and not recipe.standard else [], [name for name in ["cdeps", "data", "deps", "embed"] if hasattr(ctx.attr, name)]),
        GoInfo(
            archive = archive,
            diagnostics = depset([diagnostics] if diagnostics else [], transitive = [dep.diagnostics for dep in recipe.deps]),
            export = export,
            facts = vetted.facts if vetted else {},
            header = header,
            importmap = importmap,
            importpath = ctx.attr.importpath,
            link = link,
            name = recipe.package_name or ("" if standard_library else importmap.split("/")[-1]),
            recipe = reusable,
            sources = own_sources(recipe),
            syso = package.syso,
            transitive = depset([link], transitive = [dep.transitive for dep in recipe.deps]),
        ),
    ] + ([GoSourceInfo(recipe = reusable)] if reusable else [])
