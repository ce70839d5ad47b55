"""The compile action of a package: its inputs, and the request that the builder reads."""

load("//rules/private/config:config.bzl", "build_tags", "c_environment", "codegen_flags", "debug_flags", "instrument_flags", "link_mode")
load("//rules/private/config:confine.bzl", "add_visible")
load("//rules/private/config:names.bzl", "stored_name")
load("//rules/private/config:python.bzl", "builder_requirements", "run_python")
load("//rules/private/config:releases.bzl", "changes_of")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":cdeps.bzl", "c_compile_lines", "c_link_files", "c_link_flags")
load(":gccgo.bzl", "gccgo_lines", "with_gccgo")
load(":recipe.bzl", "folders")

visibility(["//rules/private/...", "//tests/rules"])

# Kinds of sources by extension, as the builder names them (see `go help packages` and go/build).
_KINDS = {
    "F": "f",
    "S": "s",
    "c": "c",
    "cc": "cxx",
    "cpp": "cxx",
    "cxx": "cxx",
    "f": "f",
    "f90": "f",
    "for": "f",
    "go": "go",
    "h": "h",
    "hh": "h",
    "hpp": "h",
    "hxx": "h",
    "m": "m",
    "s": "s",
    "swig": "swig",
    "swigcxx": "swigcxx",
    "sx": "s",
    "syso": "syso",
}

# Packages of the standard library whose missing function bodies the runtime supplies (cmd/go/internal/work/gc.go).
_INCOMPLETE = [
    "bytes",
    "internal/poll",
    "net",
    "os",
    "runtime/metrics",
    "runtime/pprof",
    "runtime/trace",
    "sync",
    "syscall",
    "time",
]

def compile_package(ctx, *, recipe, toolchain, config, environment, package, export, archive, header = None, diagnostics = None):
    """Declares the action that compiles a package.

    Args:
        ctx: the context of the rule that has the action.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        environment: dict of string to string, for the tools.
        package: struct of `importmap`, `path` (what -p gets), and `syso`: depset of .syso Files, its dependencies' too.
        export: File to write the export data to.
        archive: File to write the object to.
        header: File to write the declarations of exported functions to, for C; or None.
        diagnostics: File to write the diagnostics of the tools to, which can then be shown again; or None.
    """
    request = package_request(ctx, "package", recipe = recipe, toolchain = toolchain, config = config, package = package, output = export)
    args = request.args
    args.add(archive, format = "archive=%s")
    if diagnostics:
        args.add(diagnostics, format = "diagnostics=%s")
    if request.uses_cgo and header:
        args.add(header, format = "header=%s")
    run_request(
        ctx,
        request,
        mnemonic = "GoCompile",
        progress_message = "Compiling Go package %s" % package.importmap,
        recipe = recipe,
        toolchain = toolchain,
        config = config,
        environment = environment,
        outputs = [export, archive] + [file for file in [header, diagnostics] if file],
    )

