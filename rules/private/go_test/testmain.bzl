"""The main package of the program of a go_test, and what of it has counters."""

load("//rules/private/actions:coverage.bzl", "covered_lines")
load("//rules/private/actions:gccgo.bzl", "with_gccgo")
load("//rules/private/config:config.bzl", "build_tags")
load("//rules/private/config:providers.bzl", "GoBinaryInfo")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:test_packages.bzl", "COVERAGE")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")

visibility("private")

def runner_packages(ctx):
    """Returns the packages of the standard library that the main package imports.

    Args:
        ctx: context of a go_test.

    Returns:
        list of GoInfo.
    """
    standard_library = ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests
    if standard_library.missing:
        fail("%s: the lock does not have what tests need of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % (ctx.label, ", ".join(standard_library.missing)))
    if not ctx.configuration.coverage_enabled:
        return standard_library.test_packages
    if not standard_library.cover_packages:
        fail("%s: the lock does not have what coverage needs of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % (ctx.label, ", ".join(COVERAGE)))
    return standard_library.test_packages + standard_library.cover_packages

def counters(ctx, packages):
    """Returns what has counters, as Bazel's coverage asks.

    Args:
        ctx: context of a go_test.
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

def testmain(ctx, tested, tools, counted):
    """Writes the main package, the names of all that it can run, and, where packages have counters, their sources.

    Args:
        ctx: context of a go_test.
        tested: struct, of `tested_package`.
        tools: dict of `config`, GoConfigInfo, and `toolchain`, GoToolchainInfo.
        counted: struct, of `counters`.

    Returns:
        struct of `main`, File; `names`, File; `covered`, list of Files, the sources; and `read`, list of the Files that
        the launcher reads.
    """
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
