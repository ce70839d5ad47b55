"""go_proto_compiler, under the label that rules_go has for its own: `@NAME//proto:compiler.bzl`."""

# buildifier: disable=bzl-visibility
load("//rules/private/proto:compiler.bzl", _go_proto_compiler = "go_proto_compiler")

go_proto_compiler = _go_proto_compiler
