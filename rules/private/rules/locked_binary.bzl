"""The go_binary of main packages in a lock, which the repositories of modules hold.

Its rule has the name of the public one, so that queries and aspects find both by one kind.
"""

load("//rules/private/actions:link.bzl", "link")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load("//rules/private/config:transition.bzl", "binary_configuration")
load(":main_package.bzl", "BINARY", "binary_impl")

visibility(["//rules/...", "//tests/..."])

_DOC = """Links one main package of a lock, with the module information and GODEBUG settings that the lock has for it."""

_attrs = BINARY | {
    "buildinfo": attr.string_list(doc = "The path, mod, dep and => lines of the module information, separated by tabs. Without them the binary has no module information."),
    "flags": attr.string_dict(doc = "Flags that the module information records: -asmflags, -cover, -gcflags."),
    "godebug": attr.string(doc = "Default GODEBUG settings, KEY=VALUE with commas between (go list's DefaultGODEBUG)."),
}

def _impl(ctx):
    return binary_impl(ctx, link)

go_binary = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    cfg = binary_configuration,
    executable = True,
    fragments = ["cpp"],
    toolchains = [GO_TOOLCHAIN],
)
