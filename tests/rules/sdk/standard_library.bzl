"""The standard library of the SDK: what may be imported, what only the linker asks for, and what tests need."""

load("//rules:modules.bzl", "go_library")
load("//rules:toolchain.bzl", "go_standard_library")
load("//tests/rules:support.bzl", "MAIN_MODULES")

visibility("private")

_IMPORTS = {
    "fmt": [":internal/bytealg", ":runtime"],
    "internal/bytealg": [],
    "internal/coverage/cfile": [":runtime"],
    "runtime": [":internal/bytealg"],
    "runtime/cgo": [":runtime"],
    "testing": [":runtime"],
}

_PACKAGES = {
    "cover_deps": [":internal/coverage/cfile"],
    "linked": select({
        "//conditions:default": [],
        "//tests/rules/sdk:with_cgo": [":runtime/cgo"],
    }),
    "packages": [":fmt", ":runtime"],
    "test_deps": [":testing"],
}

# By the names of toolchains: of a lock that has no standard packages, of one of one main module, of one without what tests
# need, the usual one, and of one without what coverage needs.
_LIBRARIES = {
    "empty_standard_library_toolchain": {},
    "module_standard_library_toolchain": _PACKAGES | {"main_modules": json.encode(MAIN_MODULES[:1])},
    "old_standard_library_toolchain": _PACKAGES | {"cover_deps": [], "missing": ["os", "testing"], "test_deps": []},
    "standard_library_toolchain": _PACKAGES,
    "uncovered_standard_library_toolchain": _PACKAGES | {"cover_deps": []},
}

def standard_libraries(name):
    """Declares the packages, and a toolchain for each of the standard libraries.

    Args:
        name: of the setting that tells whether cgo is on.
    """
    native.config_setting(name = name, flag_values = {"//rules/config:cgo": "true"})
    for path, deps in _IMPORTS.items():
        go_library(
            name = path,
            srcs = [path + ".go"] + (["runtime/cgo/objects.syso"] if path == "runtime/cgo" else []),
            importpath = path,
            standard = True,
            tags = ["manual"],
            deps = deps,
        )
    for toolchain, packages in _LIBRARIES.items():
        go_standard_library(
            name = "of_" + toolchain,
            godebug_table = "table.go",
            tags = ["manual"],
            **({"main_modules": json.encode(MAIN_MODULES)} | packages)
        )
        native.toolchain(
            name = toolchain,
            toolchain = ":of_" + toolchain,
            toolchain_type = "//rules:standard_library_type",
        )
