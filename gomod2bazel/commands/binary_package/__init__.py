"""The command binary-package create."""
