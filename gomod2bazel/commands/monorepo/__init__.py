"""Commands in the folder of a repository that Bazel builds."""
