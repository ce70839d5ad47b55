"""Modules with odd names, built by the driver and by the go command."""
