"""Remote caching and remote execution on real servers; see tools/remote."""
