"""The programs that are compared, each with its caches, its copy of the sources and its commands."""
