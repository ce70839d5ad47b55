"""What the repositories of modules and of the SDK load. BUILD files that people write load defs.bzl."""

load("//rules/private/driver:tool_binary.bzl", _go_tool_binary = "go_binary")
load("//rules/private/rules:configured.bzl", _configured = "configured")
load("//rules/private/rules:locked_binary.bzl", _go_binary = "go_binary")
load("//rules/private/rules:locked_library.bzl", _go_library = "go_library")

configured = _configured
go_binary = _go_binary
go_library = _go_library
go_tool_binary = _go_tool_binary
