"""What is built: real modules, synthetic ones, checkouts, and the edits of their files."""
