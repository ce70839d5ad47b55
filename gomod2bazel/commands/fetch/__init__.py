"""The fetch command."""
