"""The program that actions run: it has no dependencies, and starts fast."""
