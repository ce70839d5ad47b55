"""The go command's build cache in a Bazel disk cache and a remote cache."""
