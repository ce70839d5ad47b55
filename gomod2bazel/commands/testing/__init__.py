"""The command test: a module's own tests through Bazel, in a private copy of the module."""
