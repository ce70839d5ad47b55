"""One entry a command: the order of stages."""
