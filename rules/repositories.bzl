"""The repository rules."""

load("//rules/private/repositories:repository.bzl", _go_repository = "go_repository")
load("//rules/private/repositories:sdk.bzl", _go_sdk = "go_sdk")

go_repository = _go_repository
go_sdk = _go_sdk
