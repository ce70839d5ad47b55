"""The go_binary of commands of other modules, such as those of `tool` lines, which the alias repositories of modules hold.

Its rule has the name of the public one, so that queries and aspects find both by one kind.
"""

load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load("//rules/private/config:transition.bzl", "binary_configuration")
load("//rules/private/rules:binary.bzl", "own_binary_impl")
load("//rules/private/rules:main_package.bzl", "BINARY")

visibility(["//rules/...", "//tests/..."])

_DOC = """Links one main package of another module, as `go build` does in the folder of a main module."""

_attrs = BINARY | {
    "main_module": attr.string(doc = "Path of the main module whose go.mod sets the defaults of GODEBUG."),
}

go_binary = rule(
    doc = _DOC,
    implementation = own_binary_impl,
    attrs = _attrs,
    cfg = binary_configuration,
    executable = True,
    fragments = ["cpp"],
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)
