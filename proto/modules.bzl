"""What the repositories of the extension load. BUILD files that people write load def.bzl and compiler.bzl."""

# buildifier: disable=bzl-visibility
load("//rules/private/proto:modules.bzl", _go_proto_modules = "go_proto_modules")

go_proto_modules = _go_proto_modules
