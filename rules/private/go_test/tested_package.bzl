"""The package that a go_test tests."""

load("//rules/private/actions:cdeps.bzl", "both_c_libraries", "c_libraries")
load("//rules/private/actions:coverage.bzl", "sources_mode")
load("//rules/private/actions:recipe.bzl", "changed_recipe", "new_recipe", "of_main_module", "with_embedded")
load("//rules/private/config:providers.bzl", "GoInfo", "GoSourceInfo")
load("//rules/private/config:toolchain.bzl", "STANDARD_LIBRARY")

visibility("private")

def tested_package(ctx, config):
    """Returns what is tested.

    Args:
        ctx: context of a go_test.
        config: GoConfigInfo.

    Returns:
        struct of `importpath` and `importmap`, its paths, `name`, its recipe `recipe` without test files, and `info`,
        GoInfo of the library, or None.
    """
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
