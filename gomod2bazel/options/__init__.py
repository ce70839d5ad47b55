"""Turn the command line and GOFLAGS into frozen values."""
