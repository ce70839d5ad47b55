"""The rules under the label that rules_go has for its own: `@NAME//go:def.bzl`.

With `bazel_dep(name = "gomod2bazel", repo_name = "rules_go")`, or `io_bazel_rules_go`, BUILD files that gazelle wrote for
rules_go load these.
"""

load("//rules:defs.bzl", _go_binary = "go_binary", _go_library = "go_library", _go_source = "go_source", _go_test = "go_test")

go_binary = _go_binary
go_library = _go_library
go_source = _go_source
go_test = _go_test
