"""go_test: the tests of one package, linked into one program, and what starts it as Bazel's tests are started."""

load("//rules/private/actions:cdeps.bzl", "CDEPS", "both_c_libraries", "c_libraries", "loaded_libraries")
load("//rules/private/actions:coverage.bzl", "covered_lines", "instrumented_files", "sources_mode")
load("//rules/private/actions:gccgo.bzl", "with_gccgo")
load("//rules/private/actions:link_from_sources.bzl", "link_from_sources")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "new_recipe", "of_main_module", "packages_of", "with_embedded")
load("//rules/private/actions:stamp.bzl", "STAMP", "merged_x_defs")
load("//rules/private/actions:variant.bzl", "compile_variant", "importers", "recompile", "with_facts")
load("//rules/private/config:config.bzl", "build_tags", "link_mode")
load("//rules/private/config:providers.bzl", "GoBinaryInfo", "GoCommandInfo", "GoConfigInfo", "GoInfo", "GoSourceInfo")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:test_packages.bzl", "COVERAGE")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load("//rules/private/config:transition.bzl", "CONFIGURATION_ATTRS", "check_configuration", "test_configuration")
load("//rules/private/vet:vet.bzl", "reported_findings", "validate", "vet_package")
load(":go_command_files.bzl", "go_command_runfiles", "go_command_settings")
load(":python_program.bzl", "python_program")
load(":runfiles.bzl", "merged_runfiles", "runfiles_path")

visibility(["//rules/...", "//tests/..."])

_DOC = """Compiles and runs the tests of one package.

Files of `srcs` whose package clause ends in `_test` are external tests, a package of their own; all others are compiled
together with the sources of the go_library in `embed`.
"""

