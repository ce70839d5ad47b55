"""The Go toolchain rule, and what else an SDK's repository declares."""

load("//rules/private/config:configuration.bzl", _go_configuration = "go_configuration")
load("//rules/private/config:python.bzl", _go_host_python = "go_host_python", _go_python = "go_python")
load("//rules/private/config:toolchain.bzl", _go_toolchain = "go_toolchain")
load("//rules/private/rules:test_runner.bzl", _go_test_runner = "go_test_runner")

go_configuration = _go_configuration
go_toolchain = _go_toolchain
go_host_python = _go_host_python
go_python = _go_python
go_test_runner = _go_test_runner
