"""The rules that BUILD files load."""

load("//rules/private:binary.bzl", _go_binary = "go_binary")
load("//rules/private:library.bzl", _go_library = "go_library")

go_binary = _go_binary
go_library = _go_library
