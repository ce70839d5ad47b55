"""go_binary: links a main package into an executable, or into what -buildmode asks for."""

load(":archive.bzl", "archive_package")
load(":buildinfo.bzl", "build_settings", "modinfo_line")
load(":cdeps.bzl", "CDEPS", "both_c_libraries", "c_libraries", "search_path")
load(":config.bzl", "c_environment", "go_environment", "has_header", "instrument_flags", "link_mode")
load(":confine.bzl", "add_visible")
load(":coverage.bzl", "instrumented_files", "needs_hook")
load(":for_c.bzl", "cc_info")
load(":gccgo.bzl", "link_with_gccgo", "with_gccgo")
load(":generate.bzl", "SETS")
load(":providers.bzl", "GoBinaryInfo", "GoConfigInfo", "GoInfo")
load(":recipe.bzl", "changed_recipe")
load(":runfiles.bzl", "merged_runfiles")
load(":stamp.bzl", "STAMP", "merged_x_defs", "x_def_arguments")
load(":toolchain.bzl", "GO_TOOLCHAIN")
load(":transition.bzl", "CONFIGURATION_ATTRS", "LINKMODES", "binary_configuration", "check_configuration")
load(":variant.bzl", "compile_variant")

visibility(["//rules/...", "//tests/..."])

_DOC = """Links one main package.

The executable carries the module information that `go version -m` prints, and no build ID unless `gc_linkopts` sets one.
"""

_attrs = {
    "buildinfo": attr.string_list(doc = "The path, mod, dep and => lines of the module information, tabs between their words; without them the binary has none."),
    "data": attr.label_list(allow_files = True, doc = "What it reads at run time, beside the data of its packages."),
    "deps": attr.label_list(providers = [GoInfo], doc = "Packages that the linker needs though nothing imports them: `@go_sdk//:runtime`."),
    "embed": attr.label_list(mandatory = True, providers = [GoInfo], doc = "The main package: one go_library."),
    "gc_linkopts": attr.string_list(doc = "More flags for the linker (-ldflags, or -gccgoflags where that is gccgo)."),
    "godebug": attr.string(doc = "Default GODEBUG settings, KEY=VALUE with commas between (go list's DefaultGODEBUG)."),
    "flags": attr.string_dict(doc = "Flags that the module information records: -asmflags, -cover, -gcflags."),
    "linkmode": attr.string(
        default = "auto",
        doc = "What to link: normal or pie, an executable; c-archive or c-shared, for C; plugin, for Go. auto is as the configuration says. All that it needs is compiled for it. c-shared and plugin need `@go_sdk//:runtime/cgo` among `deps` where no package uses cgo.",
        values = LINKMODES.keys(),
    ),
    "out": attr.string(doc = "File name of the executable; the target's last path element when empty."),
    "pgo_profile": attr.label(allow_single_file = True, doc = "A CPU profile that this binary and all it needs are compiled with (-pgo)."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X), of package main where a name has no dot; `{KEY}` is from the workspace status with --stamp."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
} | CDEPS | CONFIGURATION_ATTRS | STAMP

