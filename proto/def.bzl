"""go_proto_library and go_grpc_library, under the label that rules_go has for its own: `@NAME//proto:def.bzl`."""

# buildifier: disable=bzl-visibility
load("//rules/private/proto:library.bzl", _go_grpc_library = "go_grpc_library", _go_proto_library = "go_proto_library")

go_grpc_library = _go_grpc_library
go_proto_library = _go_proto_library
