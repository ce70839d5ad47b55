"""The module extension."""

load("//rules/private/repositories:extension.bzl", _go_modules = "go_modules")

go_modules = _go_modules