_attrs = {
    "copy_data": attr.bool(default = True, doc = "Whether the test runs in a copy of its data, in a folder below TEST_TMPDIR, as in a checkout: files are not symbolic links and can be written, except files of more than 16 MiB, which stay links; and paths that runtime.Caller returns for packages of the module lead to the module's files."),
    "data": attr.label_list(allow_files = True, doc = "Files that the tests read at run time, such as those below testdata."),
    "deps": attr.label_list(doc = "The packages that test files import, go_library targets, except the package under test, its imports, and those of the standard library."),
    "embed": attr.label_list(
        providers = [[GoInfo], [GoSourceInfo]],
        doc = "The package under test: a go_library, and optionally go_source targets (or go_library targets with the same importpath) with more of its files.",
    ),
    "embedsrcs": attr.label_list(allow_files = True, doc = "Files that //go:embed patterns in test files match."),
    "env": attr.string_dict(doc = "Environment variables; `$(rlocationpath LABEL)` and the like stand for files of `data`."),
    "env_inherit": attr.string_list(doc = "Names of environment variables to inherit from the environment of Bazel."),
    "gc_linkopts": attr.string_list(doc = "As in go_binary."),
    "go_command": attr.label(providers = [GoCommandInfo], doc = "What the tests need to run the go command as in a checkout: `@go_sdk//:go_command`, or for a lock of group N `@go_sdk//:go_command_gN`. The SDK, the modules of the lock, go.mod and go.work, and the sources of the repository's packages that the tests and the package under test import."),
    "go_packages": attr.label_list(providers = [[GoInfo], [GoBinaryInfo]], doc = "With `go_command`, more packages that the tests build or load by their path, go_library or go_binary targets: their sources, and those of the repository's packages that they import, are there."),
    "importpath": attr.string(doc = "The path of the package under test, where `embed` has no library. Without both it is that of the only library in `deps` that is in the test's Bazel package, else made of the path of the only main module and the Bazel package."),
    "pgo_profile": attr.label(allow_single_file = True, doc = "As in go_binary: `go test` uses the default.pgo of a main package."),
    "srcs": attr.label_list(allow_files = [".go"], mandatory = True, doc = "The test files. Those that build constraints or their names exclude are left out."),
    "x_defs": attr.string_dict(doc = "As in go_binary; a name without a dot is in the package under test."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
    "_copier": attr.label_list(allow_files = True, default = ["//rules/private/builder:test/workingcopy.py", "//rules/private/builder:test/gocommand.py"]),
    "_covdata": attr.label(allow_single_file = True, default = "//rules/private/builder:test/covdata.py"),
    "_generator": attr.label(default = "//rules/private/builder:testmain"),
    "_lcov": attr.label(allow_single_file = True, default = "//rules/private/builder:test/lcov.py"),
    "_lcov_merger": attr.label(cfg = "exec", default = "//rules/coverage:lcov", executable = True),
    "_launcher": attr.label(allow_single_file = True, default = "//rules/private/builder:test/testlauncher.py"),
} | CDEPS | CONFIGURATION_ATTRS | STAMP

def _impl(ctx):
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    config = ctx.attr._config[GoConfigInfo]
    check_configuration(ctx, config)
    tested = _tested(ctx, config)
    if link_mode(config) not in ["exe", "pie"]:
        fail("%s: a test is an executable; it cannot be linked with buildmode %s" % (ctx.label, config.buildmode))
    runner = _runner(ctx)
    tools = {"config": config, "toolchain": toolchain}
    internal, external, vetted = _packages(ctx, tested, tools)
    counted = _counted(ctx, [internal.transitive, external.transitive])
    made = _generate(ctx, tested, tools, counted)
    main = compile_variant(
        ctx,
        recipe = new_recipe(
            ctx.label,
            srcs = [made.main],
            deps = [package for package in runner if package.importmap != "runtime"] + [internal, external],
            importpath = tested.importpath + ".test",
            lang = tested.recipe.lang,
            rewrite = "",
        ),
        importmap = tested.importpath + ".test",
        name = "main",
        path = "main",
        **tools
    )
    program = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, _program_name(tested.importpath)))
    packages = depset(transitive = [main.transitive, ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests.transitive])
    link_from_sources(
        ctx,
        packages = packages,
        main = main,
        executable = program,
        recipe = tested.recipe,
        test_srcs = ctx.files.srcs,
        # testing.Testing reports true.
        x_defs = merged_x_defs(packages.to_list(), tested.importmap, ctx.attr.x_defs) | {"testing.testBinary": "1"},
        **tools
    )
    libraries = tested.recipe.c_libraries
    loaded = loaded_libraries(libraries) if libraries else []
    launcher = _launcher(ctx, tools, tested, program, made, counted)
    files = [program] + made.read + loaded + (ctx.files._copier if ctx.attr.copy_data else [])
    runfiles = merged_runfiles(ctx, ctx.attr.data + ctx.attr.embed + ctx.attr.deps, files, ctx.attr.cdeps)
    if ctx.attr.go_command:
        runfiles = runfiles.merge(go_command_runfiles(ctx, toolchain, [internal, external]))
    return [
        DefaultInfo(
            executable = launcher.executable,
            runfiles = runfiles.merge(ctx.runfiles(transitive_files = launcher.python)),
        ),
        instrumented_files(ctx, ["srcs"], ["cdeps", "data", "deps", "embed"]),
        OutputGroupInfo(program = depset([program]), **validate(ctx, vetted)),
        RunEnvironmentInfo(
            environment = {name: ctx.expand_location(value, ctx.attr.data) for name, value in ctx.attr.env.items()},
            inherited_environment = ctx.attr.env_inherit,
        ),
    ]

def _tested(ctx, config):
    """Returns what is tested: its paths, its name, its recipe without test files, and GoInfo of the library, if any."""
    libraries = [target[GoInfo] for target in ctx.attr.embed if GoInfo in target] or _library_of_package(ctx)
    info = libraries[0] if libraries else None
    importpath = info.importpath if info else ctx.attr.importpath or _path_of_folder(ctx)
    if not importpath:
        fail("%s: set embed or importpath to the package under test" % ctx.label)
    for library in libraries:
        if importpath != library.importpath:
            fail("%s: importpath is %s, but embed has %s; a test has one package under test" % (ctx.label, importpath, library.importpath))
        if not library.recipe:
            fail("%s: %s cannot be compiled with test files: it is binary-only, or of the standard library" % (ctx.label, importpath))
    first = [target for target in ctx.attr.embed if GoInfo in target][:1]
    others = [target for target in ctx.attr.embed if target not in first]
    tested_recipe = info.recipe if info else new_recipe(
        ctx.label,
        cover = sources_mode(ctx, others, config),
        importpath = importpath,
        **of_main_module(importpath, ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests)
    )
    recipe = with_embedded(tested_recipe, [target[GoSourceInfo].recipe for target in others])
    if ctx.attr.cdeps and not recipe.cgo:
        fail("%s: cdeps need a package that uses cgo; %s does not" % (ctx.label, importpath))
    recipe = changed_recipe(
        recipe,
        c_libraries = both_c_libraries(recipe.c_libraries, c_libraries(ctx)),
        # The test files import packages of it, whatever the library says.
        standard_library = ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests,
    )
    return struct(
        importpath = importpath,
        importmap = info.importmap if info else importpath,
        info = info,
        name = info.name if info else "",
        recipe = recipe,
    )

