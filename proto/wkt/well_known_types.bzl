"""Lists for `deps` of a go_proto_compiler, under the names that rules_go has for its own."""

PROTO_RUNTIME_DEPS = [Label("//proto:runtime")]

WELL_KNOWN_TYPES_APIV2 = [Label("//proto:well_known_types")]
