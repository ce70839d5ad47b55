"""The query command."""
