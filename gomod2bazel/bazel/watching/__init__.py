"""Watching a build: -n, -v, -x, -work, -debug-actiongraph and -debug-trace."""
