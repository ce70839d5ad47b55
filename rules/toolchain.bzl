"""The Go toolchain rule."""

load("//rules/private:toolchain.bzl", _go_toolchain = "go_toolchain")

go_toolchain = _go_toolchain
