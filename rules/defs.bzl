"""The rules that BUILD files load."""

load("//rules/private/driver:install.bzl", _go_install = "go_install")
load("//rules/private/driver:tool.bzl", _go_tool = "go_tool")
load("//rules/private/go_test:test.bzl", _go_test = "go_test")
load("//rules/private/rules:binary.bzl", _go_binary = "go_binary")
load("//rules/private/rules:library.bzl", _go_library = "go_library")
load("//rules/private/rules:source.bzl", _go_source = "go_source")
load("//rules/private/vet:analysis.bzl", _go_analysis = "go_analysis")

go_analysis = _go_analysis
go_binary = _go_binary
go_install = _go_install
go_library = _go_library
go_source = _go_source
go_test = _go_test
go_tool = _go_tool
