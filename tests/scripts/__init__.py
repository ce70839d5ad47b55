"""The go command's own script tests, with this driver in place of ``go build`` and ``go install``."""
