"""What the public go_binary and that of locks have in common: the attributes, and what is made of a main package."""

load("//rules/private/actions:archive.bzl", "archive_package")
load("//rules/private/actions:cc_info.bzl", "cc_info")
load("//rules/private/actions:cdeps.bzl", "CDEPS", "both_c_libraries", "c_libraries")
load("//rules/private/actions:coverage.bzl", "instrumented_files", "needs_hook")
load("//rules/private/actions:gccgo.bzl", "link_with_gccgo", "with_gccgo")
load("//rules/private/actions:link.bzl", "binary_path")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "packages_of")
load("//rules/private/actions:stamp.bzl", "STAMP", "merged_x_defs")
load("//rules/private/actions:variant.bzl", "compile_variant")
load("//rules/private/config:config.bzl", "has_header", "link_mode")
load("//rules/private/config:providers.bzl", "GoBinaryInfo", "GoConfigInfo", "GoInfo")
load("//rules/private/config:sets.bzl", "SETS")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load("//rules/private/config:transition.bzl", "CONFIGURATION_ATTRS", "LINKMODES", "check_configuration")
load(":runfiles.bzl", "merged_runfiles")

visibility(["//rules/private/..."])

BINARY = {
    "data": attr.label_list(allow_files = True, doc = "Files that it reads at run time, in addition to the data of its packages."),
    "deps": attr.label_list(doc = "Packages, go_library targets, that are linked although no package imports them."),
    "embed": attr.label_list(mandatory = True, providers = [GoInfo], doc = "The main package: one go_library."),
    "gc_linkopts": attr.string_list(doc = "Flags for the linker (-ldflags, or -gccgoflags with gccgo)."),
    "linkmode": attr.string(
        default = "auto",
        doc = "What to link: normal or pie, an executable; c-archive or c-shared, for C; plugin, for Go. auto follows the configuration. All its dependencies are compiled for this mode.",
        values = LINKMODES.keys(),
    ),
    "out": attr.string(doc = "File name of the executable; the target's last path element when empty."),
    "pgo_profile": attr.label(allow_single_file = True, doc = "A CPU profile that this binary and all its dependencies are compiled with (-pgo)."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X). A name without a dot is in package main. `{KEY}` is replaced from the workspace status with --stamp."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
} | CDEPS | CONFIGURATION_ATTRS | STAMP

def binary_impl(ctx, link_program, standard_library = None):
    """Links a main package.

    Args:
        ctx: context of a rule with the attributes BINARY, and perhaps more of either go_binary.
        link_program: function that declares the action, with the arguments of `link.bzl`'s `link`, and returns the file
            with the module lines, or None where the rule has them.
        standard_library: GoStandardLibraryInfo, to link what sources import of it; or None.

    Returns:
        list of providers.
    """
    if len(ctx.attr.embed) != 1:
        fail("%s: embed has %d packages; a binary links exactly one go_library" % (ctx.label, len(ctx.attr.embed)))
    given = ctx.attr.embed[0][GoInfo]
    config = ctx.attr._config[GoConfigInfo]
    check_configuration(ctx, config)
    if link_mode(config) == "archive":
        return archive_package(ctx, given)
    if given.name not in ["main", ""]:
        fail("%s: %s is package %s; only a package main links into a binary" % (ctx.label, given.importpath, given.name))
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    main = _with_cdeps(ctx, toolchain, config, given) if ctx.attr.cdeps else given
    packages = depset(transitive = [main.transitive] + [dep.transitive for dep in packages_of(ctx)] + _standard_packages(ctx, main, standard_library))
    name = ctx.attr.out or _default_name(ctx, config)
    executable = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, name))
    modinfo = None
    if with_gccgo(config):
        if ctx.attr.static == "on":
            fail("%s: static works only with the gc compiler; for gccgo, add -static to gc_linkopts" % ctx.label)
        if merged_x_defs(packages.to_list(), "main", ctx.attr.x_defs):
            fail("%s: x_defs need the gc compiler; gccgo cannot set variables when it links" % ctx.label)
        link_with_gccgo(ctx, toolchain = toolchain, config = config, main = main, packages = packages, executable = executable)
    else:
        modinfo = link_program(ctx, toolchain = toolchain, config = config, packages = packages, main = main, executable = executable)
    header = _header(ctx, config, main, name)
    files = [executable] + header
    return [
        DefaultInfo(
            executable = executable,
            files = depset(files),
            runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.embed + ctx.attr.deps, [executable] + list(main.link.loaded), ctx.attr.cdeps),
        ),
        GoBinaryInfo(
            buildinfo = getattr(ctx.attr, "buildinfo", []),
            files = files,
            goarch = config.goarch,
            goos = config.goos,
            importpath = main.importpath,
            modinfo = modinfo,
            packages = packages,
            kind = "executable" if link_mode(config) in ["exe", "pie"] else link_mode(config),
            set = "".join([tag for tag in ctx.attr.tags if tag in SETS][:1]) if "gomod2bazel" in ctx.attr.tags else "",
            sources = main.sources,
        ),
        OutputGroupInfo(diagnostics = main.diagnostics),
        instrumented_files(ctx, [], ["cdeps", "data", "deps", "embed"]),
    ] + cc_info(ctx, config = config, packages = packages, library = executable, header = header)

def _standard_packages(ctx, main, standard_library):
    """Returns what a binary may need of the standard library in addition to what its packages have as deps.

    Packages of the lock have all that they import as deps; those of the workspace do not.
    """
    if not standard_library:
        return []
    if not main.recipe or not main.recipe.standard_library:
        return [standard_library.linked]
    cover = standard_library.cover_packages if ctx.configuration.coverage_enabled else []
    return [standard_library.transitive] + [package.transitive for package in cover]

def _with_cdeps(ctx, toolchain, config, main):
    """Compiles the main package once more, with C libraries of the binary's own."""
    if not main.recipe or not main.recipe.cgo or with_gccgo(config):
        fail("%s: cdeps need a main package that uses cgo and is compiled by the gc compiler; %s is not one" % (ctx.label, main.importpath))
    return compile_variant(
        ctx,
        config = config,
        facts = main.facts,
        header = has_header(config),
        importmap = main.importmap,
        name = main.name,
        path = binary_path(config, main) if main.name else None,
        recipe = changed_recipe(
            main.recipe,
            c_libraries = both_c_libraries(main.recipe.c_libraries, c_libraries(ctx)),
            cover = "" if needs_hook(main.recipe) else main.recipe.cover,
        ),
        module_line = main.link.module,
        toolchain = toolchain,
    )

def _default_name(ctx, config):
    """Returns the name that `go build` gives the file (cmd/go/internal/work, buildModeInit: ExeSuffix)."""
    suffixes = {"c-archive": ".a", "c-shared": "", "plugin": ".so"}
    suffix = suffixes.get(link_mode(config), {"windows": ".exe"}.get(config.goos, ""))
    return ctx.label.name.split("/")[-1] + suffix

def _header(ctx, config, main, name):
    """Returns the header next to what C programs link to, named after it."""
    if not has_header(config) or not main.header:
        return []
    stem = name.rpartition(".")[0] if "." in name else name
    header = ctx.actions.declare_file("%s_/%s.h" % (ctx.label.name, stem))
    ctx.actions.symlink(output = header, target_file = main.header)
    return [header]
