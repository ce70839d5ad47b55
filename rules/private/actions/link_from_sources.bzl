"""The action that links a program of the workspace itself: the builder finds its module information in what it links."""

load("//rules/private/config:config.bzl", "build_tags", "c_environment", "go_environment")
load("//rules/private/config:confine.bzl", "add_visible")
load("//rules/private/config:python.bzl", "builder_requirements", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load(":buildinfo.bzl", "settings_around_godebug")
load(":link.bzl", "STATIC", "binary_path", "linker_flags", "may_use_c", "names_linker")
load(":recipe.bzl", "main_module_of")
load(":stamp.bzl", "merged_x_defs", "x_def_arguments")

visibility(["//rules/private/..."])

def link_from_sources(ctx, *, toolchain, config, packages, main, executable, recipe, test_srcs = None, x_defs = None):
    """Declares the action that links a program.

    Args:
        ctx: context of a rule with the attributes gc_linkopts, static and x_defs of go_binary, and STAMP.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        packages: depset of LinkInfo structs: all that the program may need.
        main: GoInfo of the main package.
        executable: File to write.
        recipe: struct, of the main package, or of the package under test; see recipe.bzl.
        test_srcs: list of Files, the test files of a program of tests; None for others.
        x_defs: dict of string to string, values for string variables; as the attribute of go_binary has it when None.

    Returns:
        File, the path, mod, dep and => lines of the module information.
    """
    standard = ctx.toolchains[STANDARD_LIBRARY].standard_library
    every = packages.to_list()
    instrument = "runtime/" + config.instrument
    if config.instrument and not any([package.importmap == instrument for package in every]):
        fail("%s: %s needs package %s, which the lock does not have; make it with -variant %s" % (ctx.label, config.instrument, instrument, config.instrument))
    if x_defs == None:
        x_defs = merged_x_defs(every, binary_path(config, main), ctx.attr.x_defs, main = main.importmap)
    variables = x_def_arguments(ctx, x_defs)
    modinfo = ctx.actions.declare_file("%s_/modinfo" % ctx.label.name)
    go_files = [file for file in recipe.srcs if file.extension == "go"]
    inputs = depset(
        [package.archive for package in every] + variables.files + go_files + (test_srcs or []) + [standard.godebug_table, main.archive],
        transitive = [config.c_files] + [depset(package.files) for package in every if package.files],
    )
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("job=binary")
    args.add(toolchain.link, format = "link=%s")
    args.add(main.archive, format = "main=%s")
    args.add(executable, format = "export=%s")
    args.add(modinfo, format = "modinfo=%s")
    args.add_all(["importpath=" + recipe.importpath, "test=" + ("0" if test_srcs == None else "1")])
    args.add_all(go_files, format_each = "go=%s")
    args.add_all(test_srcs or [], format_each = "test_go=%s")
    args.add_all(["goos=" + config.goos, "goarch=" + config.goarch, "goversion=" + toolchain.version, "arch=" + config.arch])
    args.add_all(build_tags(config), format_each = "tags=%s")
    args.add_all(packages, map_each = _package_lines)
    args.add_all(["importmap=%s=%s" % (dep.importpath, dep.importmap) for dep in recipe.deps if dep.importpath != dep.importmap])
    _module(ctx, args, config, recipe, main, standard)
    args.add_all(linker_flags(ctx, config, packages, executable, main, variables.words), format_each = "flags=%s")
    args.add_all(STATIC if ctx.attr.static == "on" else [], format_each = "cgo_flags=%s")
    args.add_all(ctx.attr.gc_linkopts, format_each = "last_flags=%s")
    args.add("extld=" + ("0" if names_linker(ctx.attr.gc_linkopts) else "1"))
    args.add_all(["cc=" + config.cc, "cxx_tool=" + config.cxx, "pkg_config_tool=" + config.environment.get("PKG_CONFIG", "pkg-config")])
    args.add("importmap_of_main=" + main.importmap)
    if config.toolexec:
        args.add("toolexec=" + config.toolexec)
    if may_use_c(config, packages):
        add_visible(args, config, depset([toolchain.link], transitive = [inputs]))
        args.add_all({package.pkg_config: None for package in every if package.pkg_config}.keys(), format_each = "libraries=%s")
    run_python(
        ctx,
        toolchain.python,
        mnemonic = "GoLink",
        progress_message = "Linking Go binary %s" % executable.basename,
        arguments = [toolchain.builder[0].path, args],
        inputs = inputs,
        tools = toolchain.builder + [toolchain.link],
        outputs = [executable, modinfo],
        env = go_environment(config) | (c_environment(config) if may_use_c(config, packages) else {}),
        execution_requirements = builder_requirements(may_use_c(config, packages) or bool(config.toolexec)),
        toolchain = GO_TOOLCHAIN,
    )
    return modinfo

def _package_lines(package):
    lines = ["packages=%s=%s" % (package.importmap, package.archive.path)]
    if package.module:
        lines.append("modules=%s=%s" % (package.importmap, package.module.replace("\n", "\\n")))
    if package.cxx:
        lines.append("cxx_packages=" + package.importmap)
    return lines

def _module(ctx, args, config, recipe, main, standard):
    """Adds the lines about the main package's module, the build settings and GODEBUG.

    GODEBUG is that of the main module that the go command is run in: for packages of other modules the one that the
    attribute main_module names, if any; without it, as of `go install PATH@VERSION`.
    """
    external = "@" in recipe.module
    built_in = getattr(ctx.attr, "main_module", "") if external else recipe.importpath
    module = main_module_of(built_in, standard.main_modules)
    line = main.link.module if external else "%s\t(devel)\t" % module.path if module else ""
    args.add("module=" + line.replace("\n", "\\n"))
    if module:
        args.add("go_line=" + module.go)
        args.add_all(["godebug=%s=%s" % pair for pair in module.godebug.items()])
    else:
        args.add("go_line=" + recipe.lang.removeprefix("go"))
    args.add(standard.godebug_table, format = "godebug_table=%s")
    args.add("fips140=" + ("1" if config.fips140 else "0"))
    settings = settings_around_godebug(config = config, flags = {})
    args.add_all(settings.before, format_each = "settings=%s")
    args.add_all(settings.after, format_each = "more_settings=%s")
    args.add("sorted_settings=" + ("1" if settings.sorted else "0"))
