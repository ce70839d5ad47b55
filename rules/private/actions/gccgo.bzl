"""-compiler gccgo: what the builder needs to compile and link with it (cmd/go/internal/work/gccgo.go)."""

load("//rules/private/config:config.bzl", "c_environment", "go_environment")
load("//rules/private/config:confine.bzl", "add_visible")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:releases.bzl", "changes_of")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":buildinfo.bzl", "build_settings", "modinfo_line")

visibility(["//rules/private/..."])

def with_gccgo(config):
    """Returns whether gccgo compiles and links.

    Args:
        config: a GoConfigInfo.

    Returns:
        bool.
    """
    return config.compiler == "gccgo"

def gccgo_lines(ctx, recipe, toolchain, config, package):
    """Returns the lines of a package's request that gccgo alone needs.

    Args:
        ctx: context of the rule that has the action.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        package: struct of `importmap` and `path` (main for commands).

    Returns:
        list of strings; none for the other compiler.
    """
    if not with_gccgo(config):
        return []
    lines = ["gccgo=" + config.gccgo, "folder=" + _folder(recipe), "cc=" + config.cc, "include=" + toolchain.include_dir]
    if package.path != "main":
        lines.append("pkgpath=" + package.importmap)
    elif getattr(ctx.attr, "buildinfo", None):
        settings = build_settings(config = config, godebug = ctx.attr.godebug, flags = ctx.attr.flags)
        lines.append("modinfo=" + modinfo_line(ctx.attr.buildinfo, settings).removeprefix("modinfo "))
    return lines

def _folder(recipe):
    """Returns what debug information calls the package's folder: for a tree, what it is from there."""
    path = recipe.module.split("@")[0]
    below = recipe.importpath.removeprefix(path).strip("/")
    root = "." if "@" not in recipe.module else recipe.module
    if recipe.vendored:
        root = "./vendor/" + path
    return root + ("/" + below if below else "")

def link_with_gccgo(ctx, *, toolchain, config, main, packages, executable):
    """Declares the action that links a binary.

    Args:
        ctx: a go_binary's context.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        main: GoInfo of the main package.
        packages: depset of LinkInfo structs, the main package's too.
        executable: File to write.
    """
    ordered = _breadth_first(main.importmap, packages.to_list())
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all(["job=program", "gccgo=" + config.gccgo, "goos=" + config.goos, "goarch=" + config.goarch])
    args.add_all(changes_of(toolchain.version), format_each = "changes=%s")
    args.add(main.importmap, format = "importpath=%s")
    args.add(executable, format = "export=%s")
    args.add_all([package.archive for package in ordered], format_each = "archives=%s")
    args.add_all([package.archive for package in ordered if package.cgo], format_each = "cgo_archives=%s")
    args.add_all(_libraries(config, ordered), format_each = "ldflags=%s")
    args.add_all(ctx.attr.gc_linkopts, format_each = "gcflags=%s")
    inputs = depset(
        [package.archive for package in ordered],
        transitive = [config.c_files] + [depset(package.files) for package in ordered if package.files],
    )
    add_visible(args, config, inputs)
    args.add_all({package.pkg_config: None for package in ordered if package.pkg_config}.keys(), format_each = "libraries=%s")
    run_python(
        ctx,
        toolchain.python,
        mnemonic = "GoLink",
        progress_message = "Linking Go binary %s" % executable.basename,
        arguments = [toolchain.builder[0].path, args],
        inputs = inputs,
        tools = toolchain.builder,
        outputs = [executable],
        env = go_environment(config) | c_environment(config),
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )

def _libraries(config, packages):
    """Returns the libraries of other languages that the packages are written in."""
    kinds = {kind: None for package in packages for kind in package.kinds}
    libraries = ["-lstdc++"] if any([package.cxx for package in packages]) else []
    libraries += ["-lobjc"] if "m" in kinds else []
    return libraries + (["-lgfortran"] if "f" in kinds and "gfortran" in config.fc else [])

def _breadth_first(root, packages):
    """Returns the packages in the order in which the go command links them (cmd/go/internal/work, addTransitiveLinkDeps)."""
    known = {package.importmap: package for package in packages}
    ordered = [root]
    seen = {root: True}
    for at in range(len(known)):
        if at >= len(ordered):
            break
        for path in known[ordered[at]].imports:
            if path not in seen:
                seen[path] = True
                ordered.append(path)
    return [known[path] for path in ordered]
