"""Run Bazel and read what it reports."""
