"""Read, merge and print BUILD files."""
