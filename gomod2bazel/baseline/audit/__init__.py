"""Find the binaries that reach a vulnerable package."""
