"""Packages and programs of -compiler gccgo."""