def package_request(ctx, job, *, recipe, toolchain, config, package, output):
    """Returns what the builder is asked about a package, and what it needs for that.

    Args:
        ctx: the context of the rule that has the action.
        job: string, what the builder is to do.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        package: struct, as for `compile_package`.
        output: File, the first output, next to which the builder has its scratch folder.

    Returns:
        struct of `args`, Args, to which more lines may be added; `inputs`, list of depsets of Files; `tools`, list of Files;
        `uses_cgo` and `outside`, bools, whether cgo runs and whether sources name files that tools of other languages read;
        `unused`, File for the list of inputs that were not used, or None.
    """
    replaced = [file.basename for file in recipe.overlay_srcs]
    sources = _by_kind([file for file in recipe.srcs if file.basename not in replaced] + recipe.overlay_srcs)
    uses_cgo = recipe.cgo and config.cgo
    assembly = bool(sources["s"])
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("job=" + job)
    _identity(recipe, args, toolchain, config, package)
    unused = _from_sources(ctx, recipe, args, config, package, output) if recipe.standard_library else None
    if config.toolexec:
        args.add("toolexec=" + config.toolexec)
    args.add(output, format = "export=%s")
    for kind, files in sources.items():
        args.add_all(files, format_each = kind + "=%s")
    if recipe.cgo:
        args.add("may_import_c=1")
    if recipe.test:
        args.add("test=" + recipe.test)
        args.add_all(recipe.cycle, format_each = "cycle=%s")
        args.add_all(sorted(recipe.test_srcs, key = lambda file: file.basename), format_each = "test_go=%s")
    args.add_all(folders(recipe).others, format_each = "more_dirs=%s")
    args.add_all(folders(recipe).roots, format_each = "made_roots=%s")
    args.add_all(recipe.embedsrcs, format_each = "embed=%s")
    args.add_all(["pattern=" + p + "".join(["\nmatch=" + f for f in files]) for p, files in recipe.embed_patterns.items()])
    args.add_all(recipe.deps, map_each = _import_lines)
    generated = [] if with_gccgo(config) else codegen_flags(config) + instrument_flags(config)

    # The standard library stays as it is: debuggers step over it, and the runtime cannot do without optimization.
    generated += [] if with_gccgo(config) or recipe.standard else debug_flags(ctx.var["COMPILATION_MODE"])
    args.add_all(generated + recipe.gc_goopts, format_each = "gcflags=%s")
    args.add_all(gccgo_lines(ctx, recipe, toolchain, config, package))
    args.add_all(codegen_flags(config) + recipe.asm_opts, format_each = "asmflags=%s")
    outside = uses_cgo or any([sources[kind] for kind in ("s", "c", "cxx", "m", "f", "syso")])
    args.add("complete=0" if outside or (recipe.standard and package.importmap in _INCOMPLETE) else "complete=1")

    sources_inputs = depset([dep.export for dep in recipe.deps] + recipe.srcs + recipe.test_srcs + recipe.embedsrcs + recipe.hdrs + recipe.overlay_srcs)
    inputs = [sources_inputs] + ([recipe.standard_library.exports] if unused else [])
    if unused and recipe.cover:
        # A main package imports them.
        inputs.append(depset([package.export for package in recipe.standard_library.cover_packages]))
    if config.pgo_profile:
        inputs.append(depset([config.pgo_profile]))
        args.add(config.pgo_profile, format = "pgo_profile=%s")
    tools = toolchain.builder + [toolchain.compile]
    args.add(toolchain.compile, format = "compile=%s")
    args.add_all(["overlaid=%s=>%s" % pair for pair in recipe.overlaid.items()])
    args.add_all(["file_names=%s=>%s" % pair for pair in recipe.file_names.items()])
    if recipe.file_names:
        args.add_all(recipe.hdrs, format_each = "hdrs=%s")
    if recipe.cover:
        tools = tools + [toolchain.cover]
        args.add(toolchain.cover, format = "cover=%s")
        args.add_all(["cover_mode=" + recipe.cover, "module=" + recipe.module.split("@")[0]])
    if assembly:
        tools = tools + [toolchain.asm]
        inputs.append(toolchain.include)
        args.add(toolchain.asm, format = "asm=%s")
        args.add(toolchain.include_dir, format = "include=%s")
        args.add_all(_defines(config), format_each = "defines=%s")
        if package.importmap == "runtime" and config.goarch == "386" and "-dynlink" in codegen_flags(config):
            args.add("defines=GOBUILDMODE_shared=1")
    if with_gccgo(config) and sources["c"]:
        inputs += [toolchain.include, config.c_files]
    if uses_cgo:
        tools = tools + [toolchain.cgo]
        syso = depset(transitive = [package.syso] + ([recipe.standard_library.syso] if unused else []))
        inputs += [config.c_files, syso]
        args.add_all(sorted(syso.to_list(), key = lambda file: file.path), format_each = "linked_syso=%s")
        if replaced:
            args.add("copied=1")
        args.add(toolchain.cgo, format = "cgo=%s")
        if toolchain.cgo_flag_list:
            inputs.append(depset([toolchain.cgo_flag_list]))
            args.add(toolchain.cgo_flag_list, format = "flag_list=%s")
        _cgo(recipe, args, config)
        if recipe.c_libraries:
            context = recipe.c_libraries.info.compilation_context
            inputs += [context.headers, depset(c_link_files(recipe.c_libraries))]
            args.add_all(c_compile_lines(recipe.c_libraries))
            flags = c_link_flags(recipe.c_libraries, goos = config.goos, coverage = ctx.configuration.coverage_enabled)
            args.add_all(flags, format_each = "ldflags=%s")
    return struct(args = args, inputs = inputs, outside = bool(outside), tools = tools, unused = unused, uses_cgo = uses_cgo)

