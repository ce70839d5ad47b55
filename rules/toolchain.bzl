"""The Go toolchain rule, and what else an SDK's repository declares."""

load("//rules/private/config:configuration.bzl", _go_configuration = "go_configuration")
load("//rules/private/config:python.bzl", _go_host_python = "go_host_python", _go_python = "go_python")
load("//rules/private/config:toolchain.bzl", _go_toolchain = "go_toolchain")
load("//rules/private/rules:go_command_files.bzl", _go_command_files = "go_command_files")
load("//rules/private/rules:standard_library.bzl", _go_standard_library = "go_standard_library")

go_command_files = _go_command_files
go_configuration = _go_configuration
go_toolchain = _go_toolchain
go_host_python = _go_host_python
go_python = _go_python
go_standard_library = _go_standard_library
