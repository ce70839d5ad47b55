"""The comparison of gomod2bazel with the go command, and with rules_go and gazelle: `bench/run` calls it."""
