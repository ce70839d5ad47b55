"""go_test: the tests of one package, linked into one program, and what starts it as Bazel's tests are started."""

load("//rules/private/actions:cdeps.bzl", "CDEPS", "loaded_libraries")
load("//rules/private/actions:coverage.bzl", "instrumented_files")
load("//rules/private/actions:link_from_sources.bzl", "link_from_sources")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "new_recipe", "packages_of")
load("//rules/private/actions:stamp.bzl", "STAMP", "merged_x_defs")
load("//rules/private/actions:variant.bzl", "compile_variant", "importers", "recompile", "with_facts")
load("//rules/private/config:config.bzl", "link_mode")
load("//rules/private/config:names.bzl", "executable_name")
load("//rules/private/config:providers.bzl", "GoBinaryInfo", "GoCommandInfo", "GoConfigInfo", "GoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load("//rules/private/config:transition.bzl", "CONFIGURATION_ATTRS", "check_configuration", "test_configuration")
load("//rules/private/rules:go_command_files.bzl", "go_command_runfiles")
load("//rules/private/rules:runfiles.bzl", "merged_runfiles")
load("//rules/private/vet:vet.bzl", "reported_findings", "validate", "vet_package")
load(":launcher.bzl", "test_launcher")
load(":tested_package.bzl", "tested_package")
load(":testmain.bzl", "counters", "runner_packages", "testmain")

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
    tested = tested_package(ctx, config)
    if link_mode(config) not in ["exe", "pie"]:
        fail("%s: a test is an executable; it cannot be linked with buildmode %s" % (ctx.label, config.buildmode))
    runner = runner_packages(ctx)
    tools = {"config": config, "toolchain": toolchain}
    internal, external, vetted = _packages(ctx, tested, tools)
    counted = counters(ctx, [internal.transitive, external.transitive])
    made = testmain(ctx, tested, tools, counted)
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
    program = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, executable_name(tested.importpath) + ".test"))
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
    launcher = test_launcher(ctx, tools, tested, program, made, counted)
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

go_test = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    cfg = test_configuration,
    test = True,
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)
