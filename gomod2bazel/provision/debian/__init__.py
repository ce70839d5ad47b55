"""A Bazel from Debian's packages in a folder of its own."""
