"""The providers that other rule sets may read."""

load("//rules/private/config:providers.bzl", _GoBinaryInfo = "GoBinaryInfo", _GoConfigInfo = "GoConfigInfo", _GoInfo = "GoInfo", _GoSourceInfo = "GoSourceInfo", _GoToolchainInfo = "GoToolchainInfo")

GoBinaryInfo = _GoBinaryInfo
GoConfigInfo = _GoConfigInfo
GoInfo = _GoInfo
GoSourceInfo = _GoSourceInfo
GoToolchainInfo = _GoToolchainInfo