def run_request(ctx, request, *, mnemonic, progress_message, recipe, toolchain, config, environment, outputs):
    """Declares the action that has the builder do what a request asks.

    Args:
        ctx: the context of the rule that has the action.
        request: struct, from `package_request`.
        mnemonic: string.
        progress_message: string.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        environment: dict of string to string, for the tools.
        outputs: list of Files.
    """
    if request.outside:
        go_tools = [file for file in request.tools if file not in toolchain.builder]
        folders = request.uses_cgo or not recipe.standard
        add_visible(request.args, config, depset(go_tools, transitive = request.inputs), folders = folders)
    run_python(
        ctx,
        toolchain.python,
        mnemonic = mnemonic,
        progress_message = progress_message,
        arguments = [toolchain.builder[0].path, request.args],
        inputs = depset(transitive = request.inputs),
        tools = request.tools,
        outputs = outputs + ([request.unused] if request.unused else []),
        unused_inputs_list = request.unused,
        env = environment | _cgo_environment(config, request.uses_cgo) | (c_environment(config) if with_gccgo(config) else {}),
        execution_requirements = builder_requirements(
            request.uses_cgo or (with_gccgo(config) and request.outside),
            mapped = not (request.uses_cgo or with_gccgo(config) or config.toolexec or _has_names_of_generated_files(recipe)),
        ),
        toolchain = GO_TOOLCHAIN,
    )

def _from_sources(ctx, recipe, args, config, package, output):
    """Adds what the builder needs to find in the sources what the rule leaves out.

    The standard packages that may be imported are inputs and not lines: Bazel does not run the action again where only
    those changed that it did not use.

    Returns:
        File, for the list of inputs that it did not use.
    """
    if not recipe.standard_library.runtime and not with_gccgo(config):
        fail("%s: the lock has no standard packages; run gomod2bazel generate" % recipe.label)
    unused = ctx.actions.declare_file(output.basename.removesuffix(".x") + ".unused", sibling = output)
    args.add(recipe.standard_library.runtime or unused, format = "standard_library=%s")
    args.add(unused, format = "unused=%s")
    if not recipe.label.repo_name:
        args.add("target=//%s:%s" % (recipe.label.package, recipe.label.name))
    args.add("arch=" + config.arch)
    args.add_all(build_tags(config), format_each = "tags=%s")
    if link_mode(config) != "plugin" and package.path == package.importmap:
        args.add("main_path=main")
    if recipe.cover and not getattr(ctx.attr, "cover", ""):
        args.add("cover_hook=1")
    return unused

def _has_names_of_generated_files(recipe):
    """Tells whether the request has folders of bazel-out as text, which Bazel does not replace."""
    return bool(folders(recipe).roots or recipe.overlaid or [file for file in recipe.hdrs if not file.is_source])

def _by_kind(files):
    kinds = {kind: [] for kind in ["go", "s", "c", "cxx", "m", "f", "h", "swig", "swigcxx", "syso"]}

    # The go command's order, which reaches the object: lists in BUILD files may have buildifier's.
    for file in sorted(files, key = lambda file: file.basename):
        kinds[_KINDS[file.extension]].append(file)
    return kinds

