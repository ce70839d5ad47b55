"""The sets of binaries: each binary's tags name one."""

visibility(["//rules/private/..."])

SETS = ["target", "test-helper", "integration", "example", "maintenance"]
