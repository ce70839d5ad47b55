"""Makes docs/reference.md of the doc strings of the rules."""