def _program_name(importpath):
    """Returns the name of the program, which tests find in os.Args.

    It is that of `go test` (cmd/go/internal/load, testBinaryName and DefaultExecName): of a path that ends in a major
    version, the element before it counts.
    """
    elements = importpath.split("/")
    version = elements[-1]
    is_version = version.startswith("v") and version[1:].isdigit() and version[1] != "0" and version != "v1"
    return (elements[-2] if is_version and len(elements) > 1 else version) + ".test"

def _library_of_package(ctx):
    """Returns GoInfo of the library among `deps` that is in the test's Bazel package, where no attribute names what is tested.

    Gazelle writes external tests so: these import the package like any other.
    """
    if ctx.attr.embed or ctx.attr.importpath:
        return []
    place = (ctx.label.repo_name, ctx.label.package)
    libraries = [dep[GoInfo] for dep in ctx.attr.deps if GoInfo in dep and (dep.label.repo_name, dep.label.package) == place]
    return libraries if len(libraries) == 1 else []

def _path_of_folder(ctx):
    """Returns the import path of the test's folder where a folder has nothing but tests, and gazelle's rule no importpath."""
    modules = ctx.toolchains[STANDARD_LIBRARY].standard_library.main_modules
    if ctx.attr.embed or len(modules) != 1:
        return ""
    return "/".join([modules[0].path] + ([ctx.label.package] if ctx.label.package else []))

def _packages(ctx, tested, tools):
    """Compiles and vets the package under test with its internal test files, and the package of external tests."""
    deps = [dep for dep in packages_of(ctx) if dep.importmap != tested.importmap]
    above = importers(deps, tested.importmap)
    common = {
        "embedsrcs": tested.recipe.embedsrcs + ctx.files.embedsrcs,
        "test_srcs": ctx.files.srcs,
    }
    internal = compile_variant(
        ctx,
        recipe = changed_recipe(
            tested.recipe,
            deps = _unique(tested.recipe.deps + [dep for dep in deps if dep.importmap not in above]),
            cycle = [dep.importpath for dep in deps if dep.importmap in above],
            test = "internal",
            **common
        ),
        importmap = tested.importmap,
        name = tested.name,
        **tools
    )
    library_srcs = tested.info.recipe.srcs if tested.info else []
    reported = reported_findings(ctx, tools["config"], library_srcs = library_srcs, test = True)
    vetted = [_vet(ctx, internal, reported, tools)]
    internal = with_facts(internal, vetted[0].facts)
    variants = recompile(ctx, importers = above, tested = internal, **tools)
    external = compile_variant(
        ctx,
        recipe = new_recipe(
            tested.recipe.label,
            deps = _unique([variants.get(dep.importmap, dep) for dep in [internal] + deps + tested.recipe.deps]),
            importpath = tested.importpath + "_test",
            lang = tested.recipe.lang,
            gc_goopts = tested.recipe.gc_goopts,
            rewrite = _folder_name(tested),
            standard_library = tested.recipe.standard_library,
            test = "external",
            **common
        ),
        importmap = tested.importmap + "_test",
        name = tested.name + "_test" if tested.name else "",
        **tools
    )
    return internal, external, vetted + [_vet(ctx, external, reported, tools)]

def _vet(ctx, package, reported, tools):
    return vet_package(
        ctx,
        recipe = changed_recipe(package.recipe, package_name = package.name),
        package = struct(importmap = package.importmap, path = package.importmap, syso = package.syso),
        export = package.export,
        name = package.importmap.split("/")[-1],
        reported = reported,
        **tools
    )

def _folder_name(tested):
    """Returns what file names of external tests begin with in the binary: as those of the package under test."""
    module = tested.recipe.module
    if "@" not in module:
        return tested.importmap
    return module + tested.importpath.removeprefix(module.split("@")[0])

def _unique(packages):
    return {package.importmap: package for package in packages}.values()

