"""The verify command: our binaries against those of the go command."""
