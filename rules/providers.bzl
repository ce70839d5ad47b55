"""The providers that other rule sets may read."""

load("//rules/private:providers.bzl", _GoBinaryInfo = "GoBinaryInfo", _GoConfigInfo = "GoConfigInfo", _GoInfo = "GoInfo", _GoToolchainInfo = "GoToolchainInfo")

GoBinaryInfo = _GoBinaryInfo
GoConfigInfo = _GoConfigInfo
GoInfo = _GoInfo
GoToolchainInfo = _GoToolchainInfo