def _identity(recipe, args, toolchain, config, package):
    lang = recipe.lang or "go" + ".".join(toolchain.version.removeprefix("go").split(".")[:2])
    folder, root = _folders(recipe)
    args.add_all([
        "package=" + package.path,
        "importpath=" + package.importmap,
        "name=" + (recipe.package_name or ("" if recipe.standard_library else package.importmap.split("/")[-1])),
        "lang=" + lang,
        "std=" + ("1" if recipe.standard else "0"),
        "goos=" + config.goos,
        "goarch=" + config.goarch,
        "goversion=" + toolchain.version,
    ] + ["changes=" + name for name in changes_of(toolchain.version)] + [
        "dir=" + folder,
        "rewrite=" + _rewrite(recipe, package),
        "root=" + (toolchain.root if recipe.standard else root),
        "root_rewrite=" + ("\\\\_\\_/" if config.goos == "windows" else "/_/") + _root_name(recipe, package),
    ])

def _root_name(recipe, package):
    """Returns what C debug information calls the folder of the module (cmd/go/internal/work, ccompile)."""
    if recipe.standard:
        return "GOROOT"
    if recipe.vendored:
        return "vendor/" + recipe.module.split("@")[0]
    return recipe.module or package.importmap

def _folders(recipe):
    """Returns the package's folder and its module's, relative to the execution root."""
    folder = folders(recipe).own
    path = recipe.module.split("@")[0]
    below = recipe.importpath.removeprefix(path).strip("/") if path else ""
    below = stored_name(below) if recipe.file_names and below else below
    return folder, folder.removesuffix(below).rstrip("/") or "."

def _rewrite(recipe, package):
    """Returns what file names begin with in the binary, as -trimpath has it."""
    if recipe.rewrite != None:
        return recipe.rewrite
    if "@" not in recipe.module:
        return package.importmap
    path = recipe.module.split("@")[0]
    return recipe.module + recipe.importpath.removeprefix(path)

def _import_lines(dep):
    lines = ["imports=%s=%s" % (dep.importmap, dep.export.path)]
    if dep.importmap != dep.importpath:
        lines.append("importmap=%s=%s" % (dep.importpath, dep.importmap))
    return lines

def _defines(config):
    """Returns the assembler's -D names for the architecture's variable (cmd/go/internal/work, asmArgs)."""
    if not config.arch:
        return []
    name, value = config.arch.split("=", 1)
    if name == "GOARM":
        return ["GOARM_%d" % n for n in [7, 6, 5] if n == 5 or int(value[0]) >= n]
    if name == "GOPPC64":
        levels = ["power10", "power9", "power8"]
        return ["GOPPC64_" + level for level in levels[levels.index(value):]]
    if name == "GOARM64":
        return ["GOARM64_LSE"] if ",lse" in value or not value.startswith("v8.0") else []
    if name == "GOWASM":
        return []
    return ["%s_%s" % (name, value)]

def _cgo(recipe, args, config):
    args.add(config.instrument, format = "instrument=%s")
    args.add_all(["cc=" + config.cc, "cxx_tool=" + config.cxx, "fc=" + config.fc])
    args.add_all(recipe.cppopts, format_each = "cppflags=%s")
    args.add_all(recipe.copts, format_each = "cflags=%s")
    args.add_all(recipe.cxxopts, format_each = "cxxflags=%s")
    args.add_all(recipe.fopts, format_each = "fflags=%s")
    args.add_all(recipe.clinkopts, format_each = "ldflags=%s")
    args.add_all(recipe.pkg_config, format_each = "pkg_config=%s")
    args.add(config.environment.get("PKG_CONFIG", "pkg-config"), format = "pkg_config_tool=%s")

def _cgo_environment(config, uses_cgo):
    if not uses_cgo:
        return {}
    return {"CC": config.cc, "CGO_ENABLED": "1"} | c_environment(config)
