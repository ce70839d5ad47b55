"""How many bytes of a binary come from each package."""
