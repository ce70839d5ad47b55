"""Hints that tell what a main package is for, each kind in a separate file."""
