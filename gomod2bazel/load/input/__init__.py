"""Open the module that INPUT names, and verify its files."""
