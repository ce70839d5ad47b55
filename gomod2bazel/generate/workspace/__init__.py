"""Keep MODULE.bazel, locks and the first files of a workspace up to date."""
