"""Packages of the standard library that every test needs."""

visibility(["//rules/private/...", "//tests/rules"])

# What a test's main package imports (cmd/go/internal/load, TestMainDeps), and what the linker needs in any case.
TEST_MAIN = ["os", "reflect", "runtime", "testing", "testing/internal/testdeps"]

# What it imports too where coverage is measured, and what other main packages import then.
COVERAGE = ["internal/coverage/cfile", "runtime/coverage"]