def _impl(ctx):
    if len(ctx.attr.embed) != 1:
        fail("%s: embed holds %d packages; a binary links exactly one go_library" % (ctx.label, len(ctx.attr.embed)))
    given = ctx.attr.embed[0][GoInfo]
    config = ctx.attr._config[GoConfigInfo]
    check_configuration(ctx, config)
    if link_mode(config) == "archive":
        return archive_package(ctx, given)
    if given.name != "main":
        fail("%s: %s is package %s; only a package main links into a binary" % (ctx.label, given.importpath, given.name))
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    main = _with_cdeps(ctx, toolchain, config, given) if ctx.attr.cdeps else given
    packages = depset(transitive = [main.transitive] + [dep[GoInfo].transitive for dep in ctx.attr.deps])
    name = ctx.attr.out or _default_name(ctx, config)
    executable = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, name))
    if with_gccgo(config):
        if ctx.attr.static == "on":
            fail("%s: static is for the gc compiler; gccgo takes -static among gc_linkopts" % ctx.label)
        if merged_x_defs(packages.to_list(), "main", ctx.attr.x_defs):
            fail("%s: x_defs set variables when Go's own linker links; gccgo has nothing of the kind" % ctx.label)
        link_with_gccgo(ctx, toolchain = toolchain, config = config, main = main, packages = packages, executable = executable)
    else:
        link(ctx, toolchain = toolchain, config = config, packages = packages, main = main, executable = executable)
    header = _header(ctx, config, main, name)
    files = [executable] + header
    return [
        DefaultInfo(
            executable = executable,
            files = depset(files),
            runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.embed + ctx.attr.deps, [executable] + list(main.link.loaded), ctx.attr.cdeps),
        ),
        GoBinaryInfo(
            buildinfo = ctx.attr.buildinfo,
            files = files,
            goarch = config.goarch,
            goos = config.goos,
            importpath = main.importpath,
            kind = "executable" if link_mode(config) in ["exe", "pie"] else link_mode(config),
            set = "".join([tag for tag in ctx.attr.tags if tag in SETS][:1]) if "gomod2bazel" in ctx.attr.tags else "",
        ),
        OutputGroupInfo(diagnostics = main.diagnostics),
        instrumented_files(ctx, [], ["cdeps", "data", "deps", "embed"]),
    ] + cc_info(ctx, config = config, packages = packages, library = executable, header = header)

def _with_cdeps(ctx, toolchain, config, main):
    """Compiles the main package once more, with C libraries of the binary's own."""
    if not main.recipe or not main.recipe.cgo or with_gccgo(config):
        fail("%s: cdeps are for main packages that use cgo, and that Go's own compiler compiles; %s is none" % (ctx.label, main.importpath))
    return compile_variant(
        ctx,
        config = config,
        header = has_header(config),
        importmap = main.importmap,
        name = "main",
        path = _own_path(config, main),
        recipe = changed_recipe(
            main.recipe,
            c_libraries = both_c_libraries(main.recipe.c_libraries, c_libraries(ctx)),
            cover = "" if needs_hook(main.recipe) else main.recipe.cover,
        ),
        toolchain = toolchain,
    )

def link(ctx, *, toolchain, config, packages, main, executable, x_defs = None):
    """Declares the action that links a program.

    Args:
        ctx: context of a rule with the attributes buildinfo, flags, gc_linkopts and godebug of go_binary, and STAMP.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        packages: depset of structs for the linker, as GoInfo has them.
        main: GoInfo of the main package.
        executable: File to write.
        x_defs: dict of string to string, values for string variables; as the attribute of go_binary has it when None.
    """
    instrument = "runtime/" + config.instrument
    if config.instrument and not any([package.importmap == instrument for package in packages.to_list()]):
        fail("%s: with %s, deps must hold package %s of the SDK, such as @go_sdk//:%s" % (ctx.label, config.instrument, instrument, instrument))
    importcfg = _importcfg(ctx, config, packages)
    variables = x_def_arguments(ctx, merged_x_defs(packages.to_list(), _own_path(config, main), ctx.attr.x_defs) if x_defs == None else x_defs)
    archives = [package.archive for package in packages.to_list()]
    may_use_c = _may_use_c(config, packages)
    inputs = depset([importcfg] + archives + variables.files, transitive = ([config.c_files] if may_use_c else []) + [depset(package.files) for package in packages.to_list() if package.files])
    launcher = _launcher(ctx, toolchain, config, main, packages, inputs, executable)
    ctx.actions.run(
        mnemonic = "GoLink",
        progress_message = "Linking Go binary %s" % executable.basename,
        executable = toolchain.python if launcher else toolchain.link,
        arguments = launcher + [_arguments(ctx, config, packages, executable, importcfg, main, variables.words)],
        inputs = inputs,
        tools = toolchain.builder + [toolchain.link] if launcher else [],
        outputs = [executable],
        env = go_environment(config) | (c_environment(config) if may_use_c else {}),
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )

def _own_path(config, main):
    """Returns the path in the binary of the main package: its own in a plugin, as a host can load several."""
    return main.importmap if link_mode(config) == "plugin" else "main"

