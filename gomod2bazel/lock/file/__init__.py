"""The text of a lock file: a line for each package, and nothing that other lines tell."""
