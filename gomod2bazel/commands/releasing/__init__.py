"""Release files of a build: planned before it, made before its binaries are installed."""
