"""Turn a loaded module into its lock, and choose binaries from it."""
