"""Turn a lock into built files: the private workspace, Bazel's flags, and its answers."""
