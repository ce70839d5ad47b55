"""The providers that other rule sets may read."""

load("//rules/private:providers.bzl", _GoConfigInfo = "GoConfigInfo", _GoInfo = "GoInfo", _GoToolchainInfo = "GoToolchainInfo")

GoConfigInfo = _GoConfigInfo
GoInfo = _GoInfo
GoToolchainInfo = _GoToolchainInfo
