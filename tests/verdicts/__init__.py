"""Whole repositories under generate and Bazel, and under the go command: the verdicts of both on every package."""
