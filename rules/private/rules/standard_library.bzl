"""go_standard_library: what packages of the workspace itself need of a lock and its SDK, without saying so."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoStandardLibraryInfo")
load("//rules/private/vet:vet.bzl", "facts_of")

visibility(["//rules/...", "//tests/..."])

_DOC = """The standard library of a lock, and its main modules, as a toolchain.

`go_sdk` repositories declare one. go_library, go_binary and go_test of a workspace import packages of the standard library
without naming them in `deps`, and take language versions and GODEBUG settings from their go.mod by way of the lock.
"""

_attrs = {
    "cover_deps": attr.label_list(providers = [GoInfo], doc = "What main packages import too where coverage is measured."),
    "godebug_table": attr.label(allow_single_file = True, doc = "The SDK's source with the settings of GODEBUG (internal/godebugs).", mandatory = True),
    "linked": attr.label_list(providers = [GoInfo], doc = "What only the linker asks for: runtime/cgo, runtime/race."),
    "main_modules": attr.string(default = "[]", doc = "The lock's main modules, as JSON."),
    "missing": attr.string_list(doc = "Packages that tests need and the lock does not have."),
    "packages": attr.label_list(providers = [GoInfo], doc = "The packages that others may import, runtime among them."),
    "test_deps": attr.label_list(providers = [GoInfo], doc = "What the main package of every test imports."),
    "test_packages": attr.label_list(providers = [GoInfo], doc = "The packages that only tests may import."),
}

def _impl(ctx):
    libraries = _infos(ctx.attr.packages)
    tests = libraries + _infos(ctx.attr.test_packages)
    linked = _infos(ctx.attr.linked)
    for_tests = _info(ctx, tests, linked + _infos(ctx.attr.test_deps), None)
    return [platform_common.ToolchainInfo(standard_library = _info(ctx, libraries, linked, for_tests))]

def _infos(targets):
    return [target[GoInfo] for target in targets]

def _info(ctx, packages, linked, for_tests):
    """Returns the GoStandardLibraryInfo of what may import `packages`, and is linked with `linked` too."""
    runtime = [package for package in packages if package.importmap == "runtime"]
    return GoStandardLibraryInfo(
        cover_packages = _infos(ctx.attr.cover_deps),
        exports = depset([package.export for package in packages]),
        for_tests = for_tests,
        facts = facts_of(packages),
        godebug_table = ctx.file.godebug_table,
        linked = depset(transitive = [package.transitive for package in runtime + linked]),
        main_modules = [
            struct(godebug = module.get("godebug", {}), go = module["go"], lang = module["lang"], path = module["path"])
            for module in json.decode(ctx.attr.main_modules)
        ],
        missing = ctx.attr.missing,
        runtime = runtime[0].export if runtime else None,
        syso = depset(transitive = [package.syso for package in packages + linked]),
        test_packages = _infos(ctx.attr.test_deps),
        transitive = depset(transitive = [package.transitive for package in packages + linked]),
    )

go_standard_library = rule(doc = _DOC, implementation = _impl, attrs = _attrs)