def _runner(ctx):
    """Returns the packages of the standard library that the main package imports."""
    standard_library = ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests
    if standard_library.missing:
        fail("%s: the lock does not have what tests need of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % (ctx.label, ", ".join(standard_library.missing)))
    if not ctx.configuration.coverage_enabled:
        return standard_library.test_packages
    if not standard_library.cover_packages:
        fail("%s: the lock does not have what coverage needs of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % (ctx.label, ", ".join(COVERAGE)))
    return standard_library.test_packages + standard_library.cover_packages

def _counted(ctx, packages):
    """Returns what has counters, as Bazel's coverage asks.

    Args:
        ctx: its context.
        packages: list of depsets of LinkInfo, those that the tests are linked from.

    Returns:
        struct of `program`, bool, whether the program of tests has any; `packages`, depset of LinkInfo, also those of
        binaries among `data`, which tests may start; and `any`, bool.
    """
    if not ctx.configuration.coverage_enabled:
        return struct(any = False, packages = depset(), program = False)
    started = [target[GoBinaryInfo].packages for target in ctx.attr.data if GoBinaryInfo in target]
    every = depset(transitive = packages + started)
    return struct(
        any = any([package.covered for package in every.to_list()]),
        packages = every,
        program = any([package.covered for package in depset(transitive = packages).to_list()]),
    )

def _generate(ctx, tested, tools, counted):
    """Writes the main package, the names of all that it can run, and, where packages have counters, their sources."""
    entry = [file for file in ctx.files._generator if file.basename == "testmain.py"][0]
    main = ctx.actions.declare_file(ctx.label.name + "_/main/_testmain.go")
    names = ctx.actions.declare_file(ctx.label.name + "_/names.json")
    config, toolchain = tools["config"], tools["toolchain"]
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all([
        "importpath=" + tested.importpath,
        "module=" + tested.recipe.module.split("@")[0],
        "library=" + ("1" if tested.recipe.srcs else "0"),
        "cover=" + ("set" if counted.program else ""),
        "goos=" + config.goos,
        "goarch=" + config.goarch,
        "goversion=" + toolchain.version,
        "arch=" + config.arch,
        "compiler=" + ("gccgo" if with_gccgo(config) else "gc"),
    ])
    args.add_all(build_tags(config), format_each = "tags=%s")
    covered = [ctx.actions.declare_file(ctx.label.name + "_/covered.json")] if counted.any else []
    args.add_all(covered, format_each = "sources=%s")
    args.add_all(counted.packages, map_each = covered_lines)
    args.add(main, format = "main=%s")
    args.add(names, format = "names=%s")
    args.add_all(sorted(ctx.files.srcs, key = lambda file: file.basename), format_each = "test=%s")
    run_python(
        ctx,
        toolchain.python,
        mnemonic = "GoTestMain",
        progress_message = "Listing Go tests of %s" % tested.importpath,
        arguments = [entry.path, args],
        inputs = ctx.files.srcs,
        tools = toolchain.builder + ctx.files._generator,
        outputs = [main, names] + covered,
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return struct(main = main, names = names, covered = covered, read = [names] + (covered + [ctx.file._covdata, ctx.file._lcov] if covered else []))

def _launcher(ctx, tools, tested, program, made, counted):
    """Writes the executable, and returns it and the Python it needs: it sets the working directory, the flags and all else that Bazel says in the environment."""

    # Not at the rule's name: that may be a folder with another package.
    launcher = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, ctx.label.name.split("/")[-1]))
    settings = {
        "folder": "/".join([part for part in [ctx.label.repo_name or ctx.workspace_name, ctx.label.package] if part]),
        "importpath": tested.importpath,
        "names": runfiles_path(ctx, made.names),
        "program": runfiles_path(ctx, program),
    }
    if made.covered:
        settings |= {
            "covdata": runfiles_path(ctx, ctx.file._covdata),
            "counts": counted.program,
            "covered": runfiles_path(ctx, made.covered[0]),
            "lcov": runfiles_path(ctx, ctx.file._lcov),
        }
    if ctx.attr.copy_data:
        settings |= {
            "copied": True,
            "main": not ctx.label.repo_name,
            "module": tested.recipe.module.split("@")[0],
            # The folder that the builder's package is in.
            "modules": runfiles_path(ctx, ctx.files._copier[0]).removesuffix("/builder/test/" + ctx.files._copier[0].basename),
        }
    if ctx.attr.go_command:
        settings["go"] = go_command_settings(ctx, tools["toolchain"])
    python = python_program(
        ctx,
        tools["toolchain"].python,
        template = ctx.file._launcher,
        output = launcher,
        substitutions = {"\"{SETTINGS}\"": repr(json.encode(settings))},
    )
    return struct(executable = launcher, python = python)

go_test = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    cfg = test_configuration,
    test = True,
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)
