"""Measures how well main packages are classified, and learns the weights."""