def _launcher(ctx, toolchain, config, main, packages, inputs, executable):
    """Returns what stands before the linker's arguments: the program of -toolexec, or what hides files from C linkers."""
    scripts = {file.basename: file.path for file in toolchain.builder}
    if config.toolexec:
        return ["-I", "-S", scripts["toolexec.py"], config.toolexec, main.importmap, toolchain.link.path]
    if not _may_use_c(config, packages):
        return []
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    add_visible(args, config, depset([toolchain.link], transitive = [inputs]))
    args.add(executable, format = "export=%s")
    args.add_all(["cc=" + config.cc, "cxx_tool=" + config.cxx, "pkg_config_tool=" + config.environment.get("PKG_CONFIG", "pkg-config")])
    questions = {package.pkg_config: None for package in packages.to_list() if package.pkg_config}
    args.add_all(questions.keys(), format_each = "libraries=%s")
    return ["-I", "-S", scripts["linker.py"], args, "--", toolchain.link.path]

def _default_name(ctx, config):
    """Returns the name that `go build` gives the file (cmd/go/internal/work, buildModeInit: ExeSuffix)."""
    suffixes = {"c-archive": ".a", "c-shared": "", "plugin": ".so"}
    suffix = suffixes.get(link_mode(config), {"windows": ".exe"}.get(config.goos, ""))
    return ctx.label.name.split("/")[-1] + suffix

def _header(ctx, config, main, name):
    """Returns the header beside what C programs link to, named after it."""
    if not has_header(config) or not main.header:
        return []
    stem = name.rpartition(".")[0] if "." in name else name
    header = ctx.actions.declare_file("%s_/%s.h" % (ctx.label.name, stem))
    ctx.actions.symlink(output = header, target_file = main.header)
    return [header]

def _may_use_c(config, packages):
    """Tells whether the C linker or ar may be called: but for an archive for C, never without runtime/cgo (cmd/link)."""
    return link_mode(config) == "c-archive" or any([package.importmap == "runtime/cgo" for package in packages.to_list()])

def _importcfg(ctx, config, packages):
    file = ctx.actions.declare_file(ctx.label.name + "_/importcfg.link")
    content = ctx.actions.args()
    content.set_param_file_format("multiline")
    content.add_all(packages, map_each = _package_line)
    if ctx.attr.buildinfo:
        settings = build_settings(config = config, godebug = ctx.attr.godebug, flags = ctx.attr.flags)
        content.add(modinfo_line(ctx.attr.buildinfo, settings))
    ctx.actions.write(file, content)
    return file

def _package_line(package):
    return "packagefile %s=%s" % (package.importmap, package.archive.path)

def _arguments(ctx, config, packages, executable, importcfg, main, variables):
    args = ctx.actions.args()
    args.add("-o", executable)
    args.add("-importcfg", importcfg)
    if link_mode(config) == "plugin":
        args.add("-pluginpath", main.importmap)
    if ctx.attr.godebug:
        args.add("-X=runtime.godebugDefault=" + ctx.attr.godebug)
    args.add("-buildmode=" + link_mode(config))
    args.add("-buildid=")
    args.add_all(instrument_flags(config))
    loaded = {file: None for package in packages.to_list() for file in package.loaded}
    args.add_joined("-r", search_path(ctx, executable, loaded), join_with = ":")
    args.add_all(variables)
    if ctx.attr.static == "on" and any([package.importmap == "runtime/cgo" for package in packages.to_list()]):
        args.add_all(["-linkmode=external", "-extldflags=-static"])
    args.add_all(ctx.attr.gc_linkopts)
    if not any([option == "-extld" or option.startswith("-extld=") for option in ctx.attr.gc_linkopts]):
        cxx = any([package.cxx for package in packages.to_list()])
        args.add("-extld=" + (config.cxx if cxx else config.cc))
    args.add(main.archive)
    return args

go_binary = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    cfg = binary_configuration,
    executable = True,
    fragments = ["cpp"],
    toolchains = [GO_TOOLCHAIN],
)
